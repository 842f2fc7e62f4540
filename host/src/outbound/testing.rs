//! A made-up courier on loopback, and a clock that can be pushed.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use crossdock_contract::Description;
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::json;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::*;
use crate::model::clock::OsRandom;
use crate::model::credential::{AccountView, Environment};
use crate::model::exchange::{CourierRequest, Method};
use crate::vault::Secrets;

/// The secret of the made-up credential: with characters that every encoding writes otherwise.
pub const KEY: &str = "s3cr3t/ke&y<\"1";

/// A clock that moves when it is pushed.
#[derive(Default)]
pub struct MovedClock(AtomicI64);

impl MovedClock {
    /// Pushes the clock.
    pub fn advance_s(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_800_000_000 / 86_400 * 86_400 + self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// A courier with every way to authenticate.
pub fn description() -> Description {
    serde_json::from_value(json!({
        "schema": 1, "id": "demo", "display_name": "Demo", "version": "1.0.0", "contract": "0.1.0",
        "accounts": [
            {"id": "header", "label": "", "capabilities": [], "test": "host", "fields": [
                {"key": "user", "label": "", "kind": "text", "required": true},
                {"key": "key", "label": "", "kind": "secret", "required": true},
                {"key": "optional", "label": "", "kind": "secret", "required": false},
                {"key": "needed", "label": "", "kind": "secret", "required": true},
            ]},
            {"id": "basic", "label": "", "capabilities": [], "test": "none", "fields": []},
            {"id": "token", "label": "", "capabilities": [], "test": "flag", "fields": []},
        ],
        "endpoints": [{
            "name": "api", "production": "https://api.example.com/base", "test": "https://test.example.com",
            "routes": [{"methods": ["GET", "POST"], "path_prefix": "/v1"}],
            "schemes": {"header": "header", "basic": "basic", "token": "token"},
        }],
        "schemes": [
            {"id": "header", "placements": [
                {"place": "header", "name": "X-Demo-Key", "value": {"field": "key"}},
                {"place": "query", "name": "apikey", "value": {"field": "key"}},
                {"place": "json", "pointer": "/hook/secret", "value": {"field": "key"},
                    "routes": [{"methods": ["POST"], "path_prefix": "/v1/subscribe"}]},
            ]},
            {"id": "basic", "placements": [{"place": "basic", "user": {"field": "user"}, "password": {"field": "key"}}]},
            {"id": "token", "placements": [
                {"place": "header", "name": "authorization", "prefix": "Bearer ", "value": {"token": "oauth"}},
            ]},
        ],
        "tokens": [{
            "id": "oauth", "endpoint": "api", "path": "/v1/oauth/token", "grant": "client-credentials",
            "placements": [{"place": "basic", "user": {"field": "user"}, "password": {"field": "key"}}],
            "token_pointer": "/access_token", "lifetime": {"pointer": "/expires_in"},
        }],
        "document_hosts": ["labels.example.com"],
    }))
    .unwrap()
}

/// An account of the kind `header`.
pub fn account() -> AccountView {
    AccountView {
        kind: "header".to_owned(),
        environment: Environment::Production,
        fields: [("user".to_owned(), "alice".to_owned())].into(),
        endpoints: Default::default(),
    }
}

/// The account's secrets.
pub fn secrets() -> Secrets {
    Secrets::from_pairs([("key".to_owned(), SecretString::from(KEY))])
}

/// A GET request.
pub fn get(path: &str) -> CourierRequest {
    CourierRequest {
        endpoint: "api".to_owned(),
        method: Method::Get,
        path: path.to_owned(),
        query: Vec::new(),
        headers: Vec::new(),
        body: None,
        keep: Vec::new(),
        repeatable: false,
        timeout_ms: None,
    }
}

/// The host's side of a test: a way out that may reach loopback, and what it recorded.
pub struct World {
    /// The way out.
    pub outbound: Arc<Outbound>,
    /// Its clock.
    pub clock: Arc<MovedClock>,
    /// Its records.
    pub calls: mpsc::Receiver<CourierCallRecord>,
    /// Where the courier listens.
    pub courier: SocketAddr,
}

impl World {
    /// Starts a courier on loopback.
    pub async fn start(router: axum::Router) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let courier = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let (sender, calls) = mpsc::channel(100);
        let clock = Arc::new(MovedClock::default());
        let config = OutboundConfig {
            allow_private_networks: vec!["127.0.0.0/8".parse().unwrap()],
            log_bodies: true,
            ..OutboundConfig::default()
        };
        let tokens = Arc::new(MemoryTokens::default());
        let outbound = Outbound::new(config, clock.clone(), Arc::new(OsRandom), sender, tokens);
        Self { outbound, clock, calls, courier }
    }

    /// Opens a session with an account of this kind, pointed at the courier.
    pub fn session(&self, kind: &str) -> Session {
        self.session_with(kind, description())
    }

    /// Opens a session with another description.
    pub fn session_with(&self, kind: &str, description: Description) -> Session {
        let mut account = account();
        account.kind = kind.to_owned();
        account.endpoints.insert("api".to_owned(), format!("http://{}/base", self.courier));
        self.outbound.session(SessionSpec {
            merchant: None,
            courier: "demo".parse().unwrap(),
            plugin_version: "1.0.0".to_owned(),
            credential: None,
            description: Arc::new(description),
            account,
            secrets: Arc::new(secrets()),
            host_values: HostValues::default(),
            operation: "tracking.track",
            call_id: "0".repeat(26),
            is_manual: false,
            deadline: Instant::now() + Duration::from_secs(10),
        })
    }
}
