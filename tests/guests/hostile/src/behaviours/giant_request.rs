//! Sends the courier as much as its memory can hold.

use crossdock_sdk::Call;
use crossdock_sdk::Request;
use crossdock_sdk::types::{self, Failure};

use crate::plain;

pub fn misbehave(_: &Call, number: &str) -> Vec<Result<types::Tracking, Failure>> {
    let sent = Request::post("courier", "/parcels").body("application/octet-stream", vec![b'x'; 32 << 20]).send();
    vec![sent.map(|_| plain(number))]
}
