//! A component that comes: through the gate, held against what the operator granted, and put in charge.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::app::App;
use crate::model::courier::CourierId;
use crate::plugin::{Plugin, load_bytes, permissions};
use crate::store::Tx;
use crate::store::columns::Json;
use crate::store::plugin_versions::{self, VersionRow, VersionState};
use crate::store::plugins::{self, PluginLimits, PluginRow, PluginSource};

use super::converge::take_over;
use super::loader::State;
use super::refusal::{Refusal, refuse};
use super::{Actor, note, save};
use crate::service::error::{Error, Result};

/// Versions of a courier that are kept beside the one in charge and the one before.
const KEPT_VERSIONS: usize = 10;

/// Ids that no courier has: they stand beside couriers in addresses, metrics and the log.
const RESERVED_IDS: [&str; 8] = ["admin", "all", "crossdock", "host", "none", "operator", "system", "test"];

/// What whoever brings a component grants it.
#[derive(Debug, Clone)]
pub enum Grants {
    /// These permissions, beside those that the courier's plugin has.
    Named(BTreeSet<String>),
    /// Whatever it asks for.
    Asked,
}

/// Where a component comes from.
#[derive(Debug, Clone)]
pub enum Origin<'a> {
    /// A file in the plugins folder. The first one of a courier is granted what it asks for.
    Folder {
        /// The file.
        file: &'a Path,
        /// Couriers of the folder's other files.
        taken: &'a BTreeMap<CourierId, PathBuf>,
    },
    /// An operator.
    Upload(Grants),
}

impl Origin<'_> {
    fn source(&self) -> PluginSource {
        match self {
            Self::Folder { .. } => PluginSource::Folder,
            Self::Upload(_) => PluginSource::Upload,
        }
    }

    fn file(&self) -> Option<&Path> {
        match self {
            Self::Folder { file, .. } => Some(file),
            Self::Upload(_) => None,
        }
    }
}

/// What became of a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// The version as it is kept.
    pub version: VersionRow,
    /// Permissions that it asks for and was not granted: it waits until they are.
    pub missing: Vec<String>,
}

/// Takes a component in.
///
/// # Errors
///
/// `Invalid` with the gate's reason, which is kept too; `Conflict` if the courier's plugin comes from elsewhere.
pub async fn install(app: &App, actor: &Actor, bytes: Vec<u8>, origin: Origin<'_>) -> Result<Installed> {
    let mut state = app.loader.turn().await;
    install_in(app, &mut state, actor, bytes, origin).await
}

pub(super) async fn install_in(
    app: &App,
    state: &mut State,
    actor: &Actor,
    bytes: Vec<u8>,
    origin: Origin<'_>,
) -> Result<Installed> {
    let (engine, cache) = app.loader.parts().ok_or(Error::NotFound("engine for plugins"))?;
    let content = bytes.clone();
    let plugin = match load_bytes(engine, bytes, cache).await {
        Ok(plugin) => plugin,
        Err(error) => return Err(refuse(app, actor, Refusal::of(&error, origin.source(), origin.file())).await?),
    };
    let mut tx = app.db.begin_maintenance().await?;
    let before = plugins::get(&mut tx, plugin.id()).await?;
    if let Some(reason) = not_welcome(&plugin, before.as_ref(), &origin) {
        tx.rollback().await?;
        let refusal = Refusal {
            courier: Some(plugin.id().to_string()),
            version: Some(plugin.version().to_owned()),
            digest: Some(plugin.digest().to_owned()),
            file: origin.file(),
            source: origin.source(),
            reason,
        };
        return Err(refuse(app, actor, refusal).await?);
    }
    let wants = permissions(plugin.description());
    let (mut row, is_new) = match before {
        Some(row) => (row, false),
        None => (new_row(app, &plugin, &origin), true),
    };
    grant(&mut row, &wants, &origin, is_new);
    let missing: Vec<String> = wants.difference(&row.grants.0).cloned().collect();
    let version = version_row(app, &plugin, &origin, wants, &missing);
    plugin_versions::save(&mut tx, &version, &content).await?;
    if missing.is_empty() {
        put_in_charge(&mut row, plugin.digest());
    }
    if matches!(origin, Origin::Folder { .. }) {
        row.folder_digest = Some(plugin.digest().to_owned());
    }
    if is_new {
        plugins::insert_new(&mut tx, &row).await?;
    } else {
        save(app, &mut tx, &row).await?;
        row.revision += 1;
    }
    note_install(app, &mut tx, actor, &row, &version, &missing).await?;
    prune(&mut tx, &row).await?;
    tx.commit().await?;
    match missing.is_empty() {
        true => take_over(app, state, &row, Some(plugin)),
        false => tracing::warn!(
            courier = %row.courier, plugin.version = version.version, missing = ?missing,
            "plugin waits for the operator's approval"
        ),
    }
    app.loader.tell();
    Ok(Installed { version, missing })
}

