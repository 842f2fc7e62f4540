import { Failure, Request } from "crossdock-sdk";

import { accepted } from "./errors.js";

/** @type {import("crossdock-sdk").AuthCapability} */
export const auth = {
  check(call) {
    const customer = accepted(Request.get("api", "/account").send()).json().at("customer");
    const number = customer.at("number").text();
    if (number !== call.field("customer_number")) {
      throw Failure.auth("customer-number", `the key belongs to customer ${number}`);
    }
    return { id: number, label: customer.at("name").textOrNull() };
  },
};
