//! Times as couriers tell them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A moment as a courier tells it: never a false `Z`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// RFC 3339 with its offset, where one is known.
    pub at: Option<String>,
    /// Wall-clock time at the place, `YYYY-MM-DDThh:mm:ss`.
    pub local: String,
    /// Whether the courier stated the offset.
    pub zone_known: bool,
}

impl Moment {
    /// Returns the instant, where an offset is known.
    pub fn instant(&self) -> Option<Timestamp> {
        self.at.as_deref()?.parse().ok()
    }
}

/// From one moment to another; either end may be open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Not before.
    pub earliest: Option<Moment>,
    /// Not after.
    pub latest: Option<Moment>,
}
