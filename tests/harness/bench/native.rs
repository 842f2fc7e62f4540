//! The UPS plugin without a sandbox: the same code, compiled for this machine and called directly.

use crossdock::model::failure::{Level, Message};
use crossdock::model::moment::{Moment, Window};
use crossdock::model::tracking::{Status, Tracking, TrackingEvent};
use crossdock_sdk::testing::answering;
use crossdock_sdk::testing::case::CallFile;
use crossdock_sdk::{Call, Tracking as _, types};
use serde_json::json;
use ups::Ups;

/// The facts of a tracking call.
///
/// # Panics
///
/// When the test kit's form of a call has changed.
pub fn facts() -> CallFile {
    serde_json::from_value(json!({"operation": "tracking.track", "fields": {"account_number": "K7R42F"}}))
        .expect("a call of the test kit")
}

/// Reads a recorded answer `times` over; `each` hears of every result. The answer is set once and copied for each call,
/// as the sandbox's wire does.
pub fn track_many(
    body: &[u8],
    facts: &CallFile,
    numbers: &[String],
    times: usize,
    mut each: impl FnMut(Vec<Result<types::Tracking, types::Failure>>),
) {
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    answering(200, headers, body.to_vec(), || {
        for _ in 0..times {
            each(Ups::track(&Call::new(facts), numbers));
        }
    });
}

/// Reads one answer and gives the host's own types, as the bare handler needs them.
///
/// # Errors
///
/// What the plugin says is wrong with it.
pub fn track(status: u16, body: Vec<u8>, facts: &CallFile, number: &str) -> Result<Tracking, String> {
    let numbers = [number.to_owned()];
    let mut results = answering(status, Vec::new(), body, || Ups::track(&Call::new(facts), &numbers));
    let result = results.pop().ok_or("no result")?;
    result.map(tracking).map_err(|failure| failure.message)
}

fn tracking(said: types::Tracking) -> Tracking {
    Tracking {
        number: said.number,
        status: status(said.status),
        incident_reason: said.incident_reason,
        courier_code: said.courier_code,
        courier_text: said.courier_text,
        status_at: said.status_at.map(moment),
        estimated_delivery: said
            .estimated_delivery
            .map(|window| Window { earliest: window.earliest.map(moment), latest: window.latest.map(moment) }),
        service: said.service,
        weight_grams: said.weight_grams,
        signed_by: said.signed_by,
        // UPS's tracking answers carry neither.
        proof_of_delivery: Vec::new(),
        service_point: None,
        pickup_deadline: said.pickup_deadline.map(moment),
        pieces: said.pieces,
        related_numbers: said.related_numbers,
        events: said.events.into_iter().map(event).collect(),
        messages: said.messages.into_iter().map(message).collect(),
        extensions: said.extensions,
    }
}

fn event(said: types::TrackingEvent) -> TrackingEvent {
    TrackingEvent {
        occurred_at: said.occurred_at.map(moment),
        status: status(said.status),
        incident_reason: said.incident_reason,
        courier_code: said.courier_code,
        courier_text: said.courier_text,
        city: said.city,
        postal_code: said.postal_code,
        region: said.region,
        country: said.country,
        place: said.place,
        position: None,
        parcel: said.parcel,
        courier_key: said.courier_key,
        informational: said.informational,
    }
}

fn moment(said: types::Moment) -> Moment {
    Moment { at: said.at, local: said.local, zone_known: said.zone_known }
}

fn message(said: types::Message) -> Message {
    Message { level: Level::Note, code: said.code, text: said.text, pointer: said.pointer, concerns: said.concerns }
}

fn status(said: types::Status) -> Status {
    match said {
        types::Status::Unknown => Status::Unknown,
        types::Status::PreTransit => Status::PreTransit,
        types::Status::Accepted => Status::Accepted,
        types::Status::InTransit => Status::InTransit,
        types::Status::OutForDelivery => Status::OutForDelivery,
        types::Status::AvailableForPickup => Status::AvailableForPickup,
        types::Status::Delivered => Status::Delivered,
        types::Status::DeliveryAttemptFailed => Status::DeliveryAttemptFailed,
        types::Status::Exception => Status::Exception,
        types::Status::ReturnedToSender => Status::ReturnedToSender,
        types::Status::Cancelled => Status::Cancelled,
    }
}
