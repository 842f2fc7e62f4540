//! The shape of tracking answers, v5 and v7.

use std::collections::BTreeMap;

use crossdock_sdk::{lenient, units};
use serde::Deserialize;

use crate::faults::CompositeFault;

#[derive(Debug, Deserialize)]
pub struct Body {
    #[serde(rename = "TrackingInformationResponse")]
    pub response: Envelope,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope {
    #[serde(default, deserialize_with = "lenient::or_none")]
    pub composite_fault: Option<CompositeFault>,
    #[serde(default, deserialize_with = "lenient::one_or_many")]
    pub shipments: Vec<Shipment>,
}

/// Every member is optional, and most are absent rather than null (CONFIRMED).
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Shipment {
    #[serde(deserialize_with = "lenient::opt_text")]
    pub shipment_id: Option<String>,
    #[serde(deserialize_with = "lenient::opt_text")]
    pub assessed_number_of_items: Option<String>,
    #[serde(deserialize_with = "lenient::opt_text")]
    pub estimated_time_of_arrival: Option<String>,
    #[serde(deserialize_with = "lenient::opt_text")]
    pub public_time_of_arrival: Option<String>,
    #[serde(deserialize_with = "lenient::or_none")]
    pub service: Option<Service>,
    #[serde(deserialize_with = "lenient::or_none")]
    pub consignor: Option<Party>,
    #[serde(deserialize_with = "lenient::or_none")]
    pub consignee: Option<Party>,
    #[serde(deserialize_with = "lenient::or_none")]
    pub status_text: Option<StatusText>,
    #[serde(deserialize_with = "lenient::opt_text")]
    pub status: Option<String>,
    #[serde(deserialize_with = "lenient::or_none")]
    pub delivery_point: Option<Location>,
    #[serde(deserialize_with = "lenient::or_none")]
    pub total_weight: Option<Measure>,
    #[serde(deserialize_with = "lenient::one_or_many")]
    pub items: Vec<Item>,
}

#[derive(Debug, Deserialize)]
pub struct Service {
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub code: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Party {
    #[serde(default, deserialize_with = "lenient::or_none")]
    pub address: Option<Location>,
}

#[derive(Debug, Deserialize)]
pub struct StatusText {
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub header: Option<String>,
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub body: Option<String>,
}

/// A measure; the value is decimal text (CONFIRMED), the unit `kg` or `g` for weights.
#[derive(Debug, Deserialize)]
pub struct Measure {
    #[serde(default, deserialize_with = "lenient::text")]
    pub value: String,
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub unit: Option<String>,
}

impl Measure {
    pub fn grams(&self) -> Option<u32> {
        match self.unit.as_deref() {
            Some(unit) if unit.eq_ignore_ascii_case("g") => units::grams(&self.value),
            _ => units::kilograms_to_grams(&self.value),
        }
    }
}

#[derive(Debug, Deserialize)]
pub struct Measurement {
    #[serde(default, deserialize_with = "lenient::or_none")]
    pub weight: Option<Measure>,
}

impl Measurement {
    pub fn grams(&self) -> Option<u32> {
        self.weight.as_ref()?.grams()
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Item {
    #[serde(deserialize_with = "lenient::opt_text")]
    pub item_id: Option<String>,
    #[serde(deserialize_with = "lenient::opt_text")]
    pub status: Option<String>,
    #[serde(deserialize_with = "lenient::opt_text")]
    pub event_status: Option<String>,
    #[serde(deserialize_with = "lenient::or_none")]
    pub status_text: Option<StatusText>,
    #[serde(deserialize_with = "lenient::opt_text")]
    pub estimated_time_of_arrival: Option<String>,
    #[serde(deserialize_with = "lenient::opt_text")]
    pub public_time_of_arrival: Option<String>,
    #[serde(deserialize_with = "lenient::or_none")]
    pub acceptor: Option<Acceptor>,
    #[serde(deserialize_with = "lenient::or_none")]
    pub assessed_measurement: Option<Measurement>,
    #[serde(deserialize_with = "lenient::or_none")]
    pub stated_measurement: Option<Measurement>,
    #[serde(deserialize_with = "lenient::one_or_many")]
    pub events: Vec<Event>,
}

#[derive(Debug, Deserialize)]
pub struct Acceptor {
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub name: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Event {
    #[serde(deserialize_with = "lenient::opt_text")]
    pub event_time: Option<String>,
    #[serde(deserialize_with = "lenient::opt_text")]
    pub event_code: Option<String>,
    #[serde(deserialize_with = "lenient::opt_text")]
    pub event_description: Option<String>,
    #[serde(deserialize_with = "lenient::opt_text")]
    pub status: Option<String>,
    #[serde(deserialize_with = "lenient::or_none")]
    pub location: Option<Location>,
}

/// A place of an event, a delivery point, or a party's address.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Location {
    #[serde(deserialize_with = "lenient::opt_text")]
    pub location_id: Option<String>,
    #[serde(deserialize_with = "lenient::opt_text")]
    pub display_name: Option<String>,
    #[serde(deserialize_with = "lenient::opt_text")]
    pub name: Option<String>,
    #[serde(deserialize_with = "lenient::opt_text")]
    pub country_code: Option<String>,
    /// `postCode` in addresses, `postcode` in places (CONFIRMED).
    #[serde(alias = "postcode", deserialize_with = "lenient::opt_text")]
    pub post_code: Option<String>,
    #[serde(deserialize_with = "lenient::opt_text")]
    pub city: Option<String>,
    #[serde(deserialize_with = "lenient::opt_text")]
    pub street1: Option<String>,
    #[serde(deserialize_with = "lenient::or_none")]
    pub address: Option<Box<Self>>,
    #[serde(deserialize_with = "lenient::one_or_many")]
    pub opening_hours: Vec<Hours>,
}

/// Days that share their hours: `openFrom` and `openTo` as `HHMM`, and a flag for each day (CONFIRMED).
pub type Hours = BTreeMap<String, serde_json::Value>;
