import assert from "node:assert/strict";
import { test } from "node:test";

import { Failure, Json, Request, StatusTable, country, each, kept, money, time } from "../index.js";
import { complete } from "../src/complete.js";
import { connect, serve } from "../src/glue.js";
import { call, recorded } from "../src/testing.js";
import { decode, decodeLossy, encode } from "../src/text.js";

const answering = (response) => connect(recorded([{ response }]));

test("what is missing is named with its path", () => {
  const answer = new Json({ parcels: [{ id: "1", city: " " }, {}] });
  const [first, second] = answer.at("parcels").list();
  assert.equal(first.at("id").text(), "1");
  assert.equal(first.at("city").textOrNull(), null);
  assert.throws(() => second.at("id").text(), { kind: "unexpected-answer", message: /parcels\[1\]\.id: missing$/ });
  assert.throws(() => first.at("id", "inner").text(), /parcels\[0\]\.id: expected an object, found text$/);
  assert.throws(() => answer.at("parcels").text(), /parcels: expected text, found a list$/);
});

test("couriers' JSON is read as they write it", () => {
  const answer = new Json({ one: { id: 7 }, count: "12", flag: "TRUE", none: null });
  assert.deepEqual(answer.at("one").list().map((element) => element.at("id").text()), ["7"]);
  assert.equal(answer.at("count").integer(), 12);
  assert.equal(answer.at("flag").flagOrNull(), true);
  assert.deepEqual(answer.at("none").list(), []);
  assert.equal(answer.at("none", "deeper").textOrNull(), null);
  assert.equal(new Json({ count: "1.5" }).at("count").integerOrNull(), null);
  assert.deepEqual([7, -1, 2 ** 40, "8"].map((value) => new Json(value).countOrNull()), [7, null, null, 8]);
});

test("requests are as the contract wants them", () => {
  const request = Request.get("api", "/v1/parcels").pathSegment("AB/C ü.~'").path("/events").query("a", null).contract();
  assert.equal(request.path, "/v1/parcels/AB%2FC%20%C3%BC.~%27/events");
  assert.deepEqual([request.query, request.repeatable], [[], true]);
  const form = Request.post("api", "/f").form({ "a b": "c&d", e: "+" }).contract();
  assert.equal(decode(form.body), "a%20b=c%26d&e=%2B");
  assert.throws(() => Request.get("api", "/v1").pathSegment("..").contract(), { code: "bad-request" });
});

test("plain statuses become kinds", () => {
  answering({ status: 429, headers: { "Retry-After": "7" }, body: "slow down" });
  const failure = thrown(() => Request.get("api", "/").send().errorForStatus());
  assert.deepEqual([failure.kind, failure.retryAfterMs, failure.courierStatus], ["rate-limited", 7000, 429]);
  answering({ status: 200, body: "<html>" });
  assert.throws(() => Request.get("api", "/").send().json(), { kind: "unexpected-answer", message: /it is no JSON$/ });
});

test("UTF-8 goes both ways", () => {
  const text = "Ångström 🚚 " + "x".repeat(5000);
  assert.equal(decode(encode(text)), text);
  assert.equal(decode(encode("a\ud83d")), "a\ufffd");
  assert.equal(decode(new Uint8Array([0x61, 0xff])), null);
  assert.equal(decodeLossy(new Uint8Array([0x61, 0xff, 0xc3, 0xa5, 0xe2])), "a\ufffdå\ufffd");
});

test("times keep what the courier stated", () => {
  const known = { at: "2025-06-01T12:30:00+02:00", local: "2025-06-01T12:30:00", zoneKnown: true };
  for (const text of ["2025-06-01T12:30:00+02:00", "2025-06-01T12:30:00.123+0200", "2025-06-01 12:30:00+02"]) {
    assert.deepEqual(time.moment(text), known, text);
  }
  assert.deepEqual(time.moment("20250601 1230"), { at: null, local: "2025-06-01T12:30:00", zoneKnown: false });
  assert.equal(time.epochMs(0).at, "1970-01-01T00:00:00Z");
  for (const text of ["", "2025-02-30T00:00:00Z", "2025-06-01T25:00:00", null]) assert.equal(time.moment(text), null);
  assert.equal(time.wholeDay("20250701").latest.local, "2025-07-01T23:59:59");
});

test("what the host would refuse is left out", () => {
  assert.deepEqual(money(" 12,30", "nok"), { amount: "12.30", currency: "NOK" });
  for (const amount of ["", "1e3", "12.", "é", null, "1".repeat(40)]) assert.equal(money(amount, "NOK"), null);
  assert.equal(money("1", "krone"), null);
  assert.deepEqual(["se", " NO ", "SWE", null].map(country), ["SE", "NO", null, null]);
  answering({ status: 200, body: "[".repeat(1000) });
  assert.throws(() => Request.get("api", "/").send().json(), /nested too deeply/);
});

test("codes are found whatever their case", () => {
  const table = new StatusTable({ DEL: "delivered" });
  assert.deepEqual([table.status(" del "), table.status("X"), table.get("X")], ["delivered", "unknown", null]);
  assert.throws(() => new StatusTable({ a: "delivered", A: "unknown" }), /twice/);
});

test("what a plugin left out is completed, and what is wrong is named", () => {
  const whole = complete("{tracking", { number: "1", status: "delivered" }, "track");
  assert.deepEqual([whole.events, whole.signedBy, Object.keys(whole).length], [[], null, 18]);
  assert.throws(() => complete("{tracking", { number: "1", status: "gone" }, "track"), /track\.status: expected one of/);
  assert.throws(() => complete("{tracking", { number: "1", status: "unknown", sgned: 1 }, "t"), /t\.sgned: there is no/);
  assert.deepEqual(complete("|document-content", kept("kept:3"), "c"), { tag: "kept", val: 3 });
});

test("a failure takes no other number along, and knows what had left", () => {
  answering({ status: 200, body: {} });
  const served = serve("tracking", {
    track: (_, numbers) => {
      Request.post("api", "/search").send();
      return each(numbers, (number) => {
        if (number === "2") throw Failure.notFound("unknown", "no such parcel");
        return { number, status: "unknown" };
      });
    },
  });
  const [first, second] = served.track(call(), ["1", "2"]);
  assert.deepEqual([first.tag, second.tag, second.val.kind, second.val.requestSent], ["ok", "err", "not-found", true]);
});

test("a mistake in the plugin is told in the log before it ends the call", () => {
  const lines = [];
  connect({ ...recorded([]), log: { write: (...line) => lines.push(line) } });
  const served = serve("auth", { check: () => ({ id: 7 }) });
  assert.throws(() => served.check(call()), TypeError);
  assert.match(lines[0][1], /^auth\.check: auth\.check\.id: expected text, found 7$/);
  assert.throws(() => serve("auth", {}, "main.js"), /main\.js must export `auth` with a function `check`/);
});

function thrown(act) {
  try {
    act();
  } catch (failure) {
    return failure;
  }
  throw new Error("nothing was thrown");
}
