// The courier's answers.

import { Failure, kindOfStatus } from "./failure.js";
import { Json } from "./json.js";
import { decode, decodeLossy } from "./text.js";
import { httpDateMs } from "./time.js";

/** How much of a body that could not be read is quoted, in characters of at most four bytes. */
const QUOTED_CHARS = 200;
/** Lists and objects within each other that are read: a deeper body would use up the guest's stack. */
const MAX_DEPTH = 127;
/** A wait that a courier asks for is believed up to a day. */
const MAX_RETRY_AFTER_MS = 24 * 60 * 60 * 1000;
/** Characters that are looked through at once. */
const PIECE = 16_384;
const BYTE_ORDER_MARK = "\ufeff";

/** A courier's answer of any status, decoded and scrubbed by the host. */
export class Response {
  constructor({ status, headers, body }) {
    this.status = status;
    this.headers = headers;
    this.bytes = body;
  }

  get isSuccess() {
    return this.status >= 200 && this.status < 300;
  }

  header(name) {
    return this.headers.find(([given]) => given.toLowerCase() === name.toLowerCase())?.[1] ?? null;
  }

  text() {
    return decodeLossy(this.bytes);
  }

  json() {
    if (!mayBeJson(this.bytes)) throw this.#unreadable("it is no JSON");
    const text = decode(this.bytes);
    if (text === null) throw this.#unreadable("it is no UTF-8");
    if (isDeep(text)) throw this.#unreadable("it is nested too deeply");
    try {
      return new Json(JSON.parse(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text), this.status);
    } catch {
      throw this.#unreadable("it is no JSON");
    }
  }

  kept() {
    return kept(this.text());
  }

  retryAfterMs() {
    const value = this.header("retry-after")?.trim() ?? "";
    if (/^\d{1,9}$/.test(value)) return Math.min(Number(value) * 1000, MAX_RETRY_AFTER_MS);
    // A date is compared with the courier's own clock, which stands in the same answer.
    const wait = (httpDateMs(value) ?? NaN) - (httpDateMs(this.header("date") ?? "") ?? NaN);
    return wait >= 0 ? Math.min(wait, MAX_RETRY_AFTER_MS) : null;
  }

  failure(code, message) {
    return this.failureOf(kindOfStatus(this.status), code, message);
  }

  failureOf(kind, code, message) {
    return new Failure(kind, code, message).status(this.status).retryAfter(this.retryAfterMs());
  }

  errorForStatus() {
    if (this.isSuccess) return this;
    const quote = Array.from(decodeLossy(this.bytes.subarray(0, 4 * QUOTED_CHARS))).slice(0, QUOTED_CHARS).join("");
    throw this.failure(`http-${this.status}`, `the courier answered with status ${this.status}: ${quote}`);
  }

  #unreadable(reason) {
    const words = `the courier's answer cannot be read: ${reason}`;
    return Failure.unexpectedAnswer("unreadable", words).status(this.status);
  }
}

/** Reads the text `kept:<n>` that stands where the host cut out a value; `null` if it is none. */
export function kept(text) {
  const number = /^\s*kept:(\d{1,9})\s*$/.exec(text ?? "")?.[1];
  return number === undefined ? null : { tag: "kept", val: Number(number) };
}

/** Looks at the first byte, before a long page of something else is read. */
function mayBeJson(bytes) {
  const first = bytes.find((byte) => byte > 0x20);
  return first !== undefined && (first >= 0x80 || '{["-0123456789tfn'.includes(String.fromCharCode(first)));
}

/** Counts brackets, also those in texts: no courier has this many in either. A piece at a time, to stop early. */
function isDeep(text) {
  let depth = 0;
  for (let start = 0; start < text.length; start += PIECE) {
    for (const sign of text.slice(start, start + PIECE).match(/[[{\]}]/g) ?? []) {
      depth += sign === "[" || sign === "{" ? 1 : -1;
      if (depth > MAX_DEPTH) return true;
    }
  }
  return false;
}
