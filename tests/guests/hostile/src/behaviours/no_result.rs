//! Does not answer the number that it was asked for.

use crossdock_sdk::Call;
use crossdock_sdk::types::{self, Failure};

pub fn misbehave(_: &Call, _: &str) -> Vec<Result<types::Tracking, Failure>> {
    Vec::new()
}
