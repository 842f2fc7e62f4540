//! The tests through Crossdock's own doors: one binary, one module per resource.

mod contract;
mod crash;
mod desk;
mod journey;
mod lab;
mod plugin_swap;
mod secrets;
