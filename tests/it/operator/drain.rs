//! SIGTERM: load balancers are told first, what is in flight ends, then the process does.

use crossdock_tests::Database;
use crossdock_tests::wait::{SOON, until};
use serde_json::json;

use crate::desk::Desk;

/// A courier that books with one request.
const COURIER: &str = "bring";
/// A root key of the operator's own, as production wants it.
const ROOT_KEY: (&str, &str) =
    ("CROSSDOCK_ROOT_KEY", "6b1f0d4c2a8e39577d61c0fb5ae29384d17f60325b9c8ea4f3127b06954dce81");

#[tokio::test]
async fn a_booking_in_flight_ends_well_after_sigterm_and_readyz_fails_first() {
    for database in Database::both().await {
        let word = database.word();
        let mut desk = Desk::open(database, &[("CROSSDOCK_MODE", "production"), ROOT_KEY]).await;
        let order = desk.connect(COURIER).await.booking();
        let slow = json!({"courier": COURIER, "operation": "book", "kind": "slow", "delay_ms": 5_000, "times": 1});
        desk.couriers.fault(&slow).await.expect(200);
        let client = desk.client.clone();
        let booking = tokio::spawn(async move { client.post_once("/v1/shipments", &order, "drain-1").await });
        until("the courier's receiving of the booking", SOON, async || {
            let requests = desk.couriers.requests(COURIER).await;
            requests.iter().any(|request| request["operation"] == "book").then_some(())
        })
        .await;
        desk.host.ask_to_end().await;
        // It still listens: whoever asks is told to go elsewhere.
        until("readyz's failing", SOON, async || {
            let reply = desk.client.try_get("/readyz").await?;
            (reply.status == 503).then_some(())
        })
        .await;
        assert_eq!(desk.client.get("/livez").await.status, 200, "{word}");
        let booked = booking.await.expect("the caller ends").expect(201).json();
        assert_eq!(booked["state"], "booked", "{word}: {booked}");
        desk.host.drained().await;
        assert!(desk.client.try_get("/livez").await.is_none(), "{word}");
    }
}
