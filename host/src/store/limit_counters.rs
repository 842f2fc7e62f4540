//! How much of a courier's daily limits is used up: survives a restart.

use jiff::Timestamp;

use super::columns::Micros;
use super::{Result, Tx};

/// Adds requests to a window; `name` says which limit of which credential or application key. Maintenance only.
pub async fn add(tx: &mut Tx, name: &str, window_start: Timestamp, requests: i64) -> Result<()> {
    on_tx!(tx, |conn| sqlx::query(
        "INSERT INTO limit_counters (name, window_us, used)
         VALUES ($1, $2, $3)
         ON CONFLICT (name, window_us)
         DO UPDATE SET used = limit_counters.used + $3"
    )
    .bind(name)
    .bind(Micros(window_start))
    .bind(requests)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Returns how many requests a window has. Maintenance only.
pub async fn used(tx: &mut Tx, name: &str, window_start: Timestamp) -> Result<i64> {
    let used: Option<i64> = on_tx!(tx, |conn| sqlx::query_scalar(
        "SELECT used
         FROM limit_counters
         WHERE name = $1 AND window_us = $2"
    )
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
         WHERE (name, window_us) IN (
             SELECT name, window_us
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
