//! `/v1/pickups`.

use reqwest::Method;
use serde_json::json;

use super::Walk;

pub async fn walk(walk: &mut Walk) {
    let client = walk.desk.client.clone();
    let order = json!({
        "credential_id": walk.account.credential,
        "pickup": {
            "place": walk.account.shipment["sender"], "parcels": 2, "weight_grams": 2400,
            "window": {"earliest": "2030-01-15T13:00:00-05:00", "latest": "2030-01-15T17:00:00-05:00"},
        },
    });
    let made = client.post_once("/v1/pickups", &order, "walk-3").await;
    let path = made.header("location").expect("a new resource has an address").to_owned();
    let first = made.body.clone();
    walk.expect("create_pickup", 201, made);
    let again = client.post_once("/v1/pickups", &order, "walk-3").await.expect(201);
    assert_eq!((again.header("idempotent-replayed"), &again.body), (Some("true"), &first));
    let read = client.get(&path).await;
    let tag = read.header("etag").expect("a pickup has a version").to_owned();
    walk.expect_described("get_pickup", 200, read);
    let list = client.get("/v1/pickups?state=scheduled").await;
    walk.expect_described("list_pickups", 200, list);
    let stale = client.send(Method::DELETE, &path, |request| request.header("if-match", "\"v1\"")).await;
    assert_eq!(stale.expect(412).problem().code, "precondition_failed");
    let cancelled = client.send(Method::DELETE, &path, |request| request.header("if-match", tag)).await;
    walk.expect("cancel_pickup", 200, cancelled);
}
