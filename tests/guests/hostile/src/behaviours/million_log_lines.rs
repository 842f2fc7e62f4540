//! Writes a million lines, and answers.

use crossdock_sdk::Call;
use crossdock_sdk::host;
use crossdock_sdk::types::{self, Failure, LogLevel};

use crate::plain;

pub fn misbehave(_: &Call, number: &str) -> Vec<Result<types::Tracking, Failure>> {
    for _ in 0..1_000_000 {
        host::log(LogLevel::Info, "noise", &[]);
    }
    vec![Ok(plain(number))]
}
