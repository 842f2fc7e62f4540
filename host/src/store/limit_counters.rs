//! How much of a courier's daily limits is used up: survives a restart.

use jiff::Timestamp;

use super::columns::Micros;
use super::{Result, Tx};
use crate::model::id::MerchantId;

/// Takes one of `max` from a window, if one is left; `name` says which limit of which credential or application key.
pub async fn take(
    tx: &mut Tx,
    merchant: &MerchantId,
    name: &str,
    window_start: Timestamp,
    max: i64,
) -> Result<bool> {
    let rows = on_tx!(tx, |conn| sqlx::query(
        "INSERT INTO limit_counters (merchant_id, name, window_us, used)
         VALUES ($1, $2, $3, 1)
         ON CONFLICT (merchant_id, name, window_us)
         DO UPDATE SET used = limit_counters.used + 1
         WHERE limit_counters.used < $4"
    )
    .bind(merchant)
    .bind(name)
    .bind(Micros(window_start))
    .bind(max)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Returns how many were taken from a window.
pub async fn used(tx: &mut Tx, merchant: &MerchantId, name: &str, window_start: Timestamp) -> Result<i64> {
    let used: Option<i64> = on_tx!(tx, |conn| sqlx::query_scalar(
        "SELECT used
         FROM limit_counters
         WHERE merchant_id = $1 AND name = $2 AND window_us = $3"
    )
    .bind(merchant)
    .bind(name)
    .bind(Micros(window_start))
    .fetch_optional(conn)
    .await)?;
    Ok(used.unwrap_or(0))
}

/// Deletes at most `limit` windows that started before a time; returns how many. Maintenance only.
pub async fn delete_before(tx: &mut Tx, before: Timestamp, limit: u32) -> Result<u64> {
    Ok(on_tx!(tx, |conn| sqlx::query(
        "DELETE FROM limit_counters
         WHERE (merchant_id, name, window_us) IN (
             SELECT merchant_id, name, window_us
             FROM limit_counters
             WHERE window_us < $1
             LIMIT $2)"
    )
    .bind(Micros(before))
    .bind(i64::from(limit))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?)
}
