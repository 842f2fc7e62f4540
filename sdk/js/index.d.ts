// What a plugin uses. The contract's types are in types.d.ts.

import type { Account, Environment, FailureKind, KeepEncoding, Method, Moment, Money, Problem, Status, Window } from "./types.js";

export type * from "./types.js";

/** What the host tells about a call; lent for its time. There is no other clock and no other randomness. */
export interface Call {
  /** A plain field of the credential; `null` if it is not set, unknown, or a secret. */
  field(key: string): string | null;
  accountKind(): string;
  environment(): Environment;
  /** BCP 47, such as `en` or `nb-NO`. */
  locale(): string;
  /** Milliseconds since 1970, the same for the whole call and on every replay. */
  nowMs(): number;
  timeLeftMs(): number;
  /** 26 characters: the seed of every id that the plugin must make up. */
  callId(): string;
  endpointUrl(name: string): string | null;
}

/** Why there is no result. `throw` it; in `tracking.track` it may also stand in a number's place. */
export class Failure extends Error {
  constructor(kind: FailureKind, code: string, message: string);
  kind: FailureKind;
  /** The courier's own where it gave one. */
  code: string;
  problems: Problem[];
  retryAfterMs: number | null;
  courierStatus: number | null;
  /** Set by the package, which knows what left. */
  requestSent: boolean;
  static auth(code: string, message: string): Failure;
  static notFound(code: string, message: string): Failure;
  static invalidInput(code: string, message: string): Failure;
  static conflict(code: string, message: string): Failure;
  static rateLimited(code: string, message: string): Failure;
  static unavailable(code: string, message: string): Failure;
  static timeout(code: string, message: string): Failure;
  static unsupported(code: string, message: string): Failure;
  static unexpectedAnswer(code: string, message: string): Failure;
  /** Adds what is wrong where: a JSON Pointer into the request, in snake_case. */
  problem(pointer: string, code: string, detail: string): this;
  status(status: number): this;
  retryAfter(ms: number | null): this;
}

/** A request to a declared endpoint. The host adds address, credentials and limits. */
export class Request {
  constructor(method: Method, endpoint: string, path: string);
  static get(endpoint: string, path: string): Request;
  static post(endpoint: string, path: string): Request;
  static put(endpoint: string, path: string): Request;
  static patch(endpoint: string, path: string): Request;
  static delete(endpoint: string, path: string): Request;
  /** Appends one segment, percent-encoded, after a `/`. */
  pathSegment(segment: string | number): this;
  /** Appends a literal piece, such as `/events`. */
  path(piece: string): this;
  /** Adds a parameter, which the host encodes; `null` adds none. */
  query(name: string, value: string | number | boolean | null | undefined): this;
  header(name: string, value: string | number): this;
  json(body: unknown): this;
  form(fields: Record<string, string | number>): this;
  body(contentType: string, body: string | Uint8Array): this;
  /** Keeps base64 at a JSON Pointer (`*`: every element) in the host; the answer then holds `kept:<n>`. */
  keepBase64(pointer: string): this;
  /** Keeps the whole body of a 2xx answer in the host. */
  keepBody(): this;
  keep(pointer: string, encoding: KeepEncoding): this;
  /** Says that the courier does the same when it receives this twice. */
  repeatable(): this;
  timeoutMs(ms: number): this;
  /** Sends it and waits for the answer, whatever its status. Throws the host's failures, which a plugin passes on. */
  send(): Response;
}

/** Sends several requests, 20 at a time; a response or a failure for each, in order. */
export function sendAll(requests: Request[]): (Response | Failure)[];

/** A courier's answer of any status, decoded and scrubbed by the host. */
export class Response {
  readonly status: number;
  readonly headers: [string, string][];
  readonly bytes: Uint8Array;
  readonly isSuccess: boolean;
  /** A header's first value; the name in any case. */
  header(name: string): string | null;
  text(): string;
  /** The body as JSON; fails with `unexpected-answer` if it is none. */
  json(): Json;
  /** The whole body that the host kept, as a document's content. */
  kept(): { tag: "kept"; val: number } | null;
  retryAfterMs(): number | null;
  /** A failure of this answer: the kind by its status. */
  failure(code: string, message: string): Failure;
  failureOf(kind: FailureKind, code: string, message: string): Failure;
  /** The answer if its status is 2xx; else it throws a failure by status alone. */
  errorForStatus(): this;
}

/** Reads the text `kept:<n>` that stands where the host cut out a value. */
export function kept(text: string | null): { tag: "kept"; val: number } | null;

/** Reads an amount (`12.30`, `12,30`) and its currency; `null` unless the host takes both. */
export function money(amount: string | null, currency: string | null): Money | null;

/** Reads a country's code of two letters, in any case; `null` if it is none. */
export function country(code: string | null): string | null;

/** A place in a courier's answer, which may be absent; what must be there and is not fails with its path. */
export class Json {
  constructor(value: unknown);
  readonly value: unknown;
  readonly exists: boolean;
  at(...names: string[]): Json;
  text(): string;
  textOrNull(): string | null;
  integer(): number;
  integerOrNull(): number | null;
  /** A whole number from 0 that the contract has room for, such as a weight. */
  count(): number;
  countOrNull(): number | null;
  flagOrNull(): boolean | null;
  /** One or many; nothing for null. */
  list(): Json[];
  object(): this;
}

/** A table of a courier's codes. Case and surrounding blanks do not matter. */
export class StatusTable {
  constructor(rows: Record<string, Status>);
  get(code: string): Status | null;
  /** `unknown` for a code that is not in the table. */
  status(code: string): Status;
}

/** Calls a function for each number; a failure stands in its number's place and takes no other along. */
export function each<T>(numbers: string[], act: (number: string) => T): (T | Failure)[];

/** Writes a line to the host's log. Never an address, a name, or a courier's body. */
export function log(level: "debug" | "info" | "warn" | "error", message: string, fields?: Record<string, unknown>): void;

/** Whether `signature` is the message's under a secret field of the credential or `webhook-secret`. */
export function verify(
  algorithm: "hmac-sha1" | "hmac-sha256" | "hmac-sha512",
  key: string,
  message: Uint8Array,
  signature: Uint8Array,
): boolean;

export namespace time {
  /** Reads a time with its offset or without; `null` if it cannot be read. */
  function moment(text: string | null): Moment | null;
  function epochMs(ms: number): Moment | null;
  /** `YYYYMMDD` or `YYYY-MM-DD` and more after it, as `YYYY-MM-DD`. */
  function isoDate(text: string | null): string | null;
  function wholeDay(text: string | null): Window | null;
}

/** In `crossdock-sdk/testing`: the names of the cases in a folder. */
export function cases(folder: string): string[];
/** In `crossdock-sdk/testing`: runs one case against the plugin's modules. */
export function run(courier: object, folder: string): { answer: unknown; expected: unknown; problems: string[] };

export type { Account };
