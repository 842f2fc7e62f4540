//! The shape of tracking answers, v5 and v7.

use std::collections::BTreeMap;

use crossdock_sdk::{FromJson, units};

use crate::faults::CompositeFault;

#[derive(Debug, FromJson)]
pub struct Body {
    #[json(rename = "TrackingInformationResponse")]
    pub response: Envelope,
}

#[derive(Debug, FromJson)]
#[json(rename_all = "camelCase")]
pub struct Envelope {
    pub composite_fault: Option<CompositeFault>,
    pub shipments: Vec<Shipment>,
}

/// Every member is optional, and most are absent rather than null (CONFIRMED).
#[derive(Debug, Default, FromJson)]
#[json(rename_all = "camelCase", default)]
pub struct Shipment {
    #[json(strict)]
    pub shipment_id: Option<String>,
    pub assessed_number_of_items: Option<String>,
    pub estimated_time_of_arrival: Option<String>,
    pub public_time_of_arrival: Option<String>,
    pub service: Option<Service>,
    pub consignor: Option<Party>,
    pub consignee: Option<Party>,
    pub status_text: Option<StatusText>,
    #[json(strict)]
    pub status: Option<String>,
    pub delivery_point: Option<Location>,
    pub total_weight: Option<Measure>,
    pub items: Vec<Item>,
}

#[derive(Debug, FromJson)]
pub struct Service {
    pub code: Option<String>,
}

#[derive(Debug, FromJson)]
pub struct Party {
    pub address: Option<Location>,
}

#[derive(Debug, FromJson)]
pub struct StatusText {
    pub header: Option<String>,
    pub body: Option<String>,
}

/// A measure; the value is decimal text (CONFIRMED), the unit `kg` or `g` for weights.
#[derive(Debug, FromJson)]
pub struct Measure {
    pub value: String,
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

#[derive(Debug, FromJson)]
pub struct Measurement {
    pub weight: Option<Measure>,
}

impl Measurement {
    pub fn grams(&self) -> Option<u32> {
        self.weight.as_ref()?.grams()
    }
}

#[derive(Debug, Default, FromJson)]
#[json(rename_all = "camelCase", default)]
pub struct Item {
    #[json(strict)]
    pub item_id: Option<String>,
    #[json(strict)]
    pub status: Option<String>,
    #[json(strict)]
    pub event_status: Option<String>,
    pub status_text: Option<StatusText>,
    pub estimated_time_of_arrival: Option<String>,
    pub public_time_of_arrival: Option<String>,
    pub acceptor: Option<Acceptor>,
    pub assessed_measurement: Option<Measurement>,
    pub stated_measurement: Option<Measurement>,
    pub events: Vec<Event>,
}

#[derive(Debug, FromJson)]
pub struct Acceptor {
    pub name: Option<String>,
}

#[derive(Debug, Default, FromJson)]
#[json(rename_all = "camelCase", default)]
pub struct Event {
    #[json(strict)]
    pub event_time: Option<String>,
    #[json(strict)]
    pub event_code: Option<String>,
    pub event_description: Option<String>,
    #[json(strict)]
    pub status: Option<String>,
    pub location: Option<Location>,
}

/// A place of an event, a delivery point, or a party's address.
#[derive(Debug, Default, FromJson)]
#[json(rename_all = "camelCase", default)]
pub struct Location {
    pub location_id: Option<String>,
    pub display_name: Option<String>,
    pub name: Option<String>,
    pub country_code: Option<String>,
    /// `postCode` in addresses, `postcode` in places (CONFIRMED).
    #[json(alias = "postcode")]
    pub post_code: Option<String>,
    pub city: Option<String>,
    pub street1: Option<String>,
    pub address: Option<Box<Self>>,
    pub opening_hours: Vec<Hours>,
}

/// Days that share their hours: `openFrom` and `openTo` as `HHMM`, and a flag for each day (CONFIRMED).
pub type Hours = BTreeMap<String, Option<String>>;
