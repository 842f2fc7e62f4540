//! Answers for a number that nobody asked for.

use crossdock_sdk::Call;
use crossdock_sdk::types::{self, Failure};

use crate::plain;

pub fn misbehave(_: &Call, number: &str) -> Vec<Result<types::Tracking, Failure>> {
    vec![Ok(plain(&format!("{number}X")))]
}
