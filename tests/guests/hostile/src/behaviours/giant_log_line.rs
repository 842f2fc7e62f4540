//! Writes one line of two megabytes, with a field as large, and answers.

use crossdock_sdk::Call;
use crossdock_sdk::host;
use crossdock_sdk::types::{self, Failure, LogLevel};

use crate::plain;

pub fn misbehave(_: &Call, number: &str) -> Vec<Result<types::Tracking, Failure>> {
    let giant = "noise\u{1b}[31m\n".repeat(200_000);
    host::log(LogLevel::Error, &giant, &[("giant", &giant)]);
    vec![Ok(plain(number))]
}
