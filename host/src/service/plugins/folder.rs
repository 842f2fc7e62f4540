//! The plugins folder: what changed in it since this process last looked.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::app::App;
use crate::model::courier::CourierId;
use crate::plugin::{component_files, read_component};
use crate::store::Db;
use crate::store::plugin_versions;
use crate::store::plugins::{self, PluginRow, PluginSource};

use super::install::{Origin, install_in};
use super::loader::State;
use super::refusal::{Refusal, refuse};
use super::{Actor, converge, note, save};
use crate::service::error::{Error, Result};

/// When the folder is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// At the start of the process.
    First,
    /// After a hint that something may have changed.
    Again,
}

/// Takes in what is new in the folder and takes out what is gone; then serves what is in charge.
///
/// # Errors
///
/// `Store` if the database fails; a component that is refused fails nobody else.
pub async fn scan(app: &App, look: Look) -> Result<()> {
    let mut state = app.loader.turn().await;
    match component_files(&app.config.plugins_dir) {
        Ok(files) => scan_files(app, &mut state, &files, look).await?,
        Err(error) => tracing::error!(%error, "the plugins folder cannot be read; what serves goes on"),
    }
    converge::converge_in(app, &mut state).await
}

async fn scan_files(app: &App, state: &mut State, files: &[PathBuf], look: Look) -> Result<()> {
    for file in files {
        let seen = state.files.get(file).map(|(digest, _)| digest.clone());
        let Some((bytes, digest)) = read(app, file, seen.as_deref()).await? else { continue };
        let courier = take_in(app, state, files, file, bytes, &digest).await?;
        state.files.insert(file.clone(), (digest, courier));
    }
    let gone: Vec<PathBuf> = state.files.keys().filter(|file| !files.contains(file)).cloned().collect();
    for file in gone {
        if let Some((_, Some(courier))) = state.files.remove(&file) {
            take_out(app, state, &courier).await?;
        }
    }
    if look == Look::First {
        take_out_missing(app, state).await?;
    }
    Ok(())
}

/// Reads a file; `None`: it is as it was when it was last looked at, or cannot be read just now.
async fn read(app: &App, file: &Path, seen: Option<&str>) -> Result<Option<(Vec<u8>, String)>> {
    let limit_bytes = app.loader.parts().ok_or(Error::NotFound("engine for plugins"))?.0.limits().component_bytes;
    let bytes = match read_component(file, limit_bytes).await {
        Ok(bytes) => bytes,
        Err(error) => {
            refuse(app, &Actor::Host, Refusal::of(&error, PluginSource::Folder, Some(file))).await?;
            return Ok(None);
        }
    };
    let digest = hex::encode(Sha256::digest(&bytes));
    Ok((seen != Some(digest.as_str())).then_some((bytes, digest)))
}

/// Installs a file unless it was acted on before; returns whose it is.
async fn take_in(
    app: &App,
    state: &mut State,
    files: &[PathBuf],
    file: &Path,
    bytes: Vec<u8>,
    digest: &str,
) -> Result<Option<CourierId>> {
    let mut tx = app.db.begin_maintenance_read().await?;
    let known = plugin_versions::courier_of(&mut tx, digest).await?;
    let acted_on = match &known {
        Some(courier) => plugins::get(&mut tx, courier).await?.and_then(|row| row.folder_digest),
        None => None,
    };
    drop(tx);
    if acted_on.as_deref() == Some(digest) {
        return Ok(known);
    }
    let taken = couriers_elsewhere(state, files, file);
    match install_in(app, state, &Actor::Host, bytes, Origin::Folder { file, taken: &taken }).await {
        Ok(installed) => Ok(Some(installed.version.courier)),
        // Kept and logged where it was refused; the next file may be better.
        Err(Error::Invalid { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Couriers of the other files that are there.
fn couriers_elsewhere(state: &State, files: &[PathBuf], file: &Path) -> BTreeMap<CourierId, PathBuf> {
    let others = state.files.iter().filter(|(other, _)| *other != file && files.contains(other));
    others.filter_map(|(other, (_, courier))| Some((courier.clone()?, other.clone()))).collect()
}

async fn take_out(app: &App, state: &State, courier: &CourierId) -> Result<()> {
    if state.files.values().any(|(_, other)| other.as_ref() == Some(courier)) {
        return Ok(());
    }
    let mut tx = app.db.begin_maintenance().await?;
    let Some(mut row) = plugins::get(&mut tx, courier).await?.filter(is_from_folder) else { return Ok(()) };
    row.folder_digest = None;
    row.previous_digest = row.digest.take();
    note(app, &mut tx, &Actor::Host, "plugin.removed", courier, []).await?;
    save(app, &mut tx, &row).await?;
    Ok(tx.commit().await?)
}

fn is_from_folder(row: &PluginRow) -> bool {
    row.source == PluginSource::Folder && row.folder_digest.is_some()
}

/// What was taken away while no process looked. Where several hosts share a database, another one may have the file.
async fn take_out_missing(app: &App, state: &State) -> Result<()> {
    let mut tx = app.db.begin_maintenance_read().await?;
    let rows = plugins::list(&mut tx).await?;
    drop(tx);
    let is_there = |row: &PluginRow| state.files.values().any(|(_, courier)| courier.as_ref() == Some(&row.courier));
    for row in rows.iter().filter(|row| is_from_folder(row) && !is_there(row)) {
        match app.db {
            Db::Sqlite { .. } => take_out(app, state, &row.courier).await?,
            Db::Postgres(_) => tracing::info!(
                courier = %row.courier, "the plugin's file is not in this host's folder; it serves from the database"
            ),
        }
    }
    Ok(())
}
