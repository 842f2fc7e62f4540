//! What an operator sees of plugins.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::app::App;
use crate::model::courier::CourierId;
use crate::plugin::Plugin;
use crate::store::plugin_refusals::{self, RefusalRow};
use crate::store::plugin_versions::{self, VersionRow};
use crate::store::plugins::{self, PluginRow};

use super::row;
use crate::service::error::Result;

/// Refusals that are shown.
const SHOWN_REFUSALS: u32 = 50;

/// A courier's plugin.
pub struct PluginView {
    /// What holds.
    pub row: PluginRow,
    /// The version in charge.
    pub in_charge: Option<VersionRow>,
    /// Versions that wait for the operator.
    pub waiting: Vec<VersionRow>,
    /// The version that this process serves.
    pub serving: Option<Arc<Plugin>>,
}

/// Returns every courier's plugin, and what was refused lately.
pub async fn list(app: &App) -> Result<(Vec<PluginView>, Vec<RefusalRow>)> {
    let mut tx = app.db.begin_maintenance_read().await?;
    let rows = plugins::list(&mut tx).await?;
    let mut versions = BTreeMap::new();
    for row in &rows {
        versions.insert(row.courier.clone(), plugin_versions::list(&mut tx, &row.courier).await?);
    }
    let refusals = plugin_refusals::list(&mut tx, SHOWN_REFUSALS).await?;
    drop(tx);
    let view = |row: PluginRow| {
        let versions = versions.remove(&row.courier).unwrap_or_default();
        view(app, row, versions)
    };
    Ok((rows.into_iter().map(view).collect(), refusals))
}

/// Returns a courier's plugin.
///
/// # Errors
///
/// `NotFound` if there is none.
pub async fn get(app: &App, courier: &CourierId) -> Result<PluginView> {
    let mut tx = app.db.begin_maintenance_read().await?;
    let row = row(&mut tx, courier).await?;
    let versions = plugin_versions::list(&mut tx, courier).await?;
    Ok(view(app, row, versions))
}

/// Returns a courier's versions, the newest first.
///
/// # Errors
///
/// `NotFound` if there is no such plugin.
pub async fn versions(app: &App, courier: &CourierId) -> Result<(PluginRow, Vec<VersionRow>)> {
    let mut tx = app.db.begin_maintenance_read().await?;
    let row = row(&mut tx, courier).await?;
    let versions = plugin_versions::list(&mut tx, courier).await?;
    Ok((row, versions))
}

fn view(app: &App, row: PluginRow, versions: Vec<VersionRow>) -> PluginView {
    use crate::store::plugin_versions::VersionState::AwaitingApproval;
    let in_charge = versions.iter().find(|version| Some(&version.digest) == row.digest.as_ref()).cloned();
    let waiting = versions.into_iter().filter(|version| version.state == AwaitingApproval).collect();
    let serving = app.registry.get(&row.courier);
    PluginView { row, in_charge, waiting, serving }
}
