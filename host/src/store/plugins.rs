//! Which version of each courier's plugin is in charge. The platform's, no merchant's: every function is maintenance's.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::columns::{Json, Micros, words};
use super::{Result, Tx};
use crate::model::courier::CourierId;

words! {
    /// Where a plugin comes from. An id belongs to the source of its first version.
    PluginSource {
        /// A file in the plugins folder.
        Folder = "folder",
        /// The admin API, or the operator's command.
        Upload = "upload",
    }
}

words! {
    /// What is done with a version that does otherwise than the one in charge, when the recorded calls are played again.
    ReplayPolicy {
        /// It must not serve.
        Refuse = "refuse",
        /// It serves, and the differences are told.
        Warn = "warn",
        /// It waits for an operator, and the old version serves.
        Ask = "ask",
    }
}

/// A word that is no policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be ask, warn or refuse")]
pub struct NoPolicy;

impl std::str::FromStr for ReplayPolicy {
    type Err = NoPolicy;

    fn from_str(word: &str) -> std::result::Result<Self, NoPolicy> {
        Self::parse(word).ok_or(NoPolicy)
    }
}

/// Limits that the operator changed for one plugin; `None`: the host's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PluginLimits {
    /// Calls in flight.
    pub calls: Option<u32>,
    /// CPU time of one call, ms.
    pub cpu_ms: Option<u32>,
    /// Linear memory of one instance, bytes.
    pub memory_bytes: Option<u64>,
    /// Requests of one call.
    pub requests: Option<u32>,
}

/// A courier's plugin: which version serves, and what it may do.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PluginRow {
    /// The courier.
    pub courier: CourierId,
    /// Where its first version came from.
    pub source: PluginSource,
    /// The version in charge.
    pub digest: Option<String>,
    /// The version that was in charge before.
    pub previous_digest: Option<String>,
    /// The newest file in the plugins folder that was acted on.
    pub folder_digest: Option<String>,
    /// Whether it serves at all.
    pub is_enabled: bool,
    /// What the operator granted, as `plugin::permissions` writes it.
    pub grants: Json<BTreeSet<String>>,
    /// Limits that the operator changed.
    pub limits: Json<PluginLimits>,
    /// What is done with a version that does otherwise; `None`: as the host is configured.
    pub replay_policy: Option<ReplayPolicy>,
    /// Whether its calls are recorded.
    pub records_calls: bool,
    /// Grows with every change.
    pub revision: i64,
    /// Since when there is one.
    #[sqlx(rename = "created_us", try_from = "Micros")]
    pub created_at: Timestamp,
    /// When it last changed.
    #[sqlx(rename = "updated_us", try_from = "Micros")]
    pub updated_at: Timestamp,
}

macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT courier, source, digest, previous_digest, folder_digest, is_enabled, grants, limits, replay_policy,
                    records_calls, revision, created_us, updated_us
             FROM plugins ",
            $tail
        )
    };
}

/// Finds a courier's plugin.
pub async fn get(tx: &mut Tx, courier: &CourierId) -> Result<Option<PluginRow>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as(select!("WHERE courier = $1")).bind(courier).fetch_optional(conn).await)?)
}

/// Lists all, by courier.
pub async fn list(tx: &mut Tx) -> Result<Vec<PluginRow>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as(select!("ORDER BY courier")).fetch_all(conn).await)?)
}

/// Returns how often each courier's plugin has changed: what hosts compare with what they serve.
pub async fn revisions(tx: &mut Tx) -> Result<Vec<(CourierId, i64)>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as("SELECT courier, revision FROM plugins ORDER BY courier")
        .fetch_all(conn)
        .await)?)
}

/// Adds a courier's plugin unless it is there; `true` if it is new.
pub async fn insert_new(tx: &mut Tx, plugin: &PluginRow) -> Result<bool> {
    let rows = on_tx!(tx, |conn| {
        sqlx::query(
            "INSERT INTO plugins (courier, source, digest, previous_digest, folder_digest, is_enabled, grants, limits,
                              replay_policy, records_calls, revision, created_us, updated_us)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         ON CONFLICT (courier) DO NOTHING",
        )
        .bind(&plugin.courier)
        .bind(plugin.source)
        .bind(&plugin.digest)
        .bind(&plugin.previous_digest)
        .bind(&plugin.folder_digest)
        .bind(plugin.is_enabled)
        .bind(&plugin.grants)
        .bind(&plugin.limits)
        .bind(plugin.replay_policy)
        .bind(plugin.records_calls)
        .bind(plugin.revision)
        .bind(Micros(plugin.created_at))
        .bind(Micros(plugin.updated_at))
        .execute(conn)
        .await
        .map(|done| done.rows_affected())
    })?;
    Ok(rows == 1)
}

/// Writes a changed row if it still has the revision that was read, and raises it; `false`: somebody else was faster.
pub async fn update(tx: &mut Tx, plugin: &PluginRow, now: Timestamp) -> Result<bool> {
    let rows = on_tx!(tx, |conn| {
        sqlx::query(
        "UPDATE plugins
         SET source = $3, digest = $4, previous_digest = $5, folder_digest = $6, is_enabled = $7, grants = $8, limits = $9,
             replay_policy = $10, records_calls = $11, revision = revision + 1, updated_us = $12
         WHERE courier = $1 AND revision = $2"
    )
    .bind(&plugin.courier)
    .bind(plugin.revision)
    .bind(plugin.source)
    .bind(&plugin.digest)
    .bind(&plugin.previous_digest)
    .bind(&plugin.folder_digest)
    .bind(plugin.is_enabled)
    .bind(&plugin.grants)
    .bind(&plugin.limits)
    .bind(plugin.replay_policy)
    .bind(plugin.records_calls)
    .bind(Micros(now))
    .execute(conn)
    .await
    .map(|done| done.rows_affected())
    })?;
    Ok(rows == 1)
}
