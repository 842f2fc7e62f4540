//! `crossdock plugin …`.

use std::path::PathBuf;

use clap::Subcommand;

use crate::app::Config;

/// What to do with plugins.
#[derive(Subcommand)]
pub enum PluginCommand {
    /// List the plugins in the plugins folder, and why one is refused
    List {
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Show a plugin's description, capabilities and what it asks for
    Inspect {
        /// A courier's id, or the file of a component
        plugin: String,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Run every check that loading would, without loading
    Check {
        /// The file of a component
        file: PathBuf,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Build a component from a plugin's folder
    Build {
        /// The folder of its Cargo.toml
        #[arg(default_value = ".")]
        folder: PathBuf,
        /// Where the component goes [default: the plugins folder]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
}

/// Does it.
///
/// # Errors
///
/// If there is no such plugin, or it is refused: the message has the plugin and the reason.
pub async fn run(command: PluginCommand, _config: &Config) -> anyhow::Result<()> {
    match command {
        PluginCommand::List { .. } => Err(super::not_linked("plugin list")),
        PluginCommand::Inspect { .. } => Err(super::not_linked("plugin inspect")),
        PluginCommand::Check { .. } => Err(super::not_linked("plugin check")),
        PluginCommand::Build { .. } => Err(super::not_linked("plugin build")),
    }
}
