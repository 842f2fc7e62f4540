import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { cases, run } from "crossdock-sdk/testing";

import * as courier from "../src/main.js";

const folder = fileURLToPath(new URL("../../fixtures/", import.meta.url));

for (const name of cases(folder)) {
  test(name, () => {
    const { answer, expected, problems } = run(courier, folder + name);
    assert.deepEqual(problems, []);
    assert.deepEqual(answer, expected);
  });
}
