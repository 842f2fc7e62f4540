//! One plugin call: a place to run in, a fresh sandbox, one deadline, and what went wrong if something did.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::FutureExt;
use jiff::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use wasmtime::component::Resource;
use wasmtime::{PoolConcurrencyLimitError, Store, Trap};

use super::error::CallError;
use super::guest_log::clean;
use super::limits::{self, Limits};
use super::plugin::Plugin;
use super::sandbox::{CpuBudgetSpent, LentContext, Sandbox};
use super::turns::Turn;
use super::wire::Wire;
use crate::model::credential::AccountView;
use crate::model::id::MerchantId;

/// One plugin call's surroundings: everything that a guest can ask of the host.
#[derive(Clone)]
pub struct Call {
    /// The account, without its secrets.
    pub account: AccountView,
    /// BCP 47 language that the caller prefers.
    pub locale: String,
    /// The call's time.
    pub now: Timestamp,
    /// 26 characters `0-9A-Z`, unique; the same on every replay.
    pub call_id: String,
    /// How long the call may take, waiting for a place and for the courier included.
    pub deadline: Duration,
    /// The way to the courier.
    pub wire: Arc<dyn Wire>,
    /// Whose call it is; for logs only.
    pub merchant: Option<MerchantId>,
    /// Base URLs of the declared endpoints as this call uses them.
    pub endpoint_urls: BTreeMap<String, String>,
}

/// What a call took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CallTimes {
    /// From the moment it was asked for, queueing included.
    pub total: Duration,
    /// Waiting for a place.
    pub queued: Duration,
    /// The guest's own CPU time, its start included.
    pub guest: Duration,
    /// Waiting for the courier.
    pub courier: Duration,
    /// Requests made.
    pub requests: u32,
    /// Bytes of linear memory at the most.
    pub memory_high_water_bytes: usize,
}

/// Hears of every call that was started, for metrics.
pub trait CallObserver: Send + Sync {
    /// `outcome` is `ok` or [`CallError::as_str`]'s word; a failure that the guest reported is `ok` here.
    fn finished(&self, plugin: &Plugin, operation: &'static str, outcome: &'static str, times: CallTimes);
}

/// What happened to the guest.
pub(super) enum Outcome<T> {
    Returned(T),
    Failed(wasmtime::Error),
    Panicked,
    TimedOut,
}

/// A call that has its place.
pub(super) struct Run<'a> {
    plugin: &'a Plugin,
    operation: &'static str,
    asked: Instant,
    queued: Duration,
    deadline: Duration,
    pub(super) store: Store<Sandbox>,
    _places: (OwnedSemaphorePermit, OwnedSemaphorePermit),
}

impl<'a> Run<'a> {
    /// Waits for a place and makes the sandbox.
    pub(super) async fn begin(plugin: &'a Plugin, operation: &'static str, call: Call) -> Result<Self, CallError> {
        let asked = Instant::now();
        let engine = plugin.engine();
        let limits = plugin.limits();
        let until = asked + limits.queue_wait.min(call.deadline);
        let of_plugin = place(plugin.places(), until).await.ok_or_else(|| plugin.busy())?;
        let of_engine = place(engine.calls(), until).await.ok_or_else(|| plugin.busy())?;
        let deadline = call.deadline;
        let about = Some((plugin.id(), plugin.version()));
        let mut store = Sandbox::store(engine, limits, about, Some(call), asked + deadline);
        store.data_mut().turn = Turn::of(plugin.turns());
        store.data_mut().cpu.start();
        let queued = asked.elapsed();
        Ok(Self { plugin, operation, asked, queued, deadline, store, _places: (of_plugin, of_engine) })
    }

    /// When the call must be over.
    pub(super) fn deadline(&self) -> Instant {
        self.asked + self.deadline
    }

    /// Says what came of it; drops the sandbox and gives its place back.
    pub(super) fn end<T>(mut self, outcome: Outcome<T>) -> Result<(T, Arc<dyn Wire>), CallError> {
        let sandbox = self.store.data_mut();
        sandbox.cpu.stop();
        sandbox.flush_output();
        let result = match outcome {
            Outcome::Returned(value) => Ok(value),
            Outcome::Failed(error) => Err(classify(self.plugin, sandbox, &error)),
            Outcome::Panicked => Err(self.plugin.trap("a function of the host broke off")),
            Outcome::TimedOut => Err(self.plugin.deadline_exceeded(self.deadline)),
        };
        self.report(result.as_ref().err());
        let call = self.store.data_mut().call.take().expect("a run has a call");
        self.put_away();
        result.map(|value| (value, call.wire))
    }

