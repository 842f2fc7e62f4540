//! Merchants' data keys: made when first needed, opened with the root key, kept open for a while.

use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;

use crate::app::App;
use crate::model::id::MerchantId;
use crate::store;
use crate::store::merchant_keys::{self, MerchantKeyRow, MerchantKeyState};
use crate::vault::{MerchantKey, VaultError};

use super::error::{Error, Result};

/// Merchants whose keys are open at the same time: each is a few hundred bytes.
const OPEN_MERCHANTS: u64 = 10_000;
/// How long a merchant's keys stay open: a rotation by another process is noticed after it at the latest.
const LIFE: Duration = Duration::from_secs(60);

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
        let keys = Arc::new(load(app, merchant).await?);
        self.open.insert(merchant.clone(), keys.clone()).await;
        Ok(keys)
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
        self.forget(merchant).await;
        let keys = self.of(app, merchant).await?;
        match keys.version(version) {
            Some(_) => Ok(keys),
            None => Err(VaultError::KeyVersion { needed: version, given: keys.active().version() }.into()),
        }
    }

    /// Forgets a merchant's open keys, after they changed.
    pub async fn forget(&self, merchant: &MerchantId) {
        self.open.invalidate(merchant).await;
    }
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
    for row in &rows {
        match row.state {
            MerchantKeyState::Active => active = Some(unwrap(app, merchant, row)?),
            MerchantKeyState::Decrypting => older.push(unwrap(app, merchant, row)?),
            MerchantKeyState::Retired => {}
        }
    }
    let active = active.ok_or(Error::NotFound("active merchant key"))?;
    Ok(MerchantKeys { active, older })
}

/// Two processes may both find none: the row's key lets one win, and both then read the same.
async fn make_first(app: &App, merchant: &MerchantId) -> Result<Vec<MerchantKeyRow>> {
    let key = MerchantKey::generate(1, &*app.random);
    let row = wrap(app, merchant, &key)?;
    let mut tx = app.db.begin(merchant).await?;
    match merchant_keys::insert(&mut tx, &row).await {
        Ok(()) => tx.commit().await?,
        Err(store::Error::Conflict) => tx.rollback().await?,
        Err(error) => return Err(error.into()),
    }
    let mut tx = app.db.begin_read(merchant).await?;
    Ok(merchant_keys::list(&mut tx, merchant).await?)
}

/// Makes the row of a new active key.
pub fn wrap(app: &App, merchant: &MerchantId, key: &MerchantKey) -> Result<MerchantKeyRow> {
    Ok(MerchantKeyRow {
        merchant_id: merchant.clone(),
        version: i64::from(key.version()),
        wrapped: app.root_keys.wrap_merchant_key(merchant, key, &*app.random)?,
        root_kid: app.root_keys.current_kid().to_string(),
        state: MerchantKeyState::Active,
        created_at: app.clock.now(),
    })
}

fn unwrap(app: &App, merchant: &MerchantId, row: &MerchantKeyRow) -> Result<MerchantKey, VaultError> {
    app.root_keys.unwrap_merchant_key(merchant, u32::try_from(row.version).unwrap_or(0), &row.wrapped)
}
