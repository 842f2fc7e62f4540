//! Write a courier plugin for Crossdock.
//!
//! A plugin is a type that implements [`Plugin`] and the traits of the capabilities that its courier has, and one line:
//! `crossdock_sdk::export!(Acme: auth, tracking);`. `sdk/README.md` shows a whole one. Plugins are built for
//! `wasm32-unknown-unknown`; their tests run natively, against recorded exchanges (feature `testing`).

// The derive writes the crate's name.
extern crate self as crossdock_sdk;

#[cfg(target_arch = "wasm32")]
mod allocator;
#[doc(hidden)]
pub mod bindings;
mod call;
mod capability;
pub mod countries;
#[cfg(not(target_arch = "wasm32"))]
#[doc(hidden)]
pub mod dispatch;
mod export;
mod failure;
pub mod host;
mod json;
mod refusals;
mod request;
mod response;
mod status;
#[cfg(all(feature = "testing", not(target_arch = "wasm32")))]
pub mod testing;
pub mod time;
pub mod types;
pub mod units;
mod zone;

pub use call::{Call, Facts};
pub use capability::{
    Addresses, Auth, Manifests, Pickups, Plugin, Rates, ServicePoints, Shipments, Subscriptions, Tracking, Webhooks,
};
pub use crossdock_contract::{self as contract, Description, VERSION as CONTRACT_VERSION, description};
#[doc(hidden)]
pub use export::{Glue, parse_description};
pub use jiff;
pub use json::{FromJson, Json, JsonError, Members, read as read_json};
pub use refusals::Refusals;
pub use request::{Request, send_all};
pub use response::{Response, kept, link};
pub use status::StatusTable;
pub use types::Failure;
