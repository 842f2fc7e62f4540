//! UPS: tracking, rates, shipping, pickups, address validation and Track Alert of the UPS REST APIs.
//!
//! Facts are from UPS's own OpenAPI files (github.com/UPS-API/api-documentation, snapshot of July 2026) unless a comment
//! beside them says REPORTED (seen in other clients) or ASSUMED.

mod addresses;
mod auth;
mod booking;
mod describe;
mod error;
mod invoice;
mod label;
mod money;
mod pickups;
mod rates;
mod references;
mod refusals;
mod shipment;
mod status;
mod status_codes;
mod subscriptions;
mod tracking;
mod tracking_time;
mod tracking_wire;
mod webhooks;
mod wire;

/// The UPS plugin.
pub struct Ups;

crossdock_sdk::export!(Ups: auth, tracking, rates, shipments, pickups, addresses, webhooks, subscriptions);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases() {
        crossdock_sdk::testing::run_fixtures::<Ups>(env!("CARGO_MANIFEST_DIR"));
    }

    #[test]
    fn robustness() {
        crossdock_sdk::testing::robustness::<Ups>(env!("CARGO_MANIFEST_DIR"));
    }
}
