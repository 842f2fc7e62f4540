//! Serving: the two listeners, what answers on them, and the order in which it all ends.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::http::auth::Gate;
use crate::http::health::Health;
use crate::http::key_lookup::StoredKeys;
use crate::http::observe::Observer;
use crate::http::rate_limit::RateLimiter;
use crate::http::server::{self, Edge};
use crate::http::{api, metrics};

use super::config::Mode;
use super::health::health;
use super::start::{StartError, Started};
use super::{App, Config};

/// How long a production host says that it is not ready before it stops listening: a load balancer's probe or two.
const DRAIN_NOTICE: Duration = Duration::from_secs(3);

/// The addresses that are listened on, before anything answers there.
pub struct Listeners {
    api: TcpListener,
    metrics: TcpListener,
    /// The API's address; the port is the one that was chosen.
    pub api_address: SocketAddr,
    /// The metrics' address.
    pub metrics_address: SocketAddr,
}

impl Listeners {
    /// Takes both addresses.
    ///
    /// # Errors
    ///
    /// If one is in use or not this machine's.
    pub async fn bind(config: &Config) -> Result<Self, StartError> {
        let (api, api_address) = bind(config.listen, "CROSSDOCK_LISTEN").await?;
        let (metrics, metrics_address) = bind(config.metrics_listen, "CROSSDOCK_METRICS_LISTEN").await?;
        Ok(Self { api, metrics, api_address, metrics_address })
    }

    /// Lists the addresses, to which no request may be sent.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        vec![self.api_address, self.metrics_address]
    }
}

async fn bind(address: SocketAddr, variable: &'static str) -> Result<(TcpListener, SocketAddr), StartError> {
    let fault = |source| StartError::Listen { address, variable, source };
    let listener = TcpListener::bind(address).await.map_err(fault)?;
    let bound = listener.local_addr().map_err(fault)?;
    Ok((listener, bound))
}

/// Makes the API's router.
pub fn router(app: &App, health: Arc<Health>) -> Router {
    let edge = Edge {
        observer: Observer { clock: app.clock.clone(), random: app.random.clone(), metrics: app.metrics.clone() },
        gate: Gate {
            keys: Arc::new(StoredKeys::new(app.clone())),
            limiter: Arc::new(RateLimiter::new(app.clock.clone())),
        },
        health,
    };
    server::router(api::router(), Router::new(), app.clone(), edge)
}

/// Makes the API's router with a readiness of its own, for tests that need no listener.
pub fn router_of(app: &App) -> Router {
    router(app, health(app))
}

/// Serves until `stop`; then tells load balancers, finishes open requests, and stops the rest of the host.
///
/// # Errors
///
/// If a listener fails.
pub async fn serve(started: Started, listeners: Listeners, stop: CancellationToken) -> io::Result<()> {
    let app = started.app.clone();
    let health = health(&app);
    let drained = CancellationToken::new();
    let metrics_router = metrics::router(app.metrics.clone());
    let measured = drained.clone();
    let measuring = tokio::spawn(server::serve(listeners.metrics, metrics_router, async move {
        measured.cancelled().await;
    }));
    let notice = notice(app.config.mode);
    let router = router(&app, health.clone());
    let result = server::serve(listeners.api, router, async move {
        stop.cancelled().await;
        health.drain();
        wait(notice).await;
    })
    .await;
    started.stop().await;
    drained.cancel();
    if let Err(error) = measuring.await {
        tracing::error!(%error, "the metrics listener broke off");
    }
    tracing::info!("stopped");
    result
}

/// In development nothing stands in front that would have to be told.
fn notice(mode: Mode) -> Duration {
    match mode {
        Mode::Development => Duration::ZERO,
        Mode::Production => DRAIN_NOTICE,
    }
}

#[expect(clippy::disallowed_methods, reason = "load balancers need a moment to look elsewhere")]
async fn wait(notice: Duration) {
    tokio::time::sleep(notice).await;
}
