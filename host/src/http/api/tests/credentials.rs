//! Credentials: what is answered without asking a courier.

use serde_json::json;

use super::{Caller, Host, hosts, texts};
use crate::model::caller::Scope;
use crate::model::credential::Environment;
use crate::model::id::CredentialId;
use crate::store::api_keys::ApiKeyKind;
use crate::store::columns::Json;
use crate::store::credentials::{self, Credential};

const SCOPES: [Scope; 2] = [Scope::CredentialsWrite, Scope::ShipmentsRead];

/// Saves an account as if its courier's plugin had been there and gone.
pub(super) async fn save(host: &Host, owner: &Caller, label: &str, environment: Environment) -> CredentialId {
    let now = host.app.clock.now();
    let credential = Credential {
        id: CredentialId::new(now, &*host.app.random),
        courier: "acme".parse().unwrap(),
        store_id: None,
        label: label.to_owned(),
        account_kind: "main".to_owned(),
        environment,
        fields: Json(texts(&[("user", "a@b.example")])),
        endpoints: Json(texts(&[])),
        secrets: Json(texts(&[("api_key", "v1.sealed")])),
        key_version: 1,
        version: 1,
        tested_outcome: Some("auth".to_owned()),
        tested_detail: Some("wrong password".to_owned()),
        tested_at: Some(now),
        last_used_at: None,
        disabled_at: None,
        created_at: now,
        updated_at: now,
    };
    let mut tx = host.app.db.begin(&owner.merchant).await.unwrap();
    credentials::insert(&mut tx, &owner.merchant, &credential).await.unwrap();
    tx.commit().await.unwrap();
    credential.id
}

#[tokio::test]
async fn secrets_are_masked_and_another_merchant_s_do_not_exist() {
    for host in hosts().await {
        let (owner, other) = (host.merchant(&SCOPES).await, host.merchant(&SCOPES).await);
        let id = save(&host, &owner, "Main", Environment::Production).await;
        let path = format!("/v1/credentials/{id}");
        let read = host.get(&path, &owner.token).await;
        assert_eq!(read.headers["etag"], "\"v1\"");
        let body = read.expect(200);
        assert_eq!(body["fields"], json!({"user": "a@b.example", "api_key": "********"}));
        assert_eq!((&body["status"], &body["test"]), (&json!("failing"), &json!(false)));
        assert_eq!(host.get(&path, &other.token).await.problem().0, 404);
        let list = host.get("/v1/credentials", &other.token).await.expect(200);
        assert_eq!(list, json!({"data": [], "next_cursor": null, "has_more": false}));
    }
}

#[tokio::test]
async fn a_test_key_sees_test_accounts_only() {
    for host in hosts().await {
        let owner = host.merchant(&SCOPES).await;
        let test_key = host.key(owner.merchant.clone(), ApiKeyKind::Test, &SCOPES).await;
        let real = save(&host, &owner, "Real", Environment::Production).await;
        let test = save(&host, &owner, "Test", Environment::Test).await;
        let list = host.get("/v1/credentials", &test_key.token).await.expect(200);
        assert_eq!((list["data"].as_array().unwrap().len(), list["data"][0]["id"].as_str()), (1, Some(test.as_str())));
        assert_eq!(host.get(&format!("/v1/credentials/{real}"), &test_key.token).await.status, 404);
        let all = host.get("/v1/credentials?environment=production", &owner.token).await.expect(200);
        assert_eq!(all["data"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn only_the_seen_version_is_deleted_and_then_it_is_gone() {
    for host in hosts().await {
        let owner = host.merchant(&SCOPES).await;
        let id = save(&host, &owner, "Main", Environment::Production).await;
        let path = format!("/v1/credentials/{id}");
        for tag in ["\"v2\"", "W/\"v1\""] {
            let late = host.send("DELETE", &path, &owner.token, &[("if-match", tag)], None).await;
            assert_eq!((late.problem().0, late.problem().1), (412, "precondition_failed"));
        }
        let deleted = host.send("DELETE", &path, &owner.token, &[("if-match", "\"v1\"")], None).await;
        assert_eq!(deleted.status, 204);
        assert_eq!(host.get(&path, &owner.token).await.status, 404);
        let list = host.get("/v1/credentials", &owner.token).await.expect(200);
        assert_eq!(list["data"], json!([]));
        assert_eq!(host.send("DELETE", &path, &owner.token, &[], None).await.status, 404);
        // Its label is free again.
        save(&host, &owner, "Main", Environment::Production).await;
    }
}

#[tokio::test]
async fn each_wrong_request_is_named() {
    for host in hosts().await {
        let owner = host.merchant(&SCOPES).await;
        let body = |courier: &str| json!({"courier": courier, "fields": {"api_key": "hunter2"}});
        for path in ["/v1/credentials", "/v1/credentials/test"] {
            for courier in ["acme", "NOBODY"] {
                let refused = host.post(path, &owner.token, &body(courier)).await;
                assert_eq!(refused.problem(), (422, "invalid_body", "/courier"), "{path}");
                assert!(!refused.body.to_string().contains("hunter2"));
            }
        }
        let mut masked = body("acme");
        masked["fields"]["api_key"] = json!("********");
        let refused = host.post("/v1/credentials", &owner.token, &masked).await;
        assert_eq!(refused.problem(), (422, "invalid_body", "/fields/api_key"));
        let unknown = host.post("/v1/credentials", &owner.token, &json!({"fields": {}})).await;
        assert_eq!(unknown.problem(), (422, "invalid_body", "/courier"));
        let filter = host.get("/v1/credentials?environment=moon", &owner.token).await;
        assert_eq!(filter.problem(), (400, "invalid_parameter", "/environment"));
    }
}

#[tokio::test]
async fn a_key_without_the_scope_is_refused() {
    for host in hosts().await {
        let reader = host.merchant(&[Scope::ShipmentsRead]).await;
        let buyer = host.merchant(&[Scope::LabelsBuy]).await;
        assert_eq!(host.get("/v1/credentials", &reader.token).await.status, 200);
        assert_eq!(host.get("/v1/credentials", &buyer.token).await.problem().1, "missing_scope");
        let body = json!({"courier": "acme", "fields": {}});
        let refused = host.post("/v1/credentials", &reader.token, &body).await;
        assert_eq!(refused.problem().1, "missing_scope");
    }
}
