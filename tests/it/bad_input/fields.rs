//! Members of the larger bodies: wrong types, words, numbers, days, codes and ids. Each is named by a pointer.

use serde_json::{Value, json};

use super::judge::{Wanted, expect, judge, wrong};
use super::places::put;
use crate::desk::{Account, Desk};

const WRONG: Wanted = wrong(422, "invalid_body");
const NOTHING: Wanted = wrong(404, "not_found");

/// An id that is well-formed and names nothing.
const NO_CREDENTIAL: &str = "cred_01KAZZZZZZZZZZZZZZZZZZZZZZ";

/// Where in a booking, what stands there (JSON), what is wrong with it, and where that is said (the same place if empty).
const SHIPMENT: &[(&str, &str, &str, &str)] = &[
    ("/shipment", "null", "invalid_type", ""),
    ("/shipment", "[]", "invalid_type", ""),
    ("/shipmnt", "{}", "unknown_field", ""),
    ("/shipment/parcels", "[]", "required", ""),
    ("/shipment/parcels", "{}", "invalid_type", ""),
    ("/shipment/parcels/0", "\"one\"", "invalid_type", ""),
    ("/shipment/parcels/0/wieght_grams", "1", "unknown_field", ""),
    ("/shipment/parcels/0/weight_grams", "-5", "invalid_value", ""),
    ("/shipment/parcels/0/weight_grams", "0", "out_of_range", ""),
    ("/shipment/parcels/0/weight_grams", "1000001", "out_of_range", ""),
    ("/shipment/parcels/0/weight_grams", "1.5", "invalid_type", ""),
    ("/shipment/parcels/0/weight_grams", "1e3", "invalid_type", ""),
    ("/shipment/parcels/0/weight_grams", "4294967296", "invalid_value", ""),
    ("/shipment/parcels/0/weight_grams", "9223372036854775808", "invalid_value", ""),
    ("/shipment/parcels/0/weight_grams", "99999999999999999999", "invalid_type", ""),
    ("/shipment/parcels/0/weight_grams", "\"1200\"", "invalid_type", ""),
    ("/shipment/parcels/0/weight_grams", "\"NaN\"", "invalid_type", ""),
    ("/shipment/parcels/0/weight_grams", "null", "invalid_type", ""),
    ("/shipment/parcels/0/weight_grams", "true", "invalid_type", ""),
    ("/shipment/parcels/0/length_mm", "0", "out_of_range", ""),
    ("/shipment/parcels/0/length_mm", "-1", "invalid_value", ""),
    ("/shipment/parcels/0/copies", "0", "out_of_range", ""),
    ("/shipment/parcels/0/copies", "101", "too_many", "/shipment/parcels"),
    ("/shipment/parcels/0/packaging", "\"crate\"", "invalid_choice", ""),
    ("/shipment/parcels/0/contents", "\"a\\u0000b\"", "invalid_text", ""),
    ("/shipment/parcels/0/declared_value", "12.30", "invalid_type", ""),
    (
        "/shipment/parcels/0/declared_value",
        "{\"amount\": 12.3, \"currency\": \"SEK\"}",
        "invalid_type",
        "/shipment/parcels/0/declared_value/amount",
    ),
    (
        "/shipment/parcels/0/declared_value",
        "{\"amount\": \"12,30\", \"currency\": \"SEK\"}",
        "invalid_money",
        "/shipment/parcels/0/declared_value/amount",
    ),
    (
        "/shipment/parcels/0/declared_value",
        "{\"amount\": \"-1\", \"currency\": \"SEK\"}",
        "invalid_money",
        "/shipment/parcels/0/declared_value/amount",
    ),
    (
        "/shipment/parcels/0/declared_value",
        "{\"amount\": \"NaN\", \"currency\": \"SEK\"}",
        "invalid_money",
        "/shipment/parcels/0/declared_value/amount",
    ),
    (
        "/shipment/parcels/0/declared_value",
        "{\"amount\": \"1\", \"currency\": \"kr\"}",
        "invalid_money",
        "/shipment/parcels/0/declared_value/currency",
    ),
    (
        "/shipment/parcels/0/declared_value",
        "{\"amount\": \"1\", \"currency\": \"QQQ\"}",
        "invalid_money",
        "/shipment/parcels/0/declared_value/currency",
    ),
    (
        "/shipment/parcels/0/declared_value",
        "{\"amount\": \"1\"}",
        "required",
        "/shipment/parcels/0/declared_value/currency",
    ),
    ("/shipment/recipient/country", "\"Sweden\"", "invalid_country", ""),
    ("/shipment/recipient/country", "\"us\"", "invalid_country", ""),
    ("/shipment/recipient/country", "\"QQ\"", "invalid_country", ""),
    ("/shipment/recipient/country", "\"\"", "required", ""),
    ("/shipment/recipient/country", "46", "invalid_type", ""),
    ("/shipment/recipient/city", "\"  \"", "required", ""),
    ("/shipment/recipient/lines", "\"Storgatan 1\"", "invalid_type", ""),
    ("/shipment/recipient/lines", "[]", "required", ""),
    ("/shipment/recipient/email", "\"nobody\"", "invalid_email", ""),
    (
        "/shipment/recipient/position",
        "{\"latitude\": 91, \"longitude\": 0}",
        "out_of_range",
        "/shipment/recipient/position/latitude",
    ),
    ("/shipment/sender", "\"me\"", "invalid_type", ""),
    ("/shipment/shipping_date", "\"2026-02-30\"", "invalid_date", ""),
    ("/shipment/shipping_date", "\"21.11.2026\"", "invalid_date", ""),
    ("/shipment/shipping_date", "\"2026-11-21T10:00:00Z\"", "invalid_date", ""),
    ("/shipment/shipping_date", "1795255200", "invalid_type", ""),
    (
        "/shipment/references",
        "[{\"kind\": \"oder\", \"value\": \"1\"}]",
        "invalid_choice",
        "/shipment/references/0/kind",
    ),
    (
        "/shipment/payments",
        "[{\"charge\": \"all\", \"payer\": \"nobody\"}]",
        "invalid_choice",
        "/shipment/payments/0/payer",
    ),
    ("/shipment/customs", "{\"content_type\": \"things\"}", "invalid_choice", "/shipment/customs/content_type"),
    ("/shipment/is_return", "\"no\"", "invalid_type", ""),
    ("/shipment/options", "[]", "invalid_type", ""),
    ("/shipment/options", "{\"no~such/one\": true}", "unsupported_option", "/shipment/options/no~0such~1one"),
    ("/shipment/options", "{\"a\": {\"b\": [\"\\u0000\"]}}", "invalid_text", "/shipment/options/a/b/0"),
    ("/shipment/service", "\"no such service\"", "unknown_service", ""),
    ("/shipment/extensions", "{\"key\": 1}", "invalid_type", "/shipment/extensions/key"),
    ("/label_format", "7", "invalid_type", ""),
    ("/dry_run", "\"yes\"", "invalid_type", ""),
    ("/credential_id", "7", "invalid_type", ""),
    ("/credential_id", "\"cred_1\"", "invalid_value", ""),
    ("/credential_id", "\"shp_01KAZZZZZZZZZZZZZZZZZZZZZZ\"", "invalid_value", ""),
    ("/credential_id", "\"' OR 1=1 --\"", "invalid_value", ""),
    ("/store_id", "\"sto_\"", "invalid_value", ""),
    ("/courier", "\"UPS\"", "invalid_value", ""),
    ("/courier", "\"nobody\"", "unknown_courier", ""),
    ("/courier", "\"bring\"", "wrong_courier", ""),
];

