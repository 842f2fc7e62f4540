//! The build: `cargo xtask plugins` and what else is more than one cargo command.

mod plugins;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "xtask", about = "Crossdock's build")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Builds the plugins and the test guests as components.
    Plugins(plugins::Arguments),
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Plugins(arguments) => plugins::run(&arguments),
    }
}
