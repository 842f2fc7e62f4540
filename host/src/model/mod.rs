//! Plain types: the words that every layer shares, ids, clock and randomness. No input or output, no database, no HTTP.

pub mod address;
pub mod booking;
pub mod caller;
pub mod clock;
pub mod courier;
pub mod credential;
pub mod document;
pub mod exchange;
pub mod failure;
pub mod id;
pub mod locale;
pub mod moment;
pub mod money;
pub mod pickup;
pub mod question;
pub mod rate;
pub mod replay;
pub mod service_point;
pub mod shipment;
pub mod subscription;
pub mod tracking;
pub mod webhook;

/// Pairs whose keys docs/PLUGINS.md documents; unknown keys are kept and ignored.
pub type Extensions = Vec<(String, String)>;
