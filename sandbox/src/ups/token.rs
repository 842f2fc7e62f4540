//! OAuth client credentials: tokens that live four hours by the sandbox's clock.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use serde_json::json;

use super::auth::ACCOUNTS;
use super::errors;
use crate::common::answer::{self, Answer};
use crate::common::world::World;
use crate::control::TOKENS;

/// Seconds that a token lives.
const LIFETIME_S: i64 = 14_399;

pub fn router() -> Router<World> {
    Router::new().route("/security/v1/oauth/token", post(issue))
}

async fn issue(State(world): State<World>, headers: HeaderMap, body: Bytes) -> Answer {
    let (client_id, secret) = basic(&headers).unwrap_or_default();
    let known = ACCOUNTS.iter().find(|account| account.client_id == client_id && account.client_secret == secret);
    let Some(account) = known else {
        // UPS repeats the client id, known or not.
        return Ok(errors::answer(401, "10401", &format!("Invalid Client Id: {client_id}")));
    };
    let form_type = headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or("");
    if !form_type.starts_with("application/x-www-form-urlencoded") {
        return Ok(errors::answer(400, "10007", "Invalid content type"));
    }
    let form = String::from_utf8_lossy(&body);
    if !form.split('&').any(|pair| pair == "grant_type=client_credentials") {
        return Ok(errors::answer(400, "10400", "Invalid or missing grant_type"));
    }
    let now = world.clock.now();
    let token = format!("{}{}", world.random.uuid().simple(), world.random.uuid().simple());
    let expires = now + SignedDuration::from_secs(LIFETIME_S);
    world.shelves.put(TOKENS, &token, json!({"client_id": account.client_id, "expires": expires.to_string()}));
    Ok(answer::json(
        200,
        &json!({"token_type": "Bearer", "issued_at": now.as_millisecond().to_string(), "client_id": account.client_id,
            "access_token": token, "scope": "", "expires_in": LIFETIME_S.to_string(), "refresh_count": "0",
            "status": "approved"}),
    ))
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get("authorization")?.to_str().ok()?.strip_prefix("Basic ")?;
    let decoded = String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()?;
    let (user, password) = decoded.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

#[cfg(test)]
pub mod tests {
    use axum::body::Body;

    use super::*;
    use crate::testing::{Bench, Got};

    pub async fn fetch(bench: &Bench, index: usize) -> Got {
        let account = &ACCOUNTS[index];
        let user = STANDARD.encode(format!("{}:{}", account.client_id, account.client_secret));
        let path = "/ups/security/v1/oauth/token";
        let headers = [("authorization", format!("Basic {user}")), ("content-type", FORM.to_owned())];
        bench.send_with(&headers, "POST", path, Body::from("grant_type=client_credentials")).await
    }

    const FORM: &str = "application/x-www-form-urlencoded";

    /// A bench that sends a fresh token and the transaction headers.
    pub async fn bench() -> Bench {
        let bench = Bench::new();
        let token = fetch(&bench, 0).await.at("/access_token");
        bench
            .header("authorization", &format!("Bearer {}", token.as_str().unwrap()))
            .header("transid", "t-1")
            .header("transactionsrc", "test")
    }

    #[tokio::test]
    async fn tokens_are_text_all_through_and_expire() {
        let bench = bench().await;
        let got = fetch(&bench, 1).await.json();
        assert!(got.as_object().unwrap().values().all(serde_json::Value::is_string));
        let path = "/ups/api/track/v1/details/1ZSBX0000300000017";
        assert_eq!(bench.get(path).await.status, 200);
        bench.world.clock.advance(14_400);
        assert_eq!(bench.get(path).await.at("/response/errors/0/code"), "251004");
    }

    #[tokio::test]
    async fn wrong_clients_and_revoked_tokens_are_refused() {
        let bench = bench().await;
        let path = "/ups/security/v1/oauth/token";
        let headers = [("authorization", format!("Basic {}", STANDARD.encode("me:wrong")))];
        let wrong = bench.send_with(&headers, "POST", path, Body::empty()).await;
        assert_eq!((wrong.status, wrong.at("/response/errors/0/message")), (401, json!("Invalid Client Id: me")));
        assert_eq!(bench.post("/_control/tokens/revoke", &json!({})).await.at("/revoked"), 1);
        let gone = bench.get("/ups/api/track/v1/details/1ZSBX0000300000017").await;
        assert_eq!((gone.status, gone.at("/response/errors/0/code")), (401, json!("250002")));
    }
}
