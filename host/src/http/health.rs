//! `/livez` and `/readyz`: the status code is the contract, `?verbose` is for people.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures::future::join_all;

/// Longest time that a check may take; probes give up after a second or a few.
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

/// One thing that must work before requests are sent here: database, migrations, plugins, queue.
#[async_trait::async_trait]
pub trait Check: Send + Sync {
    /// Returns its name in the verbose answer.
    fn name(&self) -> &'static str;

    /// Returns words for a person: how it is, or why it does not work.
    async fn run(&self) -> Result<String, String>;
}

/// Whether the process is ready.
pub struct Health {
    checks: Vec<Arc<dyn Check>>,
    is_draining: AtomicBool,
}

impl Health {
    /// Takes the checks that must all pass.
    pub fn new(checks: Vec<Arc<dyn Check>>) -> Self {
        Self { checks, is_draining: AtomicBool::new(false) }
    }

    /// Makes the host unready at once, so that nobody sends new requests while it finishes the old ones.
    pub fn drain(&self) {
        self.is_draining.store(true, Ordering::Relaxed);
    }

    async fn report(&self) -> (bool, String) {
        let mut text = String::new();
        let is_draining = self.is_draining.load(Ordering::Relaxed);
        if is_draining {
            text.push_str("[-] shutdown: finishing open requests\n");
        }
        let results = join_all(self.checks.iter().map(|check| run(check.as_ref()))).await;
        for (name, result) in &results {
            let (sign, words) = match result {
                Ok(words) => ('+', words),
                Err(words) => ('-', words),
            };
            _ = writeln!(text, "[{sign}] {name}: {words}");
        }
        (!is_draining && results.iter().all(|(_, result)| result.is_ok()), text)
    }
}

async fn run(check: &dyn Check) -> (&'static str, Result<String, String>) {
    let result = tokio::time::timeout(CHECK_TIMEOUT, check.run()).await;
    (check.name(), result.unwrap_or_else(|_| Err(format!("no answer within {} s", CHECK_TIMEOUT.as_secs()))))
}

/// Serves `/livez` and `/readyz`.
pub fn router(health: Arc<Health>) -> Router {
    Router::new().route("/livez", get(live)).route("/readyz", get(ready)).with_state(health)
}

async fn live(RawQuery(query): RawQuery) -> Response {
    answer(true, "[+] process: answers\n", query)
}

async fn ready(State(health): State<Arc<Health>>, RawQuery(query): RawQuery) -> Response {
    let (is_ready, report) = health.report().await;
    answer(is_ready, &report, query)
}

fn answer(is_well: bool, report: &str, query: Option<String>) -> Response {
    let is_verbose = query.is_some_and(|query| query.split('&').any(|pair| pair.split('=').next() == Some("verbose")));
    let verdict = if is_well { "ok\n" } else { "not ready\n" };
    let status = if is_well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let text = if is_verbose { format!("{report}{verdict}") } else { verdict.to_owned() };
    (status, [(CACHE_CONTROL, "no-store")], text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use tower::ServiceExt;

    struct Database(Result<&'static str, &'static str>);

    #[async_trait::async_trait]
    impl Check for Database {
        fn name(&self) -> &'static str {
            "database"
        }

        async fn run(&self) -> Result<String, String> {
            self.0.map(str::to_owned).map_err(str::to_owned)
        }
    }

    async fn get(health: &Arc<Health>, uri: &str) -> (u16, String) {
        let request = Request::builder().uri(uri).body(Body::empty()).unwrap();
        let response = router(health.clone()).oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), 1000).await.unwrap();
        (status, String::from_utf8(bytes.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn readiness_follows_checks_and_shutdown() {
        let health = Arc::new(Health::new(vec![Arc::new(Database(Ok("1 ms")))]));
        assert_eq!(get(&health, "/readyz").await, (200, "ok\n".to_owned()));
        assert_eq!(get(&health, "/readyz?verbose").await, (200, "[+] database: 1 ms\nok\n".to_owned()));
        health.drain();
        assert_eq!(get(&health, "/readyz").await.0, 503);
        assert_eq!(get(&health, "/livez").await, (200, "ok\n".to_owned()));
        let broken = Arc::new(Health::new(vec![Arc::new(Database(Err("gone")))]));
        assert_eq!(get(&broken, "/readyz?verbose").await, (503, "[-] database: gone\nnot ready\n".to_owned()));
    }
}
