// Runs recorded cases against a plugin's own modules, in Node.js and without WebAssembly. The format of a case is the
// Rust package's (sdk/README.md): call.json, exchange-<n>.json, expected.json.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { connect, serve } from "./glue.js";
import { complete } from "./complete.js";
import { parameters, records, results } from "./shapes.js";
import { encode } from "./text.js";

/** The names of the cases in a folder. */
export function cases(folder) {
  return readdirSync(folder).filter((name) => existsSync(join(folder, name, "call.json"))).sort();
}

/** Runs one case; returns what the plugin answered, what was expected, and the requests that differ from the recorded ones. */
export function run(courier, folder) {
  const file = read(join(folder, "call.json"));
  const exchanges = [];
  while (existsSync(exchangePath(folder, exchanges.length))) exchanges.push(read(exchangePath(folder, exchanges.length)));
  const host = recorded(exchanges, file.verifies ?? false);
  connect(host);
  const [interfaceName, functionName] = file.operation.split(".").map(camel);
  const served = serve(interfaceName, courier[interfaceName], "the plugin");
  const given = changed(file.args ?? {}, camel);
  const taken = Object.entries(parameters[interfaceName][functionName]);
  const args = taken.map(([name, shape]) => complete(shape, given[name], name));
  let answer;
  try {
    const value = served[functionName](call(file), ...args);
    answer = { ok: results[interfaceName][functionName][0] === "!" ? value.map(({ tag, val }) => ({ [tag]: val })) : value };
  } catch (thrown) {
    if (thrown instanceof Error) throw thrown;
    answer = { err: thrown };
  }
  const problems = host.problems();
  return { answer: pruned(changed(answer, snake)), expected: pruned(read(join(folder, "expected.json"))), problems };
}

/** The context of a call, from what call.json says. */
export function call(file = {}) {
  return {
    field: (key) => file.fields?.[key] ?? null,
    accountKind: () => file.account_kind ?? "main",
    environment: () => file.environment ?? "production",
    locale: () => file.locale ?? "en",
    nowMs: () => Date.parse(file.now ?? "2025-11-20T12:00:00Z"),
    timeLeftMs: () => file.time_left_ms ?? 30_000,
    callId: () => file.call_id ?? "01JD4ZXCALL00000000000TEST",
    endpointUrl: (name) => file.endpoint_urls?.[name] ?? null,
  };
}

/** A host that answers each request from the next exchange, and compares what it was asked. */
export function recorded(exchanges, verifies = false) {
  const asked = [];
  const problems = [];
  let kept = 0;
  const send = (request) => {
    const { request: wanted, response, failure } = exchanges[asked.length] ?? {};
    const made = described(request);
    asked.push(made);
    if (wanted !== undefined) {
      const [one, other] = [pruned(wanted), pruned(made)].map((value) => JSON.stringify(sorted(value)));
      if (one !== other) problems.push(`request ${asked.length}: expected ${one}, made ${other}`);
    }
    if (response === undefined) throw failure === undefined ? notRecorded() : whole(failure);
    const is2xx = response.status >= 200 && response.status < 300;
    let body = response.body ?? "";
    for (const { pointer } of is2xx ? request.keep : []) {
      body = keepAt(body, pointer.split("/").slice(1), () => `kept:${kept++}`);
    }
    return {
      status: response.status,
      headers: Object.entries(response.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
      body: encode(typeof body === "string" ? body : JSON.stringify(body)),
    };
  };
  const sendAll = (requests) =>
    requests.map((request) => {
      try {
        return { tag: "ok", val: send(request) };
      } catch (failure) {
        return { tag: "err", val: failure };
      }
    });
  return {
    http: { send, sendAll },
    log: { write() {} },
    crypto: { verify: () => verifies },
    problems() {
      const missing = exchanges.slice(asked.length).map((_, place) => `request ${asked.length + place + 1} was not made`);
      return [...problems, ...missing];
    },
  };
}

/** A request as a case's file tells it. */
function described(request) {
  const json = (text) => (/^\s*[[{]/.test(text) ? JSON.parse(text) : text);
  return {
    endpoint: request.endpoint,
    method: request.method.toUpperCase(),
    path: request.path,
    query: Object.fromEntries(request.query),
    headers: Object.fromEntries(request.headers.map(([name, value]) => [name.toLowerCase(), value])),
    body: request.body === null ? null : json(Buffer.from(request.body).toString("utf8")),
    keep: request.keep,
    repeatable: request.repeatable && !["get", "head"].includes(request.method) ? true : null,
  };
}

function keepAt(value, steps, next) {
  if (steps.length === 0) return typeof value === "string" ? next() : value;
  const [step, ...rest] = steps;
  if (Array.isArray(value)) {
    return value.map((element, place) => (step === "*" || step === String(place) ? keepAt(element, rest, next) : element));
  }
  if (typeof value !== "object" || value === null || !(step in value)) return value;
  return { ...value, [step]: keepAt(value[step], rest, next) };
}

function notRecorded() {
  return whole({ kind: "unavailable", code: "not-recorded", message: "no such exchange is recorded" });
}

function whole(failure) {
  const blank = Object.fromEntries(Object.keys(records.failure).map((name) => [name, null]));
  return { ...blank, problems: [], requestSent: false, ...changed(failure, camel) };
}

/** The same value with the names of its members changed. */
function changed(value, rename) {
  if (Array.isArray(value)) return value.map((element) => changed(element, rename));
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (rename === snake && typeof value.tag === "string" && "val" in value) return { [value.tag]: changed(value.val, rename) };
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [rename(name), changed(member, rename)]));
}

function camel(name) {
  return name.replace(/[-_](.)/g, (_, letter) => letter.toUpperCase());
}

function snake(name) {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Without members that are null or empty. */
function pruned(value) {
  if (Array.isArray(value)) return value.map(pruned);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, pruned(member)]);
  return Object.fromEntries(members.filter(([, member]) => !isNothing(member)));
}

function isNothing(value) {
  return value === null || value === undefined || (typeof value === "object" && Object.keys(value).length === 0);
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, sorted(value[name])]));
}

function exchangePath(folder, place) {
  return join(folder, `exchange-${place + 1}.json`);
}

function read(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}
