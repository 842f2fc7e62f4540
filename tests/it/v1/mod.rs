//! Each route's usual answer: as it was (a snapshot), and as the API's description says. One file per resource, as in the URLs.

mod addresses;
mod courier_calls;
mod couriers;
mod credential_faults;
mod credentials;
mod labels;
mod pickups;
mod plugins;
mod rates;
mod redact;
mod service_points;
mod shipments;
mod stores;
mod tracking;

use std::collections::BTreeSet;

use crossdock::http::openapi;
use crossdock_tests::schema::Schemas;
use crossdock_tests::{Database, Reply};
use serde_json::Value;

use crate::desk::{Account, Desk};
use crate::openapi::operations;

/// A courier that has every capability but service points.
const COURIER: &str = "ups";

/// A merchant's walk through every route.
struct Walk {
    desk: Desk,
    account: Account,
    schemas: Schemas,
    seen: BTreeSet<String>,
}

#[tokio::test]
async fn every_route_answers_as_described() {
    let desk = Desk::open(Database::Sqlite, &[]).await;
    let account = desk.connect(COURIER).await;
    let mut walk = Walk { desk, account, schemas: Schemas::new(openapi::document()), seen: BTreeSet::new() };
    couriers::walk(&mut walk).await;
    stores::walk(&mut walk).await;
    credentials::walk(&mut walk).await;
    rates::walk(&mut walk).await;
    shipments::walk(&mut walk).await;
    pickups::walk(&mut walk).await;
    tracking::walk(&mut walk).await;
    service_points::walk(&mut walk).await;
    addresses::walk(&mut walk).await;
    courier_calls::walk(&mut walk).await;
    plugins::walk(&mut walk).await;
    let all = operations(walk.schemas.document()).into_iter();
    let all: BTreeSet<String> =
        all.filter_map(|(_, operation)| operation["operationId"].as_str().map(str::to_owned)).collect();
    let missing: Vec<&String> = all.difference(&walk.seen).collect();
    assert!(missing.is_empty(), "no test calls {missing:?}");
}

impl Walk {
    /// Compares an answer with its description and with what it was; returns its body.
    #[track_caller]
    fn expect(&mut self, operation: &str, status: u16, reply: Reply) -> Value {
        let body = self.expect_described(operation, status, reply);
        insta::assert_json_snapshot!(operation, redact::values(body.clone()));
        body
    }

    /// As [`Walk::expect`], but only which members there are: the values are a plugin's and change with it.
    #[track_caller]
    fn expect_shape(&mut self, operation: &str, status: u16, reply: Reply) -> Value {
        let body = self.expect_described(operation, status, reply);
        insta::assert_json_snapshot!(operation, redact::shape(body.clone()));
        body
    }

    /// Compares an answer with its description only.
    #[track_caller]
    fn expect_described(&mut self, operation: &str, status: u16, reply: Reply) -> Value {
        let reply = reply.expect(status);
        self.seen.insert(operation.to_owned());
        let mut all = operations(self.schemas.document()).into_iter();
        let found = all
            .find(|(_, one)| one["operationId"] == operation)
            .unwrap_or_else(|| panic!("{operation} is not described"));
        let response = &found.1["responses"][status.to_string()];
        assert!(response.is_object(), "{operation} does not describe {status}");
        assert!(
            reply.header("x-request-id").is_some() && reply.header("ratelimit").is_some(),
            "{operation}: {:?}",
            reply.headers
        );
        let content = &response["content"]["application/json"];
        if !content.is_object() {
            return Value::Null;
        }
        let body = reply.json();
        assert_eq!(self.schemas.faults(&content["schema"], &body), Vec::<String>::new(), "{operation}: {body}");
        body
    }
}
