//! Keys: missing, wrong, ended, of the wrong kind or without the right.

use reqwest::Method;
use serde_json::json;

use crossdock_tests::Client;
use crossdock_tests::host::ALL_SCOPES;

use super::judge::{Wanted, courier, expect, judge, wrong};
use super::places::put;
use crate::desk::{Account, Desk};

const KEY: Wanted = wrong(401, "unauthenticated");
const SCOPE: Wanted = wrong(403, "missing_scope");

pub async fn all(desk: &Desk, account: &Account) {
    headers(desk).await;
    ended(desk).await;
    without_rights(desk, account).await;
    of_the_other_data(desk, account).await;
    at_the_courier(desk, account).await;
}

async fn headers(desk: &Desk) {
    let anonymous = desk.host.anonymous();
    let key = desk.client.key().expect("a merchant has a key");
    let (front, last) = key.split_at(key.len() - 1);
    let mistyped = format!("Bearer {front}{}", if last == "a" { "b" } else { "a" });
    let wrong_ones = [
        None,
        Some("Bearer".to_owned()),
        Some("Bearer ".to_owned()),
        Some("Basic dXNlcjpwYXNz".to_owned()),
        Some(key.to_owned()),
        Some("Bearer cdk_live_nonsense".to_owned()),
        Some(format!("Bearer {}", "x".repeat(10_000))),
        Some(mistyped),
    ];
    for header in wrong_ones {
        let reply = anonymous.send(Method::GET, "/v1/shipments", |request| match &header {
            Some(header) => request.header("authorization", header),
            None => request,
        });
        let reply = reply.await;
        judge(&format!("{header:?}"), &reply, &KEY);
        assert!(reply.header("www-authenticate").is_some_and(|challenge| challenge.starts_with("Bearer")));
        assert!(!String::from_utf8_lossy(&reply.body).contains(front), "the key is repeated");
    }
    let admin = desk.host.admin().await;
    judge("an operator's key", &admin.get("/v1/shipments").await, &wrong(403, "wrong_key_kind"));
}

/// Keys that were never used before are looked up now, whatever the host remembers of others.
async fn ended(desk: &Desk) {
    let revoked = desk.host.client("Revoked", &["--scopes", ALL_SCOPES]).await;
    desk.host.cli(&["key", "revoke", public_id(&revoked), "--json"]).await;
    judge("a revoked key", &revoked.get("/v1/shipments").await, &KEY);
    let expired = desk.host.client("Expired", &["--scopes", ALL_SCOPES]).await;
    desk.host.cli(&["key", "rotate", public_id(&expired), "--overlap-hours", "0", "--json"]).await;
    judge("an expired key", &expired.get("/v1/shipments").await, &KEY);
    let disabled = desk.host.client("Disabled", &["--scopes", ALL_SCOPES]).await;
    desk.host.cli(&["merchant", "disable", disabled.merchant_id(), "--json"]).await;
    judge("a disabled merchant", &disabled.get("/v1/shipments").await, &wrong(403, "merchant_disabled"));
}

/// `cdk_live_<public id>_…`
fn public_id(client: &Client) -> &str {
    client.key().and_then(|key| key.split('_').nth(2)).expect("a key has a public id")
}

async fn without_rights(desk: &Desk, account: &Account) {
    let reader = desk.host.client("Reader", &["--scopes", "shipments:read"]).await;
    let buyer = desk.host.client("Buyer", &["--scopes", "labels:buy"]).await;
    judge("a reader books", &reader.post_once("/v1/shipments", &account.booking(), "k").await, &SCOPE);
    judge("a reader connects", &reader.post("/v1/credentials", &account.request).await, &SCOPE);
    judge("a buyer reads", &buyer.get("/v1/shipments").await, &SCOPE);
    judge("a buyer quotes", &buyer.post("/v1/rates", &json!({})).await, &SCOPE);
}

/// A test key has a data space of its own: what is real does not exist in it.
async fn of_the_other_data(desk: &Desk, account: &Account) {
    let merchant = desk.client.merchant_id();
    let made = ["key", "create", "--merchant", merchant, "--scopes", ALL_SCOPES, "--test", "--unlimited", "--json"];
    let key = desk.host.cli(&made).await;
    let test = Client::new(&desk.host.base_url, key["key"].as_str());
    let nothing = wrong(404, "not_found");
    let read = test.get(&format!("/v1/credentials/{}", account.credential)).await;
    judge("a test key reads a real account", &read, &nothing);
    let booked = test.post_once("/v1/shipments", &account.booking(), "k").await;
    judge("a test key books with a real account", &booked, &nothing.at(&["/credential_id"]));
    let mut real = account.request.clone();
    put(&mut real, "/label", "Real".into());
    let connected = test.post("/v1/credentials", &real).await;
    judge("a test key connects a real account", &connected, &wrong(422, "environment_mismatch").at(&["/environment"]));
    let unsaved = desk.prepare("bring").await;
    let mut request = unsaved.request.clone();
    put(&mut request, "/environment", "test".into());
    let kind = crate::desk::bodies::account_kind(&unsaved.description, &request["fields"]);
    if kind["test"] == "none" {
        judge("no test system", &test.post("/v1/credentials", &request).await, &wrong(422, "no_test_environment"));
    }
}

/// What the courier does not accept is the merchant's account, not the API key.
async fn at_the_courier(desk: &Desk, account: &Account) {
    for (field, value) in [("client_secret", "wrong-secret-wrong-secret"), ("client_id", "wrong-client-wrong-client")] {
        let mut wrong_one = account.request.clone();
        put(&mut wrong_one, "/label", "Wrong".into());
        put(&mut wrong_one, &format!("/fields/{field}"), value.into());
        let reply = desk.client.post("/v1/credentials", &wrong_one).await;
        let problem = judge(field, &reply, &courier(422, "courier_auth", false));
        let is_account = problem.errors.first().is_some_and(|error| error.code == "account");
        expect(is_account, || format!("{field}: {:?}", problem.errors));
        assert!(!String::from_utf8_lossy(&reply.body).contains("wrong-secret"), "a secret is shown");
        let tested = desk.client.post("/v1/credentials/test", &wrong_one).await.expect(200).json();
        assert_eq!((&tested["ok"], &tested["cause"]), (&json!(false), &json!("account")), "{tested}");
    }
    let list = desk.client.get("/v1/credentials?courier=ups").await.expect(200).json();
    assert_eq!(list["data"].as_array().map(Vec::len), Some(1), "a wrong account was saved: {list}");
}
