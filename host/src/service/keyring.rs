//! Merchants' data keys: made when first needed, opened with the root key, kept open for a while.

use std::sync::Arc;
use std::time::Duration;

use moka::Entry;
use moka::future::Cache;

use crate::app::App;
use crate::model::id::MerchantId;
use crate::store;
use crate::store::merchant_keys::{self, MerchantKeyRow, MerchantKeyState};
use crate::store::{Tx, vault_checks};
use crate::vault::{MerchantKey, VaultError};

use super::error::{Error, Result};
use super::root_keys;

/// Merchants whose keys are open at the same time: each is a few hundred bytes.
const OPEN_MERCHANTS: u64 = 10_000;
/// How long a merchant's keys stay open. A rotation by another process is noticed by the first write after it, whatever stands here.
const LIFE: Duration = Duration::from_secs(60);

/// How often a value is sealed for one write: each further time means that a rotation came in between.
pub const SEAL_TRIES: u32 = 5;

/// One merchant's keys, all versions that still open something.
pub struct MerchantKeys {
    /// The version that seals.
    active: MerchantKey,
    /// Versions that only open.
    older: Vec<MerchantKey>,
}

impl MerchantKeys {
    /// Returns the key that seals.
    pub fn active(&self) -> &MerchantKey {
        &self.active
    }

    /// Returns the key of a version.
    pub fn version(&self, version: u32) -> Option<&MerchantKey> {
        std::iter::once(&self.active).chain(&self.older).find(|key| key.version() == version)
    }
}

/// The open keys of this process.
#[derive(Clone)]
pub struct KeyRing {
    open: Cache<MerchantId, Arc<MerchantKeys>>,
}

impl Default for KeyRing {
    fn default() -> Self {
        Self { open: Cache::builder().max_capacity(OPEN_MERCHANTS).time_to_live(LIFE).build() }
    }
}

impl KeyRing {
    /// Returns a merchant's keys; makes the first one where there is none.
    pub async fn of(&self, app: &App, merchant: &MerchantId) -> Result<Arc<MerchantKeys>> {
        if let Some(keys) = self.open.get(merchant).await {
            return Ok(keys);
        }
        self.renew(app, merchant).await
    }

    /// Reads a merchant's keys anew, after they changed. Whoever has read them earlier and comes later does not put older
    /// ones in their place.
    ///
    /// # Errors
    ///
    /// `Vault` if they do not open.
    pub async fn renew(&self, app: &App, merchant: &MerchantId) -> Result<Arc<MerchantKeys>> {
        let keys = Arc::new(load(app, merchant).await?);
        let newest = |held: Option<Entry<MerchantId, Arc<MerchantKeys>>>| {
            let newer = held.map(Entry::into_value).filter(|held| held.active.version() > keys.active.version());
            std::future::ready(newer.unwrap_or_else(|| keys.clone()))
        };
        Ok(self.open.entry(merchant.clone()).and_upsert_with(newest).await.into_value())
    }

    /// Returns a merchant's keys with one that opens what this version sealed; another process may have made it just now.
    ///
    /// # Errors
    ///
    /// `Vault` if there is no such version, or it is retired.
    pub async fn with_version(&self, app: &App, merchant: &MerchantId, version: u32) -> Result<Arc<MerchantKeys>> {
        let keys = self.of(app, merchant).await?;
        if keys.version(version).is_some() {
            return Ok(keys);
        }
        let keys = self.renew(app, merchant).await?;
        match keys.version(version) {
            Some(_) => Ok(keys),
            None => Err(VaultError::KeyVersion { needed: version, given: keys.active().version() }.into()),
        }
    }
}

/// Begins a transaction that writes what this version sealed; `None` if a rotation has replaced it: seal again under the new one.
///
/// The version stays active until the transaction ends, so that a rotation, which seals everything again once it has taken over, finds
/// whatever is written here.
pub async fn begin_under(app: &App, merchant: &MerchantId, version: i64) -> Result<Option<Tx>> {
    let mut tx = app.db.begin(merchant).await?;
    if merchant_keys::hold_active(&mut tx, merchant, version).await? {
        return Ok(Some(tx));
    }
    tx.rollback().await?;
    app.keyring.renew(app, merchant).await?;
    Ok(None)
}

