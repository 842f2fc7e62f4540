//! The resources that need no plugin, through the whole edge, on SQLite and on PostgreSQL.

mod credentials;
mod keys;
mod lists;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::mpsc;
use tower::ServiceExt;

use crate::app::{App, Config, Metrics, Parts};
use crate::cli::config_args::{self, ConfigArgs};
use crate::http::auth::Gate;
use crate::http::health::Health;
use crate::http::key_lookup::StoredKeys;
use crate::http::observe::Observer;
use crate::http::rate_limit::RateLimiter;
use crate::http::server::{self, Edge};
use crate::model::caller::Scope;
use crate::model::clock::{Clock, OsRandom};
use crate::model::id::MerchantId;
use crate::outbound::{MemoryTokens, Outbound, OutboundConfig};
use crate::plugin::Registry;
use crate::service::api_keys::{self, NewKey};
use crate::service::keyring::KeyRing;
use crate::service::merchants;
use crate::service::plugins::Loader;
use crate::service::recordings::Recorder;
use crate::store::api_keys::{ApiKey, ApiKeyKind, KeyLimits};
use crate::store::testing::{TestDb, databases};
use crate::vault::{ExposeSecret, LiveRootKeys, Pepper, RootKey, RootKeys};

/// Requests that no test comes near: limits have tests of their own.
const WIDE: u32 = 100_000;

/// A clock that is moved by hand.
struct HandClock(Mutex<Timestamp>);

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// A host without plugins.
struct Host {
    app: App,
    clock: Arc<HandClock>,
    router: Router,
    _db: TestDb,
}

/// A key and whose it is.
struct Caller {
    merchant: MerchantId,
    row: ApiKey,
    token: String,
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Value,
}

impl Answer {
    #[track_caller]
    fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    /// The status, the problem's code, and its first pointer.
    fn problem(&self) -> (u16, &str, &str) {
        let pointer = self.body["errors"][0]["pointer"].as_str().unwrap_or("-");
        (self.status, self.body["code"].as_str().unwrap_or("-"), pointer)
    }
}

/// Makes a host on each system.
async fn hosts() -> Vec<Host> {
    databases().await.into_iter().map(Host::on).collect()
}

fn config() -> Config {
    config_args::load(ConfigArgs::default(), &|_| None).unwrap()
}

impl Host {
    fn on(db: TestDb) -> Self {
        let clock = Arc::new(HandClock(Mutex::new("2026-11-21T10:00:00Z".parse().unwrap())));
        let root_keys = RootKeys::new(RootKey::generate(&OsRandom), Vec::new());
        let outbound = Outbound::new(
            OutboundConfig::default(),
            clock.clone(),
            Arc::new(OsRandom),
            mpsc::channel(1).0,
            Arc::new(MemoryTokens::default()),
        );
        let pepper = Pepper::generate(&OsRandom);
        let metrics = Arc::new(Metrics::new());
        let app = App::new(Parts {
            config: config(),
            db: db.db.clone(),
            clock: clock.clone(),
            random: Arc::new(OsRandom),
            cursor_key: pepper.cursor_key(),
            root_keys: LiveRootKeys::new(root_keys),
            pepper,
            keyring: KeyRing::default(),
            registry: Registry::default(),
            loader: Loader::default(),
            recorder: Recorder::new(false, mpsc::channel(1).0, metrics.clone()),
            outbound,
            metrics,
        });
        let router = edge(&app);
        Self { app, clock, router, _db: db }
    }

    /// Forgets what the edge remembers of keys, as time would.
    fn forget_keys(&mut self) {
        self.router = edge(&self.app);
    }

    fn advance_s(&self, seconds: i64) {
        let mut now = self.clock.0.lock().unwrap();
        *now = now.checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap();
    }

    /// Adds a merchant with a live key that has these scopes.
    async fn merchant(&self, scopes: &[Scope]) -> Caller {
        let merchant = merchants::create(&self.app, "Acme").await.unwrap().id;
        self.key(merchant, ApiKeyKind::Live, scopes).await
    }

    async fn key(&self, merchant: MerchantId, kind: ApiKeyKind, scopes: &[Scope]) -> Caller {
        let new = new_key(Some(merchant.clone()), kind, scopes);
        let (row, token) = api_keys::create(&self.app, new).await.unwrap();
        Caller { merchant, row, token: token.expose_secret().to_owned() }
    }

    async fn get(&self, path: &str, token: &str) -> Answer {
        self.send("GET", path, token, &[], None).await
    }

    async fn post(&self, path: &str, token: &str, body: &Value) -> Answer {
        self.send("POST", path, token, &[], Some(body)).await
    }

    async fn send(
        &self,
        method: &str,
        path: &str,
        token: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
        }
    }
}

fn edge(app: &App) -> Router {
    let edge = Edge {
        observer: Observer { clock: app.clock.clone(), random: app.random.clone(), metrics: app.metrics.clone() },
        gate: Gate {
            keys: Arc::new(StoredKeys::new(app.clone())),
            limiter: Arc::new(RateLimiter::new(app.clock.clone())),
        },
        health: Arc::new(Health::new(Vec::new())),
    };
    server::router(super::router(), Router::new(), app.clone(), edge)
}

fn new_key(merchant: Option<MerchantId>, kind: ApiKeyKind, scopes: &[Scope]) -> NewKey {
    NewKey {
        merchant,
        kind,
        scopes: scopes.to_vec(),
        name: "test".to_owned(),
        expires_at: None,
        limits: KeyLimits {
            reads_per_minute: Some(WIDE),
            writes_per_minute: Some(WIDE),
            burst: Some(WIDE),
            lists_per_second: Some(WIDE),
        },
    }
}

fn texts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}
