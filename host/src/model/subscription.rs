//! Asking couriers to push.

use serde::Serialize;

use super::Extensions;
use super::failure::PartFailure;

/// A courier's promise to push.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Subscription {
    /// The courier's id for it.
    pub id: String,
    /// The numbers that it covers.
    pub numbers: Vec<String>,
    /// RFC 3339; `None`: it lasts.
    pub expires: Option<String>,
    /// What could not be subscribed, by index into the asked numbers.
    pub failures: Vec<PartFailure>,
    /// Documented in docs/PLUGINS.md.
    pub extensions: Extensions,
}
