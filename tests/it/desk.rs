//! A merchant's desk: a host, the imitated couriers, and accounts that are connected.

use std::net::SocketAddr;
use std::path::Path;

use crossdock_sandbox::Sandbox;
use crossdock_tests::{Client, Couriers, Database, Host, plugins_dir};
use serde_json::Value;

/// The demo's request bodies: what it shows to people is what is tested.
#[path = "../../xtask/src/bodies.rs"]
pub mod bodies;

/// The seed of the sandbox's parcels.
const SEED: u64 = 42;

/// A host and its couriers, with one merchant.
pub struct Desk {
    /// The host.
    pub host: Host,
    /// The merchant.
    pub client: Client,
    /// What the couriers saw, and how they misbehave.
    pub couriers: Couriers,
    sandbox: Sandbox,
}

/// An account that is connected, and what can be sent with it.
pub struct Account {
    /// The courier's description.
    pub description: Value,
    /// The body that connected it.
    pub request: Value,
    /// The credential's id.
    pub credential: String,
    /// A shipment that the courier takes.
    pub shipment: Value,
    /// The formats in which its label can be had, the preferred one first.
    pub formats: Vec<String>,
}

impl Desk {
    /// Starts all of it; `environment` is the host's.
    pub async fn open(database: Database, environment: &[(&str, &str)]) -> Self {
        Self::open_with(database, &plugins_dir(), environment).await
    }

    /// The same with other plugins than all of ours.
    pub async fn open_with(database: Database, plugins: &Path, environment: &[(&str, &str)]) -> Self {
        let sandbox = Sandbox::start(SocketAddr::from(([127, 0, 0, 1], 0)), SEED).await.expect("a sandbox");
        let couriers = Couriers::at(sandbox.base_url());
        let host = Host::start(database, plugins, environment).await;
        let client = host.merchant("Acme").await;
        Self { host, client, couriers, sandbox }
    }

    /// The ids of all couriers, as the host lists them.
    pub async fn courier_ids(&self) -> Vec<String> {
        let list = self.client.get("/v1/couriers").await.expect(200).json();
        let ids = list["data"].as_array().expect("a list").iter().map(|entry| entry["id"].as_str().expect("an id"));
        let ids: Vec<String> = ids.map(str::to_owned).collect();
        assert!(!ids.is_empty(), "there is no courier: {list}");
        ids
    }

    /// Returns what is needed to work with a courier, before anything is saved.
    pub async fn prepare(&self, courier: &str) -> Account {
        let description = self.client.get(&format!("/v1/couriers/{courier}")).await.expect(200).json();
        let fields = &crossdock_sandbox::credentials()[courier];
        let request = bodies::credential(&description, fields, self.sandbox.base_url());
        let service = bodies::service(&description).expect("a courier describes services");
        let shipment = bodies::shipment(&description, &service);
        let formats = label_formats(&description, &service);
        Account { description, request, credential: String::new(), shipment, formats }
    }

    /// Connects the first test merchant's account at a courier.
    pub async fn connect(&self, courier: &str) -> Account {
        let mut account = self.prepare(courier).await;
        let saved = self.client.post("/v1/credentials", &account.request).await.expect(201).json();
        account.credential = saved["id"].as_str().expect("a credential has an id").to_owned();
        account
    }

    /// Returns the account at a courier that was connected before.
    pub async fn connected(&self, courier: &str) -> Account {
        let mut account = self.prepare(courier).await;
        let list = self.client.get(&format!("/v1/credentials?courier={courier}")).await.expect(200).json();
        account.credential = list["data"][0]["id"].as_str().expect("an account is connected").to_owned();
        account
    }

    /// Starts the host again with another environment; the merchant finds it.
    pub async fn restart_with(&mut self, environment: &[(&str, &str)]) {
        self.host.restart_with(environment).await;
        self.client = self.client.at(&self.host.base_url);
    }
}

impl Account {
    /// The body that books its shipment.
    pub fn booking(&self) -> Value {
        bodies::booking(&self.credential, &self.shipment, &self.formats[0])
    }

    /// Whether its kind has a capability, and the operation in it.
    pub fn offers(&self, capability: &str, operation: &str) -> bool {
        let kind = bodies::account_kind(&self.description, &self.request["fields"]);
        let mut names = kind["capabilities"].as_array().into_iter().flatten();
        names.any(|name| name == capability) && kind["lacks"].get(operation).is_none()
    }
}

fn label_formats(description: &Value, service: &str) -> Vec<String> {
    let formats = description["label_formats"].as_array().into_iter().flatten();
    let fits = |format: &&Value| match format["services"].as_array() {
        Some(services) if !services.is_empty() => services.iter().any(|code| code == service),
        _ => true,
    };
    formats.filter(fits).filter_map(|format| format["format"].as_str()).map(str::to_owned).collect()
}
