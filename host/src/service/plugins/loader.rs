//! What loads plugins in this process: the engine, the cache of compiled code, and the one turn at a time.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use tokio::sync::{Mutex, MutexGuard, Notify};

use crate::model::courier::CourierId;
use crate::plugin::{CompiledCache, Engine};

use super::watch::Watched;

/// What loads plugins.
#[derive(Default)]
pub struct Loader {
    parts: OnceLock<(Arc<Engine>, Arc<CompiledCache>)>,
    turn: Mutex<State>,
    changed: Notify,
}

/// What this process knows, between two changes.
#[derive(Default)]
pub(super) struct State {
    /// Revision of each courier's row that the registry shows.
    pub(super) applied: BTreeMap<CourierId, i64>,
    /// The couriers of the plugins folder, by file.
    pub(super) files: BTreeMap<PathBuf, (String, Option<CourierId>)>,
    /// Versions that took over a moment ago.
    pub(super) watched: BTreeMap<CourierId, Watched>,
}

impl Loader {
    /// Makes a loader for an engine.
    pub fn new(engine: Arc<Engine>, cache: Arc<CompiledCache>) -> Self {
        let loader = Self::default();
        let _ = loader.parts.set((engine, cache));
        loader
    }

    /// Returns engine and cache; `None` in a command that asks no courier.
    pub(super) fn parts(&self) -> Option<&(Arc<Engine>, Arc<CompiledCache>)> {
        self.parts.get()
    }

    /// Waits for all other changes: one loading at a time.
    pub(super) async fn turn(&self) -> MutexGuard<'_, State> {
        self.turn.lock().await
    }

    /// Tells the keeper that something was changed here.
    pub(super) fn tell(&self) {
        self.changed.notify_one();
    }
}
