//! Examplepost: a courier that does not exist, as an example.

mod auth;
mod errors;
mod rates;
mod shipments;
mod tracking;

use crossdock_sdk::Plugin;

/// The plugin.
pub struct Examplepost;
crossdock_sdk::export!(Examplepost: auth, tracking, rates, shipments);

impl Plugin for Examplepost {
    crossdock_sdk::description_file!("description.json");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cases are those of all three languages.
    const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

    #[test]
    fn cases() {
        crossdock_sdk::testing::run_fixtures::<Examplepost>(CASES);
    }

    #[test]
    fn damaged_answers() {
        crossdock_sdk::testing::robustness::<Examplepost>(CASES);
    }

    #[test]
    fn states_and_description() {
        crossdock_sdk::testing::check_status_table(&tracking::STATES);
        crossdock_sdk::testing::check_description::<Examplepost>();
    }
}
