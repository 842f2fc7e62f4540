//! PostNord: Track & Trace v7 and v5, booking v3, delivery options, transit time, service points.

mod auth;
mod booking;
mod booking_answer;
mod customer_numbers;
mod delivery_options;
mod faults;
mod labels;
mod pickups;
mod service_points;
mod tracking;
mod tracking_answer;
mod transit_time;
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
pub const ID: &str = "postnord";

/// How PostNord is served.
pub const COURIER: Courier = Courier {
    id: ID,
    router,
    operation,
    failure,
    credentials: auth::credentials,
    scripted_numbers: numbers,
    home_country: "SE",
    postal_codes: ("21120", "11423"),
    usual_service: "17",
};

fn router() -> Router<World> {
    Router::new()
        .merge(tracking::router())
        .merge(booking::router())
        .merge(labels::router())
        .merge(pickups::router())
        .merge(delivery_options::router())
        .merge(transit_time::router())
        .merge(service_points::router())
        .merge(customer_numbers::router())
}

fn operation(_: &Method, path: &str) -> &'static str {
    match path {
        _ if path.contains("/trackandtrace/") => "track",
        _ if path.starts_with("/rest/shipment/v3/labels/") => "label",
        _ if path.starts_with("/rest/shipment/v3/edi/servicecodes") => "services",
        _ if path.starts_with("/rest/shipment/v3/edi") => "book",
        _ if path.starts_with("/rest/shipment/v3/returns/") => "book",
        _ if path.starts_with("/rest/shipment/v3/pickups") => "pickup",
        _ if path.contains("/deliveryoptions/") => "rates",
        _ if path.contains("/transittime/") => "transit_time",
        _ if path.contains("/servicepoints/") => "service_points",
        _ if path.contains("/validate/customernumber") => "validate",
        _ if path.starts_with("/rest/links/") => "link",
        _ => "other",
    }
}

/// The gateway speaks for keys and quotas, the products for everything else.
fn failure(status: u16, operation: &str) -> Response {
    match status {
        401 | 403 => auth::refusal(None),
        429 => auth::gateway(429, "Too Many Requests", "Quota exceeded", None),
        503 | 504 => auth::gateway(status, "Service Unavailable", "The service is unavailable", None),
        500.. if operation == "track" => auth::gateway(status, "Internal Server Error", "Internal error", None),
        _ => answer::json(
            status,
            &json!({"message": "Internal error", "compositeFault": {"faults": [{"faultCode": "API-100",
                "explanationText": "An unexpected error occurred", "paramValues": [], "faultReferences": []}]}}),
        ),
    }
}

/// Shipment and item id of a serial: SSCCs, the item's with two zeros before it.
fn numbers(serial: u64) -> (String, String) {
    (check_digits::with_gs1(&format!("37350002{serial:09}")), item_id(serial))
}

fn item_id(serial: u64) -> String {
    format!("00{}", check_digits::with_gs1(&format!("37350001{serial:09}")))
}

#[cfg(test)]
pub(crate) use booking::tests::{key as test_key, single_order as test_order};
