//! Answers with more pairs than it may.

use crossdock_sdk::Call;
use crossdock_sdk::types::{self, Failure};

use crate::plain;

pub fn misbehave(_: &Call, number: &str) -> Vec<Result<types::Tracking, Failure>> {
    let pair = ("key".to_owned(), "value".to_owned());
    vec![Ok(types::Tracking { extensions: vec![pair; 101], ..plain(number) })]
}