/// Why a component that came through the gate is not taken all the same.
fn not_welcome(plugin: &Plugin, before: Option<&PluginRow>, origin: &Origin<'_>) -> Option<String> {
    let id = plugin.id();
    if RESERVED_IDS.contains(&id.as_str()) {
        return Some(format!("the id {id} is reserved; a courier's plugin has the courier's name"));
    }
    if let Origin::Folder { taken, .. } = origin
        && let Some(other) = taken.get(id)
    {
        let other = other.file_name().unwrap_or_default().to_string_lossy();
        return Some(format!("the file {other} is the plugin {id} already; take one of the two away"));
    }
    let bound = before.filter(|row| row.source != origin.source())?;
    let advice = match bound.source {
        PluginSource::Folder => "put the new version's file into the plugins folder",
        PluginSource::Upload => "install it with `crossdock plugin install` or the admin API",
    };
    Some(format!(
        "the plugin {id} came by {} first, and only that brings new versions: {advice}",
        bound.source.as_str()
    ))
}

fn new_row(app: &App, plugin: &Plugin, origin: &Origin<'_>) -> PluginRow {
    let now = app.clock.now();
    PluginRow {
        courier: plugin.id().clone(),
        source: origin.source(),
        digest: None,
        previous_digest: None,
        folder_digest: None,
        is_enabled: true,
        grants: Json(BTreeSet::new()),
        limits: Json(PluginLimits::default()),
        revision: 1,
        created_at: now,
        updated_at: now,
    }
}

/// A file that is there first is granted what it asks for; an upload what its call names.
fn grant(row: &mut PluginRow, wants: &BTreeSet<String>, origin: &Origin<'_>, is_new: bool) {
    match origin {
        Origin::Folder { .. } if is_new => row.grants.0.extend(wants.iter().cloned()),
        Origin::Folder { .. } => {}
        Origin::Upload(Grants::Asked) => row.grants.0.extend(wants.iter().cloned()),
        Origin::Upload(Grants::Named(named)) => row.grants.0.extend(named.intersection(wants).cloned()),
    }
}

fn version_row(
    app: &App,
    plugin: &Arc<Plugin>,
    origin: &Origin<'_>,
    wants: BTreeSet<String>,
    missing: &[String],
) -> VersionRow {
    let now = app.clock.now();
    let waits = (!missing.is_empty()).then(|| format!("it asks for what was not granted: {}", missing.join("; ")));
    VersionRow {
        courier: plugin.id().clone(),
        digest: plugin.digest().to_owned(),
        version: plugin.version().to_owned(),
        size_bytes: i64::try_from(plugin.size_bytes()).unwrap_or(i64::MAX),
        source: origin.source(),
        state: if missing.is_empty() { VersionState::Installed } else { VersionState::AwaitingApproval },
        reason: waits,
        wants: Json(wants),
        created_at: now,
        updated_at: now,
    }
}

/// Makes a version the one in charge, and the one before it the one that a rollback returns to.
pub(super) fn put_in_charge(row: &mut PluginRow, digest: &str) {
    if row.digest.as_deref() != Some(digest) {
        row.previous_digest = row.digest.replace(digest.to_owned());
    }
}

async fn note_install(
    app: &App,
    tx: &mut Tx,
    actor: &Actor,
    row: &PluginRow,
    version: &VersionRow,
    missing: &[String],
) -> Result<()> {
    let action = if missing.is_empty() { "plugin.installed" } else { "plugin.awaiting_approval" };
    let granted = row.grants.0.iter().cloned().collect::<Vec<_>>().join("\n");
    let missing = missing.join("\n");
    let details = [
        ("version", version.version.as_str()),
        ("digest", &version.digest),
        ("source", version.source.as_str()),
        ("granted", &granted),
        ("missing", &missing),
    ];
    note(app, tx, actor, action, &row.courier, details.into_iter().filter(|(_, value)| !value.is_empty())).await
}

async fn prune(tx: &mut Tx, row: &PluginRow) -> Result<()> {
    let is_kept = |digest: &str| [&row.digest, &row.previous_digest].into_iter().flatten().any(|kept| kept == digest);
    let versions = plugin_versions::list(tx, &row.courier).await?;
    let old = versions.iter().filter(|version| !is_kept(&version.digest)).skip(KEPT_VERSIONS);
    for version in old {
        plugin_versions::delete(tx, &row.courier, &version.digest).await?;
    }
    Ok(())
}
