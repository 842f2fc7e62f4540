//! Takes memory until it is refused.

use crossdock_sdk::Call;
use crossdock_sdk::types::{self, Failure};

pub fn misbehave(_: &Call, _: &str) -> Vec<Result<types::Tracking, Failure>> {
    let mut taken = Vec::new();
    loop {
        taken.push(vec![1_u8; 1 << 20]);
        std::hint::black_box(&taken);
    }
}
