//! Calls the host for ever: every turn is a log line.

use crossdock_sdk::Call;
use crossdock_sdk::host;
use crossdock_sdk::types::{self, Failure, LogLevel};

pub fn misbehave(_: &Call, _: &str) -> Vec<Result<types::Tracking, Failure>> {
    loop {
        host::log(LogLevel::Info, "again", &[]);
    }
}
