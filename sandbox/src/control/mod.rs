//! The control API: faults, clock, what was booked and what was received.

mod faults;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::{get, post, put};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::common::answer;
use crate::common::journal::MAX_REQUESTS;
use crate::common::world::World;
use crate::{COURIERS, credentials, second_credentials};

/// Shelf of the choices where a courier's facts leave two answers open.
pub const SETTINGS: &str = "settings";
/// Shelf of access tokens, of all couriers that hand them out.
pub const TOKENS: &str = "tokens";

/// The routes below `/_control`.
pub fn router() -> Router<World> {
    Router::new()
        .route("/faults", post(faults::add).get(faults::list).delete(faults::clear))
        .route("/clock", post(push_clock).get(show_clock))
        .route("/bookings", get(bookings))
        .route("/parcels", get(scripted_parcels))
        .route("/requests", get(requests))
        .route("/tokens/revoke", post(revoke_tokens))
        .route("/settings", put(change_settings).get(show_settings))
        .route("/credentials", get(show_credentials))
        .route("/reset", post(reset))
}

/// Reads a setting; nothing unless it was changed.
pub fn setting(world: &World, name: &str) -> Option<Value> {
    world.shelves.get(SETTINGS, name)
}

#[derive(Deserialize)]
struct Filter {
    courier: Option<String>,
    reference: Option<String>,
    operation: Option<String>,
    limit: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockOrder {
    advance_s: Option<i64>,
    set: Option<Timestamp>,
    #[serde(default)]
    frozen: bool,
}

async fn push_clock(State(world): State<World>, body: Bytes) -> Response {
    let order: ClockOrder = match serde_json::from_slice(&body) {
        Ok(order) => order,
        Err(error) => return refuse(&error.to_string()),
    };
    if let Some(at) = order.set {
        world.clock.set(at, order.frozen);
    }
    if let Some(seconds) = order.advance_s {
        world.clock.advance(seconds);
    }
    show_clock(State(world)).await
}

async fn show_clock(State(world): State<World>) -> Response {
    answer::json(200, &json!({"now": world.clock.now().to_string()}))
}

/// Everything booked, oldest first, with a count per reference: two bookings of one order show at once.
async fn bookings(State(world): State<World>, Query(filter): Query<Filter>) -> Response {
    let mut list = world.bookings.list(filter.courier.as_deref(), false);
    if let Some(reference) = &filter.reference {
        list.retain(|booking| booking.references.contains(reference));
    }
    let mut by_reference = std::collections::BTreeMap::<&str, usize>::new();
    for reference in list.iter().flat_map(|booking| booking.references.iter()) {
        *by_reference.entry(reference).or_default() += 1;
    }
    let rows: Vec<Value> = list
        .iter()
        .map(|booking| {
            let mut row = serde_json::to_value(booking).unwrap_or_default();
            row["cancelled"] = booking.cancelled_at.is_some().into();
            row
        })
        .collect();
    answer::json(200, &json!({"count": rows.len(), "count_by_reference": by_reference, "bookings": rows}))
}

async fn scripted_parcels(State(world): State<World>, Query(filter): Query<Filter>) -> Response {
    let rows: Vec<Value> = world
        .bookings
        .list(filter.courier.as_deref(), true)
        .iter()
        .map(|booking| {
            json!({"courier": booking.courier, "shipment": booking.id, "number": booking.parcels[0].number,
                "recipient": booking.recipient.name, "outcome": booking.outcome})
        })
        .collect();
    answer::json(200, &json!({"parcels": rows}))
}

async fn requests(State(world): State<World>, Query(filter): Query<Filter>) -> Response {
    let mut list = world.journal.list(filter.courier.as_deref(), MAX_REQUESTS);
    list.retain(|received| filter.operation.as_ref().is_none_or(|wanted| *wanted == received.operation));
    let limit = filter.limit.unwrap_or(MAX_REQUESTS).min(list.len());
    let last = list.split_off(list.len() - limit);
    answer::json(200, &json!({"count": last.len(), "requests": last}))
}

async fn revoke_tokens(State(world): State<World>) -> Response {
    answer::json(200, &json!({"revoked": world.shelves.clear_shelf(TOKENS)}))
}

async fn change_settings(State(world): State<World>, body: Bytes) -> Response {
    let Ok(Value::Object(changes)) = serde_json::from_slice(&body) else {
        return refuse("an object of settings is expected");
    };
    let known = |name: &String| faults::SETTING_NAMES.contains(&name.as_str());
    if let Some(name) = changes.keys().find(|name| !known(name)) {
        return refuse(&format!("unknown setting {name}"));
    }
    for (name, value) in changes {
        world.shelves.put(SETTINGS, &name, value);
    }
    show_settings(State(world)).await
}

async fn show_settings(State(world): State<World>) -> Response {
    let entry = |name: &&str| ((*name).to_owned(), setting(&world, name).unwrap_or_default());
    answer::json(200, &Value::Object(faults::SETTING_NAMES.iter().map(entry).collect()))
}

async fn show_credentials() -> Response {
    let couriers: Vec<&str> = COURIERS.iter().map(|courier| courier.id).collect();
    answer::json(200, &json!({"couriers": couriers, "first": credentials(), "second": second_credentials()}))
}

async fn reset(State(world): State<World>) -> Response {
    world.reset();
    answer::json(200, &json!({"reset": true}))
}

fn refuse(why: &str) -> Response {
    answer::json(400, &json!({"error": why}))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Bench;

    #[tokio::test]
    async fn the_clock_can_be_set_and_pushed() {
        let bench = Bench::new();
        let set = json!({"set": "2027-01-01T00:00:00Z", "frozen": true, "advance_s": 60});
        assert_eq!(bench.post("/_control/clock", &set).await.at("/now"), "2027-01-01T00:01:00Z");
        assert_eq!(bench.post("/_control/clock", &json!({"wrong": 1})).await.status, 400);
    }

    #[tokio::test]
    async fn every_courier_has_two_merchants_and_scripted_parcels() {
        let bench = Bench::new();
        let shown = bench.get("/_control/credentials").await.json();
        for courier in COURIERS {
            assert_ne!(shown["first"][courier.id], shown["second"][courier.id]);
            assert!(shown["first"][courier.id].is_object());
            let parcels = bench.get(&format!("/_control/parcels?courier={}", courier.id)).await.at("/parcels");
            assert_eq!(parcels.as_array().map(Vec::len), Some(9));
        }
        assert_eq!(bench.get("/_control/bookings").await.at("/count"), 0);
    }

    #[tokio::test]
    async fn unknown_settings_are_refused() {
        let bench = Bench::new();
        let body = axum::body::Body::from(r#"{"no.such": 1}"#);
        assert_eq!(bench.send("PUT", "/_control/settings", body).await.status, 400);
    }
}
