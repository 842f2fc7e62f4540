//! Tracking API v2: by package number, consignment number or the sender's reference.

use std::collections::HashMap;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::routing::get;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{ID, auth, tracking_answer};
use crate::common::answer::{self, Answer};
use crate::common::bookings::{Booking, Parcel};
use crate::common::places::Party;
use crate::common::timeline::{Outcome, Stage};
use crate::common::world::World;
use crate::control;

/// Longer queries cannot be a number or a reference of Bring's.
const MAX_QUERY_CHARS: usize = 100;

pub fn router() -> Router<World> {
    Router::new()
        .route("/tracking/api/v2/tracking.json", get(track))
        // The same with the version chosen by the header `api-version`.
        .route("/tracking/api/tracking.json", get(track))
}

async fn track(State(world): State<World>, headers: HeaderMap, Query(query): Query<HashMap<String, String>>) -> Answer {
    auth::check(&world, &headers, "track")?;
    let asked = query.get("q").map_or("", |asked| asked.trim());
    if asked.is_empty() || asked.len() > MAX_QUERY_CHARS || !asked.chars().any(char::is_alphanumeric) {
        return Ok(in_set(&world, 400, "Invalid query"));
    }
    let now = world.clock.now();
    let found: Vec<Value> = find(&world, asked)
        .iter()
        .filter(|booking| booking.is_trackable())
        .map(|booking| tracking_answer::consignment(&world, booking, now))
        .collect();
    if found.is_empty() {
        return Ok(in_set(&world, 404, "No shipments found"));
    }
    Ok(answer::json(200, &json!({"apiVersion": "2", "consignmentSet": found})))
}

/// Errors come with 200 unless the setting asks for the inner code: Bring's facts leave it open.
fn in_set(world: &World, code: u16, message: &str) -> axum::response::Response {
    let inner = control::setting(world, "bring.tracking_error_status").is_some_and(|value| value == "inner");
    answer::json(if inner { code } else { 200 }, &tracking_answer::error(code, message, None))
}

fn find(world: &World, asked: &str) -> Vec<Booking> {
    if let Some(booking) = test_parcel(world, asked) {
        return vec![booking];
    }
    match world.bookings.find(ID, asked) {
        Some(booking) => vec![booking],
        None => world.bookings.find_by_reference(ID, asked),
    }
}

/// The numbers that Bring publishes for trying the API.
fn test_parcel(world: &World, asked: &str) -> Option<Booking> {
    let (number, stage) = match asked {
        "TESTPACKAGEATPICKUPPOINT" => (asked, Stage::ReadyForPickup),
        "TESTPACKAGEEDI" => (asked, Stage::PreNotified),
        "TESTPACKAGELOADEDFORDELIVERY" => (asked, Stage::OutForDelivery),
        "TESTPACKAGEDELIVERED" | "SHIPMENTNUMBER" => ("TESTPACKAGEDELIVERED", Stage::Delivered),
        _ => return None,
    };
    let outcome = if stage == Stage::Delivered { Outcome::Home } else { Outcome::StopAt(stage) };
    let party = |name: &str, postal_code: &str, city: &str| Party {
        name: name.to_owned(),
        postal_code: postal_code.to_owned(),
        city: city.to_owned(),
        country: "NO".to_owned(),
        ..Party::default()
    };
    Some(Booking {
        courier: ID,
        id: "SHIPMENTNUMBER".to_owned(),
        account: String::new(),
        service: if stage == Stage::ReadyForPickup { "5800" } else { "5600" }.to_owned(),
        references: Vec::new(),
        sender: party("Prøveforsendelser", "1470", "LØRENSKOG"),
        recipient: party("Prøvemottaker", "7010", "TRONDHEIM"),
        parcels: vec![Parcel {
            number: number.to_owned(),
            weight_grams: 2_300,
            length_mm: 350,
            width_mm: 250,
            height_mm: 120,
            ..Parcel::default()
        }],
        service_point: None,
        booked_at: world.clock.now() - SignedDuration::from_hours(72),
        cancelled_at: None,
        outcome,
        test: true,
        scripted: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bring::booking::tests::{bench, order};

    #[tokio::test]
    async fn a_parcel_moves_on_with_the_clock_newest_first() {
        let bench = bench();
        let booked = bench.post("/bring/booking/api/booking", &order("T-1")).await;
        let number = booked.at("/consignments/0/confirmation/packages/0/packageNumber");
        let path = format!("/bring/tracking/api/v2/tracking.json?q={}&lang=en", number.as_str().unwrap());
        let events = "/consignmentSet/0/packageSet/0/eventSet";
        assert_eq!(bench.get(&path).await.at(&format!("{events}/0/status")), "PRE_NOTIFIED");
        bench.advance_hours(60);
        let got = bench.get(&path).await;
        assert_eq!(got.at(&format!("{events}/0/status")), "DELIVERED");
        assert_eq!(got.at(&format!("{events}/0/dateIso")), "2027-02-05T15:00:00+01:00");
        assert_eq!(got.at("/consignmentSet/0/packageSet").as_array().map(Vec::len), Some(2));
        let by_reference = bench.get("/bring/tracking/api/v2/tracking.json?q=T-1").await;
        assert_eq!(by_reference.at("/consignmentSet/0/senderReference"), "T-1");
    }

    #[tokio::test]
    async fn errors_stand_inside_the_set() {
        let bench = bench();
        let unknown = bench.get("/bring/tracking/api/v2/tracking.json?q=370438100000000000").await;
        assert_eq!((unknown.status, unknown.at("/consignmentSet/0/error/code")), (200, json!(404)));
        let blank = bench.get("/bring/tracking/api/v2/tracking.json?q=").await;
        assert_eq!(blank.at("/consignmentSet/0/error/code"), 400);
        let stranger = crate::testing::Bench::new().get("/bring/tracking/api/v2/tracking.json?q=1").await;
        assert_eq!(stranger.status, 401);
        assert!(stranger.text().starts_with("401 - Unathorized."));
        let test = bench.get("/bring/tracking/api/v2/tracking.json?q=TESTPACKAGEATPICKUPPOINT").await;
        assert_eq!(test.at("/consignmentSet/0/packageSet/0/eventSet/0/status"), "READY_FOR_PICKUP");
    }
}
