//! What an operator changes on a plugin that is there: the version, whether it serves, what it may do.

use std::collections::BTreeSet;

use crate::app::App;
use crate::model::courier::CourierId;
use crate::store::Tx;
use crate::store::columns::Json;
use crate::store::plugin_versions::{self, ReplayVerdict, VersionRow, VersionState};
use crate::store::plugins::{PluginLimits, PluginRow, ReplayPolicy};
use crate::store::recorded_calls;

use super::converge::{load, take_over};
use super::install::{not_granted, put_in_charge};
use super::loader::State;
use super::{Actor, changed_meanwhile, note, row, save};
use crate::service::error::{Error, Result};

/// What an operator changes; `None` stays.
#[derive(Debug, Clone, Default)]
pub struct Patch {
    /// What it may do: all of it.
    pub grants: Option<BTreeSet<String>>,
    /// Its limits: all of them.
    pub limits: Option<PluginLimits>,
    /// What is done with a version that does otherwise; `Some(None)`: as the host is configured.
    pub replay_policy: Option<Option<ReplayPolicy>>,
    /// Whether its calls are recorded. Recordings that are there go when it is switched off.
    pub records_calls: Option<bool>,
    /// The revision that the row must still have.
    pub revision: Option<i64>,
}

/// Puts an earlier version in charge again: the named one, or the one before.
///
/// # Errors
///
/// `NotFound` if there is no such plugin or version, `Conflict` if the version must not serve.
pub async fn rollback(app: &App, actor: &Actor, courier: &CourierId, digest: Option<&str>) -> Result<PluginRow> {
    let mut state = app.loader.turn().await;
    let mut tx = app.db.begin_maintenance().await?;
    let mut row = row(&mut tx, courier).await?;
    let target = match digest.map(str::to_owned).or_else(|| row.previous_digest.clone()) {
        Some(target) => target,
        None => {
            let detail = format!("there is no version of {courier} before this one; name one of its versions");
            return Err(Error::Conflict { code: "no_version_before", detail });
        }
    };
    let version = may_serve(&mut tx, &row, &target).await?;
    let from = row.digest.clone().unwrap_or_default();
    put_in_charge(&mut row, &target);
    let details = [("version", version.version.as_str()), ("digest", &target), ("from", &from)];
    note(app, &mut tx, actor, "plugin.rolled_back", courier, details).await?;
    finish(app, &mut state, tx, row).await
}

/// Lets a plugin serve again.
///
/// # Errors
///
/// `NotFound` if there is none.
pub async fn enable(app: &App, actor: &Actor, courier: &CourierId) -> Result<PluginRow> {
    switch(app, actor, courier, true).await
}

/// Takes a plugin out of charge until it is enabled again; calls in flight finish.
///
/// # Errors
///
/// `NotFound` if there is none.
pub async fn disable(app: &App, actor: &Actor, courier: &CourierId) -> Result<PluginRow> {
    switch(app, actor, courier, false).await
}

async fn switch(app: &App, actor: &Actor, courier: &CourierId, is_enabled: bool) -> Result<PluginRow> {
    let mut state = app.loader.turn().await;
    let mut tx = app.db.begin_maintenance().await?;
    let mut row = row(&mut tx, courier).await?;
    if row.is_enabled == is_enabled {
        return Ok(row);
    }
    row.is_enabled = is_enabled;
    let action = if is_enabled { "plugin.enabled" } else { "plugin.disabled" };
    note(app, &mut tx, actor, action, courier, []).await?;
    finish(app, &mut state, tx, row).await
}

