// The courier's codes and what they mean. Name the page that lists them, and the day on which you read it.

import { StatusTable } from "crossdock-sdk";

/** A code that is not here is `unknown`: never guess. */
export const STATUSES = new StatusTable({
  REG: "pre-transit",
  ACC: "accepted",
  TRN: "in-transit",
  OUT: "out-for-delivery",
  PUP: "available-for-pickup",
  DEL: "delivered",
  ATT: "delivery-attempt-failed",
  EXC: "exception",
  RET: "returned-to-sender",
});
