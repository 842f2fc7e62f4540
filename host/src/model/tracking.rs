//! What has become of a parcel.

use serde::{Deserialize, Serialize};

use super::Extensions;
use super::address::Position;
use super::document::Document;
use super::failure::Message;
use super::moment::{Moment, Window};
use super::service_point::ServicePoint;

/// A tracking status. MODEL's rules decide which of two holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words say it; wit/types.wit lists them")]
pub enum Status {
    Unknown,
    PreTransit,
    Accepted,
    InTransit,
    OutForDelivery,
    AvailableForPickup,
    Delivered,
    DeliveryAttemptFailed,
    Exception,
    ReturnedToSender,
    Cancelled,
}

impl Status {
    /// Every status, in the order of the contract.
    pub const ALL: [Self; 11] = [
        Self::Unknown,
        Self::PreTransit,
        Self::Accepted,
        Self::InTransit,
        Self::OutForDelivery,
        Self::AvailableForPickup,
        Self::Delivered,
        Self::DeliveryAttemptFailed,
        Self::Exception,
        Self::ReturnedToSender,
        Self::Cancelled,
    ];

    /// Returns the status's word in the API and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::PreTransit => "pre_transit",
            Self::Accepted => "accepted",
            Self::InTransit => "in_transit",
            Self::OutForDelivery => "out_for_delivery",
            Self::AvailableForPickup => "available_for_pickup",
            Self::Delivered => "delivered",
            Self::DeliveryAttemptFailed => "delivery_attempt_failed",
            Self::Exception => "exception",
            Self::ReturnedToSender => "returned_to_sender",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads a status's word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }

    /// Whether only another final status may follow.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Delivered | Self::ReturnedToSender | Self::Cancelled)
    }

    /// Whether somebody must act.
    pub fn needs_action(self) -> bool {
        matches!(self, Self::DeliveryAttemptFailed | Self::Exception | Self::AvailableForPickup)
    }
}

/// One thing that happened to a parcel. The contract's `tracking-event` says what each field means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "documented field by field in wit/types.wit")]
pub struct TrackingEvent {
    pub occurred_at: Option<Moment>,
    pub status: Status,
    pub incident_reason: Option<String>,
    pub courier_code: Option<String>,
    pub courier_text: Option<String>,
    pub city: Option<String>,
    pub postal_code: Option<String>,
    pub region: Option<String>,
    pub country: Option<String>,
    pub place: Option<String>,
    pub position: Option<Position>,
    pub parcel: Option<String>,
    pub courier_key: String,
    pub informational: bool,
}

/// All that a courier says of one number. The contract's `tracking` says what each field means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "documented field by field in wit/types.wit")]
pub struct Tracking {
    pub number: String,
    pub status: Status,
    pub incident_reason: Option<String>,
    pub courier_code: Option<String>,
    pub courier_text: Option<String>,
    pub status_at: Option<Moment>,
    pub estimated_delivery: Option<Window>,
    pub service: Option<String>,
    pub weight_grams: Option<u32>,
    pub signed_by: Option<String>,
    pub proof_of_delivery: Vec<Document>,
    pub service_point: Option<ServicePoint>,
    pub pickup_deadline: Option<Moment>,
    pub pieces: Option<u32>,
    pub related_numbers: Vec<String>,
    pub events: Vec<TrackingEvent>,
    pub messages: Vec<Message>,
    pub extensions: Extensions,
}
