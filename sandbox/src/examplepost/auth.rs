//! One key in a header.

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use crate::common::answer::{self, Answer, Refusal};
use crate::common::world::World;

/// A merchant's contract with Examplepost.
pub struct Account {
    /// Header `X-Api-Key`.
    pub api_key: &'static str,
    /// Five digits.
    pub customer_number: &'static str,
    /// Whose it is.
    pub name: &'static str,
}

/// The contracts that exist.
pub const ACCOUNTS: [Account; 2] = [
    Account { api_key: "ep-4f1c7a90d2be53688c17", customer_number: "48213", name: "Granviks Handel" },
    Account { api_key: "ep-9b02e6d41fa7c835520e", customer_number: "48377", name: "Fjordboden" },
];

pub fn router() -> Router<World> {
    Router::new().route("/v1/account", get(account))
}

pub fn credentials() -> Vec<Value> {
    let fields = |account: &Account| json!({"api_key": account.api_key, "customer_number": account.customer_number});
    ACCOUNTS.iter().map(fields).collect()
}

/// The contract behind the key.
pub fn check(headers: &HeaderMap) -> Result<&'static Account, Refusal> {
    let key = headers.get("x-api-key").and_then(|value| value.to_str().ok()).unwrap_or_default();
    ACCOUNTS.iter().find(|account| account.api_key == key).ok_or_else(|| super::failure(401, "").into())
}

async fn account(State(_): State<World>, headers: HeaderMap) -> Answer {
    let account = check(&headers)?;
    Ok(shown(account))
}

fn shown(account: &Account) -> Response {
    answer::json(200, &json!({"customer": {"number": account.customer_number, "name": account.name}}))
}
