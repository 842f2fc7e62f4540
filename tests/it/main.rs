//! The tests through Crossdock's own doors: one binary, one module per resource.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod authors;
mod bad_input;
mod contract;
mod contract_versions;
mod crash;
mod desk;
mod fuzz;
mod hostile;
mod isolation;
mod journey;
mod lab;
mod languages;
mod openapi;
mod operator;
mod parcels;
mod plugin_swap;
mod replay;
mod secrets;
mod tokens;
mod v1;
