import { Failure, Request, kept } from "crossdock-sdk";

import { accepted } from "./errors.js";
import { price } from "./rates.js";

/** @type {import("crossdock-sdk").ShipmentsCapability} */
export const shipments = {
  create(call, order) {
    refuseWhatHasNoPlace(order.shipment);
    const request = Request.post("api", "/shipments").json(body(call, order)).keepBase64("/shipment/label");
    const shipment = accepted(request.send()).json().at("shipment").object();
    const documents = labels(shipment.at("label"), order.labelFormat);
    // The booking stands without its label, which can be fetched later.
    const failures = documents.length > 0 ? [] : [{ failure: noLabel() }];
    return { ...booking(shipment), documents, failures };
  },

  cancel(_, shipment) {
    accepted(Request.delete("api", "/shipments").pathSegment(shipment.courierShipmentId).send());
    return { final: true };
  },

  label(_, shipment, format) {
    const request = Request.get("api", "/shipments").pathSegment(shipment.courierShipmentId).path("/label");
    const answer = accepted(request.query("format", format).keepBase64("/label").send());
    const documents = labels(answer.json().at("label"), format);
    if (documents.length === 0) throw noLabel();
    return documents;
  },

  findByReference(_, reference) {
    const answer = accepted(Request.get("api", "/shipments").query("reference", reference).send());
    const [shipment] = answer.json().at("shipments").list();
    if (shipment === undefined) throw Failure.notFound("no-shipment", "there is no shipment with this reference");
    return booking(shipment);
  },
};

/** @param {import("crossdock-sdk").Shipment} shipment */
function refuseWhatHasNoPlace(shipment) {
  const failure = Failure.invalidInput("not-possible", "Examplepost cannot carry this as it is");
  const refuse = (pointer, what) => failure.problem(pointer, "not-offered", `Examplepost does not take ${what}`);
  if (shipment.customs !== null) refuse("/shipment/customs", "customs data: it carries within the Nordic countries");
  if (shipment.isReturn) refuse("/shipment/is_return", "returns");
  if (shipment.returnTo !== null) refuse("/shipment/return_to", "another address for returns");
  if (shipment.payments.length > 0) refuse("/shipment/payments", "another payer than the sender");
  if (failure.problems.length > 0) throw failure;
}

function body(call, { shipment, bookingReference, labelFormat }) {
  return {
    customer: call.field("customer_number"),
    reference: bookingReference,
    service: shipment.service,
    label: labelFormat,
    from: party(shipment.sender),
    to: party(shipment.recipient),
    parcels: shipment.parcels.map((parcel) => ({ weight_g: parcel.weightGrams })),
  };
}

/** @param {import("crossdock-sdk").Address} address */
function party(address) {
  const all = {
    name: address.company ?? address.person,
    street: address.lines[0],
    zip: address.postalCode,
    city: address.city,
    country: address.country,
    phone: address.phone,
    email: address.email,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null && value !== undefined));
}

/** @param {import("crossdock-sdk").Json} shipment */
function booking(shipment) {
  const numbers = shipment.at("parcels").list().map((parcel) => parcel.at("number").text());
  if (numbers.length === 0) throw Failure.unexpectedAnswer("no-parcels", "the courier's answer holds no parcels");
  return {
    courierShipmentId: shipment.at("id").text(),
    parcels: numbers.map((trackingNumber, index) => ({ index, trackingNumber })),
    price: price(shipment.at("price")),
    trackingLink: `https://examplepost.example/track/${numbers[0]}`,
  };
}

/** One document with all labels; the host kept it. */
function labels(label, format) {
  const content = kept(label.textOrNull());
  return content === null ? [] : [{ category: "label", format, pageSize: format === "pdf" ? "A6" : null, content }];
}

function noLabel() {
  return Failure.unexpectedAnswer("no-label", "the courier's answer holds no label");
}
