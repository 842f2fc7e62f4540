//! Limits per API key, and the header fields that tell them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::Method;
use axum::http::header::{HeaderMap, HeaderName, HeaderValue};
use moka::sync::Cache;
use sfv::{KeyRef, ListSerializer, StringRef};

use super::problem::{Problem, code};
use crate::model::clock::Clock;
use crate::model::id::ApiKeyId;

/// Tells the policies. The draft (ietf-httpapi-ratelimit-headers) may still rename it.
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Tells what is left.
const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// Keys whose counts are kept; the least used is forgotten beyond, which gives it a full quota again.
const MAX_KEYS: u64 = 100_000;

/// How long an idle key's counts are kept: longer than any window.
const IDLE: Duration = Duration::from_secs(300);

/// Reads per minute.
pub const READS_PER_MINUTE: u32 = 1000;

/// Lists per second: they cost the database most.
pub const LISTS_PER_SECOND: u32 = 5;

/// Writes per minute.
pub const WRITES_PER_MINUTE: u32 = 100;

/// Writes per second.
pub const WRITE_BURST_PER_SECOND: u32 = 15;

/// What counts against the same quotas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// GET of one thing.
    Read,
    /// GET of a collection.
    List,
    /// Everything else.
    Write,
}

impl Kind {
    /// Returns the kind of a request. A collection's route has no parameter in it.
    pub fn of(method: &Method, route: Option<&str>) -> Self {
        match *method {
            Method::GET | Method::HEAD if route.is_some_and(|route| !route.contains('{')) => Self::List,
            Method::GET | Method::HEAD | Method::OPTIONS => Self::Read,
            _ => Self::Write,
        }
    }
}

/// A key's own limits; what is `None` is as usual.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RateOverrides {
    /// Reads per minute, lists among them.
    pub reads_per_minute: Option<u32>,
    /// Lists per second.
    pub lists_per_second: Option<u32>,
    /// Writes per minute.
    pub writes_per_minute: Option<u32>,
    /// Writes per second.
    pub write_burst_per_second: Option<u32>,
}

#[derive(Debug, Clone, Copy)]
struct Policy {
    name: &'static str,
    slot: usize,
    quota: u32,
    window_s: u32,
}

impl Policy {
    /// Microseconds in which one request's share comes back.
    fn interval_us(&self) -> i64 {
        (i64::from(self.window_s) * 1_000_000 / i64::from(self.quota.max(1))).max(1)
    }

    fn window_us(&self) -> i64 {
        self.interval_us() * i64::from(self.quota)
    }
}

fn policies(kind: Kind, rates: &RateOverrides) -> [Policy; 2] {
    let policy = |name, slot, quota: Option<u32>, usual, window_s| Policy {
        name,
        slot,
        quota: quota.unwrap_or(usual),
        window_s,
    };
    let read = policy("read", 0, rates.reads_per_minute, READS_PER_MINUTE, 60);
    match kind {
        // Twice the same: an array of one length for all kinds; the second is the same slot and is skipped.
        Kind::Read => [read, read],
        Kind::List => [read, policy("list", 1, rates.lists_per_second, LISTS_PER_SECOND, 1)],
        Kind::Write => [
            policy("write", 2, rates.writes_per_minute, WRITES_PER_MINUTE, 60),
            policy("burst", 3, rates.write_burst_per_second, WRITE_BURST_PER_SECOND, 1),
        ],
    }
}

/// When each slot's quota will be whole again, in microseconds since the epoch (GCRA's theoretical arrival time).
type Slots = [i64; 4];

/// Counts the requests of keys on this node.
pub struct RateLimiter {
    clock: Arc<dyn Clock>,
    keys: Cache<ApiKeyId, Arc<Mutex<Slots>>>,
}

/// Whether a request may pass, and what is left.
#[derive(Debug)]
pub struct Verdict {
    standings: Vec<Standing>,
}

#[derive(Debug)]
struct Standing {
    policy: Policy,
    remaining: i64,
    reset_us: i64,
    /// How long until one more is allowed; `None` if it is now.
    wait_us: Option<i64>,
}

impl RateLimiter {
    /// Makes a limiter that has seen nothing.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, keys: Cache::builder().max_capacity(MAX_KEYS).time_to_idle(IDLE).build() }
    }

    /// Takes one request's share of every quota it counts against, or of none if one of them is used up.
    pub fn take(&self, key: &ApiKeyId, kind: Kind, rates: &RateOverrides) -> Verdict {
        let now_us = self.clock.now().as_microsecond();
        let policies = policies(kind, rates);
        let policies = if kind == Kind::Read { &policies[..1] } else { &policies[..] };
        let slots = self.keys.get_with_by_ref(key, Arc::default);
        let mut slots = slots.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let next = |policy: &Policy| slots[policy.slot].max(now_us) + policy.interval_us();
        let is_allowed = policies.iter().all(|policy| next(policy) - now_us <= policy.window_us());
        let mut standings = Vec::with_capacity(policies.len());
        for policy in policies {
            let full_at = slots[policy.slot].max(now_us);
            let wait_us = full_at + policy.interval_us() - now_us - policy.window_us();
            if is_allowed {
                slots[policy.slot] = full_at + policy.interval_us();
            }
            let used_us = slots[policy.slot].max(now_us) - now_us;
            standings.push(Standing {
                policy: *policy,
                remaining: (policy.window_us() - used_us) / policy.interval_us(),
                reset_us: used_us,
                wait_us: (wait_us > 0).then_some(wait_us),
            });
        }
        Verdict { standings }
    }
}

