//! Calls itself without end. Nothing of it lies in linear memory, so that it is the engine's own stack that is used up.

use crossdock_sdk::Call;
use crossdock_sdk::types::{self, Failure};

use crate::plain;

pub fn misbehave(call: &Call, number: &str) -> Vec<Result<types::Tracking, Failure>> {
    let depth = deeper(call.time_left().subsec_nanos());
    vec![Ok(types::Tracking { pieces: Some(depth), ..plain(number) })]
}

/// Rotating what comes back keeps the compiler from making a loop of it.
#[expect(unconditional_recursion, reason = "that is the misbehaviour")]
fn deeper(depth: u32) -> u32 {
    deeper(depth.wrapping_mul(31)).rotate_left(7) ^ depth
}
