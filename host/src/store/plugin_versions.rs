//! Versions of plugins that came here, with their components. The platform's, no merchant's: every function is maintenance's.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::columns::{Json, Micros, words};
use super::plugins::PluginSource;
use super::{Result, Tx};
use crate::model::courier::CourierId;
use crate::model::replay::ReplayReport;

words! {
    /// Whether a version may serve.
    VersionState {
        /// It came through the gate, and the operator granted what it asks for.
        Installed = "installed",
        /// It asks for more than was granted, or its results differ and the operator wants to decide.
        AwaitingApproval = "awaiting_approval",
        /// It must not serve.
        Refused = "refused",
    }
}

words! {
    /// What came of playing the recorded calls again, before a version was put in charge.
    ReplayVerdict {
        /// It does as the version before did.
        Passed = "passed",
        /// It does otherwise, and serves all the same.
        Warned = "warned",
        /// It does otherwise, and an operator is asked.
        Asked = "asked",
        /// It does otherwise, and must not serve.
        Refused = "refused",
        /// It does otherwise, and an operator took it.
        Accepted = "accepted",
    }
}

/// One version, without its component.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct VersionRow {
    /// The courier.
    pub courier: CourierId,
    /// The component's SHA-256 in hexadecimal.
    pub digest: String,
    /// Its own version.
    pub version: String,
    /// The component's size.
    pub size_bytes: i64,
    /// Where it came from.
    pub source: PluginSource,
    /// Whether it may serve.
    pub state: VersionState,
    /// Why it does not.
    pub reason: Option<String>,
    /// What it asks for, as `plugin::permissions` writes it.
    pub wants: Json<BTreeSet<String>>,
    /// What came of the replay; `None`: nothing was replayed.
    pub verdict: Option<ReplayVerdict>,
    /// What the replay found.
    pub replay: Option<Json<ReplayReport>>,
    /// When it first came.
    #[sqlx(rename = "created_us", try_from = "Micros")]
    pub created_at: Timestamp,
    /// When its state last changed.
    #[sqlx(rename = "updated_us", try_from = "Micros")]
    pub updated_at: Timestamp,
}

macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT courier, digest, version, size_bytes, source, state, reason, wants, verdict, replay, created_us,
                    updated_us
             FROM plugin_versions ",
            $tail
        )
    };
}

/// Adds a version with its component; one that came before only gets its new state.
pub async fn save(tx: &mut Tx, version: &VersionRow, content: &[u8]) -> Result<()> {
    on_tx!(tx, |conn| {
        sqlx::query(
            "INSERT INTO plugin_versions (courier, digest, version, size_bytes, source, state, reason, wants, verdict,
                                      replay, content, created_us, updated_us)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         ON CONFLICT (courier, digest)
         DO UPDATE SET state = $6, reason = $7, wants = $8, verdict = $9, replay = $10, updated_us = $13",
        )
        .bind(&version.courier)
        .bind(&version.digest)
        .bind(&version.version)
        .bind(version.size_bytes)
        .bind(version.source)
        .bind(version.state)
        .bind(&version.reason)
        .bind(&version.wants)
        .bind(version.verdict)
        .bind(&version.replay)
        .bind(content)
        .bind(Micros(version.created_at))
        .bind(Micros(version.updated_at))
        .execute(conn)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// Writes what became of a version.
pub async fn set_state(
    tx: &mut Tx,
    courier: &CourierId,
    digest: &str,
    state: VersionState,
    reason: Option<&str>,
    now: Timestamp,
) -> Result<bool> {
    let rows = on_tx!(tx, |conn| sqlx::query(
        "UPDATE plugin_versions
         SET state = $3, reason = $4, updated_us = $5
         WHERE courier = $1 AND digest = $2"
    )
    .bind(courier)
    .bind(digest)
    .bind(state)
    .bind(reason)
    .bind(Micros(now))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Writes what came of a version's replay.
pub async fn set_verdict(tx: &mut Tx, courier: &CourierId, digest: &str, verdict: ReplayVerdict) -> Result<bool> {
    let rows = on_tx!(tx, |conn| sqlx::query(
        "UPDATE plugin_versions
         SET verdict = $3
         WHERE courier = $1 AND digest = $2"
    )
    .bind(courier)
    .bind(digest)
    .bind(verdict)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Finds a version.
pub async fn get(tx: &mut Tx, courier: &CourierId, digest: &str) -> Result<Option<VersionRow>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as(select!("WHERE courier = $1 AND digest = $2"))
        .bind(courier)
        .bind(digest)
        .fetch_optional(conn)
        .await)?)
}

/// Finds the courier of a component that came before.
pub async fn courier_of(tx: &mut Tx, digest: &str) -> Result<Option<CourierId>> {
    Ok(on_tx!(tx, |conn| sqlx::query_scalar(
        "SELECT courier
         FROM plugin_versions
         WHERE digest = $1
         LIMIT 1"
    )
    .bind(digest)
    .fetch_optional(conn)
    .await)?)
}

/// Lists a courier's versions, the newest first.
pub async fn list(tx: &mut Tx, courier: &CourierId) -> Result<Vec<VersionRow>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as(select!("WHERE courier = $1 ORDER BY created_us DESC, digest"))
        .bind(courier)
        .fetch_all(conn)
        .await)?)
}

/// Returns a version's component.
pub async fn content(tx: &mut Tx, courier: &CourierId, digest: &str) -> Result<Option<Vec<u8>>> {
    Ok(on_tx!(tx, |conn| sqlx::query_scalar(
        "SELECT content
         FROM plugin_versions
         WHERE courier = $1 AND digest = $2"
    )
    .bind(courier)
    .bind(digest)
    .fetch_optional(conn)
    .await)?)
}

/// Forgets a version and its component.
pub async fn delete(tx: &mut Tx, courier: &CourierId, digest: &str) -> Result<bool> {
    let rows = on_tx!(tx, |conn| sqlx::query(
        "DELETE FROM plugin_versions
         WHERE courier = $1 AND digest = $2"
    )
    .bind(courier)
    .bind(digest)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}
