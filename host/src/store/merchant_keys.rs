//! Merchants' data keys, wrapped by a root key.

use jiff::Timestamp;

use super::columns::{Micros, words};
use super::{Result, Tx};
use crate::model::id::MerchantId;

words! {
    /// What a data key may still do.
    MerchantKeyState {
        /// Seals and opens: one version for each merchant.
        Active = "active",
        /// Opens what it sealed before.
        Decrypting = "decrypting",
        /// Below the minimum version: neither.
        Retired = "retired",
    }
}

/// A version of a merchant's data key.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct MerchantKeyRow {
    /// Whose it is.
    pub merchant_id: MerchantId,
    /// From 1.
    pub version: i64,
    /// The key as the root key sealed it.
    pub wrapped: String,
    /// Which root key.
    pub root_kid: String,
    /// What it may still do.
    pub state: MerchantKeyState,
    /// Since when it is here.
    #[sqlx(rename = "created_us", try_from = "Micros")]
    pub created_at: Timestamp,
}

/// Adds a version.
///
/// # Errors
///
/// `Conflict` if another process added it first: read it again.
pub async fn insert(tx: &mut Tx, key: &MerchantKeyRow) -> Result<()> {
    on_tx!(tx, |conn| sqlx::query(
        "INSERT INTO merchant_keys (merchant_id, version, wrapped, root_kid, state, created_us)
         VALUES ($1, $2, $3, $4, $5, $6)"
    )
    .bind(&key.merchant_id)
    .bind(key.version)
    .bind(&key.wrapped)
    .bind(&key.root_kid)
    .bind(key.state)
    .bind(Micros(key.created_at))
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Lists a merchant's versions, newest first, retired ones too.
pub async fn list(tx: &mut Tx, merchant: &MerchantId) -> Result<Vec<MerchantKeyRow>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as(
        "SELECT merchant_id, version, wrapped, root_kid, state, created_us
         FROM merchant_keys
         WHERE merchant_id = $1
         ORDER BY version DESC"
    )
    .bind(merchant)
    .fetch_all(conn)
    .await)?)
}

/// PostgreSQL's writers run side by side: the row is held, so that a rotation waits until what was sealed is committed.
const HOLD_ACTIVE_ON_POSTGRES: &str = "SELECT version
     FROM merchant_keys
     WHERE merchant_id = $1 AND version = $2 AND state = 'active'
     FOR SHARE";
/// SQLite has one writer, and this transaction is it.
const HOLD_ACTIVE_ON_SQLITE: &str = "SELECT version
     FROM merchant_keys
     WHERE merchant_id = $1 AND version = $2 AND state = 'active'";

/// Keeps a version active until the transaction ends; `false` if it no longer is: what it sealed must not be written.
pub async fn hold_active(tx: &mut Tx, merchant: &MerchantId, version: i64) -> Result<bool> {
    let text = tx.text(HOLD_ACTIVE_ON_SQLITE, HOLD_ACTIVE_ON_POSTGRES);
    let held: Option<i64> =
        on_tx!(tx, |conn| sqlx::query_scalar(text).bind(merchant).bind(version).fetch_optional(conn).await)?;
    Ok(held.is_some())
}

/// Lets an older active version only open from now on; call before adding the next.
pub async fn demote_active(tx: &mut Tx, merchant: &MerchantId) -> Result<()> {
    on_tx!(tx, |conn| sqlx::query(
        "UPDATE merchant_keys
         SET state = 'decrypting'
         WHERE merchant_id = $1 AND state = 'active'"
    )
    .bind(merchant)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Raises the version below which nothing is opened any more.
pub async fn raise_min_decryption_version(tx: &mut Tx, merchant: &MerchantId, version: i64) -> Result<u64> {
    Ok(on_tx!(tx, |conn| sqlx::query(
        "UPDATE merchant_keys
         SET state = 'retired'
         WHERE merchant_id = $1 AND version < $2 AND state <> 'retired'"
    )
    .bind(merchant)
    .bind(version)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?)
}

/// Lists merchants with versions that only open: their rotation was begun and not ended. Maintenance only.
pub async fn list_unfinished(tx: &mut Tx, limit: u32) -> Result<Vec<MerchantId>> {
    Ok(on_tx!(tx, |conn| sqlx::query_scalar(
        "SELECT DISTINCT merchant_id
         FROM merchant_keys
         WHERE state = 'decrypting'
         ORDER BY merchant_id
         LIMIT $1"
    )
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await)?)
}

/// Lists versions that another root key than this wrapped, for rewrapping in batches. Maintenance only.
pub async fn list_not_wrapped_by(tx: &mut Tx, root_kid: &str, limit: u32) -> Result<Vec<MerchantKeyRow>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as(
        "SELECT merchant_id, version, wrapped, root_kid, state, created_us
         FROM merchant_keys
         WHERE root_kid <> $1
         ORDER BY merchant_id, version
         LIMIT $2"
    )
    .bind(root_kid)
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await)?)
}

/// Replaces a version's wrapping unless somebody else did before; `false` then.
pub async fn rewrap(tx: &mut Tx, key: &MerchantKeyRow, root_kid: &str, wrapped: &str) -> Result<bool> {
    let rows = on_tx!(tx, |conn| sqlx::query(
        "UPDATE merchant_keys
         SET root_kid = $4, wrapped = $5
         WHERE merchant_id = $1 AND version = $2 AND root_kid = $3"
    )
    .bind(&key.merchant_id)
    .bind(key.version)
    .bind(&key.root_kid)
    .bind(root_kid)
    .bind(wrapped)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}
