//! One parcel a call, newest event first.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::routing::get;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{ID, auth, refusal};
use crate::common::answer::{self, Answer};
use crate::common::bookings::{Booking, Parcel};
use crate::common::timeline::{Stage, Step};
use crate::common::world::World;
use crate::common::zone::local;

/// From the announcement to the door.
const USUAL_JOURNEY: SignedDuration = SignedDuration::from_hours(30);

pub fn router() -> Router<World> {
    Router::new().route("/v1/parcels/{number}", get(parcel))
}

async fn parcel(State(world): State<World>, headers: HeaderMap, Path(number): Path<String>) -> Answer {
    auth::check(&headers)?;
    let booking = world.bookings.find(ID, &number).filter(Booking::is_trackable);
    let found = booking.as_ref().and_then(|booking| {
        let index = booking.parcels.iter().position(|parcel| parcel.number == number)?;
        Some((booking, index))
    });
    match found {
        None => Ok(refusal(404, "unknown_parcel", "There is no such parcel.")),
        Some((booking, index)) => {
            let shown = shown(booking, &booking.parcels[index], index, world.clock.now());
            Ok(answer::json(200, &json!({ "parcel": shown })))
        }
    }
}

fn shown(booking: &Booking, parcel: &Parcel, index: usize, now: Timestamp) -> Value {
    let steps = booking.steps(index, now);
    let state = steps.last().map_or("REG", |step| words(step.stage).0);
    let mut shown = json!({
        "number": parcel.number, "state": state, "service": booking.service,
        "shipment": {"id": booking.id, "numbers": numbers(booking)},
        "events": steps.iter().enumerate().rev().map(|(place, step)| event(parcel, place, step)).collect::<Vec<_>>(),
    });
    if parcel.weight_grams > 0 {
        // Some scales tell it as text.
        shown["weight_g"] = parcel.weight_grams.to_string().into();
    }
    match state {
        "DEL" => shown["signed_by"] = booking.recipient.name.clone().into(),
        _ => {
            let started_at = steps.first().map_or(booking.booked_at, |step| step.at);
            shown["expected"] = stamp(&booking.recipient.country, started_at + USUAL_JOURNEY).into();
        }
    }
    shown
}

fn numbers(booking: &Booking) -> Vec<&str> {
    booking.parcels.iter().map(|parcel| parcel.number.as_str()).collect()
}

fn event(parcel: &Parcel, place: usize, step: &Step) -> Value {
    let (code, text) = words(step.stage);
    let country = step.place.as_ref().map_or("NO", |place| place.country.as_str());
    let mut event = json!({
        "id": format!("{}-{}", parcel.number, place + 1), "code": code, "text": text, "time": stamp(country, step.at)});
    if let Some(place) = &step.place {
        event["place"] = json!({"city": place.city, "zip": place.postal_code, "country": place.country});
    }
    event
}

fn words(stage: Stage) -> (&'static str, &'static str) {
    match stage {
        Stage::PreNotified => ("REG", "Announced by the sender"),
        Stage::Accepted => ("ACC", "Handed in"),
        Stage::InTransit => ("TRN", "On its way"),
        Stage::AtTerminal => ("TRM", "At the terminal"),
        Stage::OutForDelivery => ("OUT", "Out for delivery"),
        Stage::ReadyForPickup => ("PUP", "Ready to be collected"),
        Stage::AttemptFailed => ("NOT", "Nobody was at home"),
        Stage::Exception => ("EXC", "The parcel is held up"),
        Stage::Returning | Stage::Returned => ("RTS", "Back to the sender"),
        Stage::Delivered => ("DEL", "Delivered"),
        Stage::Cancelled => ("CAN", "Cancelled by the sender"),
    }
}

fn stamp(country: &str, at: Timestamp) -> String {
    local(country, at, "%Y-%m-%dT%H:%M:%S%:z")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examplepost::ACCOUNTS;
    use crate::testing::Bench;

    #[tokio::test]
    async fn events_come_newest_first_and_the_key_is_checked() {
        let bench = Bench::new().header("x-api-key", ACCOUNTS[0].api_key);
        let parcels = bench.get("/_control/parcels?courier=examplepost").await.at("/parcels");
        let number = parcels[0]["number"].as_str().unwrap().to_owned();
        let path = format!("/examplepost/v1/parcels/{number}");
        let got = bench.get(&path).await;
        assert_eq!(got.at("/parcel/events/0/code"), got.at("/parcel/state"));
        assert_eq!(bench.get("/examplepost/v1/parcels/EP1").await.at("/error/code"), "unknown_parcel");
        let stranger =
            bench.send_with(&[("x-api-key", "no".to_owned())], "GET", &path, axum::body::Body::empty()).await;
        assert_eq!((stranger.status, stranger.at("/error/code")), (401, json!("bad_key")));
    }
}
