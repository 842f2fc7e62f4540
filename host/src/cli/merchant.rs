//! `crossdock merchant …`.

use clap::Subcommand;
use clap::builder::NonEmptyStringValueParser;

use crate::app::Config;
use crate::model::id::MerchantId;

/// What to do with merchants.
#[derive(Subcommand)]
pub enum MerchantCommand {
    /// Create a merchant with its first data key
    Create {
        /// Its name, as people know it
        #[arg(long, value_parser = NonEmptyStringValueParser::new())]
        name: String,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// List all merchants
    List {
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Disable a merchant: its API keys are refused, its data stay
    Disable {
        /// Its id, mer_…
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
/// If the database cannot be reached, or there is no such merchant.
pub async fn run(command: MerchantCommand, _config: &Config) -> anyhow::Result<()> {
    match command {
        MerchantCommand::Create { .. } => Err(super::not_linked("merchant create")),
        MerchantCommand::List { .. } => Err(super::not_linked("merchant list")),
        MerchantCommand::Disable { .. } => Err(super::not_linked("merchant disable")),
    }
}
