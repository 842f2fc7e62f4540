//! The shape of delivery options (CONFIRMED: specification 3.4.3).

use std::collections::BTreeMap;

use crossdock_sdk::FromJson;

use crate::service_points::PointAddress;

#[derive(Debug, FromJson)]
#[json(rename_all = "camelCase")]
pub struct Answer {
    #[json(required)]
    pub warehouse_to_delivery_options: Vec<Warehouse>,
}

#[derive(Debug, Default, FromJson)]
#[json(rename_all = "camelCase", default)]
pub struct Warehouse {
    pub delivery_options: Vec<DeliveryOption>,
}

/// A lockers' option has no default, others may lack additional ones (CONFIRMED).
#[derive(Debug, Default, FromJson)]
#[json(rename_all = "camelCase", default)]
pub struct DeliveryOption {
    #[json(rename = "type")]
    pub kind: String,
    pub default_option: Option<Choice>,
    pub additional_options: Vec<Choice>,
}

#[derive(Debug, Default, FromJson)]
#[json(rename_all = "camelCase", default)]
pub struct Choice {
    pub booking_instructions: Option<Instructions>,
    pub descriptive_texts: Option<Texts>,
    pub delivery_time: Option<DeliveryTime>,
    pub sustainability: Option<Sustainability>,
    pub location: Option<Location>,
}

#[derive(Debug, Default, FromJson)]
#[json(rename_all = "camelCase", default)]
pub struct Instructions {
    pub delivery_option_id: Option<String>,
    #[json(strict)]
    pub service_code: Option<String>,
    pub additional_service_codes: Vec<String>,
    #[json(strict)]
    pub service_point_id: Option<String>,
}

#[derive(Debug, Default, FromJson)]
#[json(default)]
pub struct Texts {
    pub checkout: Option<Checkout>,
}

#[derive(Debug, Default, FromJson)]
#[json(rename_all = "camelCase", default)]
pub struct Checkout {
    pub title: Option<String>,
    pub friendly_delivery_info: Option<String>,
}

#[derive(Debug, Default, FromJson)]
#[json(rename_all = "camelCase", default)]
pub struct DeliveryTime {
    pub date: Option<Dates>,
    pub day_range: Option<DayRange>,
}

#[derive(Debug, Default, FromJson)]
#[json(default)]
pub struct Dates {
    pub earliest: Option<String>,
    pub latest: Option<String>,
}

#[derive(Debug, Default, FromJson)]
#[json(default)]
pub struct DayRange {
    pub days: String,
}

#[derive(Debug, Default, FromJson)]
#[json(rename_all = "camelCase", default)]
pub struct Sustainability {
    pub fossil_free: Option<bool>,
    pub nordic_swan_eco_label: Option<bool>,
}

#[derive(Debug, Default, FromJson)]
#[json(rename_all = "camelCase", default)]
pub struct Location {
    pub name: Option<String>,
    pub distance_from_recipient_address: Option<String>,
    pub address: Option<PointAddress>,
    pub coordinate: Option<Coordinate>,
    pub opening_hours: Option<Hours>,
}

#[derive(Debug, Default, FromJson)]
#[json(default)]
pub struct Coordinate {
    pub latitude: String,
    pub longitude: String,
}

#[derive(Debug, Default, FromJson)]
#[json(default)]
pub struct Hours {
    pub regular: Option<BTreeMap<String, Day>>,
}

#[derive(Debug, Default, FromJson)]
#[json(rename_all = "camelCase", default)]
pub struct Day {
    pub time_ranges: Vec<Range>,
}

#[derive(Debug, Default, FromJson)]
#[json(default)]
pub struct Range {
    pub from: Option<String>,
    pub to: Option<String>,
}
