//! What sending would cost and how long it would take.

use serde::Serialize;

use super::Extensions;
use super::failure::Message;
use super::moment::{Moment, Window};
use super::money::Price;
use super::service_point::ServicePoint;

/// One service that can carry the shipment. The contract's `rate` says what each field means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "documented field by field in wit/capabilities.wit")]
pub struct Rate {
    pub service: String,
    pub name: String,
    pub price: Option<Price>,
    pub transit_days: Option<u32>,
    pub delivery: Option<Window>,
    pub cut_off: Option<Moment>,
    pub delivery_kind: String,
    pub service_points: Vec<ServicePoint>,
    pub token: Option<String>,
    pub token_expires: Option<Moment>,
    pub messages: Vec<Message>,
    pub extensions: Extensions,
}

/// A courier's answer to a quote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quotes {
    /// One per service.
    pub rates: Vec<Rate>,
    /// What the courier said beside them.
    pub messages: Vec<Message>,
}
