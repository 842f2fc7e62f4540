//! `/v1/stores`.

use serde_json::json;

use super::Walk;

pub async fn walk(walk: &mut Walk) {
    let store = walk.desk.client.post("/v1/stores", &json!({"name": "example-shop.com"})).await;
    walk.expect("create_store", 201, store);
    let list = walk.desk.client.get("/v1/stores").await;
    walk.expect("list_stores", 200, list);
    created_once(walk).await;
}

/// Under one key there is one shop, and under another body the key is refused.
async fn created_once(walk: &mut Walk) {
    let client = walk.desk.client.clone();
    let body = json!({"name": "once.example"});
    let first = client.post_once("/v1/stores", &body, "store-1").await.expect(201);
    let again = client.post_once("/v1/stores", &body, "store-1").await.expect(201);
    assert_eq!((first.header("idempotent-replayed"), again.header("idempotent-replayed")), (None, Some("true")));
    assert_eq!(first.body, again.body);
    let names = client.get("/v1/stores").await.json()["data"].to_string();
    assert_eq!(names.matches("once.example").count(), 1, "{names}");
    let other = client.post_once("/v1/stores", &json!({"name": "other.example"}), "store-1").await.expect(422);
    assert_eq!(other.problem().code, "idempotency_key_reused");
    // What failed made nothing, so its key is free.
    client.post_once("/v1/stores", &json!({"name": ""}), "store-2").await.expect(422);
    client.post_once("/v1/stores", &body, "store-2").await.expect(201);
}
