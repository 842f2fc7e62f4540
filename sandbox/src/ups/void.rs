//! Void: cancels a shipment, or packages of it, until UPS has it.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::routing::delete;
use serde_json::{Value, json};

use super::{ID, auth, errors, shipping_answer};
use crate::common::answer::{self, Answer};
use crate::common::bookings::Parcel;
use crate::common::timeline::Stage;
use crate::common::world::World;

/// Packages of shipments that are voided one by one.
const SHELF: &str = "ups.voided";
const MAX_PACKAGES: usize = 20;

pub fn router() -> Router<World> {
    Router::new().route("/api/shipments/{version}/void/cancel/{number}", delete(cancel))
}

async fn cancel(
    State(world): State<World>,
    headers: HeaderMap,
    Path((_, number)): Path<(String, String)>,
    Query(query): Query<Vec<(String, String)>>,
) -> Answer {
    let account = auth::check(&world, &headers)?;
    let found = world.bookings.find(ID, &number).filter(|booking| booking.account == account.account_number);
    let Some(booking) = found.filter(|booking| booking.id == number) else {
        return Ok(errors::answer(400, "190102", "No shipment found within the allowed void period"));
    };
    let asked: Vec<String> =
        query.into_iter().filter(|(name, _)| name == "trackingnumber").map(|(_, value)| value.to_uppercase()).collect();
    if asked.len() > MAX_PACKAGES {
        return Ok(errors::answer(400, "190110", "More than 20 tracking numbers were given."));
    }
    let now = world.clock.now();
    if booking.cancelled_at.is_none() && booking.steps(0, now).iter().any(|step| step.stage == Stage::Accepted) {
        return Ok(errors::answer(400, "190103", "The time for voiding has expired"));
    }
    let is_left = |parcel: &&Parcel| world.shelves.get(SHELF, &parcel.number).is_none();
    let left: Vec<&Parcel> = booking.parcels.iter().filter(is_left).collect();
    if booking.cancelled_at.is_some() || left.is_empty() {
        return Ok(errors::answer(400, "190117", "The shipment has already been voided"));
    }
    let is_asked = |parcel: &Parcel| asked.is_empty() || asked.contains(&parcel.number);
    for parcel in left.iter().filter(|parcel| is_asked(parcel)) {
        world.shelves.put(SHELF, &parcel.number, json!({"voided_at": now.to_string()}));
    }
    let all = booking.parcels.iter().filter(is_left).count() == 0;
    if all {
        world.bookings.cancel(ID, &number, now);
    }
    let voided = json!({"Code": "1", "Description": "Voided"});
    let not_voided = json!({"Code": "0", "Description": "Not Voided"});
    let packages: Vec<Value> = asked
        .iter()
        .map(|number| (number, left.iter().any(|parcel| parcel.number == *number)))
        .chain(left.iter().filter(|_| asked.is_empty()).map(|parcel| (&parcel.number, true)))
        .map(|(number, done)| json!({"TrackingNumber": number, "Status": if done { &voided } else { &not_voided }}))
        .collect();
    let summary = if all { voided } else { json!({"Code": "2", "Description": "Partially Voided"}) };
    let response = shipping_answer::response(&world, &Value::Null, "");
    Ok(answer::json(
        200,
        &json!({"VoidShipmentResponse": {"Response": response, "SummaryResult": {"Status": summary},
            "PackageLevelResult": packages}}),
    ))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;
    use crate::ups::shipping::tests::order;
    use crate::ups::token::tests::bench;

    #[tokio::test]
    async fn a_shipment_is_voided_once_and_not_too_late() {
        let bench = bench().await;
        let mut paths = Vec::new();
        for reference in ["V-1", "V-2"] {
            let booked = bench.post("/ups/api/shipments/v2409/ship", &order(reference, 1, "GIF")).await;
            let id = booked.at("/ShipmentResponse/ShipmentResults/ShipmentIdentificationNumber");
            paths.push(format!("/ups/api/shipments/v2409/void/cancel/{}", id.as_str().unwrap()));
        }
        let voided = bench.send("DELETE", &paths[0], Body::empty()).await;
        assert_eq!(voided.at("/VoidShipmentResponse/SummaryResult/Status/Code"), "1");
        let again = bench.send("DELETE", &paths[0], Body::empty()).await;
        assert_eq!((again.status, again.at("/response/errors/0/code")), (400, json!("190117")));
        bench.advance_hours(3);
        let late = bench.send("DELETE", &paths[1], Body::empty()).await;
        assert_eq!(late.at("/response/errors/0/code"), "190103");
        assert_eq!(bench.get("/_control/bookings").await.at("/bookings/0/cancelled"), true);
    }

    #[tokio::test]
    async fn packages_are_voided_one_by_one() {
        let bench = bench().await;
        let booked = bench.post("/ups/api/shipments/v2409/ship", &order("V-3", 2, "GIF")).await;
        let results = "/ShipmentResponse/ShipmentResults";
        let number = |at: usize| booked.at(&format!("{results}/PackageResults/{at}/TrackingNumber"));
        let path = format!("/ups/api/shipments/v2409/void/cancel/{}", number(0).as_str().unwrap());
        let one = format!("{path}?trackingnumber={}&trackingnumber=1Z0", number(1).as_str().unwrap());
        let voided = bench.send("DELETE", &one, Body::empty()).await;
        let at = |place: &str| voided.at(&format!("/VoidShipmentResponse/{place}"));
        assert_eq!((at("SummaryResult/Status/Code"), at("PackageLevelResult/0/Status/Code")), (json!("2"), json!("1")));
        assert_eq!(at("PackageLevelResult/1/Status/Code"), "0");
        assert_eq!(bench.get("/_control/bookings").await.at("/bookings/0/cancelled"), false);
        let rest = bench.send("DELETE", &path, Body::empty()).await;
        assert_eq!(rest.at("/VoidShipmentResponse/SummaryResult/Status/Code"), "1");
        assert_eq!(rest.at("/VoidShipmentResponse/PackageLevelResult/0/TrackingNumber"), number(0));
    }
}
