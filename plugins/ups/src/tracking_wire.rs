//! The tracking API's answer as UPS writes it.

use crossdock_sdk::lenient;
use serde::Deserialize;

use crate::error::Note;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    pub track_response: Body,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Body {
    #[serde(deserialize_with = "lenient::one_or_many")]
    pub shipment: Vec<Shipment>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Shipment {
    #[serde(deserialize_with = "lenient::each")]
    pub package: Vec<Result<Package, String>>,
    #[serde(deserialize_with = "lenient::one_or_many")]
    pub warnings: Vec<Note>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Package {
    #[serde(deserialize_with = "lenient::text")]
    pub tracking_number: String,
    #[serde(deserialize_with = "lenient::opt_text")]
    pub package_count: Option<String>,
    #[serde(deserialize_with = "lenient::or_none")]
    pub current_status: Option<Status>,
    #[serde(deserialize_with = "lenient::one_or_many")]
    pub delivery_date: Vec<DeliveryDate>,
    #[serde(deserialize_with = "lenient::or_none")]
    pub delivery_time: Option<DeliveryTime>,
    #[serde(deserialize_with = "lenient::each")]
    pub activity: Vec<Result<Activity, String>>,
    #[serde(deserialize_with = "lenient::one_or_many")]
    pub package_address: Vec<PackageAddress>,
    #[serde(deserialize_with = "lenient::or_none")]
    pub delivery_information: Option<DeliveryInformation>,
    #[serde(deserialize_with = "lenient::or_none")]
    pub service: Option<Service>,
    #[serde(deserialize_with = "lenient::or_none")]
    pub weight: Option<Weight>,
    #[serde(deserialize_with = "lenient::one_or_many")]
    pub alternate_tracking_number: Vec<Alternate>,
    #[serde(deserialize_with = "lenient::or_none")]
    pub access_point_information: Option<AccessPoint>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Status {
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    pub kind: String,
    #[serde(deserialize_with = "lenient::text")]
    pub code: String,
    #[serde(deserialize_with = "lenient::text")]
    pub description: String,
    #[serde(alias = "descriptionCode", deserialize_with = "lenient::text")]
    pub status_code: String,
    #[serde(deserialize_with = "lenient::text")]
    pub simplified_text_description: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Activity {
    #[serde(deserialize_with = "lenient::text")]
    pub date: String,
    #[serde(deserialize_with = "lenient::text")]
    pub time: String,
    #[serde(deserialize_with = "lenient::text")]
    pub gmt_date: String,
    #[serde(deserialize_with = "lenient::text")]
    pub gmt_time: String,
    #[serde(deserialize_with = "lenient::text")]
    pub gmt_offset: String,
    #[serde(deserialize_with = "lenient::or_none")]
    pub location: Option<Location>,
    #[serde(deserialize_with = "lenient::null_as_default")]
    pub status: Status,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Location {
    #[serde(deserialize_with = "lenient::or_none")]
    pub address: Option<Place>,
}

/// In pushes the country's code stands in `country`.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Place {
    #[serde(deserialize_with = "lenient::opt_text")]
    pub city: Option<String>,
    #[serde(deserialize_with = "lenient::opt_text")]
    pub state_province: Option<String>,
    #[serde(deserialize_with = "lenient::opt_text")]
    pub postal_code: Option<String>,
    #[serde(deserialize_with = "lenient::opt_text")]
    pub country_code: Option<String>,
    #[serde(deserialize_with = "lenient::opt_text")]
    pub country: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DeliveryDate {
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    pub kind: String,
    #[serde(deserialize_with = "lenient::text")]
    pub date: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeliveryTime {
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    pub kind: String,
    #[serde(deserialize_with = "lenient::text")]
    pub start_time: String,
    #[serde(deserialize_with = "lenient::text")]
    pub end_time: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PackageAddress {
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    pub kind: String,
    #[serde(deserialize_with = "lenient::or_none")]
    pub address: Option<Place>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeliveryInformation {
    #[serde(deserialize_with = "lenient::opt_text")]
    pub location: Option<String>,
    #[serde(deserialize_with = "lenient::opt_text")]
    pub received_by: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Service {
    #[serde(deserialize_with = "lenient::opt_text")]
    pub description: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Weight {
    #[serde(deserialize_with = "lenient::text")]
    pub unit_of_measurement: String,
    #[serde(deserialize_with = "lenient::text")]
    pub weight: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Alternate {
    #[serde(deserialize_with = "lenient::text")]
    pub number: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AccessPoint {
    #[serde(deserialize_with = "lenient::opt_text")]
    pub pickup_by_date: Option<String>,
}
