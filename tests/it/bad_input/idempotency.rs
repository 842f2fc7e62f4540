//! `Idempotency-Key`: missing, malformed, used again, used twice at once.

use futures::future::join_all;
use reqwest::Method;

use super::judge::{judge, wrong};
use super::places::put;
use crate::desk::{Account, Desk};

/// Requests that arrive together under one key.
const TOGETHER: usize = 8;

pub async fn all(desk: &Desk, account: &Account) {
    let order = account.booking();
    let missing = wrong(400, "idempotency_key_missing");
    judge("no key", &desk.client.post("/v1/shipments", &order).await, &missing);
    judge("no key", &desk.client.post("/v1/pickups", &serde_json::json!({})).await, &missing);
    for key in ["", "\"\"", "a b", "\"a", "\u{e5}", &"x".repeat(256)] {
        let reply = desk.client.post_once("/v1/shipments", &order, key).await;
        judge(&format!("key {key:?}"), &reply, &wrong(400, "idempotency_key_invalid"));
    }
    let twice = desk.client.send(Method::POST, "/v1/shipments", |request| {
        request.json(&order).header("idempotency-key", "one").header("idempotency-key", "two")
    });
    judge("two keys", &twice.await, &wrong(400, "idempotency_key_invalid"));
    at_once(desk, account).await;
}

/// One booking, and every caller gets its answer or is told to wait for it.
async fn at_once(desk: &Desk, account: &Account) {
    let order = account.booking();
    let replies = join_all((0..TOGETHER).map(|_| desk.client.post_once("/v1/shipments", &order, "together"))).await;
    let mut answers = Vec::new();
    for reply in &replies {
        if reply.status == 409 {
            let mut wanted = wrong(409, "idempotency_in_progress");
            wanted.retryable = true;
            judge("at the same time", reply, &wanted);
            assert!(reply.header("retry-after").is_some_and(|wait| wait.parse::<u32>().is_ok()));
        } else {
            answers.push(reply.clone().expect(201).body);
        }
    }
    assert!(!answers.is_empty() && answers.iter().all(|answer| *answer == answers[0]), "one booking, one answer");
    let booked = desk.couriers.bookings("ups").await;
    assert_eq!(booked.len(), 1, "{booked:?}");
    let mut other = order.clone();
    put(&mut other, "/shipment/parcels/0/weight_grams", 1_201.into());
    let reused = desk.client.post_once("/v1/shipments", &other, "together").await;
    judge("another body", &reused, &wrong(422, "idempotency_key_reused"));
    let again = desk.client.post_once("/v1/shipments", &order, "together").await.expect(201);
    assert_eq!((again.header("idempotent-replayed"), &again.body), (Some("true"), &answers[0]));
    // Blanks and the order of members are no other body.
    let text = serde_json::to_string_pretty(&order).expect("a body is JSON");
    let spaced = desk.client.send(Method::POST, "/v1/shipments", |request| {
        request.header("content-type", "application/json").header("idempotency-key", "\"together\"").body(text)
    });
    assert_eq!(spaced.await.expect(201).body, answers[0]);
    assert_eq!(desk.couriers.bookings("ups").await.len(), 1);
}
