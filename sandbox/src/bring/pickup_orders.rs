//! Pickup orders: the older call of Booking.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{auth, package_number};
use crate::common::answer::{self, Answer};
use crate::common::world::World;

/// Shelf of the orders.
const SHELF: &str = "bring.pickups";

pub fn router() -> Router<World> {
    Router::new().route("/booking/api/pickupOrder", post(order))
}

async fn order(State(world): State<World>, headers: HeaderMap, body: Bytes) -> Answer {
    auth::check(&world, &headers, "pickup")?;
    let Ok(request @ Value::Object(_)) = serde_json::from_slice::<Value>(&body) else {
        return Ok(refused("PICKUP-INPUT-001", "The request cannot be parsed"));
    };
    if request.as_object().is_none_or(serde_json::Map::is_empty) {
        return Ok(refused("PICKUP-INPUT-002", "The order is empty"));
    }
    let number = package_number(world.random.serial());
    let earliest = world.clock.now() + SignedDuration::from_hours(3);
    let latest = earliest + SignedDuration::from_hours(4);
    world.shelves.put(SHELF, &number, request);
    let confirmation = json!({"status": "OK", "earliestPickupDate": earliest.as_millisecond(),
        "latestPickupDate": latest.as_millisecond(),
        "url": format!("https://www.mybring.com/pickup/{number}"), "packageNumber": number});
    Ok(answer::json(200, &json!({"pickupConfirmation": confirmation, "errors": null})))
}

fn refused(code: &str, message: &str) -> axum::response::Response {
    let error = json!({"uniqueId": "00000000-0000-4000-8000-000000000000", "code": code,
        "messages": [{"lang": "en", "message": message}]});
    answer::json(400, &json!({"pickupConfirmation": null, "errors": [error]}))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::bring::booking::tests::bench;

    #[tokio::test]
    async fn an_order_is_confirmed_with_epoch_milliseconds() {
        let got = bench().post("/bring/booking/api/pickupOrder", &json!({"address": {"postalCode": "0150"}})).await;
        assert_eq!(got.at("/pickupConfirmation/earliestPickupDate"), 1_801_666_800_000_i64);
        assert_eq!(bench().post("/bring/booking/api/pickupOrder", &json!({})).await.status, 400);
    }
}
