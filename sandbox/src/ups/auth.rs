//! Bearer tokens on every business call.

use axum::http::HeaderMap;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::errors;
use crate::common::answer::Refusal;
use crate::common::world::World;
use crate::control::TOKENS;

/// A merchant's application and shipper account.
pub struct Account {
    /// OAuth client.
    pub client_id: &'static str,
    /// Its secret.
    pub client_secret: &'static str,
    /// Six characters; part of every tracking number.
    pub account_number: &'static str,
}

/// The applications that exist.
pub const ACCOUNTS: [Account; 2] = [
    Account {
        client_id: "kY4mB7xTqLz92NvWc0RfPhD6sGjA1uEo",
        client_secret: "Zt8QvL3nRw5YcK1xHb7JmP0gDs9FaUe2",
        account_number: "K7R42F",
    },
    Account {
        client_id: "hW2pC9dMxJv61TsBq8ZnGrL5yKfE3aUi",
        client_secret: "Rf6XbN4qTz1WmJ8vLc3GkY9sPh7DuAe5",
        account_number: "M3X85B",
    },
];

pub fn credentials() -> Vec<Value> {
    let fields = |account: &Account| {
        json!({"client_id": account.client_id, "client_secret": account.client_secret,
            "account_number": account.account_number})
    };
    ACCOUNTS.iter().map(fields).collect()
}

/// The application behind the bearer token, or UPS's refusal.
pub fn check(world: &World, headers: &HeaderMap) -> Result<&'static Account, Refusal> {
    let token = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .map(str::trim)
        .filter(|token| !token.is_empty())
        .ok_or_else(|| errors::answer(401, "UJ0001", "Invalid token or token is not present."))?;
    let kept = world
        .shelves
        .get(TOKENS, token)
        .ok_or_else(|| errors::answer(401, "250002", "Invalid Authentication Information."))?;
    let expires: Option<Timestamp> = kept["expires"].as_str().and_then(|at| at.parse().ok());
    if expires.is_none_or(|expires| expires <= world.clock.now()) {
        return Err(errors::answer(401, "251004", "The token has expired.").into());
    }
    ACCOUNTS
        .iter()
        .find(|account| kept["client_id"] == account.client_id)
        .ok_or_else(|| errors::answer(401, "250002", "Invalid Authentication Information.").into())
}

/// Tracking and track alert want to be told which request this is and whose.
pub fn check_transaction(headers: &HeaderMap) -> Result<(), Refusal> {
    const MAX_ID_CHARS: usize = 32;
    let value = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("").trim();
    let id = value("transid");
    if id.is_empty() || id.len() > MAX_ID_CHARS {
        return Err(errors::answer(400, "VSS002", "Missing or invalid transId.").into());
    }
    if value("transactionsrc").is_empty() {
        return Err(errors::answer(400, "VSS004", "Missing transactionSrc.").into());
    }
    Ok(())
}
