use crossdock_sdk::types::{self, Status, TrackingEvent, Window};
use crossdock_sdk::{Call, Failure, FromJson, Request, StatusTable, Tracking, countries, time};

use crate::Examplepost;
use crate::errors::accepted;

/// Examplepost's states (its handbook, "States of a parcel").
pub const STATES: StatusTable = StatusTable::new(&[
    ("REG", Status::PreTransit),
    ("ACC", Status::Accepted),
    ("TRN", Status::InTransit),
    ("TRM", Status::InTransit),
    ("OUT", Status::OutForDelivery),
    ("PUP", Status::AvailableForPickup),
    ("NOT", Status::DeliveryAttemptFailed),
    ("EXC", Status::Exception),
    ("RTS", Status::ReturnedToSender),
    ("DEL", Status::Delivered),
    ("CAN", Status::Cancelled),
]);

#[derive(FromJson)]
struct Answer {
    parcel: Parcel,
}

#[derive(FromJson)]
struct Parcel {
    #[json(required)]
    number: String,
    #[json(required)]
    state: String,
    service: Option<String>,
    weight_g: Option<u32>,
    signed_by: Option<String>,
    expected: Option<String>,
    shipment: Shipment,
    events: Vec<Event>,
}

#[derive(FromJson, Default)]
#[json(default)]
struct Shipment {
    numbers: Vec<String>,
}

#[derive(FromJson)]
struct Event {
    #[json(required)]
    id: String,
    #[json(required)]
    code: String,
    text: Option<String>,
    time: Option<String>,
    place: Place,
}

#[derive(FromJson, Default)]
#[json(default)]
struct Place {
    city: Option<String>,
    zip: Option<String>,
    country: Option<String>,
}

impl Tracking for Examplepost {
    fn track(_: &Call, numbers: &[String]) -> Vec<Result<types::Tracking, Failure>> {
        numbers.iter().map(|number| track(number)).collect()
    }
}

fn track(number: &str) -> Result<types::Tracking, Failure> {
    let Answer { parcel } = accepted(Request::get("api", "/parcels").path_segment(number).send()?)?.read()?;
    if parcel.number != number {
        return Err(Failure::unexpected_answer("another-parcel", "Examplepost answered with another parcel"));
    }
    let expected = parcel.expected.as_deref().and_then(|text| time::any(text, None));
    let others = parcel.shipment.numbers;
    Ok(types::Tracking {
        number: parcel.number,
        status: STATES.status(&parcel.state),
        courier_code: Some(parcel.state),
        service: parcel.service,
        weight_grams: parcel.weight_g,
        signed_by: parcel.signed_by,
        estimated_delivery: expected.map(|latest| Window { earliest: None, latest: Some(latest) }),
        pieces: u32::try_from(others.len()).ok().filter(|count| *count > 0),
        related_numbers: others.into_iter().filter(|other| other != number).collect(),
        // Examplepost tells the newest first.
        events: parcel.events.into_iter().rev().map(event).collect(),
        ..types::Tracking::default()
    })
}

fn event(event: Event) -> TrackingEvent {
    TrackingEvent {
        occurred_at: event.time.as_deref().and_then(|text| time::any(text, None)),
        status: STATES.status(&event.code),
        courier_code: Some(event.code),
        courier_text: event.text,
        courier_key: event.id,
        city: event.place.city,
        postal_code: event.place.zip,
        country: event.place.country.as_deref().and_then(countries::alpha2),
        ..TrackingEvent::default()
    }
}
