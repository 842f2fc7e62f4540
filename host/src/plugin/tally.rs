//! What one loaded version of a plugin did so far: for the operator, and for the watch after a replacement.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::call::CallTimes;
use super::error::CallError;

/// Counts a version's calls. Cheap: one short lock a call.
#[derive(Debug, Default)]
pub struct Tally(Mutex<Counts>);

/// What was counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// By operation, such as `tracking.track`.
    pub operations: BTreeMap<&'static str, OperationCounts>,
    /// Limits that calls ran into, by their words.
    pub limits_hit: BTreeMap<&'static str, u64>,
    /// Calls that returned what the contract forbids, or said that they could not read the courier's answer.
    pub unreadable: u64,
}

/// The calls of one operation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OperationCounts {
    /// By outcome: `ok`, or the word of what went wrong.
    pub outcomes: BTreeMap<&'static str, u64>,
    /// The guests' own CPU time.
    pub guest: Duration,
    /// Time in the host: checks, limits, scrubbing and conversion, without guest, queue and courier.
    pub host: Duration,
    /// Waiting for the courier.
    pub courier: Duration,
    /// Waiting for a place.
    pub queued: Duration,
    /// Requests to the courier.
    pub requests: u64,
    /// Bytes of linear memory at the most.
    pub memory_high_water_bytes: usize,
}

impl OperationCounts {
    /// How many calls there were.
    pub fn calls(&self) -> u64 {
        self.outcomes.values().sum()
    }
}

impl Counts {
    /// Calls that got a place, and those of them in which the plugin did wrong.
    pub fn calls_and_faults(&self) -> (u64, u64) {
        let count = |is_meant: fn(&str) -> bool| -> u64 {
            let outcomes = self.operations.values().flat_map(|operation| &operation.outcomes);
            outcomes.filter(|(outcome, _)| is_meant(outcome)).map(|(_, calls)| calls).sum()
        };
        let calls = count(|outcome| outcome != "busy");
        let faults = count(|outcome| outcome != "busy" && outcome != "ok").saturating_add(self.unreadable);
        (calls, faults.min(calls))
    }
}

impl Tally {
    /// Returns what was counted so far.
    pub fn counts(&self) -> Counts {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Counts a call.
    pub(super) fn call(&self, operation: &'static str, error: Option<&CallError>, times: &CallTimes) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(CallError::LimitExceeded { limit, .. }) = error {
            *counts.limits_hit.entry(limit).or_default() += 1;
        }
        let of_operation = counts.operations.entry(operation).or_default();
        *of_operation.outcomes.entry(error.map_or("ok", CallError::as_str)).or_default() += 1;
        let elsewhere = times.guest + times.courier + times.queued;
        of_operation.guest += times.guest;
        of_operation.host += times.total.saturating_sub(elsewhere);
        of_operation.courier += times.courier;
        of_operation.queued += times.queued;
        of_operation.requests += u64::from(times.requests);
        let high_water = &mut of_operation.memory_high_water_bytes;
        *high_water = (*high_water).max(times.memory_high_water_bytes);
    }

    /// Counts a result that the host could not take, or an answer that the plugin could not read.
    pub(super) fn unreadable(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).unreadable += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_judged_by_what_it_did_itself() {
        let tally = Tally::default();
        let (courier, version) = ("acme".parse().unwrap(), "1.0.0".to_owned());
        let trap = CallError::Trap { courier, version, reason: "unreachable".to_owned() };
        let busy = CallError::Busy { courier: "acme".parse().unwrap(), version: "1.0.0".to_owned() };
        let times =
            CallTimes { total: Duration::from_millis(10), guest: Duration::from_millis(4), ..Default::default() };
        for error in [None, None, None, Some(&trap), Some(&busy)] {
            tally.call("tracking.track", error, &times);
        }
        tally.unreadable();
        let counts = tally.counts();
        assert_eq!(counts.calls_and_faults(), (4, 2), "waiting for a place is nobody's fault");
        let track = &counts.operations["tracking.track"];
        assert_eq!((track.calls(), track.host), (5, Duration::from_millis(30)));
    }
}
