//! One plugin call's way out.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crossdock_contract::description::{Description, HmacAlgorithm};
use secrecy::SecretString;
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::Outbound;
use super::endpoint::base_url;
use super::keep::Kept;
use super::scrub::{Scrubber, SecretList};
use super::values::HostValues;
use crate::model::courier::CourierId;
use crate::model::credential::AccountView;
use crate::model::id::{CredentialId, MerchantId};
use crate::vault::{Secrets, verify_hmac};

/// What a call is allowed to reach, and with which credentials.
pub struct SessionSpec {
    /// Whose call; `None`: the host's own.
    pub merchant: Option<MerchantId>,
    /// Which courier.
    pub courier: CourierId,
    /// Which version of its plugin.
    pub plugin_version: String,
    /// The credential, where it is saved.
    pub credential: Option<CredentialId>,
    /// What the plugin declared and the operator granted.
    pub description: Arc<Description>,
    /// The credential's plain part.
    pub account: AccountView,
    /// The credential's secret part.
    pub secrets: Arc<Secrets>,
    /// The host's own values.
    pub host_values: HostValues,
    /// The operation, such as `shipments.create`.
    pub operation: &'static str,
    /// The call's id.
    pub call_id: String,
    /// Whether a person asks for it just now, as in a credential's test: it skips the pause after a failed token exchange.
    pub is_manual: bool,
    /// When the host gives up on the call.
    pub deadline: Instant,
}

/// One plugin call's way out. Dropped with the call.
pub struct Session {
    pub(super) outbound: Arc<Outbound>,
    pub(super) spec: SessionSpec,
    pub(super) kept: Mutex<Kept>,
    known: Mutex<Known>,
    sent: AtomicU32,
    fingerprint: OnceLock<String>,
}

/// The secrets of the call and the scrubber for them, made again only when there are more.
struct Known {
    secrets: SecretList,
    scrubber: Option<Arc<Scrubber>>,
}

impl Session {
    pub(super) fn new(outbound: Arc<Outbound>, spec: SessionSpec) -> Self {
        let mut secrets = SecretList::default();
        for (_, secret) in spec.secrets.iter() {
            secrets.add_secret(secret);
        }
        let host =
            [&spec.host_values.webhook_secret, &spec.host_values.callback_url, &spec.host_values.handshake_secret];
        for secret in host.into_iter().flatten() {
            secrets.add_secret(secret);
        }
        Self {
            outbound,
            spec,
            kept: Mutex::default(),
            known: Mutex::new(Known { secrets, scrubber: None }),
            sent: AtomicU32::new(0),
            fingerprint: OnceLock::new(),
        }
    }

    /// Says whether `signature` is the message's under a secret field of the credential or the `webhook-secret`;
    /// `false` too where there is no such key.
    pub fn verify(&self, algorithm: HmacAlgorithm, key: &str, message: &[u8], signature: &[u8]) -> bool {
        let key = match key {
            "webhook-secret" => self.spec.host_values.webhook_secret.as_ref(),
            field => self.spec.secrets.get(field),
        };
        key.is_some_and(|key| verify_hmac(algorithm, key, message, signature))
    }

    /// Replaces every live secret in text.
    pub fn scrub(&self, text: &str) -> String {
        self.scrubber().text(text)
    }

    /// Hands out a value that was cut out of an answer; once.
    pub fn take_kept(&self, n: u32) -> Option<Vec<u8>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).take(n)
    }

    /// Returns the base URLs that this call's requests go to, by endpoint name.
    pub fn endpoint_urls(&self) -> BTreeMap<String, String> {
        let endpoints = self.spec.description.endpoints.iter();
        let urls = endpoints.filter_map(|endpoint| {
            let base = base_url(&self.spec.description, &self.spec.account, endpoint)?;
            Some((endpoint.name.clone(), base.as_str().trim_end_matches('/').to_owned()))
        });
        urls.collect()
    }

    /// Whether a request that may have changed something has left the host, or may have.
    pub fn any_sent(&self) -> bool {
        self.sent.load(Ordering::SeqCst) > 0
    }

    /// Counts a request that is about to leave, so that a call which is dropped in the middle knows of it.
    pub(super) fn note_sending(&self) {
        self.sent.fetch_add(1, Ordering::SeqCst);
    }

    /// Takes back what was counted: it has not left.
    pub(super) fn note_not_sent(&self) {
        self.sent.fetch_sub(1, Ordering::SeqCst);
    }

    pub(super) fn scrubber(&self) -> Arc<Scrubber> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let Known { secrets, scrubber } = &mut *known;
        Arc::clone(scrubber.get_or_insert_with(|| Arc::new(secrets.scrubber())))
    }

    pub(super) fn learn<'a>(&self, secrets: impl IntoIterator<Item = &'a SecretString>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        for secret in secrets {
            if known.secrets.add_secret(secret) {
                known.scrubber = None;
            }
        }
    }

    pub(super) fn learn_texts(&self, secrets: &[Zeroizing<String>]) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        for secret in secrets {
            if known.secrets.add(secret) {
                known.scrubber = None;
            }
        }
    }

    /// What tells this credential's values from others, without telling them.
    pub(super) fn fingerprint(&self) -> &str {
        self.fingerprint.get_or_init(|| {
            let kind = [self.spec.courier.as_str(), &self.spec.account.kind, self.spec.account.environment.as_str()];
            let plain = self.spec.account.fields.iter().flat_map(|(key, value)| [key.as_str(), value.as_str()]);
            self.outbound.fingerprints.of_account(kind.into_iter().chain(plain), &self.spec.secrets)
        })
    }

    /// What limits and breakers know this credential by.
    pub(super) fn credential_key(&self) -> &str {
        self.spec.credential.as_ref().map_or_else(|| self.fingerprint(), CredentialId::as_str)
    }

    /// A digest of a field's value: the same for all credentials that share it, after a restart too.
    pub(super) fn field_digest(&self, key: &str) -> String {
        let fingerprints = &self.outbound.fingerprints;
        let plain = self.spec.account.fields.get(key).map(|value| fingerprints.of_plain(value));
        plain.or_else(|| fingerprints.of_secret(&self.spec.secrets, key)).unwrap_or_default()
    }
}
