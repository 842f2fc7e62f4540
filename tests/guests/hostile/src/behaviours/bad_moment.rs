//! Answers with a time that is none.

use crossdock_sdk::Call;
use crossdock_sdk::types::{self, Failure, Moment};

use crate::plain;

pub fn misbehave(_: &Call, number: &str) -> Vec<Result<types::Tracking, Failure>> {
    let moment = Moment { at: None, local: "yesterday, perhaps".to_owned(), zone_known: false };
    vec![Ok(types::Tracking { status_at: Some(moment), ..plain(number) })]
}
