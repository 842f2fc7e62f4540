//! What a courier's folder must say about itself to be served.

use axum::Router;
use axum::http::Method;
use axum::response::Response;
use serde_json::Value;

use super::world::World;

/// One imitated courier; `crate::COURIERS` lists them all.
pub struct Courier {
    /// The folder of its URLs: `/<id>/…`.
    pub id: &'static str,
    /// Its APIs, with the paths of the real host.
    pub router: fn() -> Router<World>,
    /// Names an operation for faults and the journal: `track`, `book`, `rates`, `label`, ….
    pub operation: fn(&Method, &str) -> &'static str,
    /// The courier's own answer for a failing status, as its facts describe it for that operation.
    pub failure: fn(u16, &str) -> Response,
    /// What each test merchant would enter to connect its account.
    pub credentials: fn() -> Vec<Value>,
    /// Shipment id and tracking number of the scripted parcel with this serial.
    pub scripted_numbers: fn(u64) -> (String, String),
    /// Country of the scripted parcels.
    pub home_country: &'static str,
    /// Postal codes of their sender and recipient.
    pub postal_codes: (&'static str, &'static str),
    /// Service of the scripted parcels.
    pub usual_service: &'static str,
}
