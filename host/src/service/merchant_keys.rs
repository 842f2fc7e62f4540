//! New data keys for a merchant, and new wrappings of the ones there are.

use crate::app::App;
use crate::model::id::MerchantId;
use crate::store::credentials::CredentialFilter;
use crate::store::page::Page;
use crate::store::{credential_tokens, credentials, merchant_keys, merchants};
use crate::vault::MerchantKey;

use super::audit;
use super::credentials::reseal_all;
use super::error::{Error, Result};
use super::keyring::wrap;

/// Merchants' keys that are wrapped again in one transaction.
const REWRAP_BATCH: u32 = 200;
/// Credentials whose tokens are forgotten in one transaction.
const FORGET_BATCH: u32 = 100;

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
/// Can be broken off and begun again at any point: older versions open until nothing is sealed under them.
///
/// # Errors
///
/// `NotFound` if there is no such merchant; `Vault` if a record does not open, and older versions then stay.
pub async fn rotate(app: &App, merchant: &MerchantId) -> Result<Rotated> {
    let version = add_version(app, merchant).await?;
    app.keyring.forget(merchant).await;
    let resealed = reseal_all(app, merchant).await?;
    forget_tokens(app, merchant).await?;
    let mut tx = app.db.begin(merchant).await?;
    merchant_keys::raise_min_decryption_version(&mut tx, merchant, i64::from(version)).await?;
    let number = version.to_string();
    audit::write_as_operator(
        app,
        &mut tx,
        Some(merchant),
        "merchant_key.rotated",
        merchant.as_str(),
        [("version", number.as_str())],
    )
    .await?;
    tx.commit().await?;
    app.keyring.forget(merchant).await;
    Ok(Rotated { version, resealed })
}

/// Wraps every merchant's key under the current root key; returns how many were not. Can be broken off and begun again.
///
/// # Errors
///
/// `Vault` if a key does not open: its root key is not among the configured ones.
pub async fn rewrap_all(app: &App) -> Result<u64> {
    let kid = app.root_keys.current_kid().to_string();
    let mut done = 0;
    loop {
        let mut tx = app.db.begin_maintenance().await?;
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
            let rewrapped = app.root_keys.rewrap_merchant_key(&row.merchant_id, version, &row.wrapped, &*app.random)?;
            // A row that names another root key than its wrapping does only has its name put right.
            let wrapped = rewrapped.as_ref().unwrap_or(&row.wrapped);
            done += u64::from(merchant_keys::rewrap(&mut tx, row, &kid, wrapped).await?);
        }
        tx.commit().await?;
    }
}

async fn add_version(app: &App, merchant: &MerchantId) -> Result<u32> {
    let mut tx = app.db.begin(merchant).await?;
    merchants::get(&mut tx, merchant).await?.ok_or(Error::NotFound("merchant"))?;
    let newest = merchant_keys::list(&mut tx, merchant).await?.first().map_or(0, |row| row.version);
    let version = u32::try_from(newest).unwrap_or(0) + 1;
    let key = MerchantKey::generate(version, &*app.random);
    merchant_keys::demote_active(&mut tx, merchant).await?;
    merchant_keys::insert(&mut tx, &wrap(app, merchant, &key)?).await?;
    tx.commit().await?;
    Ok(version)
}

/// Tokens are sealed under the older versions too; new ones are fetched when they are needed.
async fn forget_tokens(app: &App, merchant: &MerchantId) -> Result<()> {
    let mut page = Page::first(FORGET_BATCH);
    loop {
        let mut tx = app.db.begin(merchant).await?;
        let listed = credentials::list(&mut tx, merchant, &CredentialFilter::default(), &page).await?;
        for credential in &listed.rows {
            credential_tokens::forget_all(&mut tx, merchant, &credential.id).await?;
        }
        tx.commit().await?;
        match listed.rows.last() {
            Some(last) if listed.has_more => page.after = Some(last.id.to_string()),
            _ => return Ok(()),
        }
    }
}
