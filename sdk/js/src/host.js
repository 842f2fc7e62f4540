// What the host offers. The module that `crossdock plugin build` writes connects it; a test connects a recorded one.

import { Failure } from "./failure.js";

let host = null;
/** Whether a request that may have changed something has left in this call. */
let changingRequestLeft = false;

export function connect(given) {
  host = given;
}

export function startCall() {
  changingRequestLeft = false;
}

export function hasChanged() {
  return changingRequestLeft;
}

/** Sends the contract's request; throws the host's failures. */
export function send(request) {
  try {
    const answer = connected().http.send(request);
    note(request, true);
    return answer;
  } catch (thrown) {
    throw failureOf(request, thrown);
  }
}

/** Sends several, at most 20; an answer or a `Failure` for each. */
export function sendSeveral(requests) {
  const results = connected().http.sendAll(requests);
  return results.map((result, place) => {
    if (result.tag === "err") return failureOf(requests[place], result.val);
    note(requests[place], true);
    return result.val;
  });
}

function failureOf(request, thrown) {
  const record = thrown?.payload ?? thrown;
  // Anything else is a mistake in the plugin or in this package.
  if (typeof record?.kind !== "string" || typeof record.requestSent !== "boolean") return thrown;
  note(request, record.requestSent);
  return Failure.of(record);
}

function note(request, left) {
  if (left && request.method !== "get" && request.method !== "head") changingRequestLeft = true;
}

/** Writes a line to the host's log. Never an address, a name, or a courier's body. */
export function log(level, message, fields = {}) {
  const pairs = Object.entries(fields).map(([name, value]) => [name, String(value)]);
  host?.log.write(level, message, pairs);
}

/** Whether `signature` is the message's under a secret field of the credential or `webhook-secret`. */
export function verify(algorithm, key, message, signature) {
  return connected().crypto.verify(algorithm, key, message, signature);
}

function connected() {
  if (host === null) throw new Error("there is no host outside of a plugin; tests connect a recorded one (testing.js)");
  return host;
}
