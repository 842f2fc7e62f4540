//! Answers with an event in a country that has no code.

use crossdock_sdk::Call;
use crossdock_sdk::types::{self, Failure, TrackingEvent};

use crate::plain;

pub fn misbehave(_: &Call, number: &str) -> Vec<Result<types::Tracking, Failure>> {
    let event =
        TrackingEvent { country: Some("Nowhere".to_owned()), courier_key: "1".to_owned(), ..TrackingEvent::default() };
    vec![Ok(types::Tracking { events: vec![event], ..plain(number) })]
}
