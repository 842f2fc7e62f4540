//! `crossdock key …`.

use clap::{Args, Subcommand};

use crate::app::Config;
use crate::model::id::MerchantId;

/// How long both keys work after a rotation: a day, to put the new one everywhere.
const OVERLAP_HOURS: u32 = 24;

/// What to do with API keys.
#[derive(Subcommand)]
pub enum KeyCommand {
    /// Create a key; it is shown once
    Create(CreateArgs),
    /// List keys: public ids, scopes and last use, never the keys
    List(ListArgs),
    /// Revoke a key at once
    Revoke {
        /// Its public id (the 8 characters) or its id, key_…
        key: String,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Create a key with the same rights; the old one ends after an overlap
    Rotate {
        /// Its public id (the 8 characters) or its id, key_…
        key: String,
        /// Hours for which the old key still works
        #[arg(long, default_value_t = OVERLAP_HOURS, value_parser = clap::value_parser!(u32).range(0..=168))]
        overlap_hours: u32,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
}

/// Flags of `key create`.
#[derive(Args)]
pub struct CreateArgs {
    /// Whose key: mer_…
    #[arg(long, required_unless_present = "admin", conflicts_with = "admin")]
    pub merchant: Option<MerchantId>,
    /// An operator's key instead of a merchant's
    #[arg(long)]
    pub admin: bool,
    /// What it may do, comma-separated, such as shipments:read,labels:buy; an operator's key has `admin`
    #[arg(long, value_delimiter = ',', required_unless_present = "admin")]
    pub scopes: Vec<String>,
    /// For test data and couriers' test systems only
    #[arg(long, conflicts_with = "admin")]
    pub test: bool,
    /// What it is for, as people know it
    #[arg(long)]
    pub name: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Flags of `key list`.
#[derive(Args)]
pub struct ListArgs {
    /// Only this merchant's: mer_…
    #[arg(long, conflicts_with = "admin")]
    pub merchant: Option<MerchantId>,
    /// Only operators'
    #[arg(long)]
    pub admin: bool,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Does it.
///
/// # Errors
///
/// If the database cannot be reached, or there is no such merchant, key or scope.
pub async fn run(command: KeyCommand, _config: &Config) -> anyhow::Result<()> {
    match command {
        KeyCommand::Create(_) => Err(anyhow::anyhow!("key create")),
        KeyCommand::List(_) => Err(anyhow::anyhow!("key list")),
        KeyCommand::Revoke { .. } => Err(anyhow::anyhow!("key revoke")),
        KeyCommand::Rotate { .. } => Err(anyhow::anyhow!("key rotate")),
    }
}
