//! The one way out: requests to couriers, with the merchant's credentials put in and cut out again.
//!
//! A plugin names an endpoint and a path; everything else is decided here: whether it may, where that is, what proves who
//! sends it, how long it may take, and what of the answer a sandbox may see.

mod ask;
mod breaker;
mod client;
mod decode;
mod endpoint;
#[doc(hidden)]
pub mod fuzz;
mod json_place;
mod keep;
mod limits;
mod link;
mod placement;
mod record;
mod redact;
mod request;
mod request_headers;
mod retry_after;
mod scrub;
mod send;
mod session;
mod spelling;
mod ssrf;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_links;
mod token;
mod token_fetch;
mod token_lease;
mod token_memory;
mod token_store;
mod values;
mod window;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crossdock_contract::Description;
use ipnet::IpNet;
use tokio::sync::mpsc;

pub use client::{Lookup, SystemLookup};
pub use endpoint::EndpointRefused;
pub use limits::{DailyCounters, NoCounters};
pub use record::CourierCallRecord;
pub use redact::is_personal_key;
pub use session::{Session, SessionSpec};
pub use ssrf::{AddressPolicy, Blocked};
pub use token_memory::MemoryTokens;
pub use token_store::{FailedExchange, KeptToken, LeaseEnd, StoredToken, TokenPlace, TokenStore, TokenStoreError};
pub use values::HostValues;

/// What benchmarks measure apart; nothing else needs it outside.
#[doc(hidden)]
pub mod parts {
    pub use super::keep::Kept;
    pub use super::scrub::Scrubber;
}

use crate::model::clock::{Clock, Random};
use crate::model::credential::AccountView;
use crate::model::exchange::CourierRequest;
use crate::model::failure::Failure;
use crate::vault::FingerprintKey;

/// What the operator decides about requests to couriers.
#[derive(Debug, Clone)]
pub struct OutboundConfig {
    /// Networks in which private addresses, plain http and any port are allowed. Default: none.
    pub allow_private_networks: Vec<IpNet>,
    /// Where this host listens itself; never dialled.
    pub own_listeners: Vec<SocketAddr>,
    /// Longest wait for a connection. Default: 5 s.
    pub connect_timeout: Duration,
    /// Longest time for one request with its answer. Default: 30 s; a call's deadline may be nearer.
    pub request_timeout: Duration,
    /// Whether bodies are recorded, without secrets and personal data. Default: no.
    pub log_bodies: bool,
}

impl Default for OutboundConfig {
    fn default() -> Self {
        Self {
            allow_private_networks: Vec::new(),
            own_listeners: Vec::new(),
            connect_timeout: Duration::from_secs(5),
            request_timeout: Duration::from_secs(30),
            log_bodies: false,
        }
    }
}

/// What the way out leans on beside clock, random, call log and token store.
pub struct OutboundParts {
    /// Remembers the limits of an hour and longer.
    pub counters: Arc<dyn DailyCounters>,
    /// Resolves names.
    pub lookup: Arc<dyn Lookup>,
    /// Tells accounts apart, in the same way on every host.
    pub fingerprints: FingerprintKey,
}

/// Everything that requests to couriers share: clients, limits, breakers, tokens and the way to the call log.
pub struct Outbound {
    config: OutboundConfig,
    clock: Arc<dyn Clock>,
    clients: client::Clients,
    limits: limits::Limits,
    breakers: breaker::Breakers,
    tokens: token::Tokens,
    fingerprints: FingerprintKey,
    recorder: record::Recorder,
}

impl Outbound {
    /// Makes the way out.
    pub fn new(
        config: OutboundConfig,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        calls: mpsc::Sender<CourierCallRecord>,
        tokens: Arc<dyn TokenStore>,
    ) -> Arc<Self> {
        let parts = OutboundParts {
            counters: Arc::new(NoCounters),
            lookup: Arc::new(SystemLookup),
            fingerprints: FingerprintKey::generate(&*random),
        };
        Self::with_parts(config, clock, random, calls, tokens, parts)
    }

    /// Makes a way out that remembers daily limits over a restart, or resolves names otherwise.
    pub fn with_parts(
        config: OutboundConfig,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        calls: mpsc::Sender<CourierCallRecord>,
        tokens: Arc<dyn TokenStore>,
        parts: OutboundParts,
    ) -> Arc<Self> {
        let policy = Arc::new(config.address_policy());
        Arc::new(Self {
            clients: client::Clients::new(policy, parts.lookup, config.connect_timeout),
            limits: limits::Limits::new(Arc::clone(&clock), parts.counters),
            breakers: breaker::Breakers::new(Arc::clone(&clock)),
            tokens: token::Tokens::new(Arc::clone(&clock), Arc::clone(&random), tokens),
            fingerprints: parts.fingerprints,
            recorder: record::Recorder::new(calls, random, config.log_bodies),
            clock,
            config,
        })
    }

    /// Opens the way out for one plugin call.
    pub fn session(self: &Arc<Self>, spec: SessionSpec) -> Session {
        Session::new(Arc::clone(self), spec)
    }

    /// Returns what the operator decided.
    pub fn config(&self) -> &OutboundConfig {
        &self.config
    }

    /// Returns how many call records were dropped because the queue was full.
    pub fn dropped_records(&self) -> u64 {
        self.recorder.dropped()
    }
}

impl OutboundConfig {
    fn address_policy(&self) -> AddressPolicy {
        AddressPolicy {
            allow_private_networks: self.allow_private_networks.clone(),
            own_listeners: self.own_listeners.clone(),
        }
    }
}

/// Checks a plugin's request as it would be checked before it leaves: for tools that send nothing.
///
/// # Errors
///
/// `invalid-input` with a code that names the rule.
pub fn check_request(
    description: &Description,
    account: &AccountView,
    request: &CourierRequest,
) -> Result<(), Failure> {
    request::check(description, account, request).map(|_| ())
}

/// Checks a base URL that a merchant gave for an endpoint: public https, or inside the operator's list (there http and any
/// port too), never one of the host's own listeners.
///
/// # Errors
///
/// The rule that it breaks.
pub fn check_endpoint_override(text: &str, config: &OutboundConfig) -> Result<url::Url, EndpointRefused> {
    endpoint::check_endpoint_override(text, &config.address_policy())
}
