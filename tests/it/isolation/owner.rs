//! The merchant whose rows are tried, with some of everything.

use crossdock_tests::Client;
use serde_json::{Value, json};

use super::known::Kind;
use crate::desk::{Account, Desk};

/// Rows of each list, so that a page can end between them.
const ROWS: usize = 2;

/// A merchant with rows of every kind.
pub struct Owner {
    /// An account at a courier that has everything.
    pub account: Account,
    /// A pickup that the courier takes.
    pub pickup: Value,
    store: String,
    shipment: String,
    document: String,
    scheduled: String,
}

impl Owner {
    /// Makes the rows, as the desk's merchant.
    pub async fn settle(desk: &Desk) -> Self {
        let mut store = String::new();
        for number in 0..ROWS {
            let made = desk.client.post("/v1/stores", &json!({"name": format!("Shop {number}")})).await.expect(201);
            store = id(&made.json());
        }
        let account = desk.connect("ups").await;
        desk.connect("bring").await;
        let (mut shipment, mut document, mut scheduled) = Default::default();
        let pickup = json!({
            "place": account.shipment["sender"], "parcels": 1, "weight_grams": 1200,
            "window": {"earliest": "2027-02-03T10:00:00", "latest": "2027-02-03T16:00:00"},
        });
        for number in 0..ROWS {
            let key = format!("owner-{number}");
            let booked = desk.client.post_once("/v1/shipments", &account.booking(), &key).await.expect(201).json();
            (shipment, document) = (id(&booked), id(&booked["documents"][0]));
            let body = json!({"credential_id": account.credential, "pickup": pickup});
            scheduled = id(&desk.client.post_once("/v1/pickups", &body, &key).await.expect(201).json());
        }
        desk.client.get(&format!("/v1/shipments/{shipment}/tracking")).await.expect(200);
        Self { account, pickup, store, shipment, document, scheduled }
    }

    /// Returns the merchant's row of a kind.
    pub fn id(&self, kind: Kind) -> &str {
        match kind {
            Kind::Store => &self.store,
            Kind::Credential => &self.account.credential,
            Kind::Shipment => &self.shipment,
            Kind::Document => &self.document,
            Kind::Pickup => &self.scheduled,
        }
    }

    /// Returns all that the merchant can read of its rows.
    pub async fn snapshot(&self, client: &Client) -> Vec<Value> {
        let paths = [
            "/v1/stores".to_owned(),
            "/v1/credentials".to_owned(),
            "/v1/shipments".to_owned(),
            "/v1/pickups".to_owned(),
            format!("/v1/credentials/{}", self.account.credential),
            format!("/v1/shipments/{}", self.shipment),
            format!("/v1/shipments/{}/documents", self.shipment),
            format!("/v1/pickups/{}", self.scheduled),
        ];
        let mut rows = Vec::new();
        for path in paths {
            rows.push(client.get(&path).await.expect(200).json());
        }
        rows
    }
}

fn id(row: &Value) -> String {
    row["id"].as_str().unwrap_or_else(|| panic!("a row has an id: {row}")).to_owned()
}
