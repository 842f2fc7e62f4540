//! The command line. `crossdock --help` is its reference; scripts depend on it.
//!
//! Exit codes: 0 done, 1 failed, 2 used wrongly. Answers go to standard output, everything else to standard error.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::app::start::{Clocks, Extent, start_with};
use crate::app::{App, Config, runtime};

mod author;
pub mod config_args;
pub mod doctor;
pub mod key;
pub mod logging;
pub mod merchant;
pub mod merchant_key;
pub mod migrate;
pub mod openapi;
pub mod output;
pub mod plugin;
mod plugin_build;
mod plugin_change;
pub mod root_key;
pub mod serve;

/// Exit code of a command that was understood and failed; clap gives 2 for one that was not.
const FAILED: u8 = 1;

/// An integration host for parcel couriers.
#[derive(Parser)]
#[command(name = "crossdock", version, about, disable_help_subcommand = true, arg_required_else_help = true)]
pub struct Cli {
    #[command(flatten)]
    config: config_args::ConfigArgs,
    #[command(subcommand)]
    command: Command,
}

/// What to do.
#[derive(Subcommand)]
enum Command {
    /// Serve the API until SIGTERM or SIGINT, then drain
    Serve(serve::ServeArgs),
    /// Take the database to this version's schema
    Migrate(migrate::MigrateArgs),
    /// Merchants
    #[command(subcommand)]
    Merchant(merchant::MerchantCommand),
    /// API keys
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Courier plugins
    #[command(subcommand)]
    Plugin(plugin::PluginCommand),
    /// The root key, under which every merchant's key is wrapped
    #[command(subcommand)]
    RootKey(root_key::RootKeyCommand),
    /// A merchant's data key, under which its credentials are sealed
    #[command(subcommand)]
    MerchantKey(merchant_key::MerchantKeyCommand),
    /// Print the OpenAPI 3.1 document of the API
    Openapi(openapi::OpenapiArgs),
    /// Check configuration, keys, folders and database, and say what to mend
    Doctor(doctor::DoctorArgs),
}

/// Reads the command line and does what it says.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match start(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::from(FAILED)
        }
    }
}

fn start(cli: Cli) -> anyhow::Result<()> {
    let is_log_asked_for = cli.config.log.is_some();
    let mut config = config_args::load(cli.config, &read_environment)?;
    if let (Command::Plugin(command), false) = (&cli.command, is_log_asked_for) {
        command.usual_log().clone_into(&mut config.log);
    }
    logging::start(&config)?;
    runtime()?.block_on(dispatch(cli.command, &config))
}

async fn dispatch(command: Command, config: &Config) -> anyhow::Result<()> {
    match command {
        Command::Serve(args) => serve::run(args, config).await,
        Command::Migrate(args) => migrate::run(args, config).await,
        Command::Merchant(command) => merchant::run(command, config).await,
        Command::Key(command) => key::run(command, config).await,
        Command::Plugin(command) => plugin::run(command, config).await,
        Command::RootKey(command) => root_key::run(command, config).await,
        Command::MerchantKey(command) => merchant_key::run(command, config).await,
        Command::Openapi(args) => openapi::run(args),
        Command::Doctor(args) => doctor::run(args, config).await,
    }
}

fn read_environment(name: &str) -> Option<String> {
    // What is not Unicode is read too, and then refused as no key: taken for unset it would go unnoticed.
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

/// Writes an error and its causes in one line.
#[expect(clippy::print_stderr, reason = "the line is for whoever runs the command, whatever the log's level")]
fn report(error: &anyhow::Error) {
    eprintln!("error: {}", one_line(error));
}

/// Runs a command on an app without plugins, worker and listeners; a server may be running on the same database.
async fn with_app(config: &Config, act: impl AsyncFnOnce(&App) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let started = start_with(config.clone(), Clocks::system(), Extent::default()).await?;
    let done = act(&started.app).await;
    started.stop().await;
    done
}

fn one_line(error: &anyhow::Error) -> String {
    format!("{error:#}").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
