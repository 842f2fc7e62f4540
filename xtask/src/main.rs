//! The build: `cargo xtask demo`, `test`, `plugins`, `bench` and `fuzz`, on a fresh machine too.
#![expect(clippy::print_stdout, reason = "printing is what a build does")]

mod api;
mod bench;
mod bodies;
mod demo;
mod examples;
mod fuzz;
mod journey;
mod plugins;
mod postgres;
mod processes;
mod sdk;
mod test;
mod timing;
mod tools;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Builds, tests and shows Crossdock.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Builds everything, starts the sandbox couriers and the host, and prints what to try.
    Demo {
        /// Walk the whole journey for every courier, print each step's time, and end.
        #[arg(long)]
        once: bool,
        /// Where the host listens; a free port of the loopback address unless given.
        #[arg(long)]
        listen: Option<SocketAddr>,
    },
    /// Installs what the tests need and runs all of them, on SQLite and on PostgreSQL.
    Test {
        /// Run only the tests whose names hold this text, and none of the checks before them.
        filter: Option<String>,
    },
    /// Builds every plugin to a component.
    Plugins(plugins::Arguments),
    /// Writes the contract's types into the JavaScript and Python packages.
    Sdk,
    /// Runs the benchmarks in release and rewrites docs/BENCHMARKS.md.
    Bench {
        /// Run only the benchmarks whose names hold this text; the document is left alone.
        filter: Option<String>,
    },
    /// Runs the fuzz targets under cargo-fuzz; needs a nightly compiler.
    Fuzz {
        /// Only this target.
        target: Option<String>,
        /// How long each target runs, in seconds.
        #[arg(long, default_value_t = fuzz::DEFAULT_SECONDS)]
        seconds: u32,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    processes::catch_signals()?;
    let root = root();
    match command {
        Command::Demo { once, listen } => demo::run(&root, once, listen),
        Command::Test { filter } => test::run(&root, filter.as_deref()),
        Command::Plugins(arguments) => plugins::run(&arguments, &plugins_dir(&root)),
        Command::Sdk => sdk::run(&root),
        Command::Bench { filter } => bench::run(&root, filter.as_deref()),
        Command::Fuzz { target, seconds } => fuzz::run(&root, target.as_deref(), seconds),
    }
}

/// The repository: `xtask` stands directly in it. Cargo says where when it runs a program; what it said when it compiled this
/// one may be another clone that shares the build folder.
fn root() -> PathBuf {
    let xtask = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&xtask).parent().expect("xtask stands in the repository").to_owned()
}

/// Where cargo builds.
fn target_dir(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |dir| root.join(dir))
}

/// Where the plugins' components stand after a build.
fn plugins_dir(root: &Path) -> PathBuf {
    target_dir(root).join("plugins")
}
