//! Components that do not get in: the reason is kept and shown, and audited where the courier is known.

use std::path::Path;

use crate::app::App;
use crate::model::id::EventId;
use crate::plugin::LoadError;
use crate::store::plugin_refusals::{self, RefusalRow};
use crate::store::plugins::PluginSource;

use super::{Actor, note};
use crate::service::error::{Error, Result};

/// Refusals that are kept: enough to see a pattern, few enough that a broken build machine fills no disk.
const KEPT_REFUSALS: u32 = 200;

/// Longest reason that is kept, in characters; the engine's own may quote a whole type.
const REASON_CHARS: usize = 2_000;

/// What is known of a component that does not get in.
pub(super) struct Refusal<'a> {
    /// The courier, as far as the description could be read.
    pub courier: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// The component's SHA-256.
    pub digest: Option<String>,
    /// The file in the plugins folder.
    pub file: Option<&'a Path>,
    /// Where it came from.
    pub source: PluginSource,
    /// Why.
    pub reason: String,
}

impl<'a> Refusal<'a> {
    /// Says what the gate found.
    pub(super) fn of(error: &LoadError, source: PluginSource, file: Option<&'a Path>) -> Self {
        Self {
            courier: error.courier.clone(),
            version: error.version.clone(),
            digest: error.digest.clone(),
            file,
            source,
            reason: error.to_string(),
        }
    }
}

/// Keeps a refusal, and returns it as the error of whoever asked.
pub(super) async fn refuse(app: &App, actor: &Actor, refusal: Refusal<'_>) -> Result<Error> {
    let reason: String = refusal.reason.chars().take(REASON_CHARS).collect();
    let file = refusal.file.and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    tracing::error!(
        courier = refusal.courier,
        plugin.version = refusal.version,
        digest = refusal.digest,
        file,
        reason,
        "plugin refused"
    );
    let now = app.clock.now();
    let row = RefusalRow {
        id: EventId::new(now, &*app.random),
        courier: refusal.courier.and_then(|id| id.parse().ok()),
        version: refusal.version,
        digest: refusal.digest,
        file,
        source: refusal.source,
        reason: reason.clone(),
        at: now,
    };
    let mut tx = app.db.begin_maintenance().await?;
    plugin_refusals::insert(&mut tx, &row).await?;
    plugin_refusals::keep_newest(&mut tx, KEPT_REFUSALS).await?;
    if let Some(courier) = &row.courier {
        let version = row.version.as_deref().unwrap_or_default();
        note(app, &mut tx, actor, "plugin.refused", courier, [("version", version), ("reason", &reason)]).await?;
    }
    tx.commit().await?;
    Ok(Error::invalid("", "plugin_refused", reason))
}