/// Makes the error of a write that met one rotation after the other.
pub fn rotated_too_often() -> Error {
    let detail = "the merchant's key is being rotated; try again".to_owned();
    Error::Conflict { code: "key_rotation", detail }
}

async fn load(app: &App, merchant: &MerchantId) -> Result<MerchantKeys> {
    let mut tx = app.db.begin_read(merchant).await?;
    let mut rows = merchant_keys::list(&mut tx, merchant).await?;
    drop(tx);
    if rows.is_empty() {
        rows = make_first(app, merchant).await?;
    }
    let mut active = None;
    let mut older = Vec::new();
    for row in rows.iter().filter(|row| row.state != MerchantKeyState::Retired) {
        // The root key may have been rotated beside this host.
        root_keys::require(app, &row.root_kid).await?;
        let key = unwrap(app, merchant, row)?;
        match row.state {
            MerchantKeyState::Active => active = Some(key),
            MerchantKeyState::Decrypting | MerchantKeyState::Retired => older.push(key),
        }
    }
    let active = active.ok_or(Error::NotFound("active merchant key"))?;
    Ok(MerchantKeys { active, older })
}

/// Two processes may both find none: the row's key lets one win, and both then read the same.
async fn make_first(app: &App, merchant: &MerchantId) -> Result<Vec<MerchantKeyRow>> {
    let key = MerchantKey::generate(1, &*app.random);
    let mut tx = begin_wrapping(app, merchant).await?;
    match merchant_keys::insert(&mut tx, &wrap(app, merchant, &key)?).await {
        Ok(()) => tx.commit().await?,
        Err(store::Error::Conflict) => tx.rollback().await?,
        Err(error) => return Err(error.into()),
    }
    let mut tx = app.db.begin_read(merchant).await?;
    Ok(merchant_keys::list(&mut tx, merchant).await?)
}

/// Begins a transaction in which keys may be wrapped: a rotation of the root key waits for it, and then finds what it wrote.
///
/// # Errors
///
/// `Vault` if the root key was rotated and this host cannot get at the new one.
pub async fn begin_wrapping(app: &App, merchant: &MerchantId) -> Result<Tx> {
    let is_current =
        |newest: &Option<String>| newest.as_deref().is_none_or(|kid| app.root_keys.get().current_kid().as_str() == kid);
    let mut tx = app.db.begin(merchant).await?;
    let newest = vault_checks::hold_newest(&mut tx).await?;
    if is_current(&newest) {
        return Ok(tx);
    }
    tx.rollback().await?;
    root_keys::reload(app).await?;
    let mut tx = app.db.begin(merchant).await?;
    if let Some(newest) = vault_checks::hold_newest(&mut tx).await?
        && !app.root_keys.get().knows(&newest)
    {
        tx.rollback().await?;
        // The error says what is missing.
        root_keys::require(app, &newest).await?;
        return Box::pin(begin_wrapping(app, merchant)).await;
    }
    // The key in front may be an older one again: that is the operator's choice.
    Ok(tx)
}

/// Makes the row of a new active key, within [`begin_wrapping`].
pub fn wrap(app: &App, merchant: &MerchantId, key: &MerchantKey) -> Result<MerchantKeyRow> {
    let root_keys = app.root_keys.get();
    Ok(MerchantKeyRow {
        merchant_id: merchant.clone(),
        version: i64::from(key.version()),
        wrapped: root_keys.wrap_merchant_key(merchant, key, &*app.random)?,
        root_kid: root_keys.current_kid().to_string(),
        state: MerchantKeyState::Active,
        created_at: app.clock.now(),
    })
}

fn unwrap(app: &App, merchant: &MerchantId, row: &MerchantKeyRow) -> Result<MerchantKey, VaultError> {
    app.root_keys.get().unwrap_merchant_key(merchant, u32::try_from(row.version).unwrap_or(0), &row.wrapped)
}
