//! `crossdock-sandbox`: the imitated couriers as a program.

use std::io::Write;
use std::net::SocketAddr;

use anyhow::Context;
use clap::{Parser, Subcommand};
use crossdock_sandbox::Sandbox;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

#[derive(Parser)]
#[command(name = "crossdock-sandbox", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves every courier under /<courier> until SIGTERM or Ctrl-C.
    Serve {
        /// Address to listen on; port 0 takes a free one.
        #[arg(long, default_value = "127.0.0.1:4010", env = "CROSSDOCK_SANDBOX_LISTEN")]
        listen: SocketAddr,
        /// Numbers and ids follow from this.
        #[arg(long, default_value_t = 1, env = "CROSSDOCK_SANDBOX_SEED")]
        seed: u64,
    },
    /// Prints what the two test merchants enter to connect their accounts, as JSON.
    Credentials,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info")))
        .init();
    match Arguments::parse().command {
        Command::Serve { listen, seed } => serve(listen, seed).await,
        Command::Credentials => print_line(
            &serde_json::json!({
                "first": crossdock_sandbox::credentials(),
                "second": crossdock_sandbox::second_credentials(),
            })
            .to_string(),
        ),
    }
}

async fn serve(listen: SocketAddr, seed: u64) -> anyhow::Result<()> {
    let sandbox = Sandbox::start(listen, seed).await.with_context(|| format!("cannot listen on {listen}"))?;
    print_line(sandbox.base_url())?;
    let mut terminate = signal(SignalKind::terminate()).context("cannot wait for SIGTERM")?;
    tokio::select! {
        _ = terminate.recv() => {}
        interrupted = tokio::signal::ctrl_c() => interrupted.context("cannot wait for Ctrl-C")?,
    }
    sandbox.stop().await;
    Ok(())
}

fn print_line(line: &str) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{line}")?;
    // Whoever started this may be waiting for the URL through a pipe.
    stdout.flush()?;
    Ok(())
}
