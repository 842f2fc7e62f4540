//! Tracking API 2 as it comes: blank text and null both mean nothing, errors stand inside `consignmentSet`.

use crossdock_sdk::FromJson;

/// The whole answer. The description's example of code 503 wraps it in `shipments` (CONFIRMED as an example only).
#[derive(Default, FromJson)]
#[json(default, rename_all = "camelCase")]
pub struct Answer {
    pub consignment_set: Vec<Consignment>,
    pub shipments: Vec<Answer>,
    #[json(strict)]
    pub error: Option<Refusal>,
}

impl Answer {
    /// Whether nothing in it is of the documented shape.
    pub fn is_empty(&self) -> bool {
        self.consignment_set.is_empty() && self.shipments.is_empty() && self.error.is_none()
    }
}

#[derive(Default, FromJson)]
#[json(default)]
pub struct Refusal {
    #[json(strict)]
    pub code: Option<String>,
    pub message: Option<String>,
    pub system: Option<String>,
}

#[derive(Default, FromJson)]
#[json(default, rename_all = "camelCase")]
pub struct Consignment {
    #[json(strict)]
    pub error: Option<Refusal>,
    #[json(strict)]
    pub consignment_id: Option<String>,
    #[json(strict)]
    pub previous_consignment_id: Option<String>,
    pub package_set: Vec<Package>,
    #[json(strict)]
    pub sender_reference: Option<String>,
}

#[derive(Default, FromJson)]
#[json(default, rename_all = "camelCase")]
pub struct Package {
    pub status_description: Option<String>,
    #[json(strict)]
    pub package_number: Option<String>,
    #[json(strict)]
    pub previous_package_number: Option<String>,
    pub product_name: Option<String>,
    pub product_code: Option<String>,
    pub weight_in_kgs: Option<String>,
    /// `dd.MM.yyyy`: when a parcel that nobody collects goes back.
    pub date_of_return: Option<String>,
    pub date_of_estimated_delivery: Option<String>,
    pub estimated_time_span_of_delivery: Option<TimeSpan>,
    pub event_set: Vec<Event>,
    pub additional_service_set: Vec<AdditionalService>,
    pub expected_pickup_unit_id: Option<String>,
    pub expected_pickup_unit_name: Option<String>,
}

#[derive(Default, FromJson)]
#[json(default, rename_all = "camelCase")]
pub struct TimeSpan {
    pub start_time: Option<String>,
    pub end_time: Option<String>,
}

#[derive(Default, FromJson)]
#[json(default, rename_all = "camelCase")]
pub struct AdditionalService {
    pub id: Option<String>,
    pub description: Option<String>,
    pub amount: Option<String>,
    pub currency_code: Option<String>,
}

#[derive(Default, FromJson)]
#[json(default, rename_all = "camelCase")]
pub struct Event {
    pub description: Option<String>,
    #[json(strict)]
    pub status: Option<String>,
    pub lm_event_code: Option<String>,
    pub recipient_signature: Option<Signature>,
    pub unit_id: Option<String>,
    pub postal_code: Option<String>,
    pub city: Option<String>,
    pub country_code: Option<String>,
    /// ISO 8601 with the Norwegian offset.
    #[json(strict)]
    pub date_iso: Option<String>,
    #[json(strict)]
    pub display_date: Option<String>,
    #[json(strict)]
    pub display_time: Option<String>,
    pub insignificant: Option<bool>,
}

#[derive(Default, FromJson)]
#[json(default)]
pub struct Signature {
    pub name: Option<String>,
}
