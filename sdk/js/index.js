// Everything that a plugin uses.

export { Failure } from "./src/failure.js";
export { log, verify } from "./src/host.js";
export { Json } from "./src/json.js";
export { Request, sendAll } from "./src/request.js";
export { Response, kept } from "./src/response.js";
export { StatusTable, each } from "./src/status.js";
export { country, money } from "./src/values.js";
export * as time from "./src/time.js";
