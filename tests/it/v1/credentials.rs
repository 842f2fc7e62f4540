//! `/v1/credentials`.

use serde_json::json;

use super::Walk;

pub async fn walk(walk: &mut Walk) {
    let client = walk.desk.client.clone();
    let mut request = walk.account.request.clone();
    request["label"] = json!("Second");
    let test = client.post("/v1/credentials/test", &request).await;
    walk.expect("test_unsaved_credential", 200, test);
    let created = client.post("/v1/credentials", &request).await;
    let path = created.header("location").expect("a new resource has an address").to_owned();
    assert_eq!(created.header("etag"), Some("\"v1\""));
    walk.expect("create_credential", 201, created);
    let read = client.get(&path).await;
    walk.expect("get_credential", 200, read);
    let list = client.get("/v1/credentials?limit=1").await;
    assert!(list.header("link").is_some_and(|link| link.ends_with("rel=\"next\"")), "{:?}", list.headers);
    walk.expect_described("list_credentials", 200, list);
    let mut once = request.clone();
    once["label"] = json!("Once");
    let first = client.post_once("/v1/credentials", &once, "credential-1").await.expect(201);
    let again = client.post_once("/v1/credentials", &once, "credential-1").await.expect(201);
    assert_eq!((&first.body, first.header("etag")), (&again.body, again.header("etag")));
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    once["label"] = json!("Twice");
    client.post_once("/v1/credentials", &once, "credential-1").await.expect(422);
    client.delete(first.header("location").expect("a new resource has an address")).await.expect(204);
    let tested = client.post(&format!("{path}/test"), &json!({})).await;
    walk.expect("test_credential", 200, tested);
    let changed = client.patch(&path, &json!({"label": "Third"})).await;
    assert_eq!(changed.header("etag"), Some("\"v2\""));
    walk.expect("change_credential", 200, changed);
    let removed = client.delete(&path).await;
    walk.expect_described("delete_credential", 204, removed);
}
