//! Examplepost: a courier that does not exist, for the examples in `sdk/examples`. Its API is as plain as a courier's can be:
//! one key, JSON, one shipment a call.

mod auth;
mod quotes;
mod shipments;
mod tracking;

use axum::Router;
use axum::http::Method;
use axum::response::Response;
use serde_json::json;

pub use auth::{ACCOUNTS, Account};

use crate::common::answer;
use crate::common::courier::Courier;
use crate::common::world::World;

/// The folder of URLs.
pub const ID: &str = "examplepost";

/// How Examplepost is served.
pub const COURIER: Courier = Courier {
    id: ID,
    router,
    operation,
    failure,
    credentials: auth::credentials,
    scripted_numbers: numbers,
    home_country: "NO",
    postal_codes: ("0150", "5003"),
    usual_service: "STANDARD",
};

fn router() -> Router<World> {
    auth::router().merge(tracking::router()).merge(quotes::router()).merge(shipments::router())
}

fn operation(method: &Method, path: &str) -> &'static str {
    match path {
        "/v1/account" => "customers",
        "/v1/quotes" => "rates",
        _ if path.starts_with("/v1/parcels/") => "track",
        _ if path.ends_with("/label") => "label",
        _ if path.starts_with("/v1/shipments") && method == Method::DELETE => "cancel",
        _ if path.starts_with("/v1/shipments") => "book",
        _ => "other",
    }
}

fn failure(status: u16, _: &str) -> Response {
    match status {
        401 | 403 => refusal(status, "bad_key", "The key is not known."),
        404 => refusal(404, "unknown_parcel", "There is no such parcel."),
        429 => refusal(429, "too_many_requests", "Too many requests."),
        503 => refusal(503, "maintenance", "Examplepost is being looked after."),
        _ => refusal(status, "internal", "Something went wrong."),
    }
}

/// Examplepost's error body.
fn refusal(status: u16, code: &str, text: &str) -> Response {
    answer::json(status, &json!({"error": {"code": code, "text": text}}))
}

/// Shipment and parcel number of a serial.
fn numbers(serial: u64) -> (String, String) {
    (format!("S{serial:08}"), format!("EP{serial:09}"))
}
