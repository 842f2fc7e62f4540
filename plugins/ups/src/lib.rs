//! UPS: tracking, rates, shipping, pickups, address validation and Track Alert of the UPS REST APIs.
//!
//! Facts are from UPS's own OpenAPI files (github.com/UPS-API/api-documentation, snapshot of July 2026) unless a comment
//! beside them says REPORTED (seen in other clients) or ASSUMED.

mod auth;
mod describe;
mod error;
mod status;
mod status_codes;
mod tracking;
mod tracking_wire;
mod wire;

/// The UPS plugin.
pub struct Ups;

crossdock_sdk::export!(Ups: auth, tracking);

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
