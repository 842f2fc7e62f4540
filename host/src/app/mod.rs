//! The composition root: what the process is made of, built once and passed to every use case.

pub mod config;
mod health;
mod hints;
pub mod metrics;
mod runtime;
pub mod serve;
pub mod shutdown;
pub mod start;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod vault_check;

use std::ops::Deref;
use std::sync::Arc;

use crate::model::clock::{Clock, Random};
use crate::outbound::Outbound;
use crate::plugin::Registry;
use crate::service::keyring::KeyRing;
use crate::service::plugins::Loader;
use crate::service::recordings::Recorder;
use crate::store::Db;
use crate::vault::{LiveRootKeys, Pepper, SubKey};

pub use config::Config;
pub use metrics::Metrics;
pub use runtime::runtime;

/// All that a use case needs. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What the process is made of.
pub struct Parts {
    /// What the operator configured.
    pub config: Config,
    /// The database.
    pub db: Db,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// The keys under which merchants' keys are wrapped.
    pub root_keys: LiveRootKeys,
    /// The key under which API keys are hashed.
    pub pepper: Pepper,
    /// The key under which list cursors are signed.
    pub cursor_key: SubKey,
    /// Merchants' open keys.
    pub keyring: KeyRing,
    /// The plugins that serve.
    pub registry: Registry,
    /// What loads them.
    pub loader: Loader,
    /// What records some of their calls.
    pub recorder: Recorder,
    /// The one way out.
    pub outbound: Arc<Outbound>,
    /// Counters and histograms.
    pub metrics: Arc<Metrics>,
}

impl App {
    /// Joins the parts.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