impl Verdict {
    /// Returns the 429 answer, if the request may not pass.
    pub fn refusal(&self) -> Option<Problem> {
        let violated: Vec<_> = self.standings.iter().filter(|standing| standing.wait_us.is_some()).collect();
        let wait_us = violated.iter().filter_map(|standing| standing.wait_us).max()?;
        let names = violated.iter().map(|standing| standing.policy.name.to_owned()).collect();
        let wait = Duration::from_micros(u64::try_from(wait_us).unwrap_or(0));
        Some(Problem::new(code::QUOTA_EXCEEDED).violated_policies(names).retry_after(wait))
    }

    /// Writes the header fields.
    pub fn write(&self, headers: &mut HeaderMap) {
        let mut policies = ListSerializer::new();
        let mut left = ListSerializer::new();
        for standing in &self.standings {
            let name = StringRef::from_str(standing.policy.name).expect("policies' names are plain");
            let reset_s = (standing.reset_us + 999_999) / 1_000_000;
            _ = policies
                .bare_item(name)
                .parameter(key("q"), sfv::Integer::from(standing.policy.quota))
                .parameter(key("w"), sfv::Integer::from(standing.policy.window_s));
            _ = left
                .bare_item(name)
                .parameter(key("r"), integer(standing.remaining))
                .parameter(key("t"), integer(reset_s));
        }
        for (name, value) in [(RATE_LIMIT_POLICY, policies.finish()), (RATE_LIMIT, left.finish())] {
            if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
                headers.insert(name, value);
            }
        }
    }
}

fn key(name: &'static str) -> &'static KeyRef {
    KeyRef::from_str(name).expect("parameters' names are plain")
}

fn integer(value: i64) -> sfv::Integer {
    sfv::Integer::try_from(value.max(0)).unwrap_or(sfv::Integer::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::clock::OsRandom;
    use jiff::Timestamp;
    use std::sync::atomic::{AtomicI64, Ordering};

    struct TestClock(AtomicI64);

    impl Clock for TestClock {
        fn now(&self) -> Timestamp {
            Timestamp::from_millisecond(self.0.load(Ordering::Relaxed)).unwrap()
        }
    }

    #[test]
    fn a_burst_is_refused_and_allowed_again_in_time() {
        let clock = Arc::new(TestClock(AtomicI64::new(1_000_000)));
        let limiter = RateLimiter::new(clock.clone());
        let key = ApiKeyId::new(clock.now(), &OsRandom);
        let take = || limiter.take(&key, Kind::Write, &RateOverrides::default());
        for index in 0..15 {
            assert!(take().refusal().is_none(), "{index}");
        }
        let verdict = take();
        let problem: serde_json::Value = serde_json::from_slice(&verdict.refusal().unwrap().to_json()).unwrap();
        assert_eq!(problem["violated-policies"], serde_json::json!(["burst"]));
        assert_eq!(problem["type"], "https://iana.org/assignments/http-problem-types#quota-exceeded");
        assert_eq!(problem["retry_after_s"], 1);
        let mut headers = HeaderMap::new();
        verdict.write(&mut headers);
        assert_eq!(headers[RATE_LIMIT_POLICY], "\"write\";q=100;w=60, \"burst\";q=15;w=1");
        assert_eq!(headers[RATE_LIMIT], "\"write\";r=85;t=9, \"burst\";r=0;t=1");
        clock.0.fetch_add(67, Ordering::Relaxed);
        assert!(take().refusal().is_none());
        assert!(take().refusal().is_some());
    }

    #[test]
    fn a_key_s_own_limits_count() {
        let clock = Arc::new(TestClock(AtomicI64::new(1_000_000)));
        let limiter = RateLimiter::new(clock.clone());
        let key = ApiKeyId::new(clock.now(), &OsRandom);
        let rates = RateOverrides { reads_per_minute: Some(1), ..RateOverrides::default() };
        assert!(limiter.take(&key, Kind::Read, &rates).refusal().is_none());
        assert!(limiter.take(&key, Kind::Read, &rates).refusal().is_some());
        let blocked = RateOverrides { reads_per_minute: Some(0), ..RateOverrides::default() };
        let other = ApiKeyId::new(clock.now(), &OsRandom);
        assert!(limiter.take(&other, Kind::Read, &blocked).refusal().is_some());
    }

    #[test]
    fn collections_are_lists() {
        assert_eq!(Kind::of(&Method::GET, Some("/v1/shipments")), Kind::List);
        assert_eq!(Kind::of(&Method::GET, Some("/v1/shipments/{id}/label")), Kind::Read);
        assert_eq!(Kind::of(&Method::POST, Some("/v1/shipments")), Kind::Write);
    }
}
