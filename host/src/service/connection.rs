//! A credential that is open: its plugin, its account, its secrets; and one call through it.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::app::App;
use crate::model::caller::Merchant;
use crate::model::courier::CourierId;
use crate::model::credential::{AccountView, Environment};
use crate::model::id::{CallId, CredentialId, MerchantId};
use crate::model::locale::Locale;
use crate::outbound::{HostValues, Session, SessionSpec};
use crate::plugin::{Call, Plugin};
use crate::store::credentials::{self, Credential};
use crate::vault::{RecordPlace, Sealed, Secrets, VaultError, open_text};

use super::error::{Error, Result};
use super::recordings::{Recording, Whose};

/// What sealed credential fields are called in their associated data.
pub const CREDENTIAL_PURPOSE: &str = "courier-credential";

/// Longest time for a call that only asks: couriers answer within a few seconds, or are down.
pub const ASK_DEADLINE: Duration = Duration::from_secs(20);
/// Longest time for a booking: couriers that draw labels take their time, and giving up early leaves the outcome open.
pub const BOOK_DEADLINE: Duration = Duration::from_secs(45);

/// An account at a courier, open for calls.
pub struct Connection {
    /// The plugin that serves it.
    pub plugin: Arc<Plugin>,
    /// The stored credential; `None` while it is tried before it is saved.
    pub credential: Option<CredentialId>,
    merchant: MerchantId,
    account: AccountView,
    secrets: Arc<Secrets>,
    locale: Locale,
}

/// One call on its way.
pub struct Running {
    /// What the plugin can ask of the host.
    pub call: Call,
    /// The call's way out, which also keeps its documents.
    pub session: Arc<Session>,
    /// What writes the call down, where it is recorded.
    pub recording: Option<Recording>,
}

impl Connection {
    /// Opens a stored credential.
    pub async fn open(app: &App, merchant: &MerchantId, stored: &Credential) -> Result<Self> {
        let plugin = plugin(app, &stored.courier)?;
        let secrets = open_secrets(app, merchant, stored).await?;
        let account = AccountView {
            kind: stored.account_kind.clone(),
            environment: stored.environment,
            fields: stored.fields.0.clone(),
            endpoints: stored.endpoints.0.clone(),
        };
        Ok(Self {
            plugin,
            credential: Some(stored.id.clone()),
            merchant: merchant.clone(),
            account,
            secrets: Arc::new(secrets),
            locale: Locale::default(),
        })
    }

    /// Says in which language the courier is asked for its words; English otherwise.
    #[must_use]
    pub fn speaking(mut self, locale: &Locale) -> Self {
        self.locale = locale.clone();
        self
    }

    /// Joins what a merchant typed in, to try it before it is saved.
    pub fn unsaved(plugin: Arc<Plugin>, merchant: &Merchant, account: AccountView, secrets: Secrets) -> Self {
        let (locale, merchant) = (merchant.locale().clone(), merchant.id().clone());
        Self { plugin, credential: None, merchant, account, secrets: Arc::new(secrets), locale }
    }

    /// Returns the secret fields, for whoever seals them.
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Returns the courier.
    pub fn courier(&self) -> &CourierId {
        self.plugin.id()
    }

    /// Whether nothing that happens through it is real.
    pub fn is_test(&self) -> bool {
        self.account.environment == Environment::Test
    }

    /// Returns a plain field.
    pub fn field(&self, key: &str) -> Option<&str> {
        self.account.fields.get(key).map(String::as_str)
    }

    /// Refuses what the courier or this kind of account does not offer, without calling anybody.
    ///
    /// # Errors
    ///
    /// `Unsupported`, with the description's reason where it gives one.
    pub fn require(&self, capability: &str, operation: &str) -> Result<()> {
        match self.lacks(capability, operation) {
            Some(detail) => Err(Error::Unsupported { code: "unsupported", detail }),
            None => Ok(()),
        }
    }

    /// Whether the courier and this kind of account offer an operation.
    pub fn offers(&self, capability: &str, operation: &str) -> bool {
        self.lacks(capability, operation).is_none()
    }

    fn lacks(&self, capability: &str, operation: &str) -> Option<String> {
        let name = &self.plugin.description().display_name;
        if !self.plugin.offers(&self.account.kind, capability) {
            return Some(format!("{name} offers no {} to this account", capability.replace('-', " ")));
        }
        let kind = self.plugin.description().accounts.iter().find(|kind| kind.id == self.account.kind)?;
        let reason = kind.lacks.get(&format!("{capability}.{operation}"))?;
        Some(format!("{name} cannot do {operation} here: {reason}"))
    }

    /// Starts a call: everything that the plugin can ask of the host until its deadline.
    pub fn start(&self, app: &App, operation: &'static str, deadline: Duration) -> Running {
        self.start_call(app, operation, deadline, false)
    }