pub async fn all(desk: &Desk, account: &Account) {
    for (place, value, code, pointer) in SHIPMENT {
        let mut body = account.booking();
        put(&mut body, place, serde_json::from_str(value).expect("a value of the table is JSON"));
        let what = format!("{place} = {value}");
        let reply = desk.client.post_once("/v1/shipments", &body, "fields").await;
        let problem = judge(&what, &reply, &WRONG);
        let pointer = if pointer.is_empty() { place } else { pointer };
        let is_told = problem.errors.iter().any(|error| error.pointer == *pointer && error.code == *code);
        expect(is_told, || format!("{what}: no {code} at {pointer}: {:?}", problem.errors));
    }
    doubled(desk).await;
    ids_that_name_nothing(desk, account).await;
    not_offered(desk, account).await;
    credentials(desk, account).await;
    pickups(desk, account).await;
}

/// Members that are free must not stand twice either.
async fn doubled(desk: &Desk) {
    let body = r#"{"courier":"ups","fields":{"client_id":"a","client_id":"b"}}"#;
    let reply = desk.client.send(reqwest::Method::POST, "/v1/credentials", |request| {
        request.header("content-type", "application/json").body(body)
    });
    judge("a field twice", &reply.await, &WRONG.at(&["/fields/client_id"]));
}

