//! The shape of delivery options (CONFIRMED: specification 3.4.3).

use std::collections::BTreeMap;

use crossdock_sdk::lenient;
use serde::Deserialize;

use crate::service_points::PointAddress;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    #[serde(deserialize_with = "lenient::one_or_many")]
    pub warehouse_to_delivery_options: Vec<Warehouse>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Warehouse {
    #[serde(deserialize_with = "lenient::one_or_many")]
    pub delivery_options: Vec<DeliveryOption>,
}

/// A lockers' option has no default, others may lack additional ones (CONFIRMED).
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeliveryOption {
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    pub kind: String,
    #[serde(deserialize_with = "lenient::or_none")]
    pub default_option: Option<Choice>,
    #[serde(deserialize_with = "lenient::one_or_many")]
    pub additional_options: Vec<Choice>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Choice {
    #[serde(deserialize_with = "lenient::or_none")]
    pub booking_instructions: Option<Instructions>,
    #[serde(deserialize_with = "lenient::or_none")]
    pub descriptive_texts: Option<Texts>,
    #[serde(deserialize_with = "lenient::or_none")]
    pub delivery_time: Option<DeliveryTime>,
    #[serde(deserialize_with = "lenient::or_none")]
    pub sustainability: Option<Sustainability>,
    #[serde(deserialize_with = "lenient::or_none")]
    pub location: Option<Location>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Instructions {
    #[serde(deserialize_with = "lenient::opt_text")]
    pub delivery_option_id: Option<String>,
    #[serde(deserialize_with = "lenient::opt_text")]
    pub service_code: Option<String>,
    #[serde(deserialize_with = "lenient::one_or_many")]
    pub additional_service_codes: Vec<String>,
    #[serde(deserialize_with = "lenient::opt_text")]
    pub service_point_id: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Texts {
    #[serde(deserialize_with = "lenient::or_none")]
    pub checkout: Option<Checkout>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Checkout {
    #[serde(deserialize_with = "lenient::opt_text")]
    pub title: Option<String>,
    #[serde(deserialize_with = "lenient::opt_text")]
    pub friendly_delivery_info: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeliveryTime {
    #[serde(deserialize_with = "lenient::or_none")]
    pub date: Option<Dates>,
    #[serde(deserialize_with = "lenient::or_none")]
    pub day_range: Option<DayRange>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Dates {
    #[serde(deserialize_with = "lenient::opt_text")]
    pub earliest: Option<String>,
    #[serde(deserialize_with = "lenient::opt_text")]
    pub latest: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DayRange {
    #[serde(deserialize_with = "lenient::text")]
    pub days: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Sustainability {
    #[serde(deserialize_with = "lenient::or_none")]
    pub fossil_free: Option<bool>,
    #[serde(deserialize_with = "lenient::or_none")]
    pub nordic_swan_eco_label: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Location {
    #[serde(deserialize_with = "lenient::opt_text")]
    pub name: Option<String>,
    #[serde(deserialize_with = "lenient::opt_text")]
    pub distance_from_recipient_address: Option<String>,
    #[serde(deserialize_with = "lenient::or_none")]
    pub address: Option<PointAddress>,
    #[serde(deserialize_with = "lenient::or_none")]
    pub coordinate: Option<Coordinate>,
    #[serde(deserialize_with = "lenient::or_none")]
    pub opening_hours: Option<Hours>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Coordinate {
    #[serde(deserialize_with = "lenient::text")]
    pub latitude: String,
    #[serde(deserialize_with = "lenient::text")]
    pub longitude: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Hours {
    #[serde(deserialize_with = "lenient::or_none")]
    pub regular: Option<BTreeMap<String, Day>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Day {
    #[serde(deserialize_with = "lenient::one_or_many")]
    pub time_ranges: Vec<Range>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Range {
    #[serde(deserialize_with = "lenient::opt_text")]
    pub from: Option<String>,
    #[serde(deserialize_with = "lenient::opt_text")]
    pub to: Option<String>,
}
