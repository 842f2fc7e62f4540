//! A host that dies while it books: afterwards there is one booking or none, and the merchant is told which.

use crossdock_tests::{Database, Reply};
use reqwest::Method;
use serde_json::{Value, json};

use crossdock_tests::wait::{SOON, until};

use crate::desk::Desk;

/// A courier that can be asked for a booking by reference.
const COURIER: &str = "ups";
/// The key of the booking that is interrupted.
const KEY: &str = "crash-1";
/// When the courier is asked about a lost answer, in seconds: a day's plan in five seconds.
const SETTLE: (&str, &str) = ("CROSSDOCK_SETTLE_AFTER_S", "1,2,3,4,5");
/// Longer than any test: the courier answers when nobody waits any more.
const FOREVER_MS: u32 = 120_000;

#[tokio::test]
async fn an_intent_that_was_never_sent_ends_as_failed() {
    for database in Database::both().await {
        let (desk, order) = die_at(database, "booking.intent_written").await;
        expect_failed(&desk, &order).await;
    }
}

#[tokio::test]
async fn a_lost_answer_is_found_again() {
    for database in Database::both().await {
        let (desk, order) = die_at(database, "booking.answer_received").await;
        expect_booked_once(&desk, &order).await;
    }
}

#[tokio::test]
async fn an_answer_that_was_kept_is_given_again() {
    for database in Database::both().await {
        let (desk, order) = die_at(database, "booking.result_committed").await;
        let again = book(&desk, &order).await.expect(201);
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
        let view = expect_booked_once(&desk, &order).await;
        assert_eq!(again.json(), view);
    }
}

#[tokio::test]
async fn a_host_killed_while_the_courier_was_writing_its_answer_finds_the_booking() {
    for database in Database::both().await {
        let (desk, order) = kill_during(database, "slow_after_booking").await;
        expect_booked_once(&desk, &order).await;
    }
}

#[tokio::test]
async fn a_host_killed_before_the_courier_did_anything_says_so_in_the_end() {
    for database in Database::both().await {
        let (desk, order) = kill_during(database, "slow").await;
        expect_failed(&desk, &order).await;
    }
}

#[tokio::test]
async fn an_answer_that_broke_off_is_settled_without_a_crash() {
    for database in Database::both().await {
        let desk = Desk::open(database, &[SETTLE]).await;
        let order = desk.connect(COURIER).await.booking();
        fault(&desk, "cut_after_booking").await;
        let reply = book(&desk, &order).await.expect(202);
        assert_eq!(reply.header("idempotent-replayed"), None);
        let shipment = reply.json();
        assert_eq!(shipment["state"], "unknown", "{shipment}");
        assert!(shipment["settle_next_at"].is_string(), "{shipment}");
        assert!(shipment["problem"]["code"].is_string(), "{shipment}");
        expect_booked_once(&desk, &order).await;
    }
}

/// Books with a host that dies at a place, and starts it again.
async fn die_at(database: Database, place: &str) -> (Desk, Value) {
    let mut desk = Desk::open(database, &[SETTLE, ("CROSSDOCK_DIE_AT", place)]).await;
    let order = desk.connect(COURIER).await.booking();
    let send = |request: reqwest::RequestBuilder| request.json(&order).header("idempotency-key", KEY);
    let broken = desk.client.try_send(Method::POST, "/v1/shipments", send).await;
    assert!(broken.is_err(), "the host answered: {broken:?}");
    desk.host.wait_until_gone().await;
    desk.restart_with(&[SETTLE]).await;
    (desk, order)
}

/// Books at a courier that takes its time, kills the host when the request has arrived there, and starts it again.
async fn kill_during(database: Database, kind: &str) -> (Desk, Value) {
    let mut desk = Desk::open(database, &[SETTLE]).await;
    let order = desk.connect(COURIER).await.booking();
    fault(&desk, kind).await;
    let (client, body) = (desk.client.clone(), order.clone());
    let asked = tokio::spawn(async move {
        let send = |request: reqwest::RequestBuilder| request.json(&body).header("idempotency-key", KEY);
        client.try_send(Method::POST, "/v1/shipments", send).await
    });
    until("the courier's receiving of the request", SOON, async || {
        let requests = desk.couriers.requests(COURIER).await;
        let is_there = requests.iter().any(|request| request["operation"] == "book");
        let is_done = kind == "slow" || !desk.couriers.bookings(COURIER).await.is_empty();
        (is_there && is_done).then_some(())
    })
    .await;
    desk.host.kill_9().await;
    assert!(asked.await.expect("the caller ends").is_err(), "the host answered");
    desk.restart_with(&[SETTLE]).await;
    (desk, order)
}

async fn fault(desk: &Desk, kind: &str) {
    let fault = json!({"courier": COURIER, "operation": "book", "kind": kind, "delay_ms": FOREVER_MS, "times": 1});
    desk.couriers.fault(&fault).await.expect(200);
}

async fn book(desk: &Desk, order: &Value) -> Reply {
    desk.client.post_once("/v1/shipments", order, KEY).await
}

/// Waits for the one shipment that there is to reach a state; others before it are `intent` and `unknown`.
async fn settled(desk: &Desk, state: &str) -> Value {
    let list = desk.client.get("/v1/shipments").await.expect(200).json();
    let shipments = list["data"].as_array().expect("a list");
    assert_eq!(shipments.len(), 1, "{list}");
    let path = format!("/v1/shipments/{}", shipments[0]["id"].as_str().expect("an id"));
    until(&format!("the state {state}"), SOON, async || {
        let shipment = desk.client.get(&path).await.expect(200).json();
        let now = shipment["state"].as_str().expect("a state");
        assert!([state, "intent", "unknown"].contains(&now), "{now} instead of {state}: {shipment}");
        (now == state).then_some(shipment)
    })
    .await
}

async fn expect_failed(desk: &Desk, order: &Value) {
    let shipment = settled(desk, "failed").await;
    assert!(shipment["problem"]["code"].is_string(), "{shipment}");
    assert_eq!(shipment["courier_shipment_id"], Value::Null, "{shipment}");
    let again = book(desk, order).await;
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert!(again.status >= 400, "a booking that failed has no good answer: {}", again.status);
    again.problem();
    assert_eq!(desk.couriers.bookings(COURIER).await, Vec::<Value>::new(), "nothing was booked at the courier");
}

async fn expect_booked_once(desk: &Desk, order: &Value) -> Value {
    let shipment = settled(desk, "booked").await;
    let again = book(desk, order).await.expect(201);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.json()["id"], shipment["id"]);
    let at_courier = desk.couriers.bookings(COURIER).await;
    assert_eq!(at_courier.len(), 1, "{at_courier:?}");
    assert_eq!(shipment["courier_shipment_id"], at_courier[0]["id"], "{shipment}");
    assert_eq!(shipment["parcels"][0]["tracking_number"], at_courier[0]["parcels"][0]["number"], "{shipment}");
    shipment
}
