//! `crossdock merchant-key …`.

use clap::Subcommand;
use serde::Serialize;

use super::{output, with_app};
use crate::app::Config;
use crate::model::id::MerchantId;
use crate::service::{Error, merchant_keys};

/// What to do with a merchant's data key.
#[derive(Subcommand)]
pub enum MerchantKeyCommand {
    /// Make a new version and seal the merchant's records again under it; may be interrupted and run again
    Rotate {
        /// Whose: mer_…
        #[arg(long)]
        merchant: MerchantId,
        /// Make no version: only end a rotation that was interrupted
        #[arg(long)]
        reseal_only: bool,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
}

#[derive(Serialize)]
struct Rotated {
    merchant: String,
    key_version: u32,
    resealed: u64,
}

/// Does it.
///
/// # Errors
///
/// If the database cannot be reached, there is no such merchant, or a record does not open.
pub async fn run(command: MerchantKeyCommand, config: &Config) -> anyhow::Result<()> {
    let MerchantKeyCommand::Rotate { merchant, reseal_only, json } = command;
    with_app(config, async |app| {
        let done = match reseal_only {
            true => merchant_keys::finish(app, &merchant).await,
            false => merchant_keys::rotate(app, &merchant).await,
        };
        let done = done.map_err(|error| match error {
            Error::NotFound(_) => anyhow::Error::from(error),
            begun => anyhow::Error::from(begun).context(format!(
                "the rotation is not done and older versions still open; mend the cause, then run `crossdock merchant-key \
                 rotate --merchant {merchant} --reseal-only`"
            )),
        })?;
        let rotated = Rotated { merchant: merchant.to_string(), key_version: done.version, resealed: done.resealed };
        output::print(json, &rotated, |out| {
            let Rotated { key_version, resealed, .. } = &rotated;
            writeln!(out, "{resealed} credentials of {merchant} are now sealed under version {key_version} of its key.")
        })
    })
    .await
}
