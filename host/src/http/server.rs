//! Puts the edge together: what stands around every handler, and how the server starts and stops.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
use axum::http::Method;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;

use super::auth::{self, Gate};
use super::health::{self, Health};
use super::json::BODY_LIMIT_BYTES;
use super::observe::{self, Observer};
use super::openapi;
use super::problem::{self, Problem, code};

/// Longest time that a request may take: a plugin call's deadline and the work around it.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Longest time for a booking or for taking one back, which couriers take longest for; the outcome is worth waiting for.
const BOOKING_TIMEOUT: Duration = Duration::from_secs(90);

/// Routes with the longer time.
const BOOKING_ROUTES: [(Method, &str); 4] = [
    (Method::POST, "/v1/shipments"),
    (Method::POST, "/v1/shipments/{id}/cancel"),
    (Method::POST, "/v1/pickups"),
    (Method::DELETE, "/v1/pickups/{id}"),
];

/// Longest address with its query, in bytes; filters and cursors stay below a quarter of it.
const MAX_TARGET_BYTES: usize = 8 * 1024;

/// Most bytes of a request's headers, names and values; browsers and tracing stay below a quarter of it.
const MAX_HEADER_BYTES: usize = 32 * 1024;

/// Longest time for open requests to finish once the process is told to stop.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(95);

/// What the edge is made of.
pub struct Edge {
    /// Ids, log, metrics.
    pub observer: Observer,
    /// Keys and limits.
    pub gate: Gate,
    /// Readiness.
    pub health: Arc<Health>,
}

/// Makes the router of the API's listener. `api` holds what needs a key, with its full paths (`/v1/…`); `public`
/// holds what does not (couriers' webhooks, pages), beside health and documentation.
pub fn router<S: Clone + Send + Sync + 'static>(
    api: OpenApiRouter<S>,
    public: Router<S>,
    state: S,
    edge: Edge,
) -> Router {
    let (api, document) = openapi::split(api);
    // `route_layer`: an address that nobody serves answers 404 without asking for a key.
    let guarded = match api.has_routes() {
        true => api.route_layer(middleware::from_fn_with_state(edge.gate, auth::check)),
        // A layer around nothing is refused.
        false => api,
    };
    Router::new()
        .merge(guarded)
        .merge(public)
        .with_state(state)
        .merge(openapi::router(&document))
        .merge(health::router(edge.health))
        .fallback(problem::unknown_route)
        .method_not_allowed_fallback(problem::wrong_method)
        .layer(DefaultBodyLimit::max(BODY_LIMIT_BYTES))
        .layer(middleware::from_fn(limit_time))
        .layer(middleware::from_fn(limit_head))
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(middleware::from_fn(secure))
        .layer(middleware::from_fn_with_state(edge.observer, observe::observe))
}

/// Serves until `shutdown` completes, then finishes open requests, but no longer than [`DRAIN_TIMEOUT`].
///
/// Call [`Health::drain`] some seconds before completing `shutdown`, so that load balancers look elsewhere first.
///
/// # Errors
///
/// If the listener fails.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let stopping = tokio_util::sync::CancellationToken::new();
    let stop = stopping.clone();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(async move {
        shutdown.await;
        stop.cancel();
    });
    tokio::select! {
        result = serving => result,
        () = drained_too_long(&stopping) => {
            tracing::warn!(timeout_s = DRAIN_TIMEOUT.as_secs(), "requests still open at the end of the drain were cut off");
            Ok(())
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a drain has an end")]
async fn drained_too_long(stopping: &tokio_util::sync::CancellationToken) {
    stopping.cancelled().await;
    tokio::time::sleep(DRAIN_TIMEOUT).await;
}

/// Refuses what the server read, but no handler of ours needs. Far longer ones are refused below, while they are read.
async fn limit_head(request: Request, next: Next) -> Response {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    if target > MAX_TARGET_BYTES {
        let detail = format!("the address has {target} bytes; at most {MAX_TARGET_BYTES} are taken");
        return Problem::new(code::URI_TOO_LONG).detail(detail).into_response();
    }
    let bytes: usize = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if bytes > MAX_HEADER_BYTES {
        let detail = format!("the headers have {bytes} bytes; at most {MAX_HEADER_BYTES} are taken");
        return Problem::new(code::HEADERS_TOO_LARGE).detail(detail).into_response();
    }
    next.run(request).await
}

async fn limit_time(request: Request, next: Next) -> Response {
    let timeout = timeout_of(request.method(), request.extensions().get::<MatchedPath>().map(MatchedPath::as_str));
    match tokio::time::timeout(timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let what = format!("not done after {} s, but it may be done meanwhile", timeout.as_secs());
            Problem::new(code::TIMEOUT).detail(what).and("read the resource before trying again").into_response()
        }
    }
}

fn timeout_of(method: &Method, route: Option<&str>) -> Duration {
    let is_booking = BOOKING_ROUTES.iter().any(|(known, path)| known == method && Some(*path) == route);
    if is_booking { BOOKING_TIMEOUT } else { REQUEST_TIMEOUT }
}

/// Adds the headers that keep browsers from doing more with an answer than it is for.
async fn secure(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let defaults: [(HeaderName, &'static str); 4] = [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    ];
    for (name, value) in defaults {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
#[allow(unused_qualifications, reason = "utoipa's `path` macro qualifies the types that handlers import")]
mod sample;
#[cfg(test)]
mod tests;
