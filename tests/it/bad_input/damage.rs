//! Valid bodies of every route that takes one, damaged at random: never a 500, never a panic, always a problem with pointers.

use std::collections::BTreeMap;

use crossdock_tests::Database;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::judge::{clear, expect, is_well};
use super::places::{all, put};
use crate::desk::{Account, Desk};

/// Damaged bodies of each route, on each database: a second's worth.
const CASES: usize = 40;

/// Longer than any text may be, and far below the limit of a body.
const HUGE_CHARS: usize = 50_000;

/// Levels of nesting that are added.
const LEVELS: usize = 60;

/// One way to damage a value.
#[derive(Debug, Clone)]
enum Damage {
    Remove,
    Replace(Value),
    Nest,
    Rename(String),
    Double,
}

#[tokio::test]
async fn damaged_bodies_are_refused_in_order_on_sqlite() {
    send_all(Database::Sqlite).await;
}

#[tokio::test]
async fn damaged_bodies_are_refused_in_order_on_postgres() {
    send_all(Database::postgres().await).await;
}

async fn send_all(database: Database) {
    let desk = Desk::open(database, &[]).await;
    let account = desk.connect("ups").await;
    let bodies = bodies(&account);
    let mut runner = TestRunner::deterministic();
    for (method, path) in routes(&desk).await {
        let (real_path, body) = bodies.get(&(method.as_str(), path.as_str())).unwrap_or_else(|| {
            panic!("{method} {path} takes a body that this test does not know: add a valid one to `bodies`")
        });
        for number in 0..CASES {
            let damage = (any::<Index>(), damages()).new_tree(&mut runner).expect("a case").current();
            let mut damaged = body.clone();
            apply(&mut damaged, &damage);
            let what = format!("{method} {path} with {damage:?}").chars().take(300).collect::<String>();
            let key = format!("{method}-{path}-{number}");
            let method = Method::from_bytes(method.as_bytes()).expect("a method");
            let send = |request: reqwest::RequestBuilder| request.json(&damaged).header("idempotency-key", key);
            let reply = desk.client.send(method, real_path, send).await;
            let text = String::from_utf8_lossy(&reply.body).into_owned();
            expect(reply.status < 500, || format!("{what}: {}: {text}", reply.status));
            if reply.status >= 400 {
                let problem = clear(&what, &reply);
                let is_told = problem.code != "invalid_body" || !problem.errors.is_empty();
                expect(is_told, || format!("{what}: nothing is named: {problem:?}"));
            }
        }
    }
    is_well(&desk).await;
}

/// Every route that takes a body, as the host describes itself: a new one cannot be forgotten.
async fn routes(desk: &Desk) -> Vec<(String, String)> {
    let document = desk.client.get("/v1/openapi.json").await.expect(200).json();
    let paths = document["paths"].as_object().expect("the document has paths").clone();
    let with_body = |path: &str, item: &Value| {
        let methods = ["post", "patch", "put"].into_iter().filter(|method| item[method]["requestBody"].is_object());
        methods.map(|method| (method.to_uppercase(), path.to_owned())).collect::<Vec<_>>()
    };
    // What is the operators' is closed to a merchant, whatever the body: see `isolation`, and `operator::plugins`.
    let of_merchants = paths.iter().filter(|(path, _)| !path.starts_with("/v1/admin/"));
    of_merchants.flat_map(|(path, item)| with_body(path, item)).collect()
}

