//! Answers with characters that terminals obey and databases refuse.

use crossdock_sdk::Call;
use crossdock_sdk::types::{self, Failure};

use crate::plain;

pub fn misbehave(_: &Call, number: &str) -> Vec<Result<types::Tracking, Failure>> {
    let text = "\0\u{1b}[2Jgone\u{7f}\u{9b}31m".to_owned();
    vec![Ok(types::Tracking { courier_text: Some(text), ..plain(number) })]
}
