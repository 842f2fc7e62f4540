//! Apps for this crate's tests: on SQLite in a temporary folder, with a clock that stands still until it is moved.

use std::path::Path;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use crate::cli::config_args::{self, ConfigArgs};
use crate::model::caller::Scope;
use crate::model::clock::{Clock, OsRandom};
use crate::model::id::MerchantId;
use crate::service::api_keys::{self, KeyCache, NewKey};
use crate::service::merchants;
use crate::store::DatabaseUrl;
use crate::store::api_keys::{ApiKeyKind, KeyLimits};
use crate::vault::{self, RecordPlace};

use super::start::{Clocks, Extent, StartError, Started, start_with};
use super::{App, Config};

/// A clock that is moved by hand.
pub struct HandClock(Mutex<Timestamp>);

impl HandClock {
    /// Starts at a time.
    pub fn at(now: Timestamp) -> Arc<Self> {
        Arc::new(Self(Mutex::new(now)))
    }

    /// Moves to a time.
    pub fn set(&self, now: Timestamp) {
        *self.0.lock().unwrap() = now;
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// The configuration of a development host on a folder.
pub fn config(folder: &Path) -> Config {
    let args = ConfigArgs { data_dir: Some(folder.to_owned()), ..ConfigArgs::default() };
    config_args::load(args, &|_| None).unwrap()
}

/// Starts without plugins, worker and listeners.
pub async fn start_at(folder: &Path, clock: Arc<HandClock>) -> Result<Started, StartError> {
    let clocks = Clocks { clock, random: Arc::new(OsRandom) };
    start_with(config(folder), clocks, Extent::default()).await
}

/// Starts a host of several on one database; those of a folder have the same root keys.
pub async fn start_on(folder: &Path, url: &DatabaseUrl) -> Result<Started, StartError> {
    let text = match url {
        DatabaseUrl::Sqlite(path) => format!("sqlite://{}", path.display()),
        DatabaseUrl::Postgres(text) => text.clone(),
    };
    let config = Config { database_url: text.into(), ..config(folder) };
    start_with(config, Clocks::system(), Extent::default()).await
}

/// What was entrusted to a host.
pub struct Kept {
    pub merchant: MerchantId,
    sealed: String,
    token: SecretString,
}

/// Entrusts a secret and an API key to a host.
pub async fn keep_a_secret(app: &App) -> Kept {
    let merchant = merchants::create(app, "Acme").await.unwrap().id;
    let keys = app.keyring.of(app, &merchant).await.unwrap();
    let sealed =
        vault::seal(app.root_keys.get().current_kid(), keys.active(), &place(&merchant), b"hunter2", &*app.random);
    let new = NewKey {
        merchant: Some(merchant.clone()),
        kind: ApiKeyKind::Live,
        scopes: vec![Scope::ShipmentsRead],
        name: "test".to_owned(),
        expires_at: None,
        limits: KeyLimits::default(),
    };
    let (_, token) = api_keys::create(app, new).await.unwrap();
    Kept { merchant, sealed: sealed.unwrap(), token }
}

/// Panics unless both still work.
pub async fn assert_kept(app: &App, kept: &Kept) {
    let keys = app.keyring.of(app, &kept.merchant).await.unwrap();
    let opened = vault::open(keys.active(), &place(&kept.merchant), &kept.sealed).unwrap();
    assert_eq!(*opened, b"hunter2");
    assert_key_works(app, kept).await;
}

/// Panics unless the API key is found.
pub async fn assert_key_works(app: &App, kept: &Kept) {
    let found = api_keys::find(app, &KeyCache::default(), kept.token.expose_secret()).await;
    assert_eq!(found.unwrap().unwrap().merchant, Some(kept.merchant.clone()));
}

fn place(merchant: &MerchantId) -> RecordPlace<'_> {
    RecordPlace { purpose: "test", merchant, record: "record", field: "field" }
}
