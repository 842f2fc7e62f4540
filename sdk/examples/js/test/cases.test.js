import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { cases, run } from "crossdock-sdk/testing";

import * as courier from "../src/main.js";

const folder = join(import.meta.dirname, "../../fixtures");

for (const name of cases(folder)) {
  test(name, () => {
    const { answer, expected, problems } = run(courier, join(folder, name));
    assert.deepEqual(problems, []);
    assert.deepEqual(answer, expected);
  });
}
