//! Void: cancels a shipment until UPS has it.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::routing::delete;
use serde_json::{Value, json};

use super::{ID, auth, errors, shipping_answer};
use crate::common::answer::{self, Answer};
use crate::common::timeline::Stage;
use crate::common::world::World;

pub fn router() -> Router<World> {
    Router::new().route("/api/shipments/{version}/void/cancel/{number}", delete(cancel))
}

async fn cancel(State(world): State<World>, headers: HeaderMap, Path((_, number)): Path<(String, String)>) -> Answer {
    let account = auth::check(&world, &headers)?;
    let found = world.bookings.find(ID, &number).filter(|booking| booking.account == account.account_number);
    let Some(booking) = found.filter(|booking| booking.id == number) else {
        return Ok(errors::answer(400, "190102", "No shipment found within the allowed void period"));
    };
    let now = world.clock.now();
    if booking.cancelled_at.is_none() && booking.steps(0, now).iter().any(|step| step.stage == Stage::Accepted) {
        return Ok(errors::answer(400, "190103", "The time for voiding has expired"));
    }
    if !world.bookings.cancel(ID, &number, now) {
        return Ok(errors::answer(400, "190117", "The shipment has already been voided"));
    }
    let status = json!({"Code": "1", "Description": "Voided"});
    let packages: Vec<Value> =
        booking.parcels.iter().map(|parcel| json!({"TrackingNumber": parcel.number, "Status": status})).collect();
    let response = shipping_answer::response(&world, &Value::Null, "");
    Ok(answer::json(
        200,
        &json!({"VoidShipmentResponse": {"Response": response, "SummaryResult": {"Status": status},
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
}
