//! Three headers on every call, and what each product says when they are wrong.

use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};

use super::event_cast;
use crate::common::answer::{self, Refusal};
use crate::common::world::World;
use crate::control;

/// A merchant's account at Bring.
pub struct Account {
    /// `X-Mybring-API-Uid`.
    pub api_uid: &'static str,
    /// `X-Mybring-API-Key`.
    pub api_key: &'static str,
    /// In request bodies.
    pub customer_number: &'static str,
    /// `X-Bring-Client-URL`; any URL is taken.
    pub client_url: &'static str,
    /// As Bring's customer list names it.
    pub name: &'static str,
}

/// The accounts that exist.
pub const ACCOUNTS: [Account; 2] = [
    Account {
        api_uid: "lager@fjordfunn.example",
        api_key: "b5a1c9e2-4f07-4d3b-9a66-0c7e81d2f394",
        customer_number: "20014477",
        client_url: "https://fjordfunn.example",
        name: "Fjordfunn Nettbutikk",
    },
    Account {
        api_uid: "post@nordlyshandel.example",
        api_key: "e83d70b6-91ac-4e25-8b1f-6fd2a05c4718",
        customer_number: "20025588",
        client_url: "https://nordlyshandel.example",
        name: "Nordlys Handel",
    },
];

/// Numbers that Bring gives out for testing; every account may use them.
pub const TEST_CUSTOMER_NUMBERS: [&str; 3] = ["5", "6", "7"];

pub fn credentials() -> Vec<Value> {
    let fields = |account: &Account| {
        json!({"api_uid": account.api_uid, "api_key": account.api_key,
            "customer_number": account.customer_number, "client_url": account.client_url})
    };
    ACCOUNTS.iter().map(fields).collect()
}

/// The account behind the headers, or the product's refusal.
pub fn check(world: &World, headers: &HeaderMap, operation: &str) -> Result<&'static Account, Refusal> {
    let value = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("").trim();
    let known = ACCOUNTS
        .iter()
        .find(|account| value("x-mybring-api-uid") == account.api_uid && value("x-mybring-api-key") == account.api_key);
    match known {
        Some(account) if !value("x-bring-client-url").is_empty() => Ok(account),
        _ => {
            let status = control::setting(world, "bring.authentication_status");
            Err(refusal(operation, status.and_then(|status| u16::try_from(status.as_u64()?).ok())).into())
        }
    }
}

/// How a product answers a caller that it does not know; `status` overrides that of Booking and rates.
pub fn refusal(operation: &str, status: Option<u16>) -> Response {
    match operation {
        "track" => answer::text(
            401,
            "401 - Unathorized. Requests to this API must be authenticated, see https://developer.bring.com/api/tracking/",
        ),
        "subscribe" | "subscriptions" => event_cast::error(401, "Authentication headers are missing or wrong"),
        "service_points" => answer::text(401, "Authentication failed"),
        _ => answer::text(
            status.unwrap_or(400),
            "Authentication failed. Check the X-Mybring-API-Uid and X-Mybring-API-Key headers.",
        ),
    }
}
