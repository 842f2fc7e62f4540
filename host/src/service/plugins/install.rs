//! A component that comes: through the gate, held against what the operator granted, and put in charge.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::app::App;
use crate::model::courier::CourierId;
use crate::plugin::{Plugin, load_bytes, permissions};
use crate::store::Tx;
use crate::store::columns::Json;
use crate::store::plugin_versions::{self, ReplayVerdict, VersionRow, VersionState};
use crate::store::plugins::{self, PluginLimits, PluginRow, PluginSource};

use super::converge::take_over;
use super::loader::State;
use super::probation::{Probation, try_out};
use super::refusal::{Refusal, refuse};
use super::{Actor, changed_meanwhile, note, save};
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

impl<'a> Origin<'a> {
    fn source(&self) -> PluginSource {
        match self {
            Self::Folder { .. } => PluginSource::Folder,
            Self::Upload(_) => PluginSource::Upload,
        }
    }

    fn file(&self) -> Option<&'a Path> {
        match self {
            Self::Folder { file, .. } => Some(file),
            Self::Upload(_) => None,
        }
    }
}

/// What became of a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// The version as it is kept, with what came of its replay.
    pub version: VersionRow,
    /// Permissions that it asks for and was not granted: it waits until they are.
    pub missing: Vec<String>,
}

impl Installed {
    /// Whether it serves, and waits for nobody.
    pub fn is_in_charge(&self) -> bool {
        self.version.state == VersionState::Installed
    }
}

/// Takes a component in.
///
/// # Errors
///
/// `Invalid` with the gate's reason, which is kept too; `Conflict` if the courier's plugin comes from elsewhere.
pub async fn install(app: &App, actor: &Actor, bytes: Vec<u8>, origin: Origin<'_>) -> Result<Installed> {
    let mut state = app.loader.turn().await;
    let installed = install_in(app, &mut state, actor, bytes, origin).await?;
    match installed.version.state {
        VersionState::Refused => {
            let reason = installed.version.reason.unwrap_or_default();
            Err(Error::invalid("", "plugin_refused", reason))
        }
        VersionState::Installed | VersionState::AwaitingApproval => Ok(installed),
    }
}

/// The same in this turn. A version that its replay refuses is kept, and is no error here: its file was acted on.
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
    let mut tx = app.db.begin_maintenance_read().await?;
    let before = plugins::get(&mut tx, plugin.id()).await?;
    drop(tx);
    if let Some(reason) = not_welcome(&plugin, before.as_ref(), &origin) {
        return Err(refuse(app, actor, refusal(&plugin, &origin, reason)).await?);
    }
    let probation = try_out(app, &plugin, before.as_ref()).await?;
    let (row, installed) = write(app, actor, &plugin, &content, &origin, &probation).await?;
    match installed.version.state {
        VersionState::Installed => take_over(app, state, &row, Some(plugin)),
        VersionState::AwaitingApproval => tracing::warn!(
            courier = %row.courier, plugin.version = installed.version.version, missing = ?installed.missing,
            reason = installed.version.reason, "plugin waits for the operator's approval"
        ),
        VersionState::Refused => {
            let reason = installed.version.reason.clone().unwrap_or_default();
            refuse(app, actor, refusal(&plugin, &origin, reason)).await?;
        }
    }
    app.loader.tell();
    Ok(installed)
}

/// Writes the version down, and puts it in charge if nothing speaks against it.
async fn write(
    app: &App,
    actor: &Actor,
    plugin: &Arc<Plugin>,
    content: &[u8],
    origin: &Origin<'_>,
    probation: &Probation,
) -> Result<(PluginRow, Installed)> {
    let mut tx = app.db.begin_maintenance().await?;
    let before = plugins::get(&mut tx, plugin.id()).await?;
    // Another host may have changed it while this one replayed: then it was tried against a version that is in charge no more.
    let is_bound_elsewhere = before.as_ref().is_some_and(|row| row.source != origin.source());
    if is_bound_elsewhere || before.as_ref().and_then(|row| row.digest.as_ref()) != probation.against.as_ref() {
        return Err(changed_meanwhile(plugin.id()));
    }
    let wants = permissions(plugin.description());
    let (mut row, is_new) = match before {
        Some(row) => (row, false),
        None => (new_row(app, plugin, origin), true),
    };
    if probation.verdict != Some(ReplayVerdict::Refused) {
        grant(&mut row, &wants, origin, is_new);
    }
    let missing: Vec<String> = wants.difference(&row.grants.0).cloned().collect();
    let version = version_row(app, plugin, origin, wants, &missing, probation);
    plugin_versions::save(&mut tx, &version, content).await?;
    if version.state == VersionState::Installed {
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
    Ok((row, Installed { version, missing }))
}

fn refusal<'a>(plugin: &Plugin, origin: &Origin<'a>, reason: String) -> Refusal<'a> {
    Refusal {
        courier: Some(plugin.id().to_string()),
        version: Some(plugin.version().to_owned()),
        digest: Some(plugin.digest().to_owned()),
        file: origin.file(),
        source: origin.source(),
        reason,
    }
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
        replay_policy: None,
        records_calls: true,
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
    probation: &Probation,
) -> VersionRow {
    let now = app.clock.now();
    let state = match probation.verdict {
        Some(ReplayVerdict::Refused) => VersionState::Refused,
        Some(ReplayVerdict::Asked) => VersionState::AwaitingApproval,
        _ if missing.is_empty() => VersionState::Installed,
        _ => VersionState::AwaitingApproval,
    };
    let reasons: Vec<String> = not_granted(missing).into_iter().chain(probation.reason()).collect();
    VersionRow {
        courier: plugin.id().clone(),
        digest: plugin.digest().to_owned(),
        version: plugin.version().to_owned(),
        size_bytes: i64::try_from(plugin.size_bytes()).unwrap_or(i64::MAX),
        source: origin.source(),
        state,
        reason: (!reasons.is_empty()).then(|| reasons.join("; ")),
        wants: Json(wants),
        verdict: probation.verdict,
        replay: probation.report.clone().map(Json),
        created_at: now,
        updated_at: now,
    }
}

/// Says that permissions are missing, if any are.
pub(super) fn not_granted(missing: &[String]) -> Option<String> {
    (!missing.is_empty()).then(|| format!("it asks for what was not granted: {}", missing.join("; ")))
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
    let action = match version.state {
        VersionState::Installed => "plugin.installed",
        VersionState::AwaitingApproval => "plugin.awaiting_approval",
        VersionState::Refused => "plugin.replay_refused",
    };
    let replay = version.replay.as_ref().map(|report| report.summary()).unwrap_or_default();
    let verdict = version.verdict.map(ReplayVerdict::as_str).unwrap_or_default();
    let granted = row.grants.0.iter().cloned().collect::<Vec<_>>().join("\n");
    let missing = missing.join("\n");
    let details = [
        ("version", version.version.as_str()),
        ("digest", &version.digest),
        ("source", version.source.as_str()),
        ("granted", &granted),
        ("missing", &missing),
        ("replay", &replay),
        ("verdict", verdict),
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
