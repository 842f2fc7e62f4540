// Requests to the courier.

import { Failure } from "./failure.js";
import { send, sendSeveral } from "./host.js";
import { Response } from "./response.js";
import { encode, percentEncoded } from "./text.js";

/** At most this many requests at once (contract). */
const MAX_AT_ONCE = 20;

/** A request to a declared endpoint. The host adds address, credentials and limits. */
export class Request {
  #inner;
  #broken = null;

  constructor(method, endpoint, path) {
    this.#inner = {
      endpoint,
      method,
      path,
      query: [],
      headers: [],
      body: null,
      keep: [],
      // The host repeats only what changes nothing.
      repeatable: method === "get" || method === "head",
      timeoutMs: null,
      extensions: [],
    };
  }

  static get(endpoint, path) {
    return new Request("get", endpoint, path);
  }
  static post(endpoint, path) {
    return new Request("post", endpoint, path);
  }
  static put(endpoint, path) {
    return new Request("put", endpoint, path);
  }
  static patch(endpoint, path) {
    return new Request("patch", endpoint, path);
  }
  static delete(endpoint, path) {
    return new Request("delete", endpoint, path);
  }

  pathSegment(segment) {
    const text = String(segment);
    if (text === "" || text === "." || text === "..") {
      this.#broken = `${JSON.stringify(text)} cannot be a part of an address`;
    }
    const { path } = this.#inner;
    this.#inner.path = path + (path.endsWith("/") ? "" : "/") + escaped(text);
    return this;
  }

  path(piece) {
    this.#inner.path += piece;
    return this;
  }

  query(name, value) {
    if (value !== null && value !== undefined) this.#inner.query.push([name, String(value)]);
    return this;
  }

  header(name, value) {
    this.#inner.headers.push([name, String(value)]);
    return this;
  }

  json(body) {
    this.#inner.body = encode(JSON.stringify(body));
    return this.#defaultHeader("content-type", "application/json").#defaultHeader("accept", "application/json");
  }

  form(fields) {
    const pairs = Object.entries(fields).map(([name, value]) => `${escaped(name)}=${escaped(String(value))}`);
    return this.body("application/x-www-form-urlencoded", pairs.join("&"));
  }

  body(contentType, body) {
    this.#inner.body = typeof body === "string" ? encode(body) : body;
    return this.#defaultHeader("content-type", contentType);
  }

  keepBase64(pointer) {
    return this.keep(pointer, "base64");
  }

  keepBody() {
    return this.keep("", "body");
  }

  keep(pointer, encoding) {
    this.#inner.keep.push({ pointer, encoding });
    return this;
  }

  repeatable() {
    this.#inner.repeatable = true;
    return this;
  }

  timeoutMs(ms) {
    this.#inner.timeoutMs = ms;
    return this;
  }

  send() {
    return new Response(send(this.contract()));
  }

  /** The contract's request. */
  contract() {
    if (this.#broken !== null) throw Failure.invalidInput("bad-request", this.#broken);
    return this.#inner;
  }

  #defaultHeader(name, value) {
    const given = this.#inner.headers.some(([header]) => header.toLowerCase() === name);
    return given ? this : this.header(name, value);
  }
}

/** Sends several requests, 20 at a time; a response or a failure for each, in order. */
export function sendAll(requests) {
  const results = [];
  for (let start = 0; start < requests.length; start += MAX_AT_ONCE) {
    const some = requests.slice(start, start + MAX_AT_ONCE).map((request) => request.contract());
    for (const result of sendSeveral(some)) results.push(result instanceof Failure ? result : new Response(result));
  }
  return results;
}

/** Everything but what RFC 3986 calls unreserved. */
function escaped(text) {
  const mark = (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;
  return percentEncoded(text).replace(/[!'()*]/g, mark);
}
