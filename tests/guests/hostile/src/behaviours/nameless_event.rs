//! Answers with an event that cannot be told from others.

use crossdock_sdk::Call;
use crossdock_sdk::types::{self, Failure, TrackingEvent};

use crate::plain;

pub fn misbehave(_: &Call, number: &str) -> Vec<Result<types::Tracking, Failure>> {
    vec![Ok(types::Tracking { events: vec![TrackingEvent::default()], ..plain(number) })]
}
