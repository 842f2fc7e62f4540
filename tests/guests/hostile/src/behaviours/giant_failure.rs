//! Fails with words, a code and problems without measure.

use crossdock_sdk::Call;
use crossdock_sdk::types::{self, Failure};

pub fn misbehave(_: &Call, _: &str) -> Vec<Result<types::Tracking, Failure>> {
    let giant = "it failed ".repeat(50_000);
    let mut failure = Failure::unexpected_answer(&giant, &giant);
    for _ in 0..2_000 {
        failure = failure.problem("/number", "bad", "bad");
    }
    vec![Err(failure)]
}