    /// Starts a call that a person asks for to see whether the account works, now and not after a pause.
    pub fn start_by_hand(&self, app: &App, operation: &'static str, deadline: Duration) -> Running {
        self.start_call(app, operation, deadline, true)
    }

    fn start_call(&self, app: &App, operation: &'static str, deadline: Duration, is_manual: bool) -> Running {
        // The operator may give couriers less time, never more.
        let deadline = deadline.min(Duration::from_secs(app.config.courier_timeout_s.into()));
        let now = app.clock.now();
        let call_id = CallId::new(now, &*app.random);
        let seed = call_id.as_str().trim_start_matches(CallId::PREFIX).to_owned();
        let session = Arc::new(app.outbound.session(SessionSpec {
            merchant: Some(self.merchant.clone()),
            courier: self.plugin.id().clone(),
            plugin_version: self.plugin.version().to_owned(),
            credential: self.credential.clone(),
            description: Arc::clone(self.plugin.description()),
            account: self.account.clone(),
            secrets: Arc::clone(&self.secrets),
            host_values: HostValues::default(),
            operation,
            call_id: call_id.to_string(),
            is_manual,
            deadline: Instant::now() + deadline,
        }));
        let mut call = Call {
            account: self.account.clone(),
            locale: self.locale.as_str().to_owned(),
            now,
            call_id: seed,
            deadline,
            wire: Arc::clone(&session) as Arc<dyn crate::plugin::Wire>,
            merchant: Some(self.merchant.clone()),
            endpoint_urls: session.endpoint_urls(),
        };
        // What is tried before it is saved may be wrong in ways that no plugin meets again.
        let is_recorded = self.credential.is_some() && app.recorder.claim(self.plugin.id(), operation, now);
        let recording = is_recorded.then(|| {
            let (merchant, courier) = (self.merchant.clone(), self.plugin.id().clone());
            let plugin_version = self.plugin.version().to_owned();
            app.recorder.start(Whose { id: call_id, merchant, courier, plugin_version }, &mut call)
        });
        Running { call, session, recording }
    }
}

/// Returns the plugin that serves a courier.
///
/// # Errors
///
/// `NotFound` if none is installed.
pub fn plugin(app: &App, courier: &CourierId) -> Result<Arc<Plugin>> {
    app.registry.get(courier).ok_or(Error::NotFound("courier"))
}

/// Opens one of a merchant's credentials by its id.
///
/// # Errors
///
/// `NotFound` if the merchant has none such, or a test key asks for one that is real; `Conflict` if it was disconnected.
pub async fn open(app: &App, merchant: &Merchant, id: &CredentialId) -> Result<Connection> {
    let mut tx = app.db.begin_read(merchant.id()).await?;
    let stored = credentials::get(&mut tx, merchant.id(), id).await?;
    drop(tx);
    let stored = stored.filter(|stored| is_visible(merchant, stored)).ok_or(Error::NotFound("credential"))?;
    if stored.disabled_at.is_some() {
        let detail =
            format!("the account {id} was disconnected, and its secrets are gone; only what is kept here can be read");
        return Err(Error::Conflict { code: "credential_removed", detail });
    }
    Ok(Connection::open(app, merchant.id(), &stored).await?.speaking(merchant.locale()))
}

/// A test key has a data space of its own; a live key sees everything of its merchant.
pub fn is_visible(merchant: &Merchant, stored: &Credential) -> bool {
    !merchant.is_test() || stored.environment == Environment::Test
}

/// Opens every secret field of a stored credential.
///
/// # Errors
///
/// `Vault` if a field does not open.
pub async fn open_secrets(app: &App, merchant: &MerchantId, stored: &Credential) -> Result<Secrets> {
    let opened = open_fields(app, merchant, stored).await;
    if !matches!(opened, Err(Error::Vault(VaultError::KeyVersion { .. }))) {
        return opened;
    }
    // A rotation has sealed the row again since it was read, and retired what had sealed it.
    let mut tx = app.db.begin_read(merchant).await?;
    let now = credentials::get(&mut tx, merchant, &stored.id).await?;
    drop(tx);
    match now.filter(|now| now.version == stored.version && now.key_version != stored.key_version) {
        Some(now) => open_fields(app, merchant, &now).await,
        None => opened,
    }
}

async fn open_fields(app: &App, merchant: &MerchantId, stored: &Credential) -> Result<Secrets> {
    let mut secrets = Secrets::default();
    for (field, sealed) in &stored.secrets.0 {
        let version = sealed.parse::<Sealed>()?.key_version();
        let keys = app.keyring.with_version(app, merchant, version).await?;
        let key = keys.version(version).ok_or(Error::NotFound("merchant key"))?;
        let place = RecordPlace { purpose: CREDENTIAL_PURPOSE, merchant, record: stored.id.as_str(), field };
        secrets.insert(field.clone(), open_text(key, &place, sealed)?);
    }
    Ok(secrets)
}
