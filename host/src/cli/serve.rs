//! `crossdock serve`.

use anyhow::Context;

use crate::app::{Config, shutdown};
use crate::model::clock::OsRandom;
use crate::vault;

/// `serve` takes the configuration's flags and no others.
#[derive(clap::Args)]
pub struct ServeArgs {}

/// Serves until a signal ends it.
///
/// # Errors
///
/// If the host cannot start: no root key, no database, an address in use.
pub async fn run(_args: ServeArgs, config: &Config) -> anyhow::Result<()> {
    let stop = shutdown::listen().context("cannot listen for signals")?;
    let loaded = vault::load_root_keys(&config.root_key_settings(), &OsRandom)?;
    for warning in config.warnings().iter().chain(&loaded.warnings) {
        tracing::warn!("{warning}");
    }
    tracing::info!(mode = config.mode.as_str(), root_key = %loaded.keys.current_kid(), "root key loaded from {}", loaded.origin);
    drop(stop);
    Err(super::not_linked("serve"))
}
