//! Places and who is there.

use serde::{Deserialize, Serialize};

use super::Extensions;

/// A point on the earth, in millionths of a degree (WGS 84).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// North is positive.
    pub latitude_microdegrees: i32,
    /// East is positive.
    pub longitude_microdegrees: i32,
}

/// An identifier for tax or trade.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxId {
    /// `vat`, `eori`, `ioss`, `voec`, `gst`, `national` or `other`.
    pub kind: String,
    /// The number.
    pub value: String,
    /// Who issued it.
    pub country: Option<String>,
}

/// A place and who is there. The contract's `address` says what each field means.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "documented field by field in wit/types.wit")]
pub struct Address {
    pub person: Option<String>,
    pub company: Option<String>,
    pub lines: Vec<String>,
    pub street: Option<String>,
    pub street_number: Option<String>,
    pub entrance: Option<String>,
    pub floor: Option<String>,
    pub door_code: Option<String>,
    pub city: String,
    pub postal_code: String,
    pub region: Option<String>,
    pub country: String,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub residential: Option<bool>,
    pub tax_ids: Vec<TaxId>,
    pub position: Option<Position>,
    pub instructions: Option<String>,
    pub extensions: Extensions,
}

/// What a courier thinks of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It exists as given.
    Valid,
    /// It exists, written otherwise.
    Corrected,
    /// Several could be meant.
    Ambiguous,
    /// It does not exist.
    Invalid,
}

/// A courier's answer about an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Validation {
    /// The verdict.
    pub verdict: Verdict,
    /// The courier's versions of it, best first.
    pub candidates: Vec<Address>,
    /// What it said beside that.
    pub messages: Vec<super::failure::Message>,
}
