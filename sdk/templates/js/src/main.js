// {{name}}: tracking. The courier's API in this file is made up: put your courier's in its place.

import { Failure, Request, country, each, time } from "crossdock-sdk";

import { STATUSES } from "./status.js";

/** @type {import("crossdock-sdk").AuthCapability} */
export const auth = {
  check() {
    const customer = Request.get("api", "/account").send().errorForStatus().json();
    return { id: customer.at("number").text(), label: customer.at("name").textOrNull() };
  },
};

/** @type {import("crossdock-sdk").TrackingCapability} */
export const tracking = { track: (call, numbers) => each(numbers, (number) => trackOne(call, number)) };

/**
 * @param {import("crossdock-sdk").Call} call
 * @param {string} number
 */
function trackOne(call, number) {
  const language = call.locale().split("-")[0];
  const answer = Request.get("api", "/parcels").pathSegment(number).query("lang", language).send();
  if (answer.status === 404) throw answer.failure("unknown-number", "{{name}} does not know this number");
  const parcel = answer.errorForStatus().json();
  if (parcel.at("number").text() !== number) {
    throw Failure.unexpectedAnswer("another-parcel", "{{name}} answered with another parcel");
  }
  const events = parcel.at("events").list().map(event);
  return { number, status: events.at(-1)?.status ?? "unknown", events };
}

/** @param {import("crossdock-sdk").Json} event */
function event(event) {
  const [code, at] = [event.at("code").text(), event.at("time").text()];
  return {
    occurredAt: time.moment(at),
    status: STATUSES.status(code),
    // The same event must have the same key in every answer.
    courierKey: `${at}/${code}`,
    courierCode: code,
    courierText: event.at("text").textOrNull(),
    city: event.at("city").textOrNull(),
    country: country(event.at("country").textOrNull()),
  };
}
