//! New data keys for a merchant, and new wrappings of the ones there are.

use crate::app::App;
use crate::model::id::MerchantId;
use crate::store::{credential_tokens, merchant_keys, merchants, recorded_calls, vault_checks};
use crate::vault::MerchantKey;

use super::audit;
use super::credentials::reseal_all;
use super::error::{Error, Result};
use super::faults;
use super::keyring::{begin_wrapping, wrap};

/// Merchants' keys that are wrapped again in one transaction.
const REWRAP_BATCH: u32 = 200;

/// What a rotation did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotated {
    /// The version that seals from now on.
    pub version: u32,
    /// How many credentials were sealed again.
    pub resealed: u64,
}

/// Makes a new version of a merchant's key, seals everything again under it, and lets older versions open nothing any more.
///
/// Can be broken off at any point: older versions open until nothing is sealed under them. [`finish`] ends it, and so does another
/// rotation. Hosts that serve meanwhile seal under the new version from their next write on.
///
/// # Errors
///
/// `NotFound` if there is no such merchant; `Vault` if a record does not open, and older versions then stay.
pub async fn rotate(app: &App, merchant: &MerchantId) -> Result<Rotated> {
    let version = add_version(app, merchant).await?;
    app.keyring.renew(app, merchant).await?;
    faults::reach("merchant_key.version_added");
    reseal_and_retire(app, merchant, version).await
}

/// Ends a rotation that was broken off: seals under the newest version what is still sealed under older ones.
///
/// # Errors
///
/// As [`rotate`].
pub async fn finish(app: &App, merchant: &MerchantId) -> Result<Rotated> {
    let mut tx = app.db.begin_read(merchant).await?;
    merchants::get(&mut tx, merchant).await?.ok_or(Error::NotFound("merchant"))?;
    drop(tx);
    let version = app.keyring.renew(app, merchant).await?.active().version();
    reseal_and_retire(app, merchant, version).await
}

/// Lists merchants whose rotation was begun and not ended, at most `limit`.
pub async fn unfinished(app: &App, limit: u32) -> Result<Vec<MerchantId>> {
    let mut tx = app.db.begin_maintenance_read().await?;
    Ok(merchant_keys::list_unfinished(&mut tx, limit).await?)
}

async fn reseal_and_retire(app: &App, merchant: &MerchantId, version: u32) -> Result<Rotated> {
    let resealed = reseal_all(app, merchant).await?;
    faults::reach("merchant_key.all_resealed");
    let mut tx = app.db.begin(merchant).await?;
    // Tokens are not sealed again: a new one costs one request, and hosts that serve hold theirs in memory.
    credential_tokens::forget_sealed_before(&mut tx, merchant, i64::from(version)).await?;
    // Nor are recordings: new ones come with the next calls.
    recorded_calls::forget_sealed_before(&mut tx, merchant, i64::from(version)).await?;
    merchant_keys::raise_min_decryption_version(&mut tx, merchant, i64::from(version)).await?;
    let number = version.to_string();
    let details = [("version", number.as_str())];
    audit::write_as_operator(app, &mut tx, Some(merchant), "merchant_key.rotated", merchant.as_str(), details).await?;
    tx.commit().await?;
    app.keyring.renew(app, merchant).await?;
    Ok(Rotated { version, resealed })
}

/// Wraps every merchant's key under the current root key; returns how many were not. Can be broken off and begun again.
///
/// # Errors
///
/// `Vault` if a key does not open: its root key is not among the configured ones.
pub async fn rewrap_all(app: &App) -> Result<u64> {
    let root_keys = app.root_keys.get();
    let kid = root_keys.current_kid().to_string();
    let mut done = 0;
    loop {
        let mut tx = app.db.begin_maintenance().await?;
        // Hosts that serve may be wrapping a new merchant's key under the older one just now.
        vault_checks::lock_wrapping(&mut tx).await?;
        let rows = merchant_keys::list_not_wrapped_by(&mut tx, &kid, REWRAP_BATCH).await?;
        if rows.is_empty() {
            let count = done.to_string();
            let details = [("root_kid", kid.as_str()), ("rewrapped", count.as_str())];
            audit::write_as_operator(app, &mut tx, None, "root_key.rotated", &kid, details).await?;
            tx.commit().await?;
            return Ok(done);
        }
        for row in &rows {
            let version = u32::try_from(row.version).unwrap_or(0);
            let rewrapped = root_keys.rewrap_merchant_key(&row.merchant_id, version, &row.wrapped, &*app.random)?;
            // A row that names another root key than its wrapping does only has its name put right.
            let wrapped = rewrapped.as_ref().unwrap_or(&row.wrapped);
            done += u64::from(merchant_keys::rewrap(&mut tx, row, &kid, wrapped).await?);
        }
        faults::reach("root_key.batch_written");
        tx.commit().await?;
        faults::reach("root_key.batch_committed");
    }
}

async fn add_version(app: &App, merchant: &MerchantId) -> Result<u32> {
    let mut tx = begin_wrapping(app, merchant).await?;
    merchants::get(&mut tx, merchant).await?.ok_or(Error::NotFound("merchant"))?;
    let newest = merchant_keys::list(&mut tx, merchant).await?.first().map_or(0, |row| row.version);
    let version = u32::try_from(newest).unwrap_or(0) + 1;
    let key = MerchantKey::generate(version, &*app.random);
    merchant_keys::demote_active(&mut tx, merchant).await?;
    merchant_keys::insert(&mut tx, &wrap(app, merchant, &key)?).await?;
    tx.commit().await?;
    Ok(version)
}
