//! `crossdock serve`.

use anyhow::Context;
use serde::Serialize;

use super::output;
use crate::app::serve::{Listeners, serve};
use crate::app::start::start;
use crate::app::{Config, shutdown};

/// `serve` takes the configuration's flags and no others.
#[derive(clap::Args)]
pub struct ServeArgs {}

/// What a script is told, in one line on standard output, once the host listens.
#[derive(Serialize)]
struct Listening {
    url: String,
    metrics_url: String,
}

/// Serves until a signal ends it.
///
/// # Errors
///
/// If the host cannot start: no root key, no database, an address in use.
pub async fn run(_args: ServeArgs, config: &Config) -> anyhow::Result<()> {
    let stop = shutdown::listen().context("cannot listen for signals")?;
    // First the addresses: requests to couriers must never go there, and ports may have been chosen just now.
    let listeners = Listeners::bind(config).await?;
    let started = start(config.clone(), listeners.addresses()).await?;
    let listening = Listening {
        url: format!("http://{}", listeners.api_address),
        metrics_url: format!("http://{}", listeners.metrics_address),
    };
    tracing::info!(metrics.url = listening.metrics_url, "listening on {}", listening.url);
    // A script may have closed its end: no reason not to serve.
    if let Err(error) = output::print(true, &listening, |_| Ok(())) {
        tracing::warn!(%error, "nobody reads where this host listens");
    }
    serve(started, listeners, stop).await.context("a listener failed")
}
