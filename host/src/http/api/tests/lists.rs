//! Couriers, stores, the log of courier calls, and the document that describes them all.

use serde_json::{Value, json};

use super::credentials::save;
use super::{Caller, Host, hosts};
use crate::model::caller::Scope;
use crate::model::credential::Environment;
use crate::model::id::{CourierCallId, CredentialId};
use crate::store::api_keys::ApiKeyKind;
use crate::store::columns::Json;
use crate::store::courier_calls::{self, CourierCall};

const SCOPES: [Scope; 2] = [Scope::CredentialsWrite, Scope::ShipmentsRead];

#[tokio::test]
async fn a_host_without_plugins_has_no_couriers() {
    for host in hosts().await {
        let caller = host.merchant(&SCOPES).await;
        assert_eq!(host.get("/v1/couriers", &caller.token).await.expect(200)["data"], json!([]));
        for path in ["/v1/couriers/acme", "/v1/couriers/Not%20One"] {
            assert_eq!(host.get(path, &caller.token).await.problem().0, 404);
        }
    }
}

#[tokio::test]
async fn stores_are_added_and_listed_by_page() {
    for host in hosts().await {
        let (caller, other) = (host.merchant(&SCOPES).await, host.merchant(&SCOPES).await);
        for name in ["First", "  Second "] {
            host.advance_s(1);
            let made = host.post("/v1/stores", &caller.token, &json!({"name": name})).await.expect(201);
            assert_eq!(made["name"], name.trim());
        }
        let first = host.get("/v1/stores?limit=1", &caller.token).await.expect(200);
        assert_eq!((&first["data"][0]["name"], &first["has_more"]), (&json!("Second"), &json!(true)));
        let cursor = first["next_cursor"].as_str().unwrap();
        let next = host.get(&format!("/v1/stores?limit=1&cursor={cursor}"), &caller.token).await.expect(200);
        assert_eq!((&next["data"][0]["name"], &next["has_more"]), (&json!("First"), &json!(false)));
        assert_eq!(host.get("/v1/stores", &other.token).await.expect(200)["data"], json!([]));
        let empty = host.post("/v1/stores", &caller.token, &json!({"name": " "})).await;
        assert_eq!(empty.problem(), (422, "invalid_body", "/name"));
    }
}

async fn log(host: &Host, owner: &Caller, credential: Option<&CredentialId>, courier: &str, outcome: &str) {
    let now = host.app.clock.now();
    let call = CourierCall {
        id: CourierCallId::new(now, &*host.app.random),
        merchant_id: Some(owner.merchant.clone()),
        courier: courier.parse().unwrap(),
        plugin_version: "1.0.0".to_owned(),
        credential_id: credential.cloned(),
        operation: "track".to_owned(),
        call_id: "plc_x".to_owned(),
        method: "GET".to_owned(),
        endpoint: "api".to_owned(),
        path: "/track".to_owned(),
        status: Some(200),
        outcome: outcome.to_owned(),
        duration_ms: 12,
        request_bytes: 0,
        response_bytes: 3,
        request_headers: Json(vec![("accept".to_owned(), "*/*".to_owned())]),
        response_headers: Json(Vec::new()),
        request_body: None,
        response_body: Some(b"{}\xff".to_vec()),
        error: None,
        started_at: now,
    };
    let mut tx = host.app.db.begin_maintenance().await.unwrap();
    courier_calls::insert_batch(&mut tx, &[call]).await.unwrap();
    tx.commit().await.unwrap();
    host.advance_s(60);
}

#[tokio::test]
async fn courier_calls_are_filtered() {
    for host in hosts().await {
        let owner = host.merchant(&SCOPES).await;
        let test_key = host.key(owner.merchant.clone(), ApiKeyKind::Test, &SCOPES).await;
        let real = save(&host, &owner, "Real", Environment::Production).await;
        let test = save(&host, &owner, "Test", Environment::Test).await;
        log(&host, &owner, Some(&real), "acme", "ok").await;
        log(&host, &owner, Some(&test), "acme", "timeout").await;
        log(&host, &owner, None, "other", "ok").await;
        let count = async |query: &str, token: &str| -> usize {
            let list: Value = host.get(&format!("/v1/courier-calls{query}"), token).await.expect(200);
            list["data"].as_array().unwrap().len()
        };
        let cases = [
            (String::new(), 3),
            ("?courier=acme".to_owned(), 2),
            ("?outcome=timeout".to_owned(), 1),
            (format!("?credential_id={real}"), 1),
            ("?from=2026-11-21T10:01:00Z".to_owned(), 2),
            ("?from=2026-11-21T10:01:00Z&before=2026-11-21T11:02:00%2B01:00".to_owned(), 1),
        ];
        for (query, expected) in cases {
            assert_eq!(count(&query, &owner.token).await, expected, "{query}");
        }
        assert_eq!(count("", &test_key.token).await, 1);
        let newest = host.get("/v1/courier-calls?limit=1", &owner.token).await.expect(200);
        assert_eq!((&newest["data"][0]["courier"], &newest["has_more"]), (&json!("other"), &json!(true)));
        assert_eq!(newest["data"][0]["response_body"], "{}\u{fffd}");
        let wrong = host.get("/v1/courier-calls?from=today", &owner.token).await;
        assert_eq!(wrong.problem(), (400, "invalid_parameter", "/from"));
    }
}

#[tokio::test]
async fn the_document_has_every_resource() {
    let host = Host::on(crate::store::testing::sqlite().await);
    let document = host.get("/v1/openapi.json", "").await.expect(200);
    for path in [
        "/v1/couriers",
        "/v1/couriers/{courier}",
        "/v1/stores",
        "/v1/credentials",
        "/v1/credentials/test",
        "/v1/credentials/{id}",
        "/v1/credentials/{id}/test",
        "/v1/courier-calls",
    ] {
        assert!(document["paths"][path].is_object(), "{path}");
    }
    let field = &document["components"]["schemas"]["CredentialRequest"]["properties"]["fields"];
    assert_eq!(field["additionalProperties"]["type"], "string");
}
