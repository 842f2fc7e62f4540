//! What an operator does beside a host that serves: every command, on both databases, as a person or a script runs it.

mod commands;
mod drain;
mod merchant_key;
mod plugins;
mod root_key;

use crossdock_tests::{Host, Ran};
use serde_json::Value;

/// Runs a command that must succeed with `--json`, and returns the one object that it prints.
#[track_caller]
fn object(ran: &Ran) -> Value {
    assert_eq!(ran.code, Some(0), "{ran:?}");
    one_object(ran)
}

/// The one JSON object in a line of its own; nothing else may stand on standard output.
#[track_caller]
fn one_object(ran: &Ran) -> Value {
    assert_eq!(ran.out.lines().count(), 1, "{ran:?}");
    let value: Value = serde_json::from_str(&ran.out).unwrap();
    assert!(value.is_object(), "{ran:?}");
    value
}

/// What went wrong, which must be one plain line behind the log's.
#[track_caller]
fn error(ran: &Ran) -> String {
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let line = ran.err.lines().last().unwrap_or_default();
    assert!(line.starts_with("error: "), "{ran:?}");
    assert!(!ran.err.contains("panicked") && !line.contains("Some(") && !line.contains("Error {"), "{ran:?}");
    line.to_owned()
}

/// Tries every credential at a host; each must open and work.
async fn expect_all_open(host: &Host, client: &crossdock_tests::Client) -> usize {
    let client = client.at(&host.base_url);
    let list = client.get("/v1/credentials?limit=100").await.expect(200).json();
    let credentials = list["data"].as_array().unwrap();
    for credential in credentials {
        let path = format!("/v1/credentials/{}/test", credential["id"].as_str().unwrap());
        let outcome = client.post(&path, &serde_json::json!({})).await.expect(200).json();
        assert_eq!(outcome["ok"], true, "{credential} {outcome}\n{}", host.log());
    }
    credentials.len()
}
