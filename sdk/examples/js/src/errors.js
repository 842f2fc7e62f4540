// What Examplepost says when it refuses.

import { Failure } from "crossdock-sdk";

/** Examplepost's names for places of our request. */
const PLACES = { from: "sender", to: "recipient", zip: "postal_code", name: "person", city: "city", country: "country" };

/**
 * The answer if its status is 2xx; else throws a failure with Examplepost's code and words.
 *
 * @param {import("crossdock-sdk").Response} answer
 */
export function accepted(answer) {
  if (answer.isSuccess) return answer;
  const error = errorOf(answer);
  const code = error?.at("code").textOrNull();
  // A proxy in between speaks no Examplepost.
  if (!code) return answer.errorForStatus();
  const failure = answer.failure(code, error.at("text").textOrNull() ?? code);
  for (const field of error.at("fields").list()) {
    const place = field.at("field").textOrNull() ?? "";
    failure.problem(pointer(place), field.at("code").textOrNull() ?? "invalid", field.at("text").textOrNull() ?? place);
  }
  throw failure;
}

function errorOf(answer) {
  try {
    return answer.json().at("error");
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

/** `to.zip` as `/shipment/recipient/postal_code`. */
function pointer(field) {
  const [first = "", ...rest] = field.split(".").map((name) => PLACES[name] ?? name);
  return ["/shipment", first, ...rest].join("/");
}
