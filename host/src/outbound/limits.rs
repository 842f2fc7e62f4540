//! Keeps the limits that couriers set, and the pauses that they ask for.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crossdock_contract::description::RateLimit;
use http::HeaderMap;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::ask::Ask;
use super::retry_after::retry_after;
use super::window::{Calendar, LONG_WINDOW_S, Sliding, window_start_s};
use crate::model::clock::Clock;
use crate::model::failure::{Failure, FailureKind};

/// What a request itself needs after waiting; a wait that leaves less does not fit.
const MIN_TIME_TO_SEND: Duration = Duration::from_millis(100);
/// Limits and pauses kept before idle ones are swept out: some 100 bytes each.
const SWEEP_ABOVE: usize = 20_000;

/// Remembers the counts of long windows over a restart.
#[async_trait::async_trait]
pub trait DailyCounters: Send + Sync {
    /// Returns how many requests were counted in the window that starts then.
    async fn load(&self, key: &str, window_start_s: i64) -> u64;
    /// Adds requests to a window.
    async fn add(&self, key: &str, window_start_s: i64, requests: u64);
}

/// Forgets everything: for tests and tools.
pub struct NoCounters;

#[async_trait::async_trait]
impl DailyCounters for NoCounters {
    async fn load(&self, _: &str, _: i64) -> u64 {
        0
    }
    async fn add(&self, _: &str, _: i64, _: u64) {}
}

/// All windows, pauses and slots.
pub struct Limits {
    clock: Arc<dyn Clock>,
    counters: Arc<dyn DailyCounters>,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    windows: HashMap<String, Window>,
    slots: HashMap<String, Arc<Semaphore>>,
    paused_until_us: BTreeMap<String, i64>,
}

enum Window {
    Sliding(Sliding),
    Calendar(Calendar),
}

/// Leave to send one request; holds its slots until it is dropped.
pub struct Leave {
    _slots: Vec<OwnedSemaphorePermit>,
}

impl Limits {
    /// Makes limits with nothing counted.
    pub fn new(clock: Arc<dyn Clock>, counters: Arc<dyn DailyCounters>) -> Self {
        Self { clock, counters, held: Mutex::default() }
    }

