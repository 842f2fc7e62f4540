//! New versions of plugins, tried on what was recorded of live calls, and watched in their first ones.

mod policies;
mod recording;
mod watch;

use std::fs;
use std::path::Path;

use axum::Router;
use axum::extract::Request;
use crossdock::app::start::{Clocks, Extent, Started, start_with};
use crossdock::cli::config_args::{ConfigArgs, load};
use crossdock::model::courier::CourierId;
use crossdock::service::recordings::{self, Opened};
use crossdock::store::Tx;
use crossdock_tests::wait::{SOON, until};
use crossdock_tests::{Client, Database, Host, plugins_dir};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The secret of every account here.
const SECRET: &str = "MARKED-secret-0123456789";

/// A host with one test guest beside a courier's plugin, a merchant with an account, and what looks into the database.
struct Stage {
    host: Host,
    admin: Client,
    client: Client,
    reader: Started,
    guest: &'static str,
    folder: TempDir,
}

impl Stage {
    /// Starts all of it, with the guest in the plugins folder.
    async fn open(database: Database, guest: &'static str, environment: &[(&str, &str)]) -> Self {
        let folder = TempDir::with_prefix("crossdock-plugins-").unwrap();
        fs::copy(plugins_dir().join("bring.wasm"), folder.path().join("bring.wasm")).unwrap();
        put(folder.path(), guest, &component(guest));
        let url = match &database {
            Database::Sqlite => None,
            Database::Postgres { url, .. } => Some(url.clone()),
        };
        let host = Host::start(database, folder.path(), environment).await;
        let (admin, client) = (host.admin().await, host.merchant("Acme").await);
        let reader = reader(&host, url).await;
        let stage = Self { host, admin, client, reader, guest, folder };
        stage.connect().await;
        stage
    }

    async fn connect(&self) {
        let (endpoint, fields) = match self.guest {
            "everything" => ("main", json!({"api_key": SECRET, "customer_number": "9876501"})),
            _ => ("courier", json!({"api_key": SECRET})),
        };
        let body = json!({
            "courier": self.guest, "account_kind": "main", "environment": "production",
            "fields": fields, "endpoints": {endpoint: courier().await},
        });
        self.client.post("/v1/credentials", &body).await.expect(201);
    }

    /// Puts another version into the plugins folder.
    fn put(&self, component: &[u8]) {
        put(self.folder.path(), self.guest, component);
    }

    fn path(&self, act: &str) -> String {
        format!("/v1/admin/plugins/{}{act}", self.guest)
    }

    async fn plugin(&self) -> Value {
        self.admin.get(&self.path("")).await.expect(200).json()
    }

    /// Waits until a version is in charge and the host serves it.
    async fn until_serving(&self, number: &str) -> Value {
        until("another version in charge", SOON, async || {
            let plugin = self.plugin().await;
            let is_served = plugin["serving_digest"] == plugin["in_charge"]["digest"];
            (version(&plugin) == number && is_served).then_some(plugin)
        })
        .await
    }

    async fn versions(&self) -> Vec<Value> {
        let listed = self.admin.get(&self.path("/versions")).await.expect(200).json();
        listed["data"].as_array().unwrap().clone()
    }

    async fn track(&self, number: &str) -> crossdock_tests::Reply {
        self.client.get(&format!("/v1/tracking/{number}?courier={}", self.guest)).await
    }

    /// Everything that was recorded, opened.
    async fn recorded(&self) -> Vec<Opened> {
        let courier: CourierId = self.guest.parse().unwrap();
        recordings::read(&self.reader.app, &courier).await.unwrap()
    }

    /// Waits until so many calls are recorded.
    async fn until_recorded(&self, count: usize) -> Vec<Opened> {
        until("the recording of calls", SOON, async || {
            let recorded = self.recorded().await;
            (recorded.len() >= count).then_some(recorded)
        })
        .await
    }

    /// Reads texts from the database, across merchants.
    async fn texts(&self, query: &'static str) -> Vec<String> {
        let mut tx = self.reader.app.db.begin_maintenance_read().await.unwrap();
        match &mut tx {
            Tx::Sqlite(tx) => sqlx::query_scalar(query).fetch_all(&mut **tx).await,
            Tx::SqliteRead(connection) => sqlx::query_scalar(query).fetch_all(&mut **connection).await,
            Tx::Postgres(tx) => sqlx::query_scalar(query).fetch_all(&mut **tx).await,
        }
        .unwrap()
    }

    /// Acts on the plugin in the audit log, with their details.
    async fn acts(&self) -> Vec<String> {
        self.texts("SELECT actor || ' ' || action || ' ' || details FROM audit_log ORDER BY id").await
    }
}

/// A test guest's component.
fn component(guest: &str) -> Vec<u8> {
    fs::read(plugins_dir().join("guests").join(format!("{guest}.wasm"))).unwrap()
}

/// Another version of a component: with this number, and with other words of the same length.
fn variant(guest: &str, version: &str, pieces: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = component(guest);
    replace(&mut bytes, "\"version\": \"0.1.0\"", &format!("\"version\": \"{version}\""));
    for (from, to) in pieces {
        replace(&mut bytes, from, to);
    }
    bytes
}

fn replace(bytes: &mut [u8], from: &str, to: &str) {
    assert_eq!(from.len(), to.len());
    let mut is_there = false;
    for place in 0..bytes.len() - from.len() {
        if bytes[place..].starts_with(from.as_bytes()) {
            bytes[place..place + from.len()].copy_from_slice(to.as_bytes());
            is_there = true;
        }
    }
    assert!(is_there, "the component has no {from:?}");
}

/// Renames a component into place.
fn put(folder: &Path, guest: &str, component: &[u8]) {
    let partial = folder.join("component.partial");
    fs::write(&partial, component).unwrap();
    fs::rename(partial, folder.join(format!("{guest}.wasm"))).unwrap();
}

/// Opens the host's database beside it, with its root key.
async fn reader(host: &Host, url: Option<String>) -> Started {
    let args = ConfigArgs { data_dir: Some(host.data_dir()), ..ConfigArgs::default() };
    let mut config = load(args, &|_| None).unwrap();
    if let Some(url) = url {
        config.database_url = url.into();
    }
    start_with(config, Clocks::system(), Extent::default()).await.unwrap()
}

/// A courier that says who a parcel is for, and tells back the secret that it was sent.
async fn courier() -> String {
    let answer = async |request: Request| {
        let key = request.headers().get("x-api-key").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let body = json!({
            "text": "left with MARKESEN", "key": key, "recipient": {"name": "Kari Markesen", "postCode": "98765"},
            "customerNumber": 9_876_501,
        });
        axum::Json(body)
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
    format!("http://{address}")
}

fn version(plugin: &Value) -> &str {
    plugin["in_charge"]["version"].as_str().unwrap_or_default()
}
