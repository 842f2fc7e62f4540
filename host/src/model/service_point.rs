//! Shops and lockers.

use serde::{Deserialize, Serialize};

use super::Extensions;
use super::address::{Address, Position};

/// When a place is open on a day of the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpeningHours {
    /// 1 Monday to 7 Sunday.
    pub weekday: u8,
    /// `hh:mm` local.
    pub opens: String,
    /// `hh:mm` local.
    pub closes: String,
}

/// When a place is open on one date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpeningException {
    /// `YYYY-MM-DD`.
    pub date: String,
    /// `hh:mm` local; both `None`: closed.
    pub opens: Option<String>,
    /// `hh:mm` local.
    pub closes: Option<String>,
}

/// A place where parcels are handed in or out. The contract's `service-point` says what each field means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "documented field by field in wit/types.wit")]
pub struct ServicePoint {
    pub id: String,
    pub name: String,
    pub kind: String,
    pub address: Address,
    pub distance_m: Option<u32>,
    pub opening_hours: Vec<OpeningHours>,
    pub exceptions: Vec<OpeningException>,
    pub capabilities: Vec<String>,
    pub latest_drop_off: Option<String>,
    pub max_weight_grams: Option<u32>,
    pub max_length_mm: Option<u32>,
    pub max_width_mm: Option<u32>,
    pub max_height_mm: Option<u32>,
    pub extensions: Extensions,
}

/// Where to look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Near {
    /// Around an address.
    Address(Box<Address>),
    /// Around a point.
    Position(Position),
}

/// A search for service points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServicePointSearch {
    /// Where to look.
    pub near: Near,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// At most this many, 1 to 50.
    pub limit: u32,
    /// Only of this kind.
    pub kind: Option<String>,
    /// Only those that serve it.
    pub service: Option<String>,
}
