//! Couriers that refuse, break off, talk nonsense or lie, seen by someone who asks where a parcel is.

use crossdock_tests::{Database, free_address};
use serde_json::{Value, json};

use super::judge::{Wanted, courier, expect, is_well, judge};
use super::places::put;
use crate::desk::{Account, Desk, bodies};

const AWAY: Wanted = courier(502, "courier_unavailable", true);
const NONSENSE: Wanted = courier(502, "courier_unexpected_answer", false);

/// How long the courier says to wait, in seconds.
const RETRY_AFTER_S: u32 = 7;

#[tokio::test]
async fn a_courier_that_fails_is_named_on_sqlite() {
    ask_all(Database::Sqlite).await;
}

#[tokio::test]
async fn a_courier_that_fails_is_named_on_postgres() {
    ask_all(Database::postgres().await).await;
}

async fn ask_all(database: Database) {
    let desk = Desk::open(database, &[]).await;
    for id in desk.courier_ids().await {
        let account = desk.connect(&id).await;
        quote(&desk, &id, &account).await;
        lie(&desk, &id).await;
        ask(&desk, &id).await;
        nobody_listens(&desk, &id).await;
        is_well(&desk).await;
    }
}

/// Quotes of several couriers stand side by side, so that one's failure is told inside a good answer.
async fn quote(desk: &Desk, id: &str, account: &Account) {
    if !account.offers("rates", "rates.quote") {
        return;
    }
    for operation in ["rates", "transit_time"] {
        let fault = json!({"courier": id, "operation": operation, "kind": "status", "status": 500});
        desk.couriers.fault(&fault).await.expect(200);
    }
    let quoted = desk.client.post("/v1/rates", &bodies::rates(id, &account.shipment)).await.expect(200).json();
    desk.couriers.heal().await;
    let problem = &quoted["failures"][0]["problem"];
    let found = (&problem["status"], &problem["code"], &problem["source"], &problem["retryable"]);
    let wanted = (&json!(AWAY.status), &json!(AWAY.code), &json!(AWAY.source), &json!(true));
    let is_told = found == wanted && problem["detail"].as_str().is_some_and(|detail| detail.starts_with(id));
    expect(is_told && quoted["data"] == json!([]), || format!("{id}: quotes of a courier that is down: {quoted}"));
}

/// Faults of a tracking request, and what the caller is told.
fn faults() -> Vec<(Value, Wanted)> {
    let answer = |body: &str| json!({"kind": "answer", "body": body});
    let html = json!({"kind": "answer", "status": 200, "body": "<html>Down for maintenance</html>", "content_type": "text/html"});
    vec![
        (json!({"kind": "status", "status": 401}), courier(422, "courier_auth", false)),
        (json!({"kind": "status", "status": 500}), AWAY),
        (json!({"kind": "status", "status": 503}), AWAY),
        (json!({"kind": "cut"}), AWAY),
        (json!({"kind": "half"}), NONSENSE),
        (json!({"kind": "garbage"}), NONSENSE),
        (json!({"kind": "empty"}), NONSENSE),
        (json!({"kind": "big", "size_bytes": 20_000_000}), NONSENSE),
        (html, NONSENSE),
        (answer("null"), NONSENSE),
        (answer("[]"), NONSENSE),
        (answer("42"), NONSENSE),
        (answer("\"OK\""), NONSENSE),
        (answer("{\"a\":{\"b\":[]}}"), NONSENSE),
        (json!({"kind": "redirect", "location": "http://127.0.0.1:1/elsewhere"}), NONSENSE),
        // Last: the host then keeps away from the courier as long as it was told to.
        (json!({"kind": "rate_limit", "retry_after_s": RETRY_AFTER_S}), courier(503, "courier_rate_limited", true)),
    ]
}