async fn ids_that_name_nothing(desk: &Desk, account: &Account) {
    let mut booking = account.booking();
    put(&mut booking, "/credential_id", NO_CREDENTIAL.into());
    let reply = desk.client.post_once("/v1/shipments", &booking, "fields").await;
    judge("an unknown account", &reply, &NOTHING.at(&["/credential_id"]));
    let mut booking = account.booking();
    put(&mut booking, "/store_id", "sto_01KAZZZZZZZZZZZZZZZZZZZZZZ".into());
    let reply = desk.client.post_once("/v1/shipments", &booking, "fields").await;
    judge("an unknown store", &reply, &NOTHING.at(&["/store_id"]));
    let rates = json!({"shipment": account.shipment, "credential_ids": [account.credential, NO_CREDENTIAL]});
    let reply = desk.client.post("/v1/rates", &rates).await;
    judge("an unknown account among others", &reply, &NOTHING.at(&["/credential_ids/1"]));
    let rates = json!({"shipment": account.shipment, "couriers": ["ups", "postnord"]});
    let reply = desk.client.post("/v1/rates", &rates).await;
    judge("a courier without an account", &reply, &wrong(422, "no_credential").at(&["/couriers/1"]));
}

async fn not_offered(desk: &Desk, account: &Account) {
    let unsupported = wrong(422, "unsupported");
    let mut booking = account.booking();
    put(&mut booking, "/label_format", "stone".into());
    let reply = desk.client.post_once("/v1/shipments", &booking, "fields").await;
    judge("a format that the courier has not", &reply, &unsupported.at(&["/label_format"]));
    if account.description["dry_run"] != true {
        let mut booking = account.booking();
        put(&mut booking, "/dry_run", true.into());
        judge("a dry run", &desk.client.post_once("/v1/shipments", &booking, "fields").await, &unsupported);
    }
    // `ups` has no service points.
    if !account.offers("service-points", "service-points.find") {
        let reply = desk.client.get("/v1/service-points?courier=ups&country=US&postal_code=10118").await;
        judge("service points", &reply, &unsupported);
    }
}

