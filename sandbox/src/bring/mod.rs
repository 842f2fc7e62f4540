//! Bring / Posten: tracking, Booking, Shipping Guide, pickup points, pickup orders, Event Cast.

mod auth;
mod booking;
mod booking_errors;
mod customers;
mod event_cast;
mod labels;
mod pickup_orders;
mod pickup_points;
mod products;
mod rates;
mod tracking;
mod tracking_answer;
mod validation;

use axum::Router;
use axum::http::Method;
use axum::response::Response;
use serde_json::json;

pub use auth::{ACCOUNTS, Account};

use crate::common::courier::Courier;
use crate::common::world::World;
use crate::common::{answer, check_digits};

/// The folder of URLs.
pub const ID: &str = "bring";

/// How Bring is served.
pub const COURIER: Courier = Courier {
    id: ID,
    router,
    operation,
    failure,
    credentials: auth::credentials,
    scripted_numbers: numbers,
    home_country: "NO",
    postal_codes: ("0150", "5003"),
    usual_service: "5600",
};

fn router() -> Router<World> {
    Router::new()
        .merge(tracking::router())
        .merge(booking::router())
        .merge(customers::router())
        .merge(labels::router())
        .merge(rates::router())
        .merge(pickup_points::router())
        .merge(pickup_orders::router())
        .merge(event_cast::router())
}

fn operation(method: &Method, path: &str) -> &'static str {
    match path {
        _ if path.starts_with("/tracking/") => "track",
        "/booking/api/booking" => "book",
        "/booking/api/pickupOrder" => "pickup",
        _ if path.starts_with("/pickup/") => "pickup",
        _ if path.starts_with("/booking/api/customers") => "customers",
        _ if path.starts_with("/shippingguide/") => "rates",
        _ if path.starts_with("/pickuppoint/") => "service_points",
        _ if path.starts_with("/labels/") => "label",
        _ if path.starts_with("/storage/") => "storage",
        _ if path.starts_with("/event-cast/") && method == Method::POST => "subscribe",
        _ if path.starts_with("/event-cast/") => "subscriptions",
        _ => "other",
    }
}

/// Tracking tells of its failures inside `consignmentSet`, the others in plain words.
fn failure(status: u16, operation: &str) -> Response {
    match (status, operation) {
        (401 | 403, _) => auth::refusal(operation, None),
        (429, "subscribe" | "subscriptions") => event_cast::error(429, "Too many concurrent requests"),
        (429, _) => answer::text(429, "Too many requests"),
        (500.., "track") => answer::json(
            status,
            &tracking_answer::error(500, "Error getting track & trace information", Some("ExternalErrorPakker")),
        ),
        (500.., "book") => answer::json(status, &booking_errors::answer(None, &[("BOOK-INTERNAL-001", "")])),
        (500.., "subscribe" | "subscriptions") => event_cast::error(status, "Internal error"),
        _ => answer::json(status, &json!({"error": "Service unavailable"})),
    }
}

/// Consignment and package number of a serial; both end in a GS1 check digit.
fn numbers(serial: u64) -> (String, String) {
    (check_digits::with_gs1(&format!("7043810{serial:09}")), package_number(serial))
}

fn package_number(serial: u64) -> String {
    check_digits::with_gs1(&format!("37043810{serial:09}"))
}
