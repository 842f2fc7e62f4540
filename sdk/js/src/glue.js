// Between the tool chain and the plugin: used by the module that `crossdock plugin build` writes, and by tests.

import { complete } from "./complete.js";
import { Failure } from "./failure.js";
import { connect, hasChanged, log, startCall } from "./host.js";
import { results } from "./shapes.js";

export { connect };

/** Wraps a plugin's functions of one capability as the tool chain wants them. */
export function serve(capability, given, main) {
  const served = {};
  for (const [name, shape] of Object.entries(results[capability])) {
    const place = `${capability}.${name}`;
    if (typeof given?.[name] !== "function") {
      throw new Error(`${main} must export \`${capability}\` with a function \`${name}\`: the description promises it`);
    }
    const act = (...args) => given[name](...args);
    served[name] = shape[0] === "!" ? several(place, shape.slice(1), act) : one(place, shape, act);
  }
  return served;
}

function one(place, shape, act) {
  return (...args) =>
    guarded(place, () => {
      try {
        return complete(shape, act(...args), place);
      } catch (error) {
        if (error instanceof Failure) throw error.record(hasChanged());
        throw error;
      }
    });
}

/** A list of which each element may fail; a failure of the whole stands at each number. */
function several(place, shape, act) {
  return (call, numbers) =>
    guarded(place, () => {
      let answers;
      try {
        answers = act(call, numbers);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        answers = numbers.map(() => error);
      }
      return answers.map((answer, number) =>
        answer instanceof Failure
          ? { tag: "err", val: answer.record(hasChanged()) }
          : { tag: "ok", val: complete(shape, answer, `${place}[${number}]`) },
      );
    });
}

/** A mistake in the plugin ends the call; its words go to the log first, because the host sees only that it ended. */
function guarded(place, act) {
  startCall();
  try {
    return act();
  } catch (error) {
    if (error instanceof Error) log("error", `${place}: ${error.message}`, { stack: String(error.stack) });
    throw error;
  }
}
