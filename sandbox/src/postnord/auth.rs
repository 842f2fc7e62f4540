//! One key in the query, checked by the gateway before any product sees the call.

use std::collections::HashMap;

use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};

use crate::common::answer::{self, Refusal};

/// A merchant's contract with PostNord.
pub struct Account {
    /// Query parameter `apikey`: 32 characters.
    pub apikey: &'static str,
    /// `partyId` with type 160.
    pub customer_number: &'static str,
    /// Country company: `Z12` is Sweden.
    pub issuer_code: &'static str,
    /// An integer that PostNord hands out.
    pub application_id: &'static str,
    /// `application.name`.
    pub application_name: &'static str,
    /// Only for delivery options.
    pub customer_key: &'static str,
}

/// The contracts that exist.
pub const ACCOUNTS: [Account; 2] = [
    Account {
        apikey: "7d1f0c9ab24e58637f90d3c1be54a208",
        customer_number: "20117733",
        issuer_code: "Z12",
        application_id: "3190",
        application_name: "Skogshandeln",
        customer_key: "SKOGSHANDELN-K7Q2",
    },
    Account {
        apikey: "c40e9b71d85a2f36e1b7049cf2835d6a",
        customer_number: "20228844",
        issuer_code: "Z12",
        application_id: "3191",
        application_name: "Havsboden",
        customer_key: "HAVSBODEN-M4X9",
    },
];

pub fn credentials() -> Vec<Value> {
    let fields = |account: &Account| {
        json!({"apikey": account.apikey, "customer_number": account.customer_number,
            "issuer_code": account.issuer_code, "application_id": account.application_id,
            "application_name": account.application_name, "customer_key": account.customer_key})
    };
    ACCOUNTS.iter().map(fields).collect()
}

/// The contract behind the key, or the gateway's refusal.
pub fn check(headers: &HeaderMap, query: &HashMap<String, String>) -> Result<&'static Account, Refusal> {
    let key = query.get("apikey").map_or("", String::as_str);
    let request_id = headers.get("x-external-request-id").and_then(|value| value.to_str().ok());
    ACCOUNTS.iter().find(|account| account.apikey == key).ok_or_else(|| refusal(request_id).into())
}

/// What the gateway answers to a wrong or missing key.
pub fn refusal(request_id: Option<&str>) -> Response {
    gateway(403, "Forbidden", "Invalid API Key", request_id)
}

/// The gateway's own error body.
pub fn gateway(status: u16, kind: &str, message: &str, request_id: Option<&str>) -> Response {
    let request_id = request_id.unwrap_or("5a0sandbox00000000000000000");
    answer::json(
        status,
        &json!({"error": {"status_code": status, "error_type": kind, "message": message, "xrequestid": request_id}}),
    )
}
