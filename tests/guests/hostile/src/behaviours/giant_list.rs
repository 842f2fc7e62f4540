//! Answers with a million numbers.

use crossdock_sdk::Call;
use crossdock_sdk::types::{self, Failure};

use crate::plain;

pub fn misbehave(_: &Call, number: &str) -> Vec<Result<types::Tracking, Failure>> {
    vec![Ok(types::Tracking { related_numbers: vec![String::new(); 1_000_000], ..plain(number) })]
}
