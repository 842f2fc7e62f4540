import { Failure, Request, StatusTable, country, each, time } from "crossdock-sdk";

import { accepted } from "./errors.js";

/** Examplepost's states (its handbook, "States of a parcel"). */
const STATES = new StatusTable({
  REG: "pre-transit",
  ACC: "accepted",
  TRN: "in-transit",
  TRM: "in-transit",
  OUT: "out-for-delivery",
  PUP: "available-for-pickup",
  NOT: "delivery-attempt-failed",
  EXC: "exception",
  RTS: "returned-to-sender",
  DEL: "delivered",
  CAN: "cancelled",
});

/** @type {import("crossdock-sdk").TrackingCapability} */
export const tracking = { track: (_, numbers) => each(numbers, track) };

/** @param {string} number */
function track(number) {
  const parcel = accepted(Request.get("api", "/parcels").pathSegment(number).send()).json().at("parcel").object();
  if (parcel.at("number").text() !== number) {
    throw Failure.unexpectedAnswer("another-parcel", "Examplepost answered with another parcel");
  }
  const state = parcel.at("state").text();
  const expected = time.moment(parcel.at("expected").textOrNull());
  const others = parcel.at("shipment", "numbers").list().map((other) => other.text());
  return {
    number,
    status: STATES.status(state),
    courierCode: state,
    service: parcel.at("service").textOrNull(),
    weightGrams: parcel.at("weight_g").countOrNull(),
    signedBy: parcel.at("signed_by").textOrNull(),
    estimatedDelivery: expected && { latest: expected },
    pieces: others.length || null,
    relatedNumbers: others.filter((other) => other !== number),
    // Examplepost tells the newest first.
    events: parcel.at("events").list().reverse().map(event),
  };
}

/** @param {import("crossdock-sdk").Json} event */
function event(event) {
  const code = event.at("code").text();
  const place = event.at("place");
  return {
    occurredAt: time.moment(event.at("time").textOrNull()),
    status: STATES.status(code),
    courierCode: code,
    courierText: event.at("text").textOrNull(),
    courierKey: event.at("id").text(),
    city: place.at("city").textOrNull(),
    postalCode: place.at("zip").textOrNull(),
    country: country(place.at("country").textOrNull()),
  };
}
