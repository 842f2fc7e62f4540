//! `crossdock root-key …`.

use anyhow::Context;
use clap::Subcommand;
use serde::Serialize;

use super::{output, with_app};
use crate::app::Config;
use crate::app::start::make_data_dir;
use crate::model::clock::OsRandom;
use crate::service::{faults, merchant_keys};
use crate::vault::{self, Kid, RootKeys};

/// What to do with the root key.
#[derive(Subcommand)]
pub enum RootKeyCommand {
    /// Put a new key in front of the others in their file, then wrap every merchant's key under it
    Rotate {
        /// Make no key: only wrap again, after a new key was put in place by hand or a rotation was interrupted
        #[arg(long)]
        rewrap_only: bool,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
}

/// Does it.
///
/// # Errors
///
/// If the root key is not kept in a file that can be written, or merchants' keys could not be wrapped again; the command
/// can then be run again with `--rewrap-only`.
pub async fn run(command: RootKeyCommand, config: &Config) -> anyhow::Result<()> {
    match command {
        RootKeyCommand::Rotate { rewrap_only, json } => {
            if !rewrap_only {
                // A new key in front of a wrong one would only confuse: the present one has to open the database first.
                with_app(config, async |_| Ok(())).await?;
            }
            let rotated = rotate(config, rewrap_only, async |_| rewrap_merchant_keys(config).await).await?;
            output::print(json, &rotated, |out| {
                writeln!(out, "{} keys are now wrapped under root key {}.", rotated.rewrapped, rotated.root_kid)?;
                writeln!(out, "Back up {} now.", rotated.kept_in)?;
                writeln!(out, "Hosts that read it take the new key by themselves; others need it and a restart.")
            })
        }
    }
}

/// What a rotation did.
#[derive(Debug, Serialize)]
pub struct Rotated {
    /// The current root key's id.
    pub root_kid: String,
    /// The older ones, still needed by backups.
    pub older_kids: Vec<String>,
    /// Where they are kept.
    pub kept_in: String,
    /// How many keys were wrapped again.
    pub rewrapped: u64,
}

/// Makes a new root key unless `rewrap_only`, and has everything wrapped under it.
///
/// The new key is on disk, in front of the old one, before anything is wrapped under it: whenever this is interrupted,
/// everything still opens.
pub async fn rotate(
    config: &Config,
    rewrap_only: bool,
    rewrap: impl AsyncFnOnce(&RootKeys) -> anyhow::Result<u64>,
) -> anyhow::Result<Rotated> {
    make_data_dir(&config.data_dir)?;
    let mut loaded = vault::load_root_keys(&config.root_key_settings(), &OsRandom)?;
    if !rewrap_only {
        loaded = vault::add_root_key(loaded, &OsRandom)?;
        faults::reach("root_key.file_written");
    }
    let rewrapped = rewrap(&loaded.keys).await.context(
        "not every merchant's key is wrapped under the new root key; the older one still opens the rest, run \
         `crossdock root-key rotate --rewrap-only`",
    )?;
    let mut kids = loaded.keys.kids().map(Kid::to_string);
    Ok(Rotated {
        root_kid: kids.next().unwrap_or_default(),
        older_kids: kids.collect(),
        kept_in: loaded.origin.to_string(),
        rewrapped,
    })
}

async fn rewrap_merchant_keys(config: &Config) -> anyhow::Result<u64> {
    let mut rewrapped = 0;
    // Starting gives the new root key its own check and its own wrapping of the pepper.
    with_app(config, async |app| {
        rewrapped = merchant_keys::rewrap_all(app).await?;
        Ok(())
    })
    .await?;
    Ok(rewrapped)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::app::testing;
    use crate::cli::config_args::{self, ConfigArgs};

    fn config(data_dir: &std::path::Path) -> Config {
        let args = ConfigArgs { data_dir: Some(data_dir.to_owned()), ..ConfigArgs::default() };
        config_args::load(args, &|_| None).unwrap()
    }

    #[tokio::test]
    async fn a_rotation_adds_a_key_and_rewraps_under_it() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        let before = vault::load_root_keys(&config.root_key_settings(), &OsRandom).unwrap();
        let rotated = rotate(&config, false, async |keys| Ok(keys.kids().count() as u64)).await.unwrap();
        assert_eq!(rotated.rewrapped, 2);
        assert_eq!(rotated.older_kids, [before.keys.current_kid().to_string()]);
        let again = rotate(&config, true, async |_| Ok(0)).await.unwrap();
        assert_eq!(again.root_kid, rotated.root_kid);
        assert_eq!(fs::read_to_string(folder.path().join("root-key")).unwrap().lines().count(), 2);
    }

    #[tokio::test]
    async fn an_interrupted_rotation_says_how_to_end_it() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        let failed = rotate(&config, false, async |_| anyhow::bail!("the database is gone")).await.unwrap_err();
        assert!(format!("{failed:#}").contains("--rewrap-only"));
        let kept = vault::load_root_keys(&config.root_key_settings(), &OsRandom).unwrap();
        assert_eq!(kept.keys.kids().count(), 2);
    }

    #[tokio::test]
    async fn secrets_and_api_keys_outlive_a_rotation() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        let mut kept = None;
        with_app(&config, async |app| {
            kept = Some(testing::keep_a_secret(app).await);
            Ok(())
        })
        .await
        .unwrap();
        let kept = kept.unwrap();
        let rotation = RootKeyCommand::Rotate { rewrap_only: false, json: true };
        run(rotation, &config).await.unwrap();
        // The older key is taken away: nothing needs it any more.
        let file = folder.path().join("root-key");
        let keys = fs::read_to_string(&file).unwrap();
        assert_eq!(keys.lines().count(), 2);
        fs::write(&file, keys.lines().next().unwrap()).unwrap();
        with_app(&config, async |app| {
            testing::assert_kept(app, &kept).await;
            merchant_keys::rotate(app, &kept.merchant).await?;
            testing::assert_key_works(app, &kept).await;
            Ok(())
        })
        .await
        .unwrap();
    }
}
