import { Request, money } from "crossdock-sdk";

import { accepted } from "./errors.js";

/** @type {import("crossdock-sdk").RatesCapability} */
export const rates = {
  quote(call, shipment) {
    const body = {
      customer: call.field("customer_number"),
      from: { zip: shipment.sender.postalCode, country: shipment.sender.country },
      to: { zip: shipment.recipient.postalCode, country: shipment.recipient.country },
      weight_g: shipment.parcels.reduce((sum, parcel) => sum + parcel.weightGrams, 0),
      ...(shipment.service && { service: shipment.service }),
    };
    // Asking for a price changes nothing, so the host may ask again.
    const answer = accepted(Request.post("api", "/quotes").json(body).repeatable().send());
    return { rates: answer.json().at("quotes").list().map(rate) };
  },
};

/** @param {import("crossdock-sdk").Json} quote */
function rate(quote) {
  return {
    service: quote.at("service").text(),
    name: quote.at("name").text(),
    price: price(quote.at("price")),
    transitDays: quote.at("days").countOrNull(),
    deliveryKind: "home",
  };
}

/**
 * Examplepost's prices are the customer's own.
 *
 * @param {import("crossdock-sdk").Json} price
 */
export function price(price) {
  const total = money(price.at("amount").textOrNull(), price.at("currency").textOrNull());
  return total && { total, ownPrice: true };
}
