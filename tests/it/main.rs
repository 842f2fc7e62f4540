//! The tests through Crossdock's own doors: one binary, one module per resource.

mod contract;
mod lab;
mod plugin_swap;
mod secrets;
