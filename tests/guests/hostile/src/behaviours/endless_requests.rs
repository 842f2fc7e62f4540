//! Asks the courier for ever, whatever it answers.

use crossdock_sdk::Call;
use crossdock_sdk::Request;
use crossdock_sdk::types::{self, Failure};

pub fn misbehave(_: &Call, number: &str) -> Vec<Result<types::Tracking, Failure>> {
    loop {
        let _ = std::hint::black_box(Request::get("courier", "/parcels").path_segment(number).send());
    }
}
