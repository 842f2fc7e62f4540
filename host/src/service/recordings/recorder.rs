//! Which calls are recorded: few, decided before the call by a look at a number.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use arc_swap::ArcSwap;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc;

use super::call::{Facts, RecordedCall};
use super::tape::Tape;
use super::{KEPT_PER_OPERATION, NewRecording};
use crate::app::Metrics;
use crate::model::courier::CourierId;
use crate::model::id::{CallId, MerchantId};
use crate::model::question::Question;
use crate::plugin::{Call, CallError, Said, Wire};

/// Recordings that wait to be redacted, sealed and written. More at once is a burst that nobody needs in full.
pub const QUEUE_LENGTH: usize = 64;

/// Least time between two recordings of an operation, until there are enough of this process.
const EARLY_PAUSE: SignedDuration = SignedDuration::from_mins(1);

/// Least time between two recordings after that: what is kept stays that of the last hours.
const LATER_PAUSE: SignedDuration = SignedDuration::from_mins(15);

/// Decides which calls are recorded, and hands them over.
pub struct Recorder {
    is_on: bool,
    off: ArcSwap<BTreeSet<CourierId>>,
    slots: ArcSwap<BTreeMap<&'static str, BTreeMap<CourierId, Arc<Slot>>>>,
    queue: mpsc::Sender<NewRecording>,
    metrics: Arc<Metrics>,
}

/// One operation of one courier.
#[derive(Default)]
struct Slot {
    due_us: AtomicI64,
    taken: AtomicU32,
}

/// A call that is being recorded. Dropped with a call that breaks off, it leaves nothing.
pub struct Recording {
    tape: Arc<Tape>,
    facts: Facts,
    id: CallId,
    merchant: MerchantId,
    courier: CourierId,
    plugin_version: String,
    queue: mpsc::Sender<NewRecording>,
    metrics: Arc<Metrics>,
}

/// Whose call it is.
pub struct Whose {
    /// The call.
    pub id: CallId,
    /// The merchant.
    pub merchant: MerchantId,
    /// The courier.
    pub courier: CourierId,
    /// The version that serves.
    pub plugin_version: String,
}

impl Recorder {
    /// Makes a recorder that hands over to this queue; one that is off records nothing.
    pub fn new(is_on: bool, queue: mpsc::Sender<NewRecording>, metrics: Arc<Metrics>) -> Self {
        Self { is_on, off: ArcSwap::default(), slots: ArcSwap::default(), queue, metrics }
    }

    /// Switches a courier's recordings.
    pub fn switch(&self, courier: &CourierId, is_on: bool) {
        if self.off.load().contains(courier) != is_on {
            return;
        }
        self.off.rcu(|off| {
            let mut off = BTreeSet::clone(off);
            if is_on {
                off.remove(courier)
            } else {
                off.insert(courier.clone())
            };
            off
        });
    }

    /// Whether a call is to be recorded now; if so, none of its operation is for a while.
    pub fn claim(&self, courier: &CourierId, operation: &'static str, now: Timestamp) -> bool {
        if !self.is_on || self.off.load().contains(courier) {
            return false;
        }
        let known = self.slots.load().get(operation).and_then(|slots| slots.get(courier)).map(|slot| slot.claim(now));
        known.unwrap_or_else(|| self.add_slot(courier, operation).claim(now))
    }

    /// Puts a tape on a call's wire.
    pub fn start(&self, whose: Whose, call: &mut Call) -> Recording {
        let facts = Facts::of(call);
        let tape = Tape::on(Arc::clone(&call.wire));
        call.wire = Arc::clone(&tape) as Arc<dyn Wire>;
        let Whose { id, merchant, courier, plugin_version } = whose;
        let (queue, metrics) = (self.queue.clone(), Arc::clone(&self.metrics));
        Recording { tape, facts, id, merchant, courier, plugin_version, queue, metrics }
    }

    fn add_slot(&self, courier: &CourierId, operation: &'static str) -> Arc<Slot> {
        let fresh = Arc::new(Slot::default());
        let mut slot = Arc::clone(&fresh);
        self.slots.rcu(|slots| {
            let mut slots = BTreeMap::clone(slots);
            let of_operation = slots.entry(operation).or_default();
            slot = Arc::clone(of_operation.entry(courier.clone()).or_insert_with(|| Arc::clone(&fresh)));
            slots
        });
        slot
    }
}

impl Slot {
    fn claim(&self, now: Timestamp) -> bool {
        let (now_us, due_us) = (now.as_microsecond(), self.due_us.load(Ordering::Relaxed));
        if now_us < due_us {
            return false;
        }
        let pause = if self.taken.load(Ordering::Relaxed) < KEPT_PER_OPERATION { EARLY_PAUSE } else { LATER_PAUSE };
        let next_us = now.saturating_add(pause).unwrap_or(Timestamp::MAX).as_microsecond();
        let is_ours = self.due_us.compare_exchange(due_us, next_us, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        if is_ours {
            self.taken.fetch_add(1, Ordering::Relaxed);
        }
        is_ours
    }
}

/// Hands a call over with what came of it, if it is recorded.
pub fn finish<T: Said>(
    recording: Option<Recording>,
    outcome: &Result<T, CallError>,
    question: impl FnOnce() -> Question,
) {
    if let Some(recording) = recording {
        recording.finish(question, outcome);
    }
}

impl Recording {
    /// One that the plugin did not answer shows nothing of what it should do.
    fn finish<T: Said>(self, question: impl FnOnce() -> Question, outcome: &Result<T, CallError>) {
        let Ok(answer) = outcome else { return };
        let Some((exchanges, verified)) = self.tape.take() else { return self.metrics.recorded_call("too_large") };
        let call = RecordedCall { question: question(), facts: self.facts, exchanges, verified, said: answer.said() };
        let Self { id, merchant, courier, plugin_version, queue, metrics, .. } = self;
        // No call waits for its recording.
        if queue.try_send(NewRecording { id, merchant, courier, plugin_version, call }).is_err() {
            metrics.recorded_call("dropped");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_calls_are_recorded_and_none_that_is_switched_off() {
        let (queue, _out) = mpsc::channel(1);
        let metrics = Arc::new(Metrics::new());
        let recorder = Recorder::new(true, queue.clone(), Arc::clone(&metrics));
        let (acme, other): (CourierId, CourierId) = ("acme".parse().unwrap(), "other".parse().unwrap());
        let at = |second: i64| Timestamp::from_second(1_000_000 + second).unwrap();
        assert!(recorder.claim(&acme, "track", at(0)));
        assert!(!recorder.claim(&acme, "track", at(59)));
        assert!(recorder.claim(&acme, "quote", at(59)) && recorder.claim(&other, "track", at(59)));
        assert!(recorder.claim(&acme, "track", at(60)));
        let taken = (2..100).filter(|minute| recorder.claim(&acme, "track", at(60 * minute))).count();
        assert!((20..30).contains(&taken), "{taken} recordings in a hundred minutes");
        recorder.switch(&acme, false);
        assert!(!recorder.claim(&acme, "track", at(1_000_000)));
        assert!(recorder.claim(&other, "track", at(1_000_000)));
        recorder.switch(&acme, true);
        assert!(recorder.claim(&acme, "track", at(2_000_000)));
        assert!(!Recorder::new(false, queue, metrics).claim(&acme, "track", at(0)));
    }
}
