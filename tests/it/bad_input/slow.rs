//! Couriers that are too slow. The host of this test gives them two seconds, so that nobody has to wait a minute.

use crossdock_tests::Database;
use futures::future::join_all;
use serde_json::json;

use super::judge::{courier, expect, is_well, judge};
use crate::desk::Desk;

/// Longer than the host waits: the courier answers when nobody listens any more.
const FOREVER_MS: u32 = 120_000;

#[tokio::test]
async fn a_courier_past_its_time_is_a_timeout_and_a_booking_unknown() {
    for database in Database::both().await {
        let desk = Desk::open(database, &[("CROSSDOCK_COURIER_TIMEOUT_S", "2")]).await;
        let ids = desk.courier_ids().await;
        join_all(ids.iter().map(|id| ask_and_book(&desk, id))).await;
        is_well(&desk).await;
    }
}

async fn ask_and_book(desk: &Desk, id: &str) {
    let account = desk.connect(id).await;
    let number = desk.couriers.known_number(id).await;
    for (operation, kind) in [("track", "slow"), ("book", "slow_after_booking")] {
        let fault = json!({"courier": id, "operation": operation, "kind": kind, "delay_ms": FOREVER_MS});
        desk.couriers.fault(&fault).await.expect(200);
    }
    let path = format!("/v1/tracking/{number}?courier={id}");
    let order = account.booking();
    let (asked, booked) = tokio::join!(desk.client.get(&path), desk.client.post_once("/v1/shipments", &order, id));
    let problem = judge(id, &asked, &courier(504, "courier_timeout", true));
    expect(problem.detail.is_some_and(|detail| detail.starts_with(id)), || format!("{id}: who?"));
    let shipment = booked.expect(202).json();
    assert_eq!(shipment["state"], "unknown", "{id}: {shipment}");
    assert_eq!(shipment["problem"]["code"], "courier_timeout", "{id}: {shipment}");
    let again = desk.client.post_once("/v1/shipments", &order, id).await.expect(202).json();
    assert_eq!(again["id"], shipment["id"], "{id}");
    assert_eq!(desk.couriers.bookings(id).await.len(), 1, "{id}: one booking, and no second");
}
