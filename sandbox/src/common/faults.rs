//! Faults on demand: what to do wrong, where, and how often.

use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use super::world::lock;

/// Most faults that may wait at once.
pub const MAX_FAULTS: usize = 100;

/// One fault as the control API takes it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Whose answers go wrong.
    pub courier: String,
    /// Only this operation (`track`, `book`, …).
    #[serde(default)]
    pub operation: Option<String>,
    /// Only paths that begin like this, without the courier's folder.
    #[serde(default)]
    pub path_prefix: Option<String>,
    /// What goes wrong.
    pub kind: Kind,
    /// Status of `status`, `answer` and `redirect`.
    #[serde(default)]
    pub status: Option<u16>,
    /// `Retry-After` in seconds; absent means no such header.
    #[serde(default)]
    pub retry_after_s: Option<u32>,
    /// How long `slow` waits, in milliseconds.
    #[serde(default)]
    pub delay_ms: Option<u64>,
    /// Body of `answer`.
    #[serde(default)]
    pub body: Option<String>,
    /// Content type of `answer`.
    #[serde(default)]
    pub content_type: Option<String>,
    /// Target of `redirect`.
    #[serde(default)]
    pub location: Option<String>,
    /// Bytes of `big`.
    #[serde(default)]
    pub size_bytes: Option<usize>,
    /// Lets this many matching requests pass before the first failure.
    #[serde(default)]
    pub skip: u32,
    /// How often it happens; absent means until it is deleted.
    #[serde(default)]
    pub times: Option<u32>,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The courier's own failure with `status` (500 unless given); nothing happens.
    Status,
    /// 429 with the courier's body and `Retry-After` if given; nothing happens.
    RateLimit,
    /// Waits `delay_ms`, then answers rightly.
    Slow,
    /// Half of the right answer, ended as if it were whole; the effect has happened.
    Half,
    /// 200 with bytes that are nothing; nothing happens.
    Garbage,
    /// 200 with an empty body; nothing happens.
    Empty,
    /// The connection is cut before anything happens.
    Cut,
    /// The connection is cut within the answer; the effect (a booking) has happened.
    CutAfterBooking,
    /// 200 that repeats the request's headers, query and body.
    Echo,
    /// The same, compressed.
    EchoGzip,
    /// The status and body given.
    Answer,
    /// A redirect to `location`.
    Redirect,
    /// 200 with `size_bytes` of JSON text.
    Big,
}

/// The faults that wait.
#[derive(Default)]
pub struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    /// Adds one; `false` if too many wait already.
    pub fn add(&self, fault: Fault) -> bool {
        let mut faults = lock(&self.0);
        let room = faults.len() < MAX_FAULTS;
        if room {
            faults.push(fault);
        }
        room
    }

    /// The first fault meant for this request, used up by one.
    pub fn take(&self, courier: &str, operation: &str, path: &str) -> Option<Fault> {
        let mut faults = lock(&self.0);
        let index = faults.iter().position(|fault| fault.matches(courier, operation, path))?;
        let fault = &mut faults[index];
        if fault.skip > 0 {
            fault.skip -= 1;
            return None;
        }
        let taken = fault.clone();
        if let Some(times) = &mut fault.times {
            *times = times.saturating_sub(1);
            if *times == 0 {
                faults.remove(index);
            }
        }
        Some(taken)
    }

    /// What waits.
    pub fn list(&self) -> Vec<Fault> {
        lock(&self.0).clone()
    }

    /// Takes all faults back.
    pub fn clear(&self) {
        lock(&self.0).clear();
    }
}

impl Fault {
    fn matches(&self, courier: &str, operation: &str, path: &str) -> bool {
        self.courier == courier
            && self.operation.as_deref().is_none_or(|wanted| wanted == operation)
            && self.path_prefix.as_deref().is_none_or(|prefix| path.starts_with(prefix))
    }
}
