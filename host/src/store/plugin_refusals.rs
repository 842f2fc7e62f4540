//! Components that the gate refused. The platform's, no merchant's: every function is maintenance's.

use jiff::Timestamp;

use super::columns::Micros;
use super::plugins::PluginSource;
use super::{Result, Tx};
use crate::model::courier::CourierId;
use crate::model::id::EventId;

/// A component that no version came of.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct RefusalRow {
    /// Its id.
    pub id: EventId,
    /// The courier, as far as it is known.
    pub courier: Option<CourierId>,
    /// The component's own version, as far as it is known.
    pub version: Option<String>,
    /// The component's SHA-256 in hexadecimal.
    pub digest: Option<String>,
    /// The file's name in the plugins folder.
    pub file: Option<String>,
    /// Where it came from.
    pub source: PluginSource,
    /// Why, in words.
    pub reason: String,
    /// When.
    #[sqlx(rename = "at_us", try_from = "Micros")]
    pub at: Timestamp,
}

/// Adds a refusal.
pub async fn insert(tx: &mut Tx, refusal: &RefusalRow) -> Result<()> {
    on_tx!(tx, |conn| sqlx::query(
        "INSERT INTO plugin_refusals (id, courier, version, digest, file, source, reason, at_us)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    )
    .bind(&refusal.id)
    .bind(&refusal.courier)
    .bind(&refusal.version)
    .bind(&refusal.digest)
    .bind(&refusal.file)
    .bind(refusal.source)
    .bind(&refusal.reason)
    .bind(Micros(refusal.at))
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Lists at most `limit` refusals, the newest first.
pub async fn list(tx: &mut Tx, limit: u32) -> Result<Vec<RefusalRow>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as(
        "SELECT id, courier, version, digest, file, source, reason, at_us
         FROM plugin_refusals
         ORDER BY id DESC
         LIMIT $1"
    )
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await)?)
}

/// Deletes all but the newest refusals.
pub async fn keep_newest(tx: &mut Tx, kept: u32) -> Result<u64> {
    Ok(on_tx!(tx, |conn| sqlx::query(
        "DELETE FROM plugin_refusals
         WHERE id NOT IN (SELECT id FROM plugin_refusals ORDER BY id DESC LIMIT $1)"
    )
    .bind(i64::from(kept))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?)
}