    /// Waits until the request may leave.
    ///
    /// # Errors
    ///
    /// `rate-limited` with the time to wait, where that does not fit before the deadline.
    pub async fn acquire(&self, ask: &Ask<'_>, deadline: Instant) -> Result<Leave, Failure> {
        let limits: Vec<(&RateLimit, String)> = ask.limits().collect();
        let slots = self.take_slots(&limits, deadline).await?;
        self.load_calendars(&limits).await;
        loop {
            let Err(wait) = self.try_take(ask, &limits) else {
                return Ok(Leave { _slots: slots });
            };
            if Instant::now() + wait + MIN_TIME_TO_SEND > deadline {
                return Err(limited("rate-limit", "the courier's limit is reached", Some(wait)));
            }
            #[expect(
                clippy::disallowed_methods,
                reason = "waits for the courier's window, at most until the deadline"
            )]
            tokio::time::sleep(wait.max(Duration::from_millis(1))).await;
        }
    }

    /// Takes note of a courier that asked for a pause.
    pub fn note_answer(&self, ask: &Ask<'_>, status: u16, headers: &HeaderMap) {
        if !matches!(status, 429 | 503) {
            return;
        }
        let now = self.clock.now();
        let Some(pause) = retry_after(headers, now) else {
            return;
        };
        let until_us = now.as_microsecond() + i64::try_from(pause.as_micros()).unwrap_or(i64::MAX / 2);
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        for key in ask.pause_keys() {
            let paused = held.paused_until_us.entry(key).or_insert(until_us);
            *paused = (*paused).max(until_us);
        }
    }

    async fn take_slots(
        &self,
        limits: &[(&RateLimit, String)],
        deadline: Instant,
    ) -> Result<Vec<OwnedSemaphorePermit>, Failure> {
        let mut slots = Vec::new();
        for (limit, key) in limits {
            let Some(most) = limit.concurrent else { continue };
            let semaphore = {
                let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
                if held.slots.len() > SWEEP_ABOVE {
                    held.slots.retain(|_, slots| Arc::strong_count(slots) > 1);
                }
                let made = || Arc::new(Semaphore::new((most as usize).min(Semaphore::MAX_PERMITS)));
                Arc::clone(held.slots.entry(key.clone()).or_insert_with(made))
            };
            match tokio::time::timeout_at(deadline, semaphore.acquire_owned()).await {
                Ok(Ok(slot)) => slots.push(slot),
                _ => {
                    return Err(limited("concurrency-limit", "too many requests at the same time", None));
                }
            }
        }
        Ok(slots)
    }

    /// Fetches what was counted before the host was started, outside any lock.
    async fn load_calendars(&self, limits: &[(&RateLimit, String)]) {
        for (limit, key) in limits {
            let (Some(most), Some(window_s @ LONG_WINDOW_S..)) = (limit.count, limit.window_s) else {
                continue;
            };
            let is_known = self.held.lock().unwrap_or_else(PoisonError::into_inner).windows.contains_key(key);
            if is_known {
                continue;
            }
            let now_us = self.clock.now().as_microsecond();
            let used = self.counters.load(key, window_start_s(now_us, window_s)).await;
            let made = || Window::Calendar(Calendar::new(most, window_s, now_us, used));
            self.held.lock().unwrap_or_else(PoisonError::into_inner).windows.entry(key.clone()).or_insert_with(made);
        }
    }

    /// Takes from every window at once, or from none.
    fn try_take(&self, ask: &Ask<'_>, limits: &[(&RateLimit, String)]) -> Result<(), Duration> {
        let now_us = self.clock.now().as_microsecond();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.sweep(now_us);
        let mut wait_us = 0;
        if !held.paused_until_us.is_empty() {
            for key in ask.pause_keys() {
                wait_us = wait_us.max(held.paused_until_us.get(&key).map_or(0, |until| until - now_us));
            }
        }
        for (limit, key) in limits {
            let (Some(most), Some(window_s)) = (limit.count, limit.window_s) else {
                continue;
            };
            let window = held.windows.entry(key.clone()).or_insert_with(|| match window_s {
                LONG_WINDOW_S.. => Window::Calendar(Calendar::new(most, window_s, now_us, 0)),
                _ => Window::Sliding(Sliding::new(most, window_s)),
            });
            wait_us = wait_us.max(match window {
                Window::Sliding(window) => window.wait_us(now_us),
                Window::Calendar(window) => window.wait_us(now_us),
            });
        }
        if wait_us > 0 {
            return Err(Duration::from_micros(wait_us.unsigned_abs()));
        }
        for (_, key) in limits {
            match held.windows.get_mut(key) {
                Some(Window::Sliding(window)) => window.take(now_us),
                Some(Window::Calendar(window)) => self.save(key, window.take()),
                None => {}
            }
        }
        Ok(())
    }

    fn save(&self, key: &str, due: Option<(i64, u64)>) {
        let Some((start_s, requests)) = due else { return };
        let (counters, key) = (Arc::clone(&self.counters), key.to_owned());
        tokio::spawn(async move { counters.add(&key, start_s, requests).await });
    }
}

impl Held {
    fn sweep(&mut self, now_us: i64) {
        if self.windows.len() > SWEEP_ABOVE {
            self.windows.retain(|_, window| match window {
                Window::Sliding(window) => !window.is_idle(now_us),
                Window::Calendar(window) => !window.is_idle(now_us),
            });
        }
        if self.paused_until_us.len() > SWEEP_ABOVE {
            self.paused_until_us.retain(|_, until_us| *until_us > now_us);
        }
    }
}

