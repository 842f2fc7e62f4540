//! PostNord: parcels in Sweden, Denmark, Norway and Finland.

mod auth;
mod booking;
mod booking_answer;
mod customs;
mod delivery_options;
mod delivery_options_wire;
mod describe;
mod faults;
mod label;
mod places;
mod rates;
mod refusals;
mod service_points;
mod shipments;
mod status;
mod tracking;
mod tracking_answer;
mod tracking_wire;
mod transit_times;

/// The plugin.
pub struct PostNord;

crossdock_sdk::export!(PostNord: auth, tracking, rates, shipments, service_points);

#[cfg(test)]
mod tests {
    use crossdock_sdk::testing;

    use super::*;

    #[test]
    fn cases() {
        testing::run_fixtures::<PostNord>(env!("CARGO_MANIFEST_DIR"));
    }

    #[test]
    fn damaged_answers_never_panic() {
        testing::robustness::<PostNord>(env!("CARGO_MANIFEST_DIR"));
    }

    #[test]
    fn the_description_fits() {
        testing::check_description::<PostNord>();
        for pattern in PostNord::describe_patterns() {
            assert!(pattern.check.accepts(&pattern.example), "{}", pattern.example);
        }
    }

    #[test]
    fn no_code_has_two_statuses() {
        testing::check_status_table(&status::STATUSES);
        testing::check_status_table(&status::EVENT_CODES);
    }
}