/// Changes what a plugin may do. Grants that cover the newest version that waits for them put it in charge.
///
/// # Errors
///
/// `NotFound` if there is no such plugin, `Conflict` if the version in charge could not go on serving.
pub async fn patch(app: &App, actor: &Actor, courier: &CourierId, patch: Patch) -> Result<PluginRow> {
    let mut state = app.loader.turn().await;
    let mut tx = app.db.begin_maintenance().await?;
    let mut row = row(&mut tx, courier).await?;
    if patch.revision.is_some_and(|revision| revision != row.revision) {
        return Err(changed_meanwhile(courier));
    }
    let mut changed = Vec::new();
    if let Some(limits) = patch.limits {
        changed.push(("limits", serde_json::to_string(&limits).unwrap_or_default()));
        row.limits = Json(limits);
    }
    if let Some(policy) = patch.replay_policy {
        changed.push(("replay_policy", policy.map_or("default", ReplayPolicy::as_str).to_owned()));
        row.replay_policy = policy;
    }
    if let Some(records_calls) = patch.records_calls {
        changed.push(("record_calls", records_calls.to_string()));
        row.records_calls = records_calls;
        if !records_calls {
            recorded_calls::delete_of_courier(&mut tx, courier).await?;
        }
    }
    if let Some(grants) = patch.grants {
        changed.push(("grants", grants.iter().cloned().collect::<Vec<_>>().join("\n")));
        row.grants = Json(grants);
        let approved = settle_grants(app, &mut tx, &mut row).await?;
        changed.extend(approved.map(|version| ("approved", version.version)));
    }
    let details = changed.iter().map(|(key, value)| (*key, value.as_str()));
    note(app, &mut tx, actor, "plugin.changed", courier, details).await?;
    finish(app, &mut state, tx, row).await
}

/// Takes a version although it does otherwise on recorded calls: the named one, or the newest that waits for it. It is put in charge
/// if what it asks for is granted.
///
/// # Errors
///
/// `NotFound` if there is no such plugin or version, `Conflict` if the version does not wait for that.
pub async fn accept(app: &App, actor: &Actor, courier: &CourierId, digest: Option<&str>) -> Result<PluginRow> {
    let mut state = app.loader.turn().await;
    let mut tx = app.db.begin_maintenance().await?;
    let mut row = row(&mut tx, courier).await?;
    let version = to_accept(&mut tx, courier, digest).await?;
    let missing: Vec<String> = version.wants.0.difference(&row.grants.0).cloned().collect();
    let (new_state, reason) = match not_granted(&missing) {
        None => (VersionState::Installed, None),
        reason => (VersionState::AwaitingApproval, reason),
    };
    let now = app.clock.now();
    plugin_versions::set_verdict(&mut tx, courier, &version.digest, ReplayVerdict::Accepted).await?;
    plugin_versions::set_state(&mut tx, courier, &version.digest, new_state, reason.as_deref(), now).await?;
    if missing.is_empty() {
        put_in_charge(&mut row, &version.digest);
    }
    let (replay, missing) =
        (version.replay.as_ref().map(|report| report.summary()).unwrap_or_default(), missing.join("\n"));
    let details = [
        ("version", version.version.as_str()),
        ("digest", &version.digest),
        ("replay", &replay),
        ("missing", &missing),
    ];
    let details = details.into_iter().filter(|(_, value)| !value.is_empty());
    note(app, &mut tx, actor, "plugin.accepted", courier, details).await?;
    finish(app, &mut state, tx, row).await
}

/// Finds the version that an operator means. One that was refused by its replay can be taken, too; by anything else, not.
async fn to_accept(tx: &mut Tx, courier: &CourierId, digest: Option<&str>) -> Result<VersionRow> {
    let Some(digest) = digest else {
        let versions = plugin_versions::list(tx, courier).await?;
        let waiting = versions.into_iter().find(|version| version.verdict == Some(ReplayVerdict::Asked));
        let detail = format!("no version of {courier} waits because of its replay; name one by its digest");
        return waiting.ok_or(Error::Conflict { code: "nothing_to_accept", detail });
    };
    let version = plugin_versions::get(tx, courier, digest).await?.ok_or(Error::NotFound("version of the plugin"))?;
    if matches!(version.verdict, Some(ReplayVerdict::Asked | ReplayVerdict::Refused)) {
        return Ok(version);
    }
    let detail = format!("the version {} of {courier} does not wait because of its replay", version.version);
    Err(Error::Conflict { code: "nothing_to_accept", detail })
}

