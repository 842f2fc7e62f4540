//! Making the registry say what the database says.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use crate::app::App;
use crate::model::courier::CourierId;
use crate::plugin::{LimitOverrides, Plugin, load_bytes};
use crate::store::plugin_versions;
use crate::store::plugins::{self, PluginLimits, PluginRow};

use super::loader::State;
use super::watch::Watched;
use crate::service::error::{Error, Result};

/// Serves what the database says is in charge; a version that cannot be loaded is reported, and what served before goes on.
///
/// # Errors
///
/// `Store` if the database cannot be read.
pub async fn converge(app: &App) -> Result<()> {
    let mut state = app.loader.turn().await;
    converge_in(app, &mut state).await
}

pub(super) async fn converge_in(app: &App, state: &mut State) -> Result<()> {
    let mut tx = app.db.begin_maintenance_read().await?;
    let revisions = plugins::revisions(&mut tx).await?;
    let is_stale = |(courier, revision): &&(CourierId, i64)| state.applied.get(courier) != Some(revision);
    let stale: Vec<CourierId> = revisions.iter().filter(is_stale).map(|(courier, _)| courier.clone()).collect();
    let mut rows = Vec::with_capacity(stale.len());
    for courier in &stale {
        rows.extend(plugins::get(&mut tx, courier).await?);
    }
    drop(tx);
    for row in rows {
        let plugin = load(app, &row).await;
        match plugin {
            Ok(plugin) => take_over(app, state, &row, plugin),
            // The next look tries again: another process may be writing just now.
            Err(error) => tracing::error!(courier = %row.courier, %error, "the plugin in charge cannot be loaded"),
        }
    }
    let known: BTreeSet<&CourierId> = revisions.iter().map(|(courier, _)| courier).collect();
    for plugin in app.registry.list() {
        if !known.contains(plugin.id()) {
            app.registry.remove(plugin.id());
            state.applied.remove(plugin.id());
        }
    }
    Ok(())
}

/// Loads the version in charge, unless it serves already; `None`: nothing is to serve.
pub(super) async fn load(app: &App, row: &PluginRow) -> Result<Option<Arc<Plugin>>> {
    let Some(digest) = row.digest.as_deref().filter(|_| row.is_enabled) else { return Ok(None) };
    if let Some(serving) = app.registry.get(&row.courier).filter(|serving| serving.digest() == digest) {
        return Ok(Some(serving));
    }
    let (engine, cache) = app.loader.parts().ok_or(Error::NotFound("engine for plugins"))?;
    let mut tx = app.db.begin_maintenance_read().await?;
    let content = plugin_versions::content(&mut tx, &row.courier, digest).await?;
    drop(tx);
    let content = content.ok_or(Error::NotFound("version of the plugin"))?;
    let plugin = load_bytes(engine, content, cache).await;
    plugin.map(Some).map_err(|error| Error::invalid("", "plugin_refused", error.to_string()))
}

/// Loads a version to compare another one with, whether its courier's plugin serves just now or not; `None`: there is none, or it cannot be
/// loaded any more.
pub(super) async fn load_to_compare(app: &App, row: &PluginRow, digest: Option<String>) -> Result<Option<Arc<Plugin>>> {
    match load(app, &PluginRow { is_enabled: true, digest, ..row.clone() }).await {
        Err(error @ (Error::Invalid { .. } | Error::NotFound(_))) => {
            tracing::warn!(courier = %row.courier, %error, "the version before cannot be loaded to compare with");
            Ok(None)
        }
        loaded => loaded,
    }
}

/// Puts a version in charge in this process, or takes the courier's plugin out. Calls in flight finish on the old one.
pub(super) fn take_over(app: &App, state: &mut State, row: &PluginRow, plugin: Option<Arc<Plugin>>) {
    state.applied.insert(row.courier.clone(), row.revision);
    app.recorder.switch(&row.courier, row.records_calls);
    let Some(plugin) = plugin.filter(|_| row.is_enabled) else {
        state.watched.remove(&row.courier);
        if app.registry.remove(&row.courier).is_some() {
            tracing::info!(courier = %row.courier, "plugin out of charge");
        }
        return;
    };
    // The version that serves already keeps what was counted of it.
    let serving = app.registry.get(&row.courier).filter(|serving| serving.digest() == plugin.digest());
    let plugin = serving.unwrap_or(plugin).limited(&overrides(&row.limits.0));
    let old = app.registry.replace(Arc::clone(&plugin));
    if let Some(old) = old.filter(|old| old.digest() != plugin.digest()) {
        tracing::info!(
            courier = %row.courier, plugin.version = plugin.version(), digest = plugin.digest(), before = old.version(),
            "plugin in charge"
        );
        state.watched.insert(row.courier.clone(), Watched::new(app, &old, plugin));
    }
}

/// Returns the limits that an operator changed, as the engine takes them.
pub(super) fn overrides(limits: &PluginLimits) -> LimitOverrides {
    LimitOverrides {
        calls: limits.calls,
        cpu: limits.cpu_ms.map(|ms| Duration::from_millis(ms.into())),
        memory_bytes: limits.memory_bytes.and_then(|bytes| usize::try_from(bytes).ok()),
        requests: limits.requests,
    }
}