async fn credentials(desk: &Desk, account: &Account) {
    let secret = "hunter2-hunter2";
    let cases: [(&str, Value, Wanted); 12] = [
        ("/courier", json!("nobody"), WRONG.at(&["/courier"])),
        ("/courier", json!(7), WRONG.at(&["/courier"])),
        ("/environment", json!("staging"), WRONG.at(&["/environment"])),
        ("/account_kind", json!("no-such-kind"), WRONG.at(&["/account_kind"])),
        ("/label", json!(""), WRONG.at(&["/label"])),
        ("/fields", json!({}), WRONG.at(&["/fields/client_id"])),
        ("/fields/passw~1rd", json!(secret), WRONG.at(&["/fields/passw~1rd"])),
        ("/fields/client_secret", json!({"value": secret}), WRONG.at(&["/fields/client_secret"])),
        ("/fields/client_secret", json!(format!("{secret}\u{0}")), WRONG.at(&["/fields/client_secret"])),
        ("/endpoints", json!({"nowhere": "https://example.com"}), WRONG.at(&["/endpoints/nowhere"])),
        ("/endpoints", json!({"api": "not a url"}), WRONG.at(&["/endpoints/api"])),
        ("/store_id", json!("sto_01KAZZZZZZZZZZZZZZZZZZZZZZ"), NOTHING.at(&["/store_id"])),
    ];
    for (place, value, wanted) in cases {
        let mut body = account.request.clone();
        put(&mut body, "/label", "Another".into());
        put(&mut body, place, value.clone());
        for path in ["/v1/credentials", "/v1/credentials/test"] {
            // A test saves nothing, so that label and store do not matter to it.
            if path.ends_with("test") && matches!(place, "/label" | "/store_id") {
                continue;
            }
            let reply = desk.client.post(path, &body).await;
            judge(&format!("{path} with {place} = {value}"), &reply, &wanted);
            assert!(!String::from_utf8_lossy(&reply.body).contains("hunter2"), "{place}: a secret is shown");
        }
    }
    let duplicate = desk.client.post("/v1/credentials", &account.request).await;
    judge("a second account with one label", &duplicate, &wrong(409, "duplicate"));
    let path = format!("/v1/credentials/{}", account.credential);
    let redirected = desk.client.patch(&path, &json!({"endpoints": {}})).await;
    judge(
        "other endpoints without secrets",
        &redirected,
        &wrong(422, "secrets_required").at(&["/fields/client_secret"]),
    );
    let blocked = json!({"endpoints": {"api": "http://169.254.169.254/"}, "fields": account.request["fields"]});
    judge("a metadata address", &desk.client.patch(&path, &blocked).await, &wrong(422, "endpoint_refused"));
    let moved = desk.client.patch(&path, &json!({"courier": "bring"})).await;
    judge("another courier", &moved, &WRONG.at(&["/courier"]));
}

async fn pickups(desk: &Desk, account: &Account) {
    let place = &account.shipment["sender"];
    let pickup =
        json!({"place": place, "window": {"latest": "2027-02-03T16:00:00"}, "parcels": 1, "weight_grams": 1200});
    let body = |pickup: &Value| json!({"credential_id": account.credential, "pickup": pickup});
    let cases = [
        ("/window", json!({}), "/pickup/window"),
        ("/window", json!({"latest": "tomorrow"}), "/pickup/window/latest"),
        (
            "/window",
            json!({"earliest": "2027-02-03T17:00:00", "latest": "2027-02-03T16:00:00"}),
            "/pickup/window/latest",
        ),
        ("/parcels", json!(0), "/pickup/parcels"),
        ("/place/country", json!("Norge"), "/pickup/place/country"),
    ];
    for (at, value, pointer) in cases {
        let mut pickup = pickup.clone();
        put(&mut pickup, at, value);
        let problem = judge(at, &desk.client.post_once("/v1/pickups", &body(&pickup), "pickups").await, &WRONG);
        let is_named = problem.errors.iter().any(|error| error.pointer == pointer);
        expect(is_named, || format!("{pointer}: {:?}", problem.errors));
    }
    let mut unknown = body(&pickup);
    put(&mut unknown, "/shipment_ids", json!(["shp_01KAZZZZZZZZZZZZZZZZZZZZZZ"]));
    let reply = desk.client.post_once("/v1/pickups", &unknown, "pickups").await;
    judge("an unknown shipment", &reply, &NOTHING.at(&["/shipment_ids/0"]));
}
