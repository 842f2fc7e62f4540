//! Bring's event statuses.
//!
//! The list is CONFIRMED (developer.bring.com, Tracking API, read 2025-11-20); what each means to us is this project's decision.
//! `lmEventCode` is only seen in examples (REPORTED) and decides nothing. `ARRIVED_COLLECTION` and `ARRIVED_DELIVERY` were
//! retired in 2022; like every unlisted value they are `unknown`.

use crossdock_sdk::StatusTable;
use crossdock_sdk::types::Status;

/// Every status of an event, in tracking and in Event Cast.
pub const STATUSES: StatusTable = StatusTable::new(&[
    ("PRE_NOTIFIED", Status::PreTransit),
    ("COLLECTED", Status::Accepted),
    ("HANDED_IN", Status::Accepted),
    ("IN_TRANSIT", Status::InTransit),
    ("TERMINAL", Status::InTransit),
    ("INTERNATIONAL", Status::InTransit),
    ("CUSTOMS", Status::InTransit),
    ("NOTIFICATION_SENT", Status::InTransit),
    ("DELIVERY_ORDERED", Status::InTransit),
    ("DELIVERY_CHANGED", Status::InTransit),
    ("TRANSPORT_TO_RECIPIENT", Status::OutForDelivery),
    ("ATTEMPTED_DELIVERY", Status::DeliveryAttemptFailed),
    ("READY_FOR_PICKUP", Status::AvailableForPickup),
    ("DELIVERED", Status::Delivered),
    // "Given back to sender".
    ("DELIVERED_SENDER", Status::ReturnedToSender),
    // On its way back.
    ("RETURN", Status::ReturnedToSender),
    // The recipient cancelled the booked home delivery; the shipment itself stands.
    ("DELIVERY_CANCELLED", Status::Exception),
    ("DEVIATION", Status::Exception),
    ("UNKNOWN", Status::Unknown),
]);

/// Statuses that tell of a message or of an arrangement, not of the parcel.
const INFORMATIONAL: &[&str] = &["NOTIFICATION_SENT", "DELIVERY_ORDERED", "DELIVERY_CHANGED"];

/// Whether an event of this status must not change the parcel's.
pub fn is_informational(code: &str) -> bool {
    INFORMATIONAL.iter().any(|known| known.eq_ignore_ascii_case(code.trim()))
}

/// Why, where the status alone says it.
pub fn incident_reason(code: &str) -> Option<String> {
    match code.trim().to_ascii_uppercase().as_str() {
        // "Nobody at the door."
        "ATTEMPTED_DELIVERY" => Some("recipient:not-home".to_owned()),
        "DELIVERY_CANCELLED" => Some("recipient:cancelled".to_owned()),
        _ => None,
    }
}

/// The statuses that Event Cast can be asked for: all but UNKNOWN; there is no wildcard (CONFIRMED).
pub fn event_groups() -> impl Iterator<Item = &'static str> {
    STATUSES.rows().iter().map(|(code, _)| *code).filter(|code| *code != "UNKNOWN")
}
