//! One loaded version of a courier's plugin.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use crossdock_contract::Description;
use tokio::sync::Semaphore;

use super::engine::Engine;
use super::error::CallError;
use super::limits::{LimitOverrides, Limits};
use super::ready::Ready;
use super::tally::Tally;
use super::turns::Turns;
use crate::model::courier::CourierId;

/// A plugin that came through the gate: immutable, shared by the calls that run on it.
#[derive(Clone)]
pub struct Plugin {
    engine: Arc<Engine>,
    id: CourierId,
    digest: String,
    size_bytes: u64,
    description: Arc<Description>,
    capabilities: BTreeSet<String>,
    contract: String,
    ready: Arc<Ready>,
    limits: Limits,
    places: Arc<Semaphore>,
    turns: Turns,
    tally: Arc<Tally>,
    is_on_trial: bool,
}

/// What the gate found out about a component.
pub(super) struct Admitted {
    pub(super) id: CourierId,
    pub(super) digest: String,
    pub(super) size_bytes: u64,
    pub(super) description: Description,
    pub(super) capabilities: BTreeSet<String>,
    /// The version of the contract, as the component spells it.
    pub(super) contract: String,
    pub(super) ready: Ready,
}

impl Plugin {
    pub(super) fn new(engine: &Arc<Engine>, admitted: Admitted) -> Self {
        let Admitted { id, digest, size_bytes, description, capabilities, contract, ready } = admitted;
        let limits = engine.limits().clone();
        let places = Arc::new(Semaphore::new(limits.calls_per_plugin as usize));
        Self {
            engine: Arc::clone(engine),
            id,
            digest,
            size_bytes,
            description: Arc::new(description),
            capabilities,
            contract,
            ready: Arc::new(ready),
            limits,
            places,
            turns: Turns::new(),
            tally: Arc::default(),
            is_on_trial: false,
        }
    }

    /// Returns the same version with other limits; calls in flight keep theirs.
    #[must_use]
    pub fn limited(&self, overrides: &LimitOverrides) -> Arc<Self> {
        let limits = self.engine.limits().changed(overrides);
        let places = Arc::new(Semaphore::new(limits.calls_per_plugin as usize));
        Arc::new(Self { limits, places, ..self.clone() })
    }

    /// Returns the same version for calls that are nobody's: they are not counted, measured or logged, and take no place
    /// of the calls that are.
    #[must_use]
    pub fn on_trial(&self) -> Arc<Self> {
        let (places, turns, tally) = (Arc::new(Semaphore::new(1)), Turns::new(), Arc::default());
        Arc::new(Self { places, turns, tally, is_on_trial: true, ..self.clone() })
    }

    pub(super) fn is_on_trial(&self) -> bool {
        self.is_on_trial
    }

    /// Returns the courier's id.
    pub fn id(&self) -> &CourierId {
        &self.id
    }

    /// Returns the plugin's own version.
    pub fn version(&self) -> &str {
        &self.description.version
    }

    /// Returns the component's SHA-256 in hexadecimal.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Returns the component's size.
    pub fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// Returns what it says about itself.
    pub fn description(&self) -> &Arc<Description> {
        &self.description
    }

    /// Returns the version of the contract that it was built against, as the component spells it.
    pub fn contract(&self) -> &str {
        &self.contract
    }

    /// Returns the capabilities that it exports, by interface name.
    pub fn capabilities(&self) -> &BTreeSet<String> {
        &self.capabilities
    }

    /// Whether it exports the capability and its description gives it to this account kind.
    pub fn offers(&self, kind: &str, capability: &str) -> bool {
        let given = self.description.accounts.iter().find(|account| account.id == kind);
        let is_given = given.is_some_and(|account| account.capabilities.iter().any(|name| name == capability));
        is_given && self.capabilities.contains(capability)
    }

    /// Returns what its calls may use.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Returns what it did since it was loaded.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    pub(super) fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    pub(super) fn ready(&self) -> &Ready {
        &self.ready
    }

    pub(super) fn places(&self) -> &Arc<Semaphore> {
        &self.places
    }

    pub(super) fn turns(&self) -> &Turns {
        &self.turns
    }

    pub(super) fn not_offered(&self, capability: &'static str) -> CallError {
        CallError::NotOffered { courier: self.id.clone(), version: self.version().to_owned(), capability }
    }

    pub(super) fn busy(&self) -> CallError {
        CallError::Busy { courier: self.id.clone(), version: self.version().to_owned() }
    }

    pub(super) fn trap(&self, reason: &str) -> CallError {
        let reason = reason.to_owned();
        CallError::Trap { courier: self.id.clone(), version: self.version().to_owned(), reason }
    }

    pub(super) fn deadline_exceeded(&self, deadline: Duration) -> CallError {
        let deadline_ms = u64::try_from(deadline.as_millis()).unwrap_or(u64::MAX);
        CallError::DeadlineExceeded { courier: self.id.clone(), version: self.version().to_owned(), deadline_ms }
    }

    pub(super) fn limit_exceeded(&self, limit: &'static str) -> CallError {
        CallError::LimitExceeded { courier: self.id.clone(), version: self.version().to_owned(), limit }
    }

    pub(super) fn bad_result(&self, what: String) -> CallError {
        self.tally.unreadable();
        CallError::BadResult { courier: self.id.clone(), version: self.version().to_owned(), what }
    }
}

impl std::fmt::Debug for Plugin {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Plugin({} {})", self.id, self.version())
    }
}