/// Goes back to the version before, because the one in charge does worse; it must not serve again by itself.
pub(super) async fn go_back(
    app: &App,
    state: &mut State,
    courier: &CourierId,
    before: &str,
    words: &str,
) -> Result<()> {
    let mut tx = app.db.begin_maintenance().await?;
    let mut row = row(&mut tx, courier).await?;
    let Some(bad) = row.digest.clone().filter(|digest| digest != before) else { return Ok(()) };
    let version = may_serve(&mut tx, &row, before).await?;
    let now = app.clock.now();
    plugin_versions::set_state(&mut tx, courier, &bad, VersionState::Refused, Some(words), now).await?;
    put_in_charge(&mut row, before);
    let details = [("version", version.version.as_str()), ("digest", before), ("from", &bad), ("reason", words)];
    note(app, &mut tx, &Actor::Host, "plugin.rolled_back", courier, details).await?;
    tracing::error!(%courier, plugin.version = version.version, words, "plugin went back to the version before");
    finish(app, state, tx, row).await.map(|_| ())
}

/// Writes the change down and makes this process serve it; the other hosts see it within a second.
async fn finish(app: &App, state: &mut State, mut tx: Tx, mut row: PluginRow) -> Result<PluginRow> {
    save(app, &mut tx, &row).await?;
    tx.commit().await?;
    row.revision += 1;
    if app.loader.parts().is_some() {
        let plugin = load(app, &row).await?;
        take_over(app, state, &row, plugin);
    }
    app.loader.tell();
    Ok(row)
}

async fn may_serve(tx: &mut Tx, row: &PluginRow, digest: &str) -> Result<VersionRow> {
    let version =
        plugin_versions::get(tx, &row.courier, digest).await?.ok_or(Error::NotFound("version of the plugin"))?;
    let refused = |detail: String| Error::Conflict { code: "version_must_not_serve", detail };
    if version.state == VersionState::Refused {
        let reason = version.reason.as_deref().unwrap_or("it was refused");
        return Err(refused(format!("the version {} of {} must not serve: {reason}", version.version, row.courier)));
    }
    let missing: Vec<&str> = version.wants.0.difference(&row.grants.0).map(String::as_str).collect();
    if missing.is_empty() {
        return Ok(version);
    }
    Err(refused(format!(
        "the version {} of {} asks for what is not granted: {}",
        version.version,
        row.courier,
        missing.join("; ")
    )))
}

/// Holds changed grants against the version in charge and the newest one that waits; returns that if it may serve now.
async fn settle_grants(app: &App, tx: &mut Tx, row: &mut PluginRow) -> Result<Option<VersionRow>> {
    let versions = plugin_versions::list(tx, &row.courier).await?;
    let is_covered = |version: &&VersionRow| version.wants.0.is_subset(&row.grants.0);
    let waiting = versions.iter().find(|version| version.state == VersionState::AwaitingApproval).filter(is_covered);
    if let Some(version) = waiting {
        let now = app.clock.now();
        if version.verdict == Some(ReplayVerdict::Asked) {
            let reason = version.replay.as_ref().map(|report| format!("{}; accept it, or leave it", report.summary()));
            let state = VersionState::AwaitingApproval;
            plugin_versions::set_state(tx, &row.courier, &version.digest, state, reason.as_deref(), now).await?;
            return Ok(None);
        }
        plugin_versions::set_state(tx, &row.courier, &version.digest, VersionState::Installed, None, now).await?;
        put_in_charge(row, &version.digest);
        return Ok(Some(version.clone()));
    }
    let serving = versions.iter().find(|version| Some(&version.digest) == row.digest.as_ref());
    match serving.filter(|version| !is_covered(version)) {
        None => Ok(None),
        Some(version) => {
            let detail = format!(
                "the version {} in charge needs more than that: {}; disable the plugin or roll it back first",
                version.version,
                version.wants.0.difference(&row.grants.0).cloned().collect::<Vec<_>>().join("; ")
            );
            Err(Error::Conflict { code: "grants_in_use", detail })
        }
    }
}
