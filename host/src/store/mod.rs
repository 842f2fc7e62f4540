//! The database: the only place with SQL. One file per table, one text for SQLite and PostgreSQL.
//!
//! A merchant's data is read and written through a [`Tx`] of [`Db::begin`] or [`Db::begin_read`], which carries the merchant's scope;
//! work across merchants through [`Db::begin_maintenance`]. No transaction lives across a plugin call or a request.

#[macro_use]
mod db;

pub mod api_keys;
pub mod audit;
pub mod columns;
pub mod counters;
pub mod courier_calls;
pub mod credential_tokens;
pub mod credentials;
pub mod documents;
pub mod error;
pub mod idempotency;
pub mod jobs;
pub mod limit_counters;
pub mod merchant_keys;
pub mod merchants;
mod migrate;
pub mod page;
pub mod parcels;
pub mod pickups;
pub mod plugin_refusals;
pub mod plugin_versions;
pub mod plugins;
pub mod recorded_calls;
mod role;
pub mod shipments;
mod sqlite_pool;
pub mod stores;
#[doc(hidden)]
pub mod testing;
pub mod tracking_events;
pub mod trackings;
pub mod vault_checks;

#[cfg(test)]
pub(crate) mod tests;

pub use columns::Json;
pub use db::{DatabaseUrl, Db, Tx};
pub use error::{Error, Result};
pub use migrate::Migration;
pub use page::{Listed, Page};
