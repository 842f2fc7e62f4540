//! `crossdock migrate`.

use serde::Serialize;

use super::output;
use crate::app::Config;
use crate::app::start::{connect, make_data_dir};

/// Flags of `migrate`.
#[derive(clap::Args)]
pub struct MigrateArgs {
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(Serialize)]
struct Migrated {
    applied: Vec<&'static str>,
}

/// Takes the database to this version's schema.
///
/// # Errors
///
/// If the database cannot be reached, or a migration failed; the database is then as before it.
pub async fn run(args: MigrateArgs, config: &Config) -> anyhow::Result<()> {
    make_data_dir(&config.data_dir)?;
    let db = connect(config).await?;
    let applied = db.migrate().await;
    db.close().await;
    let migrated = Migrated { applied: applied? };
    output::print(args.json, &migrated, |out| match migrated.applied.as_slice() {
        [] => writeln!(out, "The database is up to date."),
        names => names.iter().try_for_each(|name| writeln!(out, "applied {name}")),
    })
}
