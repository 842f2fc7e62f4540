//! The sandbox couriers' control API: what they received, what they booked, and how they misbehave.
//!
//! The sandbox itself runs in the test's process (`crossdock_sandbox::Sandbox`); this speaks to any, wherever it runs.

use serde_json::{Map, Value, json};

use crate::client::{Client, Reply};

/// A sandbox, seen from a test.
#[derive(Debug, Clone)]
pub struct Couriers {
    client: Client,
    base_url: String,
}

impl Couriers {
    /// Speaks to the sandbox at this URL.
    pub fn at(base_url: &str) -> Self {
        Self { client: Client::new(base_url, None), base_url: base_url.to_owned() }
    }

    /// Returns the couriers' bookings, oldest first.
    pub async fn bookings(&self, courier: &str) -> Vec<Value> {
        self.list(&format!("/_control/bookings?courier={courier}"), "bookings").await
    }

    /// Returns the requests that a courier received, oldest first.
    pub async fn requests(&self, courier: &str) -> Vec<Value> {
        self.list(&format!("/_control/requests?courier={courier}"), "requests").await
    }

    /// Returns the number of a parcel that a courier knows although nobody booked it.
    ///
    /// # Panics
    ///
    /// When it knows none.
    pub async fn known_number(&self, courier: &str) -> String {
        self.known_numbers(courier).await.remove(0)
    }

    /// Returns the numbers of all such parcels, one per outcome.
    ///
    /// # Panics
    ///
    /// When a parcel has none.
    pub async fn known_numbers(&self, courier: &str) -> Vec<String> {
        let parcels = self.list(&format!("/_control/parcels?courier={courier}"), "parcels").await;
        let numbers = parcels.iter().map(|parcel| parcel["number"].as_str().expect("a parcel has a number"));
        numbers.map(str::to_owned).collect()
    }

    /// Stops the couriers' clock at this time.
    pub async fn set_clock(&self, at: &str) {
        self.client.post("/_control/clock", &json!({ "set": at, "frozen": true })).await.expect(200);
    }

    /// Returns how many access tokens a courier was asked for.
    pub async fn token_requests(&self, courier: &str) -> usize {
        self.list(&format!("/_control/requests?courier={courier}&operation=token"), "requests").await.len()
    }

    /// Makes all access tokens worthless, as couriers do without a word.
    pub async fn revoke_tokens(&self) {
        self.client.post("/_control/tokens/revoke", &json!({})).await.expect(200);
    }

    /// Adds a fault; the sandbox's README says what a fault is made of.
    pub async fn fault(&self, fault: &Value) -> Reply {
        self.client.post("/_control/faults", fault).await
    }

    /// Ends all faults.
    pub async fn heal(&self) {
        self.client.delete("/_control/faults").await;
    }

    /// Moves the couriers' clock on, and the parcels with it.
    pub async fn advance_seconds(&self, seconds: i64) {
        self.client.post("/_control/clock", &json!({ "advance_s": seconds })).await.expect(200);
    }

    /// Returns the body that connects the first test merchant's account at a courier, by its description.
    ///
    /// # Panics
    ///
    /// When the sandbox does not know the courier, or no account kind has its fields.
    pub async fn credential(&self, description: &Value) -> Value {
        let courier = description["id"].as_str().expect("a description has an id");
        let known = self.client.get("/_control/credentials").await.expect(200).json();
        let fields = known["first"][courier].as_object().expect("the sandbox knows the courier").clone();
        let kinds = description["accounts"].as_array().expect("a description has account kinds");
        let kind = kinds.iter().find(|kind| has_fields(kind, &fields)).expect("an account kind has these fields");
        json!({
            "courier": courier,
            "account_kind": kind["id"],
            "environment": "production",
            "fields": fields,
            "endpoints": self.endpoints(description),
        })
    }

    /// Base URLs at the sandbox for all of a description's endpoints: another origin, the same path.
    pub fn endpoints(&self, description: &Value) -> Map<String, Value> {
        let courier = description["id"].as_str().unwrap_or_default();
        let endpoints = description["endpoints"].as_array().into_iter().flatten();
        let moved = endpoints.filter_map(|endpoint| {
            let production = endpoint["production"].as_str()?.parse::<url::Url>().ok()?;
            let path = production.path().trim_end_matches('/');
            Some((endpoint["name"].as_str()?.to_owned(), format!("{}/{courier}{path}", self.base_url).into()))
        });
        moved.collect()
    }

    async fn list(&self, path: &str, member: &str) -> Vec<Value> {
        let answer = self.client.get(path).await.expect(200).json();
        answer[member].as_array().cloned().unwrap_or_default()
    }
}

fn has_fields(kind: &Value, fields: &Map<String, Value>) -> bool {
    let known = kind["fields"].as_array().into_iter().flatten();
    let keys: Vec<&str> = known.filter_map(|field| field["key"].as_str()).collect();
    fields.keys().all(|key| keys.contains(&key.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_keep_their_path_at_the_sandbox() {
        let description = json!({"id": "acme", "endpoints": [
            {"name": "api", "production": "https://api.acme.example/v2/"},
            {"name": "tracking", "production": "https://track.acme.example"},
        ]});
        let endpoints = Couriers::at("http://127.0.0.1:1").endpoints(&description);
        assert_eq!(endpoints["api"], "http://127.0.0.1:1/acme/v2");
        assert_eq!(endpoints["tracking"], "http://127.0.0.1:1/acme");
    }
}