async fn ask(desk: &Desk, id: &str) {
    let number = desk.couriers.known_number(id).await;
    let path = format!("/v1/tracking/{number}?courier={id}");
    desk.client.get(&path).await.expect(200);
    for (mut fault, wanted) in faults() {
        put(&mut fault, "/courier", id.into());
        put(&mut fault, "/operation", "track".into());
        desk.couriers.fault(&fault).await.expect(200);
        let reply = desk.client.get(&path).await;
        let what = format!("{id}: {fault}");
        let problem = judge(&what, &reply, &wanted);
        let is_named = problem.detail.is_some_and(|detail| detail.starts_with(id));
        expect(is_named && problem.courier.is_some_and(|words| words["code"].is_string()), || format!("{what}: who?"));
        if fault["kind"] == "rate_limit" {
            let wait = reply.header("retry-after").and_then(|wait| wait.parse::<u32>().ok());
            expect(wait.is_some_and(|wait| (1..=RETRY_AFTER_S).contains(&wait)), || format!("{what}: {wait:?}"));
        }
        desk.couriers.heal().await;
        if fault["kind"] != "rate_limit" {
            let healed = desk.client.get(&path).await;
            expect(healed.status == 200, || format!("{what}: afterwards {}", healed.status));
        }
    }
}

/// The plugins' recorded answers about other parcels.
const OTHERS: [(&str, &str); 3] = [
    ("bring", include_str!("../../../plugins/bring/fixtures/track-a-consignment/exchange-1.json")),
    ("postnord", include_str!("../../../plugins/postnord/fixtures/track-delivered-newest-first/exchange-1.json")),
    ("ups", include_str!("../../../plugins/ups/fixtures/tracking-access-point/exchange-1.json")),
];

/// Another parcel's tracking must not be shown as the one's that was asked for, nor may odd text break anything.
async fn lie(desk: &Desk, id: &str) {
    let number = desk.couriers.known_number(id).await;
    let path = format!("/v1/tracking/{number}?courier={id}");
    let (_, recorded) = OTHERS.iter().find(|(courier, _)| *courier == id).expect("an answer of each courier");
    let recorded: Value = serde_json::from_str(recorded).expect("a recorded exchange is JSON");
    let fault = json!({"courier": id, "operation": "track", "kind": "answer", "body": recorded["response"]["body"].to_string()});
    desk.couriers.fault(&fault).await.expect(200);
    // A courier that names other parcels only does not know this one, or talks nonsense: its plugin says which.
    let reply = desk.client.get(&path).await;
    let wanted = if reply.status == 404 { courier(404, "courier_not_found", false) } else { NONSENSE };
    judge(&format!("{id} answers about another parcel"), &reply, &wanted);
    desk.couriers.heal().await;
    if id == "ups" {
        let package = json!({"trackingNumber": number, "activity": [],
            "currentStatus": {"type": "D", "code": "011", "description": "DELIVERED\u{0}\u{1b}[31m"}});
        let body = json!({"trackResponse": {"shipment": [{"package": [package]}]}}).to_string();
        let fault = json!({"courier": id, "operation": "track", "kind": "answer", "body": body});
        desk.couriers.fault(&fault).await.expect(200);
        let tracked = desk.client.get(&path).await.expect(200).json();
        assert_eq!(tracked["courier_text"], "DELIVERED  [31m", "{tracked}");
        desk.couriers.heal().await;
    }
}

/// A courier behind whose address nobody is: told when the account is connected, and when it is used.
async fn nobody_listens(desk: &Desk, id: &str) {
    let mut request = desk.prepare(id).await.request;
    put(&mut request, "/label", "Gone".into());
    let endpoints = request["endpoints"].as_object_mut().expect("an account has endpoints");
    let nowhere = format!("http://{}/", free_address());
    endpoints.values_mut().for_each(|url| *url = nowhere.as_str().into());
    let reply = desk.client.post("/v1/credentials", &request).await;
    let problem = judge(id, &reply, &AWAY);
    let is_network = problem.errors.first().is_some_and(|error| error.code == "network");
    expect(is_network, || format!("{id}: {:?}", problem.errors));
    let list = desk.client.get(&format!("/v1/credentials?courier={id}")).await.expect(200).json();
    assert_eq!(list["data"].as_array().map(Vec::len), Some(1), "{id}: it was saved: {list}");
    let tested = desk.client.post("/v1/credentials/test", &request).await.expect(200).json();
    assert_eq!((&tested["ok"], &tested["cause"]), (&json!(false), &json!("network")), "{id}: {tested}");
}
