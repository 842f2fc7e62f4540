//! Tracking v1: one number per call, or by reference.

use std::collections::HashMap;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{ID, auth, errors, tracking_answer};
use crate::common::answer::{self, Answer};
use crate::common::bookings::Booking;
use crate::common::world::World;
use crate::control;

/// Days that a look-up by reference goes back unless told otherwise.
const USUAL_WINDOW_DAYS: i64 = 14;

pub fn router() -> Router<World> {
    Router::new()
        .route("/api/track/v1/details/{number}", get(by_number))
        .route("/api/track/v1/reference/details/{reference}", get(by_reference))
}

async fn by_number(State(world): State<World>, headers: HeaderMap, Path(number): Path<String>) -> Answer {
    auth::check(&world, &headers)?;
    auth::check_transaction(&headers)?;
    let well_formed = (7..=34).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !well_formed {
        return Ok(errors::answer(400, "TV1002", "Invalid inquiry number"));
    }
    let found = world.bookings.find(ID, &number.to_uppercase()).filter(Booking::is_trackable);
    Ok(found.map_or_else(|| not_found(&world), |booking| shipments(&world, &number.to_uppercase(), &[booking])))
}

async fn by_reference(
    State(world): State<World>,
    headers: HeaderMap,
    Path(reference): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Answer {
    let account = auth::check(&world, &headers)?;
    auth::check_transaction(&headers)?;
    let day = |name: &str| query.get(name).filter(|day| !day.is_empty()).cloned();
    let default_from = world.clock.now() - SignedDuration::from_hours(24 * USUAL_WINDOW_DAYS);
    let from = day("fromPickUpDate").unwrap_or_else(|| default_from.strftime("%Y%m%d").to_string());
    let to = day("toPickUpDate").unwrap_or_else(|| "99991231".to_owned());
    let found: Vec<Booking> = world
        .bookings
        .find_by_reference(ID, &reference)
        .into_iter()
        .filter(Booking::is_trackable)
        .filter(|booking| booking.scripted || booking.account == account.account_number)
        .filter(|booking| {
            let booked = booking.booked_at.strftime("%Y%m%d").to_string();
            from <= booked && booked <= to
        })
        .filter(|booking| query.get("shipperNum").is_none_or(|number| *number == booking.account))
        .collect();
    Ok(if found.is_empty() { not_found(&world) } else { shipments(&world, &reference, &found) })
}

fn shipments(world: &World, inquiry: &str, bookings: &[Booking]) -> Response {
    let now = world.clock.now();
    let shipments: Vec<Value> =
        bookings.iter().map(|booking| tracking_answer::shipment(booking, inquiry, now)).collect();
    answer::json(200, &json!({"trackResponse": {"shipment": shipments}}))
}

/// A warning in a 200 unless the setting asks for the 404 that the specification knows.
fn not_found(world: &World) -> Response {
    if control::setting(world, "ups.not_found").is_some_and(|value| value == "404") {
        return errors::answer(404, "TW0001", "Tracking Information Not Found");
    }
    let warnings = json!([{"code": "TW0001", "message": "Tracking Information Not Found"}]);
    answer::json(200, &json!({"trackResponse": {"shipment": [{"warnings": warnings}]}}))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ups::shipping::tests::order;
    use crate::ups::token::tests::bench;

    #[tokio::test]
    async fn a_parcel_is_found_by_number_and_reference_newest_first() {
        let bench = bench().await;
        let booked = bench.post("/ups/api/shipments/v2409/ship", &order("REF-9", 2, "GIF")).await;
        let number = booked.at("/ShipmentResponse/ShipmentResults/PackageResults/1/TrackingNumber");
        bench.advance_hours(3);
        let got = bench.get(&format!("/ups/api/track/v1/details/{}", number.as_str().unwrap())).await;
        let package = "/trackResponse/shipment/0/package/1";
        assert_eq!(got.at(&format!("{package}/trackingNumber")), number);
        assert_eq!(got.at(&format!("{package}/activity/0/status/statusCode")), "038");
        assert_eq!(got.at(&format!("{package}/activity/1/status/code")), "MP");
        assert_eq!(got.at(&format!("{package}/activity/0/gmtOffset")), "-05:00");
        let by_reference = bench.get("/ups/api/track/v1/reference/details/REF-9").await;
        assert_eq!(by_reference.at("/trackResponse/shipment/0/inquiryNumber"), "REF-9");
    }

    #[tokio::test]
    async fn not_found_and_malformed_are_told_apart() {
        let bench = bench().await;
        let unknown = bench.get("/ups/api/track/v1/details/1ZK7R42F0399999991").await;
        let code = "/trackResponse/shipment/0/warnings/0/code";
        assert_eq!((unknown.status, unknown.at(code)), (200, json!("TW0001")));
        let setting = axum::body::Body::from(r#"{"ups.not_found": "404"}"#);
        bench.send("PUT", "/_control/settings", setting).await;
        assert_eq!(bench.get("/ups/api/track/v1/details/1ZK7R42F0399999991").await.status, 404);
        let malformed = bench.get("/ups/api/track/v1/details/1Z").await;
        assert_eq!((malformed.status, malformed.at("/response/errors/0/code")), (400, json!("TV1002")));
    }
}
