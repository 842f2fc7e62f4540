//! `crossdock merchant-key …`.

use clap::Subcommand;

use crate::app::Config;
use crate::model::id::MerchantId;

/// What to do with a merchant's data key.
#[derive(Subcommand)]
pub enum MerchantKeyCommand {
    /// Make a new version and seal the merchant's records again under it; may be interrupted and run again
    Rotate {
        /// Whose: mer_…
        #[arg(long)]
        merchant: MerchantId,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
}

/// Does it.
///
/// # Errors
///
/// If the database cannot be reached, there is no such merchant, or a record does not open.
pub async fn run(command: MerchantKeyCommand, _config: &Config) -> anyhow::Result<()> {
    match command {
        MerchantKeyCommand::Rotate { .. } => Err(super::not_linked("merchant-key rotate")),
    }
}
