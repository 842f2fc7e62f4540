// Examplepost: a courier that does not exist, as an example.

export { auth } from "./auth.js";
export { rates } from "./rates.js";
export { shipments } from "./shipments.js";
export { tracking } from "./tracking.js";