fn limited(code: &str, message: &str, wait: Option<Duration>) -> Failure {
    let mut failure = Failure::new(FailureKind::RateLimited, code, message);
    failure.retry_after_ms = wait.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).max(1));
    failure
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::courier::CourierId;
    use crate::outbound::testing::{MovedClock, description};
    use crossdock_contract::Description;
    use http::header;

    fn ask<'a>(courier: &'a CourierId, description: &'a Description, credential: &'a str) -> Ask<'a> {
        Ask {
            courier,
            description,
            endpoint: "api",
            method: "GET",
            path: "/v1/a",
            credential,
            field_digest: &|key| format!("digest-of-{key}"),
        }
    }

    #[tokio::test]
    async fn several_windows_count_together_and_say_how_long_to_wait() {
        let clock = Arc::new(MovedClock::default());
        let limits = Limits::new(clock.clone(), Arc::new(NoCounters));
        let mut description = description();
        description.limits = serde_json::from_value(serde_json::json!([
            {"endpoint": "api", "count": 2, "window_s": 60, "per": "credential"},
            {"endpoint": "api", "count": 3, "window_s": 86400, "per": "host"},
        ]))
        .unwrap();
        let courier = "demo".parse().unwrap();
        let (one, two) = (ask(&courier, &description, "1"), ask(&courier, &description, "2"));
        let soon = Instant::now() + Duration::from_secs(5);
        for _ in 0..2 {
            assert!(limits.acquire(&one, soon).await.is_ok());
        }
        let failure = limits.acquire(&one, soon).await.err().unwrap();
        assert_eq!(
            (failure.kind, failure.retry_after_ms, failure.request_sent),
            (FailureKind::RateLimited, Some(60_000), false)
        );
        assert!(limits.acquire(&two, soon).await.is_ok());
        clock.advance_s(60);
        let failure = limits.acquire(&one, soon).await.err().unwrap();
        assert!(failure.retry_after_ms.unwrap() > 3_600_000, "the day's limit");
    }

    #[tokio::test]
    async fn a_pause_holds_for_its_credential_only() {
        let clock = Arc::new(MovedClock::default());
        let limits = Limits::new(clock.clone(), Arc::new(NoCounters));
        let description = description();
        let courier = "demo".parse().unwrap();
        let (one, two) = (ask(&courier, &description, "1"), ask(&courier, &description, "2"));
        let headers = HeaderMap::from_iter([(header::RETRY_AFTER, "7".parse().unwrap())]);
        limits.note_answer(&one, 429, &headers);
        let soon = Instant::now() + Duration::from_secs(5);
        assert_eq!(limits.acquire(&one, soon).await.err().unwrap().retry_after_ms, Some(7_000));
        assert!(limits.acquire(&two, soon).await.is_ok());
        clock.advance_s(7);
        assert!(limits.acquire(&one, soon).await.is_ok());
    }

    #[tokio::test]
    async fn slots_are_given_back() {
        let limits = Limits::new(Arc::new(MovedClock::default()), Arc::new(NoCounters));
        let mut description = description();
        description.limits =
            serde_json::from_value(serde_json::json!([{"endpoint": "api", "concurrent": 1, "per": {"field": "key"}}]))
                .unwrap();
        let courier = "demo".parse().unwrap();
        let one = ask(&courier, &description, "1");
        let leave = limits.acquire(&one, Instant::now() + Duration::from_secs(1)).await.ok().unwrap();
        assert_eq!(limits.acquire(&one, Instant::now()).await.err().unwrap().code, "concurrency-limit");
        drop(leave);
        assert!(limits.acquire(&one, Instant::now() + Duration::from_secs(1)).await.is_ok());
    }

    #[derive(Default)]
    struct Kept(Mutex<HashMap<(String, i64), u64>>);

    #[async_trait::async_trait]
    impl DailyCounters for Kept {
        async fn load(&self, key: &str, start_s: i64) -> u64 {
            self.0.lock().unwrap().get(&(key.to_owned(), start_s)).copied().unwrap_or_default()
        }
        async fn add(&self, key: &str, start_s: i64, requests: u64) {
            *self.0.lock().unwrap().entry((key.to_owned(), start_s)).or_default() += requests;
        }
    }

    #[tokio::test]
    async fn a_days_limit_survives_a_restart() {
        let (clock, kept) = (Arc::new(MovedClock::default()), Arc::new(Kept::default()));
        let mut description = description();
        let limit = serde_json::json!([{"endpoint": "api", "count": 2, "window_s": 86400, "per": "credential"}]);
        description.limits = serde_json::from_value(limit).unwrap();
        let courier = "demo".parse().unwrap();
        let one = ask(&courier, &description, "1");
        let soon = Instant::now() + Duration::from_secs(5);
        for _ in 0..2 {
            let restarted = Limits::new(clock.clone(), kept.clone());
            assert!(restarted.acquire(&one, soon).await.is_ok());
            tokio::task::yield_now().await;
        }
        let restarted = Limits::new(clock.clone(), kept.clone());
        assert_eq!(restarted.acquire(&one, soon).await.err().unwrap().kind, FailureKind::RateLimited);
        clock.advance_s(86_400);
        assert!(restarted.acquire(&one, soon).await.is_ok());
    }
}
