//! Tracking API 2 as it comes: blank text and null both mean nothing, errors stand inside `consignmentSet`.

use crossdock_sdk::lenient::{null_as_default, one_or_many, opt_text, or_none};
use serde::Deserialize;

/// The whole answer. The description's example of code 503 wraps it in `shipments` (CONFIRMED as an example only).
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Answer {
    #[serde(deserialize_with = "one_or_many")]
    pub consignment_set: Vec<Consignment>,
    #[serde(deserialize_with = "one_or_many")]
    pub shipments: Vec<Answer>,
    pub error: Option<Refusal>,
}

impl Answer {
    /// Whether nothing in it is of the documented shape.
    pub fn is_empty(&self) -> bool {
        self.consignment_set.is_empty() && self.shipments.is_empty() && self.error.is_none()
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Refusal {
    #[serde(deserialize_with = "opt_text")]
    pub code: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    pub message: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    pub system: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Consignment {
    pub error: Option<Refusal>,
    #[serde(deserialize_with = "opt_text")]
    pub consignment_id: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    pub previous_consignment_id: Option<String>,
    #[serde(deserialize_with = "one_or_many")]
    pub package_set: Vec<Package>,
    #[serde(deserialize_with = "opt_text")]
    pub sender_reference: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Package {
    #[serde(deserialize_with = "opt_text")]
    pub status_description: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    pub package_number: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    pub previous_package_number: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    pub product_name: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    pub product_code: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    pub weight_in_kgs: Option<String>,
    /// `dd.MM.yyyy`: when a parcel that nobody collects goes back.
    #[serde(deserialize_with = "opt_text")]
    pub date_of_return: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    pub date_of_estimated_delivery: Option<String>,
    #[serde(deserialize_with = "or_none")]
    pub estimated_time_span_of_delivery: Option<TimeSpan>,
    #[serde(deserialize_with = "one_or_many")]
    pub event_set: Vec<Event>,
    #[serde(deserialize_with = "one_or_many")]
    pub additional_service_set: Vec<AdditionalService>,
    #[serde(deserialize_with = "opt_text")]
    pub expected_pickup_unit_id: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    pub expected_pickup_unit_name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct TimeSpan {
    #[serde(deserialize_with = "opt_text")]
    pub start_time: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    pub end_time: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct AdditionalService {
    #[serde(deserialize_with = "opt_text")]
    pub id: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    pub description: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    pub amount: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    pub currency_code: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Event {
    #[serde(deserialize_with = "opt_text")]
    pub description: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    pub status: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    pub lm_event_code: Option<String>,
    #[serde(deserialize_with = "or_none")]
    pub recipient_signature: Option<Signature>,
    #[serde(deserialize_with = "opt_text")]
    pub unit_id: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    pub postal_code: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    pub city: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    pub country_code: Option<String>,
    /// ISO 8601 with the Norwegian offset.
    #[serde(deserialize_with = "opt_text")]
    pub date_iso: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    pub display_date: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    pub display_time: Option<String>,
    #[serde(deserialize_with = "null_as_default")]
    pub insignificant: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Signature {
    #[serde(deserialize_with = "opt_text")]
    pub name: Option<String>,
}
