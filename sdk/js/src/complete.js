// Completes what a plugin returns to what the contract wants: what was left out becomes null, empty or false.
//
// What is wrong is said with its place, because the tool chain would only crash.

import { Failure } from "./failure.js";
import { enums, records, variants } from "./shapes.js";

/** The tool chain reads numbers as 32 bits with a sign. */
const MAX_NUMBER = 2 ** 31 - 1;

/** Completes a value of a shape (shapes.js); `place` says where it stands. */
export function complete(shape, value, place) {
  const rest = shape.slice(1);
  switch (shape[0]) {
    case "?":
      return value === null || value === undefined ? null : complete(rest, value, place);
    case "*":
      return list(value, place).map((element, number) => complete(rest, element, `${place}[${number}]`));
    case "{":
      return record(rest, value, place);
    case "=":
      if (enums[rest].includes(value)) return value;
      throw wrong(place, `one of ${enums[rest].join(", ")}`, value);
    case "|":
      return variant(rest, value, place);
    case "b":
      return value === undefined || value === null ? false : checked(typeof value === "boolean", value, place, "a flag");
    case "s":
      return checked(typeof value === "string", value, place, "text");
    case "n":
      return checked(isWhole(value) && value >= 0, value, place, `a whole number from 0 to ${MAX_NUMBER}`);
    case "i":
      return checked(isWhole(value), value, place, "a whole number");
    case "y":
      return checked(value instanceof Uint8Array, value, place, "a Uint8Array");
    case "p":
      return checked(Array.isArray(value) && value.length === 2 && value.every(isText), value, place, "a pair of texts");
    default:
      return undefined;
  }
}

function record(name, given, place) {
  const value = given instanceof Failure ? given.record(false) : given;
  if (typeof value !== "object" || value === null) throw wrong(place, "an object", value);
  const shapes = records[name];
  for (const member in value) {
    if (!(member in shapes)) throw new TypeError(`${place}.${member}: there is no such member`);
  }
  const whole = {};
  for (const member in shapes) whole[member] = complete(shapes[member], value[member], `${place}.${member}`);
  return whole;
}

function variant(name, value, place) {
  const shape = variants[name][value?.tag];
  if (shape === undefined) throw wrong(place, `a tag of ${Object.keys(variants[name]).join(", ")}`, value?.tag);
  return { tag: value.tag, val: complete(shape, value.val, `${place}.val`) };
}

function list(value, place) {
  return value === undefined || value === null ? [] : checked(Array.isArray(value), value, place, "a list");
}

function checked(fits, value, place, what) {
  if (fits) return value;
  throw wrong(place, what, value);
}

function isWhole(value) {
  return Number.isInteger(value) && Math.abs(value) <= MAX_NUMBER;
}

function isText(value) {
  return typeof value === "string";
}

function wrong(place, what, value) {
  const found = value === undefined ? "nothing" : JSON.stringify(value) ?? typeof value;
  return new TypeError(`${place}: expected ${what}, found ${found.slice(0, 100)}`);
}
