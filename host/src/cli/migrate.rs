//! `crossdock migrate`.

use crate::app::Config;

/// Flags of `migrate`.
#[derive(clap::Args)]
pub struct MigrateArgs {
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Takes the database to this version's schema.
///
/// # Errors
///
/// If the database cannot be reached, or a migration failed; the database is then as before it.
pub async fn run(_args: MigrateArgs, _config: &Config) -> anyhow::Result<()> {
    Err(super::not_linked("migrate"))
}