    /// Drops the sandbox, and then its place. Giving a large memory back to the system takes milliseconds, in which no other
    /// call may be kept waiting.
    fn put_away(self) {
        let Self { store, _places: places, .. } = self;
        let large = store.data().resources.memory_high_water_bytes > limits::LARGE_MEMORY_BYTES;
        let put_away = move || {
            drop(store);
            drop(places);
        };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) if large => drop(runtime.spawn_blocking(put_away)),
            _ => put_away(),
        }
    }

    fn report(&self, error: Option<&CallError>) {
        if self.plugin.is_on_trial() {
            return;
        }
        let sandbox = self.store.data();
        let times = CallTimes {
            total: self.asked.elapsed(),
            queued: self.queued,
            guest: sandbox.cpu.used(),
            courier: sandbox.traffic.waited,
            requests: sandbox.traffic.requests,
            memory_high_water_bytes: sandbox.resources.memory_high_water_bytes,
        };
        self.plugin.tally().call(self.operation, error, &times);
        let outcome = error.map_or("ok", CallError::as_str);
        if let Some(observer) = self.plugin.engine().observer() {
            observer.finished(self.plugin, self.operation, outcome, times);
        }
        if let Some(call) = &sandbox.call {
            sandbox.log.close(call);
            log(self.plugin, self.operation, call, error, times);
        }
    }
}

/// One line per call. What went wrong is the operator's business only in so far as a plugin is broken.
fn log(plugin: &Plugin, operation: &'static str, call: &Call, error: Option<&CallError>, times: CallTimes) {
    let merchant = call.merchant.as_ref().map(tracing::field::display);
    let duration_ms = times.total.as_secs_f64() * 1_000.0;
    let guest_ms = times.guest.as_secs_f64() * 1_000.0;
    match error {
        None => tracing::info!(
            courier = %plugin.id(), plugin.version = plugin.version(), operation, call.id = call.call_id,
            merchant.id = merchant, duration_ms, guest_ms, requests = times.requests, "plugin called"
        ),
        Some(error) => tracing::warn!(
            courier = %plugin.id(), plugin.version = plugin.version(), operation, call.id = call.call_id,
            merchant.id = merchant, duration_ms, guest_ms, requests = times.requests, error = %error,
            "plugin call gave no answer"
        ),
    }
}

/// The handle that a guest borrows. The store holds one call only, so its number says nothing.
pub(super) fn lent() -> Resource<LentContext> {
    Resource::new_borrow(0)
}

/// Runs a guest until it returns, fails, or its time is over. A panic in a function of the host ends the call alone:
/// the sandbox is dropped after it, so nothing sees what it left half done.
pub(super) async fn within<T>(deadline: Instant, guest: impl Future<Output = wasmtime::Result<T>>) -> Outcome<T> {
    let guest = AssertUnwindSafe(guest).catch_unwind();
    match tokio::time::timeout_at(deadline.into(), guest).await {
        Ok(Ok(Ok(value))) => Outcome::Returned(value),
        Ok(Ok(Err(error))) => Outcome::Failed(error),
        Ok(Err(_panic)) => Outcome::Panicked,
        Err(_elapsed) => Outcome::TimedOut,
    }
}

async fn place(places: &Arc<Semaphore>, until: Instant) -> Option<OwnedSemaphorePermit> {
    if let Ok(permit) = Arc::clone(places).try_acquire_owned() {
        return Some(permit);
    }
    tokio::time::timeout_at(until.into(), Arc::clone(places).acquire_owned()).await.ok()?.ok()
}

/// Tells limits, a full pool and crashes apart. The words are the engine's or ours, never the guest's.
fn classify(plugin: &Plugin, sandbox: &Sandbox, error: &wasmtime::Error) -> CallError {
    if error.is::<PoolConcurrencyLimitError>() {
        return plugin.busy();
    }
    match what_failed(sandbox, error) {
        Ok(limit) => plugin.limit_exceeded(limit),
        Err(reason) => plugin.trap(&reason),
    }
}

/// Returns the limit that was passed, or else why the guest crashed.
pub(super) fn what_failed(sandbox: &Sandbox, error: &wasmtime::Error) -> Result<&'static str, String> {
    /// Enough for the engine's longest sentence.
    const REASON_BYTES: usize = 200;
    let trap = error.downcast_ref::<Trap>();
    if error.is::<CpuBudgetSpent>() || trap == Some(&Trap::Interrupt) {
        return Ok("CPU time");
    }
    if trap == Some(&Trap::StackOverflow) {
        return Ok("stack");
    }
    // A guest whose memory cannot grow crashes on its own a moment later.
    if let Some(refused) = sandbox.resources.refused {
        return Ok(refused);
    }
    let root = error.root_cause().to_string();
    // The engine keeps this error's type to itself.
    if root.starts_with("too much data is being copied") {
        return Ok("bytes passed to the host");
    }
    Err(match trap {
        Some(trap) => trap.to_string(),
        None => clean(&root, REASON_BYTES),
    })
}

impl Limits {
    /// Returns the limits of one call's traffic.
    pub(super) fn traffic(&self) -> TrafficLimits {
        TrafficLimits { requests: self.requests, bytes_out: self.bytes_out, bytes_in: self.bytes_in }
    }
}

/// What one call may send and receive.
#[derive(Debug, Clone, Copy)]
pub(super) struct TrafficLimits {
    pub(super) requests: u32,
    pub(super) bytes_out: usize,
    pub(super) bytes_in: usize,
}
