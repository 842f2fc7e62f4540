//! `/v1/stores`.

use serde_json::json;

use super::Walk;

pub async fn walk(walk: &mut Walk) {
    let store = walk.desk.client.post("/v1/stores", &json!({"name": "example-shop.com"})).await;
    walk.expect("create_store", 201, store);
    let list = walk.desk.client.get("/v1/stores").await;
    walk.expect("list_stores", 200, list);
}
