//! Breaks off.

use crossdock_sdk::Call;
use crossdock_sdk::types::{self, Failure};

pub fn misbehave(_: &Call, number: &str) -> Vec<Result<types::Tracking, Failure>> {
    panic!("{number} crashes it")
}
