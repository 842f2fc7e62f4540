//! The last requests as they were received, for tests that look at the wire.

use std::collections::VecDeque;
use std::sync::Mutex;

use serde::Serialize;

use super::world::lock;

/// How many requests are kept: enough for one test, bounded for a long run.
pub const MAX_REQUESTS: usize = 1_000;
/// How much of a body is kept.
pub const MAX_BODY_BYTES: usize = 64 * 1024;

/// One request as received.
#[derive(Clone, Serialize)]
pub struct Received {
    /// Counts up over the whole run.
    pub id: u64,
    /// Whose folder it came to.
    pub courier: String,
    /// Which operation the courier takes it for.
    pub operation: String,
    /// HTTP method.
    pub method: String,
    /// Path as at the real host, without the courier's folder.
    pub path: String,
    /// Query as sent, still encoded.
    pub query: String,
    /// Headers in the order received; a name may come twice.
    pub headers: Vec<(String, String)>,
    /// The body's beginning as text.
    pub body: String,
    /// The couriers' time.
    pub at: String,
    /// The status answered; `null` while the answer is not ready.
    pub status: Option<u16>,
    /// The fault that was applied, if any.
    pub fault: Option<String>,
}

/// A bounded list of requests.
#[derive(Default)]
pub struct Journal(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    next_id: u64,
    requests: VecDeque<Received>,
}

impl Journal {
    /// Keeps a request and returns its id.
    pub fn note(&self, mut received: Received) -> u64 {
        let mut kept = lock(&self.0);
        kept.next_id += 1;
        received.id = kept.next_id;
        if kept.requests.len() >= MAX_REQUESTS {
            kept.requests.pop_front();
        }
        kept.requests.push_back(received);
        kept.next_id
    }

    /// Notes how a request was answered.
    pub fn answered(&self, id: u64, status: u16, fault: Option<String>) {
        let mut kept = lock(&self.0);
        // Newest last: the request in question is nearly always at the end.
        if let Some(received) = kept.requests.iter_mut().rev().find(|received| received.id == id) {
            received.status = Some(status);
            received.fault = fault;
        }
    }

    /// The last `limit` requests, oldest first, of one courier or of all.
    pub fn list(&self, courier: Option<&str>, limit: usize) -> Vec<Received> {
        let kept = lock(&self.0);
        let mut found: Vec<Received> = kept
            .requests
            .iter()
            .rev()
            .filter(|received| courier.is_none_or(|courier| received.courier == courier))
            .take(limit)
            .cloned()
            .collect();
        found.reverse();
        found
    }

    /// Forgets all requests.
    pub fn clear(&self) {
        lock(&self.0).requests.clear();
    }
}
