//! Takes half of the memory that it may, writes to all of it, and answers as if nothing were.

use crossdock_sdk::Call;
use crossdock_sdk::types::{self, Failure};

use crate::plain;

pub fn misbehave(_: &Call, number: &str) -> Vec<Result<types::Tracking, Failure>> {
    let taken = std::hint::black_box(vec![1_u8; 32 << 20]);
    let pieces = u32::try_from(taken.len() >> 20).ok();
    vec![Ok(types::Tracking { pieces, ..plain(number) })]
}
