//! UPS: OAuth, tracking, rating, shipping and void, label recovery, pickup, address validation, track alert.

mod addresses;
mod auth;
mod charges;
mod errors;
mod labels;
mod pickups;
mod rating;
mod shipping;
mod shipping_answer;
mod token;
mod track_alert;
mod tracking;
mod tracking_answer;
mod validation;
mod void;

use axum::Router;
use axum::http::Method;
use axum::response::Response;

pub use auth::{ACCOUNTS, Account};

use crate::common::check_digits;
use crate::common::courier::Courier;
use crate::common::world::World;

/// The folder of URLs.
pub const ID: &str = "ups";

/// How UPS is served.
pub const COURIER: Courier = Courier {
    id: ID,
    router,
    operation,
    failure,
    credentials: auth::credentials,
    scripted_numbers,
    home_country: "US",
    postal_codes: ("10013", "12207"),
    usual_service: "03",
};

fn router() -> Router<World> {
    Router::new()
        .merge(token::router())
        .merge(tracking::router())
        .merge(rating::router())
        .merge(shipping::router())
        .merge(void::router())
        .merge(labels::router())
        .merge(pickups::router())
        .merge(addresses::router())
        .merge(track_alert::router())
}

fn operation(method: &Method, path: &str) -> &'static str {
    match path {
        "/security/v1/oauth/token" => "token",
        _ if path.contains("/subscription/") => "subscribe",
        _ if path.starts_with("/api/track/") => "track",
        _ if path.starts_with("/api/rating/") => "rates",
        _ if path.contains("/void/") => "cancel",
        _ if path.contains("/pickup") && method == Method::DELETE => "cancel_pickup",
        _ if path.contains("/pickup") => "pickup",
        _ if path.starts_with("/api/shipments/") => "book",
        _ if path.starts_with("/api/labels/") => "label",
        _ if path.starts_with("/api/addressvalidation/") => "address",
        _ => "other",
    }
}

fn failure(status: u16, operation: &str) -> Response {
    let (code, message) = match (status, operation) {
        (401, "token") => ("10401", "Invalid Client Id"),
        (401, _) => ("250002", "Invalid Authentication Information."),
        (403, _) => ("10403", "Blocked Merchant"),
        (404, _) => ("404", "Not Found"),
        (429, _) => ("10429", "Too Many Requests"),
        (500, _) => ("10500", "Internal Server Error"),
        (503, _) => ("10503", "Service Unavailable"),
        _ => ("10004", "The server could not process the request"),
    };
    errors::answer(status, code, message)
}

/// A tracking number: account, service, serial, check digit.
fn number(account: &str, service: &str, serial: u64) -> String {
    check_digits::with_ups(&format!("{account}{service:0>2}{:07}", serial % 10_000_000))
}

fn scripted_numbers(serial: u64) -> (String, String) {
    let number = number("SBX000", "03", serial);
    (number.clone(), number)
}
