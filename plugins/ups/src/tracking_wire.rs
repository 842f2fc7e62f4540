//! The tracking API's answer as UPS writes it.

use crossdock_sdk::FromJson;

use crate::error::Note;

#[derive(Debug, FromJson)]
#[json(rename_all = "camelCase")]
pub struct Answer {
    pub track_response: Body,
}

#[derive(Debug, FromJson)]
#[json(rename_all = "camelCase")]
pub struct Body {
    #[json(required)]
    pub shipment: Vec<Shipment>,
}

#[derive(Debug, Default, FromJson)]
#[json(rename_all = "camelCase", default)]
pub struct Shipment {
    pub package: Vec<Result<Package, String>>,
    pub warnings: Vec<Note>,
}

#[derive(Debug, Default, FromJson)]
#[json(rename_all = "camelCase", default)]
pub struct Package {
    pub tracking_number: String,
    pub package_count: Option<String>,
    pub current_status: Option<Status>,
    pub delivery_date: Vec<DeliveryDate>,
    pub delivery_time: Option<DeliveryTime>,
    pub activity: Vec<Result<Activity, String>>,
    pub package_address: Vec<PackageAddress>,
    pub delivery_information: Option<DeliveryInformation>,
    pub service: Option<Service>,
    pub weight: Option<Weight>,
    pub alternate_tracking_number: Vec<Alternate>,
    pub access_point_information: Option<AccessPoint>,
}

#[derive(Debug, Default, FromJson)]
#[json(rename_all = "camelCase", default)]
pub struct Status {
    #[json(rename = "type")]
    pub kind: String,
    pub code: String,
    pub description: String,
    #[json(alias = "descriptionCode")]
    pub status_code: String,
    /// UPS's own member `simplifiedTextDescription`: the same in plain words, which some answers give alone.
    pub simplified_text_description: String,
}

#[derive(Debug, Default, FromJson)]
#[json(rename_all = "camelCase", default)]
pub struct Activity {
    pub date: String,
    pub time: String,
    pub gmt_date: String,
    pub gmt_time: String,
    pub gmt_offset: String,
    pub location: Option<Location>,
    pub status: Status,
}

#[derive(Debug, Default, FromJson)]
#[json(default)]
pub struct Location {
    pub address: Option<Place>,
}

/// In pushes the country's code stands in `country`.
#[derive(Debug, Default, Clone, FromJson)]
#[json(rename_all = "camelCase", default)]
pub struct Place {
    pub city: Option<String>,
    pub state_province: Option<String>,
    pub postal_code: Option<String>,
    pub country_code: Option<String>,
    pub country: Option<String>,
}

#[derive(Debug, Default, FromJson)]
#[json(default)]
pub struct DeliveryDate {
    #[json(rename = "type")]
    pub kind: String,
    pub date: String,
}

#[derive(Debug, Default, FromJson)]
#[json(rename_all = "camelCase", default)]
pub struct DeliveryTime {
    #[json(rename = "type")]
    pub kind: String,
    pub start_time: String,
    pub end_time: String,
}

#[derive(Debug, Default, FromJson)]
#[json(default)]
pub struct PackageAddress {
    #[json(rename = "type")]
    pub kind: String,
    pub address: Option<Place>,
}

#[derive(Debug, Default, FromJson)]
#[json(rename_all = "camelCase", default)]
pub struct DeliveryInformation {
    pub location: Option<String>,
    pub received_by: Option<String>,
}

#[derive(Debug, Default, FromJson)]
#[json(default)]
pub struct Service {
    pub description: Option<String>,
}

#[derive(Debug, Default, FromJson)]
#[json(rename_all = "camelCase", default)]
pub struct Weight {
    pub unit_of_measurement: String,
    pub weight: String,
}

#[derive(Debug, Default, FromJson)]
#[json(default)]
pub struct Alternate {
    pub number: String,
}

#[derive(Debug, Default, FromJson)]
#[json(rename_all = "camelCase", default)]
pub struct AccessPoint {
    pub pickup_by_date: Option<String>,
}
