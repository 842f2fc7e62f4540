//! Couriers that fail while they book: the state is right, and nothing is booked twice.

use crossdock_tests::{Database, Reply, free_address};
use serde_json::{Value, json};

use super::judge::{Wanted, courier, expect, is_well, judge};
use super::places::put;
use crate::desk::{Account, Desk};

/// What becomes of a booking.
enum End {
    /// Refused with this problem; nothing was booked, and the same key gets the same answer.
    Refused(Wanted),
    /// Nobody knows; so many bookings are really there.
    Unknown(usize),
    /// Refused with an answer that may be tried again; nothing was booked, and the same key books once the fault is over
    /// (decision 8).
    Later(Wanted),
}

#[tokio::test]
async fn a_booking_under_each_fault_ends_right_on_sqlite() {
    book_all(Database::Sqlite).await;
}

#[tokio::test]
async fn a_booking_under_each_fault_ends_right_on_postgres() {
    book_all(Database::postgres().await).await;
}

async fn book_all(database: Database) {
    let desk = Desk::open(database, &[]).await;
    for id in desk.courier_ids().await {
        let account = desk.connect(&id).await;
        for (number, (fault, end)) in faults().into_iter().enumerate() {
            book(&desk, &id, &account, &format!("{id}-{number}"), fault, &end).await;
        }
        nobody_listens(&desk, &id, account).await;
        is_well(&desk).await;
    }
}

fn faults() -> Vec<(Value, End)> {
    let answer = |body: &str| json!({"kind": "answer", "body": body});
    vec![
        (json!({"kind": "status", "status": 401}), End::Refused(courier(422, "courier_auth", false))),
        (json!({"kind": "status", "status": 500}), End::Unknown(0)),
        (json!({"kind": "garbage"}), End::Unknown(0)),
        (json!({"kind": "empty"}), End::Unknown(0)),
        (answer("{}"), End::Unknown(0)),
        (answer("[]"), End::Unknown(0)),
        (json!({"kind": "cut"}), End::Unknown(0)),
        (json!({"kind": "half"}), End::Unknown(1)),
        (json!({"kind": "cut_after_booking"}), End::Unknown(1)),
        // A second is little enough for the host to wait it out when the same key comes again.
        (json!({"kind": "rate_limit", "retry_after_s": 1}), End::Later(courier(503, "courier_rate_limited", true))),
    ]
}

async fn book(desk: &Desk, id: &str, account: &Account, key: &str, mut fault: Value, end: &End) {
    put(&mut fault, "/courier", id.into());
    put(&mut fault, "/operation", "book".into());
    desk.couriers.fault(&fault).await.expect(200);
    let before = desk.couriers.bookings(id).await.len();
    let order = account.booking();
    let reply = desk.client.post_once("/v1/shipments", &order, key).await;
    desk.couriers.heal().await;
    let made = desk.couriers.bookings(id).await.len() - before;
    let again = desk.client.post_once("/v1/shipments", &order, key).await;
    let what = format!("{id}: {fault}");
    let expected = match end {
        End::Refused(wanted) => {
            judge(&what, &reply, wanted);
            judge(&what, &again, wanted);
            expect(again.header("idempotent-replayed") == Some("true"), || format!("{what}: the answer was not kept"));
            let state = newest(desk).await["state"].clone();
            expect(state == "failed", || format!("{what}: {state}"));
            0
        }
        End::Unknown(made) => {
            is_unknown(&what, &reply);
            is_unknown(&what, &again);
            expect(again.json()["id"] == reply.json()["id"], || format!("{what}: another shipment"));
            *made
        }
        End::Later(wanted) => {
            judge(&what, &reply, wanted);
            let made = desk.couriers.bookings(id).await.len() - before;
            let is_fresh = again.status == 201 && again.header("idempotent-replayed").is_none() && made == 1;
            let text = String::from_utf8_lossy(&again.body).into_owned();
            expect(is_fresh, || format!("{what}: later {made} bookings and {}: {text}", again.status));
            return;
        }
    };
    expect(made == expected, || format!("{what}: {made} bookings instead of {expected}"));
    let later = desk.couriers.bookings(id).await.len() - before;
    expect(later == expected, || format!("{what}: asking again made it {later} bookings"));
}

fn is_unknown(what: &str, reply: &Reply) {
    let shipment = reply.json();
    let is_open = reply.status == 202 && shipment["state"] == "unknown" && shipment["courier_shipment_id"].is_null();
    let problem = &shipment["problem"];
    let is_told = problem["code"].is_string() && problem["detail"].is_string();
    expect(is_open && is_told, || format!("{what}: not unknown but {}: {shipment}", reply.status));
}

async fn newest(desk: &Desk) -> Value {
    desk.client.get("/v1/shipments?limit=1").await.expect(200).json()["data"][0].clone()
}

/// Nothing left the host, so nothing can have been booked: the same key may try again.
async fn nobody_listens(desk: &Desk, id: &str, mut account: Account) {
    put(&mut account.request, "/label", "Gone".into());
    put(&mut account.request, "/test", false.into());
    let nowhere = format!("http://{}/", free_address());
    let endpoints = account.request["endpoints"].as_object_mut().expect("an account has endpoints");
    endpoints.values_mut().for_each(|url| *url = nowhere.as_str().into());
    let saved = desk.client.post("/v1/credentials", &account.request).await.expect(201).json();
    account.credential = saved["id"].as_str().expect("a credential has an id").to_owned();
    let order = account.booking();
    for _ in 0..2 {
        let reply = desk.client.post_once("/v1/shipments", &order, &format!("{id}-gone")).await;
        judge(id, &reply, &courier(502, "courier_unavailable", true));
        let state = newest(desk).await["state"].clone();
        let is_fresh = reply.header("idempotent-replayed").is_none() && state == "failed";
        expect(is_fresh, || format!("{id}: nobody listens, and the shipment is {state}"));
    }
}
