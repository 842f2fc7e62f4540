// Reading couriers' JSON as they write it: numbers as text, one thing for a list of one, nulls everywhere.

import { Failure } from "./failure.js";

/** The tool chain has room for 32 bits with a sign. */
const MAX_COUNT = 2 ** 31 - 1;

/** A place in a courier's answer, which may be absent. It knows its path, so that a failure can say what was missing. */
export class Json {
  #path;
  #problem;
  #status;

  constructor(value, status = null, path = "", problem = null) {
    this.value = value;
    this.#path = path;
    this.#problem = problem;
    this.#status = status;
  }

  /** The member of a member …; absent where one of them is. */
  at(...names) {
    let here = this;
    for (const name of names) here = here.#member(name);
    return here;
  }

  #member(name) {
    const path = this.#path === "" ? name : `${this.#path}.${name}`;
    if (!this.exists) return new Json(undefined, this.#status, path, this.#problem);
    if (kind(this.value) !== "an object") {
      const problem = this.#words(`expected an object, found ${kind(this.value)}`);
      return new Json(undefined, this.#status, path, problem);
    }
    return new Json(Object.hasOwn(this.value, name) ? this.value[name] : undefined, this.#status, path);
  }

  /** Whether there is something, and not null. */
  get exists() {
    return this.value !== undefined && this.value !== null;
  }

  /** Text without surrounding blanks, also of a number or a flag. Fails if it is absent or blank. */
  text() {
    const text = this.textOrNull();
    if (text !== null) return text;
    throw this.#missing("text");
  }

  /** The same; `null` if it is absent, blank, or no text. */
  textOrNull() {
    const { value } = this;
    if (typeof value === "string") return value.trim() || null;
    return typeof value === "number" || typeof value === "boolean" ? String(value) : null;
  }

  /** A whole number, also of text. Fails if there is none. */
  integer() {
    const number = this.integerOrNull();
    if (number !== null) return number;
    throw this.#missing("a number");
  }

  /** The same; `null` if there is none. */
  integerOrNull() {
    const { value } = this;
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    return Number.isSafeInteger(number) ? number : null;
  }

  /** A whole number from 0 that the contract has room for, such as a weight. Fails if there is none. */
  count() {
    const number = this.countOrNull();
    if (number !== null) return number;
    throw this.#missing("a number");
  }

  /** The same; `null` if there is none. */
  countOrNull() {
    const number = this.integerOrNull();
    return number !== null && number >= 0 && number <= MAX_COUNT ? number : null;
  }

  /** A flag, also of the words `true` and `false`; `null` if it is none. */
  flagOrNull() {
    const { value } = this;
    if (typeof value === "boolean") return value;
    const word = typeof value === "string" ? value.trim().toLowerCase() : "";
    return word === "true" ? true : word === "false" ? false : null;
  }

  /** The elements of a list, one thing for a list of one, nothing for null and blank text; nulls are left out. */
  list() {
    if (this.#problem !== null) throw this.#missing("a list");
    if (!this.exists || this.value === "") return [];
    const all = Array.isArray(this.value) ? this.value : [this.value];
    const places = all.map((value, place) => new Json(value, this.#status, `${this.#path}[${place}]`));
    return places.filter((place) => place.exists);
  }

  /** Fails unless it is an object. */
  object() {
    if (kind(this.value) !== "an object") throw this.#missing("an object");
    return this;
  }

  #missing(what) {
    const found = this.exists && this.value !== "" ? `expected ${what}, found ${kind(this.value)}` : "missing";
    const words = this.#problem ?? this.#words(found);
    return Failure.unexpectedAnswer("unreadable", `the courier's answer cannot be read: ${words}`).status(this.#status);
  }

  #words(problem) {
    return this.#path === "" ? problem : `${this.#path}: ${problem}`;
  }
}

function kind(value) {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  switch (typeof value) {
    case "boolean":
      return "a flag";
    case "number":
      return "a number";
    case "string":
      return "text";
    default:
      return "an object";
  }
}
