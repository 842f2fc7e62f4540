//! API keys: what is known of them, never the keys themselves.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::columns::{Json, MaybeMicros, Micros, words};
use super::{Listed, Page, Result, Tx};
use crate::model::id::{ApiKeyId, MerchantId};

/// How often `last_used` is written (µs): once a minute tells enough, and a write per request would cost one.
const LAST_USED_STEP_US: i64 = 60_000_000;

words! {
    /// What a key is for.
    ApiKeyKind {
        /// A merchant's real parcels.
        Live = "live",
        /// A merchant's own data space for trying.
        Test = "test",
        /// The operator.
        Admin = "admin",
    }
}

/// Limits that differ from the default; requests in a minute, a second.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyLimits {
    /// Reads in a minute.
    pub reads_per_minute: Option<u32>,
    /// Writes in a minute.
    pub writes_per_minute: Option<u32>,
    /// Requests at once.
    pub burst: Option<u32>,
    /// Lists in a second.
    pub lists_per_second: Option<u32>,
}

/// An API key.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// Whose it is; `None`: the operator's.
    pub merchant_id: Option<MerchantId>,
    /// The part of the key by which it is found.
    pub public_id: String,
    /// The whole key's keyed hash, 32 bytes.
    pub hash: Vec<u8>,
    /// What it is for.
    pub kind: ApiKeyKind,
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Json<Vec<String>>,
    /// Networks that it may be used from; empty: all.
    pub ip_allow_list: Json<Vec<String>>,
    /// Limits that differ from the default.
    pub limits: Json<KeyLimits>,
    /// The key that took its place; it then expires at the end of the overlap.
    pub replaced_by: Option<ApiKeyId>,
    /// From when on it is refused.
    #[sqlx(rename = "expires_us", try_from = "MaybeMicros")]
    pub expires_at: Option<Timestamp>,
    /// Since when it is refused for good.
    #[sqlx(rename = "revoked_us", try_from = "MaybeMicros")]
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    #[sqlx(rename = "last_used_us", try_from = "MaybeMicros")]
    pub last_used_at: Option<Timestamp>,
    /// Since when it is here.
    #[sqlx(rename = "created_us", try_from = "Micros")]
    pub created_at: Timestamp,
}

macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT id, merchant_id, public_id, hash, kind, name, scopes, ip_allow_list, limits, replaced_by,
                    expires_us, revoked_us, last_used_us, created_us
             FROM api_keys ",
            $tail
        )
    };
}

/// Adds a key; for the operator's own, in maintenance.
///
/// # Errors
///
/// `Conflict` if the public id is taken.
pub async fn insert(tx: &mut Tx, key: &ApiKey) -> Result<()> {
    on_tx!(tx, |conn| sqlx::query(
        "INSERT INTO api_keys (id, merchant_id, public_id, hash, kind, name, scopes, ip_allow_list, limits,
                               replaced_by, expires_us, revoked_us, last_used_us, created_us)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
    )
    .bind(&key.id)
    .bind(&key.merchant_id)
    .bind(&key.public_id)
    .bind(&key.hash)
    .bind(key.kind)
    .bind(&key.name)
    .bind(&key.scopes)
    .bind(&key.ip_allow_list)
    .bind(&key.limits)
    .bind(&key.replaced_by)
    .bind(MaybeMicros(key.expires_at))
    .bind(MaybeMicros(key.revoked_at))
    .bind(MaybeMicros(key.last_used_at))
    .bind(Micros(key.created_at))
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Finds a key by its public part, whosever it is. Maintenance only.
pub async fn find_by_public_id(tx: &mut Tx, public_id: &str) -> Result<Option<ApiKey>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as(select!("WHERE public_id = $1")).bind(public_id).fetch_optional(conn).await)?)
}

/// Finds a key by its id, whosever it is. Maintenance only.
pub async fn find_by_id(tx: &mut Tx, id: &ApiKeyId) -> Result<Option<ApiKey>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as(select!("WHERE id = $1")).bind(id).fetch_optional(conn).await)?)
}

/// Finds a merchant's key.
pub async fn get(tx: &mut Tx, merchant: &MerchantId, id: &ApiKeyId) -> Result<Option<ApiKey>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as(select!("WHERE merchant_id = $1 AND id = $2"))
        .bind(merchant)
        .bind(id)
        .fetch_optional(conn)
        .await)?)
}

/// Lists a merchant's keys, newest first.
pub async fn list(tx: &mut Tx, merchant: &MerchantId, page: &Page) -> Result<Listed<ApiKey>> {
    let rows = on_tx!(tx, |conn| sqlx::query_as(select!(
        "WHERE merchant_id = $1 AND ($2 IS NULL OR id < $2)
         ORDER BY id DESC
         LIMIT $3"
    ))
    .bind(merchant)
    .bind(page.after.as_deref())
    .bind(page.probe())
    .fetch_all(conn)
    .await)?;
    Ok(page.cut(rows))
}

/// Lists everybody's keys, newest first. Maintenance only.
pub async fn list_all(tx: &mut Tx, page: &Page) -> Result<Listed<ApiKey>> {
    let rows = on_tx!(tx, |conn| sqlx::query_as(select!(
        "WHERE ($1 IS NULL OR id < $1)
         ORDER BY id DESC
         LIMIT $2"
    ))
    .bind(page.after.as_deref())
    .bind(page.probe())
    .fetch_all(conn)
    .await)?;
    Ok(page.cut(rows))
}

/// Notes that a key was used, at most once a minute; `true` if it was noted. Maintenance only.
pub async fn touch(tx: &mut Tx, id: &ApiKeyId, now: Timestamp) -> Result<bool> {
    let rows = on_tx!(tx, |conn| sqlx::query(
        "UPDATE api_keys
         SET last_used_us = $2
         WHERE id = $1 AND (last_used_us IS NULL OR last_used_us <= $3)"
    )
    .bind(id)
    .bind(Micros(now))
    .bind(now.as_microsecond() - LAST_USED_STEP_US)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Revokes a key by its public part, whosever it is; `false` if there is none that still holds. Maintenance only.
pub async fn revoke(tx: &mut Tx, public_id: &str, now: Timestamp) -> Result<bool> {
    let rows = on_tx!(tx, |conn| sqlx::query(
        "UPDATE api_keys
         SET revoked_us = $2
         WHERE public_id = $1 AND revoked_us IS NULL"
    )
    .bind(public_id)
    .bind(Micros(now))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Names a key's successor and when the key itself ends; `false` if it was replaced or revoked before. Maintenance only.
pub async fn replace(tx: &mut Tx, id: &ApiKeyId, successor: &ApiKeyId, ends_at: Timestamp) -> Result<bool> {
    let rows = on_tx!(tx, |conn| sqlx::query(
        "UPDATE api_keys
         SET replaced_by = $2, expires_us = $3
         WHERE id = $1 AND replaced_by IS NULL AND revoked_us IS NULL"
    )
    .bind(id)
    .bind(successor)
    .bind(Micros(ends_at))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}
