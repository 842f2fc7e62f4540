// A courier's codes and what they mean.

import { Failure } from "./failure.js";

/** A table of a courier's codes: `new StatusTable({ DEL: "delivered", … })`. Case and surrounding blanks do not matter. */
export class StatusTable {
  #rows;

  constructor(rows) {
    this.#rows = new Map();
    for (const [code, status] of Object.entries(rows)) {
      const key = code.toUpperCase();
      if (this.#rows.has(key)) throw new Error(`the code ${code} stands twice in the status table`);
      this.#rows.set(key, status);
    }
  }

  /** The status of a code; `null` if the courier documents no such code. */
  get(code) {
    return this.#rows.get(String(code).trim().toUpperCase()) ?? null;
  }

  /** The status of a code, `unknown` for a code that is not in the table. */
  status(code) {
    return this.get(code) ?? "unknown";
  }
}

/** Calls a function for each number; a failure stands in its number's place and takes no other along. */
export function each(numbers, act) {
  return numbers.map((number) => {
    try {
      return act(number);
    } catch (error) {
      if (error instanceof Failure) return error;
      throw error;
    }
  });
}
