//! Having parcels collected.

use serde::{Deserialize, Serialize};

use super::Extensions;
use super::address::Address;
use super::failure::Message;
use super::moment::Window;
use super::money::Money;

/// What is to be collected, where and when. The contract's `pickup-request` says what each field means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "documented field by field in wit/capabilities.wit")]
pub struct PickupRequest {
    pub place: Address,
    pub window: Window,
    pub parcels: u32,
    pub weight_grams: u32,
    pub courier_shipment_ids: Vec<String>,
    pub service: Option<String>,
    pub instructions: Option<String>,
    pub reference: String,
    pub extensions: Extensions,
}

/// A pickup that the courier confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pickup {
    /// The courier's number for it.
    pub confirmation_number: String,
    /// When it will come.
    pub window: Option<Window>,
    /// What it costs.
    pub charge: Option<Money>,
    /// What it said beside that.
    pub messages: Vec<Message>,
    /// Kept and handed back when the pickup is cancelled.
    pub extensions: Extensions,
}
