//! Recorded calls of plugins, redacted and sealed before they come here.

use jiff::Timestamp;

use super::columns::Micros;
use super::{Result, Tx};
use crate::model::courier::CourierId;
use crate::model::id::{CallId, MerchantId};

/// A recorded call.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct RecordedRow {
    /// The call's id.
    pub id: CallId,
    /// Whose call it was.
    pub merchant_id: MerchantId,
    /// To which courier.
    pub courier: CourierId,
    /// Such as `tracking.track`.
    pub operation: String,
    /// The version that made it.
    pub plugin_version: String,
    /// The recording as the vault sealed it.
    pub sealed: String,
    /// Under which version of the merchant's key.
    pub key_version: i64,
    /// When.
    #[sqlx(rename = "recorded_us", try_from = "Micros")]
    pub recorded_at: Timestamp,
}

/// Adds a recording; one whose id is there already is the same call and stays.
pub async fn insert(tx: &mut Tx, merchant: &MerchantId, row: &RecordedRow) -> Result<()> {
    on_tx!(tx, |conn| {
        sqlx::query(
        "INSERT INTO recorded_calls (merchant_id, id, courier, operation, plugin_version, sealed, key_version, recorded_us)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (merchant_id, id) DO NOTHING"
    )
    .bind(merchant)
    .bind(&row.id)
    .bind(&row.courier)
    .bind(&row.operation)
    .bind(&row.plugin_version)
    .bind(&row.sealed)
    .bind(row.key_version)
    .bind(Micros(row.recorded_at))
    .execute(conn)
    .await
    .map(|_| ())
    })?;
    Ok(())
}

/// Lists a courier's newest recordings, at most `limit` of each operation, the newest first. Maintenance's.
pub async fn list(tx: &mut Tx, courier: &CourierId, limit: u32) -> Result<Vec<RecordedRow>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as(
        "SELECT id, merchant_id, courier, operation, plugin_version, sealed, key_version, recorded_us
         FROM recorded_calls AS one
         WHERE courier = $1
           AND (SELECT COUNT(*)
                FROM recorded_calls AS newer
                WHERE newer.courier = one.courier AND newer.operation = one.operation AND newer.id > one.id) < $2
         ORDER BY id DESC"
    )
    .bind(courier)
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await)?)
}

/// Deletes all but an operation's newest recordings. Maintenance's.
pub async fn keep_newest(tx: &mut Tx, courier: &CourierId, operation: &str, kept: u32) -> Result<u64> {
    Ok(on_tx!(tx, |conn| sqlx::query(
        "DELETE FROM recorded_calls
         WHERE courier = $1 AND operation = $2
           AND id NOT IN (SELECT id
                          FROM recorded_calls
                          WHERE courier = $1 AND operation = $2
                          ORDER BY id DESC
                          LIMIT $3)"
    )
    .bind(courier)
    .bind(operation)
    .bind(i64::from(kept))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?)
}

/// Deletes what an older version of the merchant's key sealed: a rotation does not seal recordings again.
pub async fn forget_sealed_before(tx: &mut Tx, merchant: &MerchantId, version: i64) -> Result<u64> {
    Ok(on_tx!(tx, |conn| sqlx::query(
        "DELETE FROM recorded_calls
         WHERE merchant_id = $1 AND key_version < $2"
    )
    .bind(merchant)
    .bind(version)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?)
}

/// Deletes a courier's recordings. Maintenance's.
pub async fn delete_of_courier(tx: &mut Tx, courier: &CourierId) -> Result<u64> {
    Ok(on_tx!(tx, |conn| sqlx::query("DELETE FROM recorded_calls WHERE courier = $1")
        .bind(courier)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?)
}

/// Deletes all recordings. Maintenance's.
pub async fn delete_all(tx: &mut Tx) -> Result<u64> {
    Ok(on_tx!(tx, |conn| sqlx::query("DELETE FROM recorded_calls")
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?)
}

/// Deletes at most `limit` recordings from before a time. Maintenance's.
pub async fn delete_before(tx: &mut Tx, before: Timestamp, limit: u32) -> Result<u64> {
    Ok(on_tx!(tx, |conn| sqlx::query(
        "DELETE FROM recorded_calls
         WHERE id IN (SELECT id FROM recorded_calls WHERE recorded_us < $1 LIMIT $2)"
    )
    .bind(Micros(before))
    .bind(i64::from(limit))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?)
}
