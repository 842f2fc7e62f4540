//! Computes for ever, without a word to the host.

use crossdock_sdk::Call;
use crossdock_sdk::types::{self, Failure};

pub fn misbehave(_: &Call, _: &str) -> Vec<Result<types::Tracking, Failure>> {
    loop {
        std::hint::spin_loop();
    }
}
