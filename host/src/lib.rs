//! Crossdock's server: an integration host for parcel couriers.
//!
//! Layers call downwards only: `http` and `jobs` → `service` → `store`, `plugin`, `vault`, `outbound` → `model`.
//! docs/ARCHITECTURE.md shows the house.

pub mod app;
pub mod cli;
pub mod conformance;
pub mod http;
pub mod jobs;
pub mod model;
pub mod outbound;
pub mod plugin;
pub mod service;
pub mod store;
pub mod vault;