fn bodies(account: &Account) -> BTreeMap<(&'static str, &'static str), (String, Value)> {
    let shipment = &account.shipment;
    let credential = format!("/v1/credentials/{}", account.credential);
    let resolve = "/v1/shipments/shp_01KAZZZZZZZZZZZZZZZZZZZZZZ/resolve".to_owned();
    let mut other = account.request.clone();
    put(&mut other, "/label", "Damaged".into());
    let pickup = json!({
        "credential_id": account.credential,
        "shipment_ids": [],
        "pickup": {
            "place": shipment["sender"], "window": {"earliest": "2027-02-03T10:00:00", "latest": "2027-02-03T16:00:00"},
            "parcels": 1, "weight_grams": 1200, "instructions": "at the back",
        },
    });
    BTreeMap::from([
        (("POST", "/v1/stores"), ("/v1/stores".to_owned(), json!({"name": "Shop"}))),
        (("POST", "/v1/credentials"), ("/v1/credentials".to_owned(), other.clone())),
        (("POST", "/v1/credentials/test"), ("/v1/credentials/test".to_owned(), other)),
        (
            ("PATCH", "/v1/credentials/{id}"),
            (credential, json!({"label": "Main", "store_id": null, "fields": {}, "test": false})),
        ),
        (
            ("POST", "/v1/rates"),
            ("/v1/rates".to_owned(), json!({"credential_ids": [account.credential], "shipment": shipment})),
        ),
        (("POST", "/v1/shipments"), ("/v1/shipments".to_owned(), account.booking())),
        (
            ("POST", "/v1/shipments/{id}/resolve"),
            (resolve, json!({"resolution": "booked_as", "courier_shipment_id": "X1", "tracking_numbers": ["N1"]})),
        ),
        (("POST", "/v1/pickups"), ("/v1/pickups".to_owned(), pickup)),
        (
            ("POST", "/v1/addresses/validate"),
            (
                "/v1/addresses/validate".to_owned(),
                json!({"credential_id": account.credential, "address": shipment["recipient"]}),
            ),
        ),
    ])
}

fn damages() -> impl Strategy<Value = Damage> {
    let values = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(json!(-1)),
        Just(json!(1.5e300)),
        Just(json!(u64::MAX)),
        ".{0,40}".prop_map(Value::from),
        Just(Value::from("")),
        Just(Value::from("\u{0}\u{202e}\u{feff}\u{1f4e6}")),
        Just(Value::from("x".repeat(HUGE_CHARS))),
        Just(json!([])),
        Just(json!({})),
        Just(json!([[[]], {"a": null}])),
        Just(Value::from(vec![json!({}); 1_000])),
    ];
    prop_oneof![
        2 => Just(Damage::Remove),
        6 => values.prop_map(Damage::Replace),
        1 => Just(Damage::Nest),
        1 => "[a-z~/.\u{0}\"]{1,10}".prop_map(Damage::Rename),
        1 => Just(Damage::Double),
    ]
}

/// Damages one place of a body, picked by its index.
fn apply(body: &mut Value, (index, damage): &(Index, Damage)) {
    // Without its endpoints an account would be tested at the real courier.
    let places: Vec<String> = all(body).into_iter().filter(|place| !place.starts_with("/endpoints")).collect();
    let place = index.get(&places);
    if place.is_empty() && matches!(damage, Damage::Nest | Damage::Rename(_)) {
        return;
    }
    let old = body.pointer(place).cloned().unwrap_or_default();
    let new = match damage {
        Damage::Remove => return remove(body, place),
        Damage::Rename(name) => {
            remove(body, place);
            let parent = place.rsplit_once('/').map_or("", |(parent, _)| parent);
            if let Some(Value::Object(members)) = body.pointer_mut(parent) {
                members.insert(name.clone(), old);
            }
            return;
        }
        Damage::Replace(value) => value.clone(),
        Damage::Nest => (0..LEVELS).fold(old, |inner, _| Value::Object(Map::from_iter([("inner".to_owned(), inner)]))),
        Damage::Double => json!([old.clone(), old]),
    };
    match place.as_str() {
        "" => *body = new,
        place => put(body, place, new),
    }
}

fn remove(body: &mut Value, place: &str) {
    let Some((parent, name)) = place.rsplit_once('/') else {
        *body = Value::Null;
        return;
    };
    match body.pointer_mut(parent) {
        Some(Value::Object(members)) => drop(members.remove(&name.replace("~1", "/").replace("~0", "~"))),
        Some(Value::Array(elements)) => drop(elements.pop()),
        _ => {}
    }
}
