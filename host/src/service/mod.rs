//! Use cases: plain functions over `App`. What they decide has no HTTP in it, and no SQL.

pub mod addresses;
pub mod api_keys;
pub mod audit;
pub mod choices;
pub mod connection;
pub mod courier_calls;
pub mod credentials;
pub mod daily_counters;
mod detached;
pub mod documents;
pub mod error;
pub(crate) mod faults;
pub mod idempotency;
pub mod keyring;
pub mod merchant_keys;
pub mod merchants;
pub mod pickups;
pub mod plugins;
pub mod rates;
pub mod recordings;
pub mod root_keys;
pub mod selection;
pub mod service_points;
pub mod shipments;
pub mod stores;
pub mod tokens;
pub mod tracking;

pub use error::{Error, Result};
