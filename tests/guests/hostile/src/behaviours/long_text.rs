//! Answers with a text that is one byte longer than it may be.

use crossdock_sdk::Call;
use crossdock_sdk::types::{self, Failure};

use crate::plain;

pub fn misbehave(_: &Call, number: &str) -> Vec<Result<types::Tracking, Failure>> {
    vec![Ok(types::Tracking { courier_text: Some("x".repeat((16 << 10) + 1)), ..plain(number) })]
}
