//! What has become of a parcel.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::address::PositionBody;
use super::booking::MessageBody;
use super::moment::{MomentBody, WindowBody};
use super::service_point::ServicePointBody;
use super::{ExtensionsBody, from_extensions};
use crate::http::problem::Problem;
use crate::model::tracking::{Tracking, TrackingEvent};

/// One thing that happened to a parcel.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = TrackingEvent)]
pub struct TrackingEventBody {
    /// When; null: the courier gave no time at all.
    pub occurred_at: Option<MomentBody>,
    /// A tracking status.
    #[schema(example = "in_transit")]
    pub status: &'static str,
    /// Why it did not go as it should, such as `recipient:not-home`.
    pub incident_reason: Option<String>,
    /// The courier's own code.
    pub courier_code: Option<String>,
    /// The courier's own words.
    pub courier_text: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Name of the place.
    pub place: Option<String>,
    /// Where it is.
    pub position: Option<PositionBody>,
    /// The tracking number of the parcel, where the shipment has several.
    pub parcel: Option<String>,
    /// Whether it only informs and does not change the status.
    pub informational: bool,
    /// Whether somebody must act.
    pub action_required: bool,
}

impl From<TrackingEvent> for TrackingEventBody {
    fn from(event: TrackingEvent) -> Self {
        Self {
            occurred_at: event.occurred_at.map(Into::into),
            status: event.status.as_str(),
            incident_reason: event.incident_reason,
            courier_code: event.courier_code,
            courier_text: event.courier_text,
            city: event.city,
            postal_code: event.postal_code,
            region: event.region,
            country: event.country,
            place: event.place,
            position: event.position.map(Into::into),
            parcel: event.parcel,
            informational: event.informational,
            action_required: event.status.needs_action(),
        }
    }
}

/// All that is known of one number.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Tracking)]
pub struct TrackingBody {
    /// The number.
    pub number: String,
    /// The courier that said so.
    pub courier: String,
    /// `unknown`, `pre_transit`, `accepted`, `in_transit`, `out_for_delivery`, `available_for_pickup`, `delivered`,
    /// `delivery_attempt_failed`, `exception`, `returned_to_sender` or `cancelled`.
    #[schema(example = "in_transit")]
    pub status: &'static str,
    /// Whether somebody must act.
    pub action_required: bool,
    /// Who says so: `courier`, `platform` or `estimate`.
    pub origin: &'static str,
    /// Why it did not go as it should, such as `recipient:not-home`.
    pub incident_reason: Option<String>,
    /// The courier's own status code.
    pub courier_code: Option<String>,
    /// The courier's own words.
    pub courier_text: Option<String>,
    /// Since when it is so.
    pub status_at: Option<MomentBody>,
    /// When it should arrive.
    pub estimated_delivery: Option<WindowBody>,
    /// The courier's service.
    pub service: Option<String>,
    /// Weight as the courier measured it.
    pub weight_grams: Option<u32>,
    /// Who signed.
    pub signed_by: Option<String>,
    /// Where it can be collected.
    pub service_point: Option<ServicePointBody>,
    /// Until when it can be collected.
    pub pickup_deadline: Option<MomentBody>,
    /// How many parcels the shipment has.
    pub pieces: Option<u32>,
    /// Other numbers of the same shipment.
    pub related_numbers: Vec<String>,
    /// Oldest first.
    pub events: Vec<TrackingEventBody>,
    /// What the courier said beside it.
    pub messages: Vec<MessageBody>,
    /// Further keys.
    pub extensions: ExtensionsBody,
    /// Whether it belongs to the test data.
    pub test: bool,
    /// The courier's page for the consumer.
    pub tracking_link: Option<String>,
    /// When the courier was last asked.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub refreshed_at: Option<Timestamp>,
    /// Why it could not be refreshed just now; what was known before stands.
    pub problem: Option<Problem>,
}

impl TrackingBody {
    /// Makes the body of what a courier said.
    pub fn of_courier(courier: &str, tracking: Tracking) -> Self {
        Self {
            number: tracking.number,
            courier: courier.to_owned(),
            status: tracking.status.as_str(),
            action_required: tracking.status.needs_action(),
            origin: "courier",
            incident_reason: tracking.incident_reason,
            courier_code: tracking.courier_code,
            courier_text: tracking.courier_text,
            status_at: tracking.status_at.map(Into::into),
            estimated_delivery: tracking.estimated_delivery.map(Into::into),
            service: tracking.service,
            weight_grams: tracking.weight_grams,
            signed_by: tracking.signed_by,
            service_point: tracking.service_point.map(Into::into),
            pickup_deadline: tracking.pickup_deadline.map(Into::into),
            pieces: tracking.pieces,
            related_numbers: tracking.related_numbers,
            events: tracking.events.into_iter().map(Into::into).collect(),
            messages: tracking.messages.into_iter().map(Into::into).collect(),
            extensions: from_extensions(tracking.extensions),
            test: false,
            tracking_link: None,
            refreshed_at: None,
            problem: None,
        }
    }
}
