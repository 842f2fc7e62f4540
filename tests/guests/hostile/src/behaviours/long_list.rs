//! Answers with one element more than a list may have.

use crossdock_sdk::Call;
use crossdock_sdk::types::{self, Failure};

use crate::plain;

pub fn misbehave(_: &Call, number: &str) -> Vec<Result<types::Tracking, Failure>> {
    vec![Ok(types::Tracking { related_numbers: vec!["1".to_owned(); 2_001], ..plain(number) })]
}
