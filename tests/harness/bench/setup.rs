//! A host that is ready to be asked about UPS's parcels without end.

use std::path::Path;

use serde_json::Value;
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use super::load::Target;
use super::process::Server;
use crate::client::Client;
use crate::{Couriers, Database, Host, plugins_dir};

/// A key that no benchmark exhausts; its own limits are not what is measured.
const LIMITS: &str = r#"{"reads_per_minute": 10000000, "lists_per_second": 10000}"#;

/// Journeys of the sandbox's scripted parcels that have come to an end: six to eight events each.
const JOURNEYS: [&str; 3] = ["Sandbox delivered", "Sandbox at service point", "Sandbox returned"];

/// A host with one merchant whose UPS account is connected to the sandbox.
pub struct Stage {
    /// The host.
    pub host: Host,
    /// The sandbox couriers.
    pub sandbox: Server,
    /// The merchant's client.
    pub client: Client,
    /// The UPS credential's id.
    pub credential: String,
    /// What the merchant typed in.
    pub fields: Value,
    /// The parcels' numbers.
    pub numbers: Vec<String>,
}

impl Stage {
    /// Starts both and connects the account.
    ///
    /// # Panics
    ///
    /// When anything of it fails.
    pub async fn set(environment: &[(&str, &str)]) -> Self {
        Self::set_with(&plugins_dir(), environment).await
    }

    /// Starts both with another plugins folder.
    ///
    /// # Panics
    ///
    /// When anything of it fails.
    pub async fn set_with(plugins: &Path, environment: &[(&str, &str)]) -> Self {
        let sandbox = Server::sandbox().await;
        let mut host = Host::start(Database::Sqlite, plugins, environment).await;
        let client = host.merchant("Benchmark").await;
        raise_limits(&host).await;
        // Nothing that was read before the change may still be known.
        host.restart().await;
        let client = client.at(&host.base_url);
        let description = client.get("/v1/couriers/ups").await.expect(200).json();
        let credential = Couriers::at(&sandbox.base_url).credential(&description).await;
        let fields = credential["fields"].clone();
        let saved = client.post("/v1/credentials", &credential).await.expect(201).json();
        let credential = saved["id"].as_str().expect("a credential has an id").to_owned();
        let numbers = numbers(&sandbox.base_url).await;
        Self { host, sandbox, client, credential, fields, numbers }
    }

    /// What load asks the host for: each request asks the courier anew.
    pub fn target(&self) -> Target {
        let path = |number: &String| format!("/v1/tracking/{number}?courier=ups");
        Target {
            base_url: self.host.base_url.clone(),
            key: self.client.key().map(str::to_owned),
            paths: self.numbers.iter().map(path).collect(),
        }
    }
}

async fn numbers(sandbox: &str) -> Vec<String> {
    let parcels = Client::new(sandbox, None).get("/_control/parcels?courier=ups").await.expect(200).json();
    let parcels = parcels["parcels"].as_array().expect("a list of parcels");
    let numbers: Vec<String> = parcels
        .iter()
        .filter(|parcel| JOURNEYS.iter().any(|journey| parcel["recipient"] == *journey))
        .filter_map(|parcel| parcel["number"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(numbers.len(), JOURNEYS.len(), "the sandbox has these journeys");
    numbers
}

async fn raise_limits(host: &Host) {
    let options = SqliteConnectOptions::new().filename(host.data_dir().join("crossdock.db"));
    let mut connection = SqliteConnection::connect_with(&options).await.expect("the host's database");
    let done = sqlx::query("UPDATE api_keys SET limits = $1")
        .bind(LIMITS)
        .execute(&mut connection)
        .await
        .expect("the key's limits can be written");
    assert_eq!(done.rows_affected(), 1, "there is one key");
    connection.close().await.expect("the database closes");
}
