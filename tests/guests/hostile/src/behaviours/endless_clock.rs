//! Calls the host for ever: every turn asks how much time is left, which never ends a guest by itself.

use crossdock_sdk::Call;
use crossdock_sdk::types::{self, Failure};

pub fn misbehave(call: &Call, _: &str) -> Vec<Result<types::Tracking, Failure>> {
    loop {
        std::hint::black_box(call.time_left());
    }
}
