//! Stops asking a courier that does not answer, per courier and credential (values of CONVENTIONS 3).

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::model::clock::Clock;

/// The time over which failures are counted, in seconds.
const WINDOW_S: i64 = 300;
/// Parts of the window: what is older than the window leaves in steps of this many seconds.
const BUCKET_S: i64 = 30;
const BUCKETS: usize = (WINDOW_S / BUCKET_S) as usize;
/// Share of failures that opens it, in percent.
const TRIP_PERCENT: u32 = 70;
/// Fewest requests that say anything.
const MIN_REQUESTS: u32 = 10;
/// How long nothing is asked, in seconds.
const OPEN_S: i64 = 30;
/// Probes in a row that must go well.
const CLOSING_SUCCESSES: u32 = 3;
/// Most couriers and credentials watched at a time; the least used are forgotten.
const MAX_WATCHED: u64 = 50_000;

/// All breakers.
pub struct Breakers {
    clock: Arc<dyn Clock>,
    states: moka::sync::Cache<String, Arc<Mutex<State>>>,
}

#[derive(Default)]
struct State {
    phase: Phase,
    /// Start in seconds, answered, failed.
    buckets: [(i64, u32, u32); BUCKETS],
}

#[derive(Default, Clone, Copy)]
enum Phase {
    #[default]
    Closed,
    Open {
        until_s: i64,
    },
    HalfOpen {
        successes: u32,
        is_probing: bool,
    },
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The courier answered, whatever it said.
    Answered,
    /// No connection, no answer in time, or a 5xx.
    Failed,
}

/// Leave to send one request. Dropped without an outcome, it counts as nothing.
pub struct Admission {
    state: Arc<Mutex<State>>,
    clock: Arc<dyn Clock>,
    is_probe: bool,
}

impl Breakers {
    /// Makes breakers that are all closed.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, states: moka::sync::Cache::new(MAX_WATCHED) }
    }

    /// Asks for leave to send.
    ///
    /// # Errors
    ///
    /// How long to wait, when the breaker is open.
    pub fn admit(&self, key: &str) -> Result<Admission, Duration> {
        let state = match self.states.get(key) {
            Some(state) => state,
            None => self.states.get_with(key.to_owned(), Arc::default),
        };
        let now_s = self.clock.now().as_second();
        let is_probe = {
            let mut held = state.lock().unwrap_or_else(PoisonError::into_inner);
            match held.phase {
                Phase::Closed => false,
                Phase::Open { until_s } if now_s < until_s => {
                    return Err(Duration::from_secs((until_s - now_s).unsigned_abs()));
                }
                Phase::HalfOpen { is_probing: true, .. } => return Err(Duration::from_secs(1)),
                Phase::Open { .. } => {
                    held.phase = Phase::HalfOpen { successes: 0, is_probing: true };
                    true
                }
                Phase::HalfOpen { successes, .. } => {
                    held.phase = Phase::HalfOpen { successes, is_probing: true };
                    true
                }
            }
        };
        Ok(Admission { state, clock: Arc::clone(&self.clock), is_probe })
    }
}

impl Admission {
    /// Says how the request ended.
    pub fn settle(mut self, outcome: Outcome) {
        let now_s = self.clock.now().as_second();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::take(&mut self.is_probe) {
            state.probed(outcome, now_s);
        } else if matches!(state.phase, Phase::Closed) {
            state.count(outcome, now_s);
        }
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        if !self.is_probe {
            return;
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Phase::HalfOpen { successes, .. } = state.phase {
            state.phase = Phase::HalfOpen { successes, is_probing: false };
        }
    }
}

impl State {
    fn probed(&mut self, outcome: Outcome, now_s: i64) {
        let Phase::HalfOpen { successes, .. } = self.phase else {
            return;
        };
        self.phase = match outcome {
            Outcome::Failed => Phase::Open { until_s: now_s + OPEN_S },
            Outcome::Answered if successes + 1 < CLOSING_SUCCESSES => {
                Phase::HalfOpen { successes: successes + 1, is_probing: false }
            }
            Outcome::Answered => {
                self.buckets = Default::default();
                Phase::Closed
            }
        };
    }

    fn count(&mut self, outcome: Outcome, now_s: i64) {
        let start = now_s - now_s.rem_euclid(BUCKET_S);
        let bucket = &mut self.buckets[(start / BUCKET_S).rem_euclid(BUCKETS as i64) as usize];
        if bucket.0 != start {
            *bucket = (start, 0, 0);
        }
        match outcome {
            Outcome::Answered => bucket.1 += 1,
            Outcome::Failed => bucket.2 += 1,
        }
        let recent = self.buckets.iter().filter(|bucket| now_s - bucket.0 < WINDOW_S);
        let (answered, failed) = recent.fold((0, 0), |sum, bucket| (sum.0 + bucket.1, sum.1 + bucket.2));
        let all = answered + failed;
        if all >= MIN_REQUESTS && failed * 100 >= all * TRIP_PERCENT {
            self.phase = Phase::Open { until_s: now_s + OPEN_S };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbound::testing::MovedClock;

    #[test]
    fn it_opens_lets_one_probe_through_and_closes_after_three() {
        let clock = Arc::new(MovedClock::default());
        let breakers = Breakers::new(clock.clone());
        let end = |outcome| breakers.admit("demo/1").ok().unwrap().settle(outcome);
        for _ in 0..3 {
            end(Outcome::Answered);
        }
        for _ in 0..6 {
            end(Outcome::Failed);
        }
        assert!(breakers.admit("demo/1").is_ok(), "nine requests say nothing");
        end(Outcome::Failed);
        assert_eq!(breakers.admit("demo/1").err(), Some(Duration::from_secs(30)));
        assert!(breakers.admit("demo/2").is_ok(), "another credential");
        clock.advance_s(30);
        let probe = breakers.admit("demo/1").ok().unwrap();
        assert!(breakers.admit("demo/1").is_err(), "one probe at a time");
        drop(probe);
        end(Outcome::Failed);
        assert!(breakers.admit("demo/1").is_err());
        clock.advance_s(30);
        for _ in 0..3 {
            end(Outcome::Answered);
        }
        let (one, two) = (breakers.admit("demo/1"), breakers.admit("demo/1"));
        assert!(one.is_ok() && two.is_ok(), "closed");
    }

    #[test]
    fn old_failures_are_forgotten() {
        let clock = Arc::new(MovedClock::default());
        let breakers = Breakers::new(clock.clone());
        for _ in 0..9 {
            breakers.admit("demo/1").ok().unwrap().settle(Outcome::Failed);
        }
        clock.advance_s(WINDOW_S);
        breakers.admit("demo/1").ok().unwrap().settle(Outcome::Failed);
        assert!(breakers.admit("demo/1").is_ok());
    }
}
