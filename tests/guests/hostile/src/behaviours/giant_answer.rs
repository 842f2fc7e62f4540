//! Answers with as much text as its memory can hold.

use crossdock_sdk::Call;
use crossdock_sdk::types::{self, Failure};

use crate::plain;

pub fn misbehave(_: &Call, number: &str) -> Vec<Result<types::Tracking, Failure>> {
    vec![Ok(types::Tracking { courier_text: Some("x".repeat(48 << 20)), ..plain(number) })]
}
