//! The same imaginary courier in Rust, JavaScript and Python: the same journey, and the same answers.

use std::fs;
use std::path::{Path, PathBuf};

use crossdock_tests::{Database, plugins_dir};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::authors::plugin;
use crate::desk::{Desk, bodies};
use crate::journey;

/// The components, by the languages of `sdk/examples`.
const LANGUAGES: [&str; 3] = ["rust", "js", "python"];
const COURIER: &str = "examplepost";
/// The couriers' clock stands still, so that their answers can be compared; before any real start, or the journeys of scripted
/// parcels would follow from that.
const NOW: &str = "2025-06-02T12:00:00Z";
/// What the host makes up, and when it did.
const OWN: [&str; 9] = [
    "id",
    "credential_id",
    "refreshed_at",
    "created_at",
    "updated_at",
    "tracking_id",
    "instance",
    "call_id",
    "request_id",
];

#[tokio::test]
async fn every_language_serves_the_journey_with_the_same_answers() {
    let [rust, js, python] = LANGUAGES.map(serve);
    let (rust, js, python) = tokio::join!(rust, js, python);
    assert_eq!(js, rust, "JavaScript answers otherwise than Rust");
    assert_eq!(python, rust, "Python answers otherwise than Rust");
}

#[tokio::test]
async fn rust_passes_the_conformance_suite() {
    passes("rust").await;
}

#[tokio::test]
async fn javascript_passes_the_conformance_suite() {
    passes("js").await;
}

#[tokio::test]
async fn python_passes_the_conformance_suite() {
    passes("python").await;
}

#[tokio::test]
async fn a_new_plugin_in_javascript_builds_and_passes() {
    starts("js", "node", &["--test", "test/cases.test.js"], "").await;
}

#[tokio::test]
async fn a_new_plugin_in_python_builds_and_passes() {
    starts("python", "python3", &["-B", "-m", "unittest", "discover", "test"], ".crossdock/python:src").await;
}

fn component(language: &str) -> PathBuf {
    plugins_dir().join("examples").join(format!("{language}.wasm"))
}

/// All three pass with the same cases.
async fn passes(language: &str) {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sdk/examples/fixtures");
    let (component, cases) = (component(language), cases.to_str().expect("a path in Unicode"));
    let file = component.to_str().expect("a path in Unicode");
    let ran = plugin(Path::new("."), &["test", file, "--fixtures", cases, "--json"], &[], "").await;
    passed(&ran.out, &ran.err);
}

/// What `plugin new` writes is a component that passes, and its tests in its own language pass too.
async fn starts(language: &str, program: &str, arguments: &[&str], path: &str) {
    let folder = tempfile::tempdir().unwrap();
    let new = plugin(folder.path(), &["new", "acme-express", "--lang", language], &[], "").await;
    assert_eq!(new.code, Some(0), "{new:?}");
    let project = folder.path().join("acme-express");
    let tested = plugin(&project, &["test", "--json"], &[], "").await;
    passed(&tested.out, &tested.err);
    let mut native = tokio::process::Command::new(program);
    let native = native.args(arguments).current_dir(&project).env("PYTHONPATH", path).output().await.unwrap();
    let words = [native.stdout, native.stderr].concat();
    assert!(native.status.success(), "{}", String::from_utf8_lossy(&words));
}

#[track_caller]
fn passed(out: &str, err: &str) {
    let report: Value = serde_json::from_str(out).unwrap_or_else(|error| panic!("{error}: {out}{err}"));
    let failed: Vec<&Value> = report["checks"].as_array().unwrap().iter().filter(|check| check["ok"] != true).collect();
    assert!(failed.is_empty() && report["ok"] == true, "{failed:#?}");
}

/// Walks the journey, and returns what can be compared.
async fn serve(language: &str) -> Value {
    let plugins = TempDir::with_prefix("crossdock-example-").expect("a temporary folder");
    let component = component(language);
    fs::copy(&component, plugins.path().join(format!("{COURIER}.wasm")))
        .unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask test` first", component.display()));
    let desk = Desk::open_with(Database::Sqlite, plugins.path(), &[]).await;
    desk.couriers.set_clock(NOW).await;
    let before = answers(&desk).await;
    journey::walk(&desk, COURIER).await;
    let refused = refusals(&desk).await;
    json!({ "before": before, "refused": refused })
}

/// What a merchant is told by a courier that is well.
async fn answers(desk: &Desk) -> Value {
    let client = &desk.client;
    let account = desk.prepare(COURIER).await;
    let tested = client.post("/v1/credentials/test", &account.request).await.expect(200).json();
    let mut wrong = account.request.clone();
    wrong["fields"]["api_key"] = "ep-wrong".into();
    let rejected = client.post("/v1/credentials/test", &wrong).await.expect(200).json();
    let saved = client.post("/v1/credentials", &account.request).await.expect(201).json();
    let mut tracked = Vec::new();
    for number in desk.couriers.known_numbers(COURIER).await {
        tracked.push(client.get(&format!("/v1/tracking/{number}?courier={COURIER}")).await.json());
    }
    let quoted = client.post("/v1/rates", &bodies::rates(COURIER, &account.shipment)).await.expect(200).json();
    let id = saved["id"].as_str().expect("a credential has an id");
    client.delete(&format!("/v1/credentials/{id}")).await.expect(204);
    plain(json!([account.description, tested, rejected, tracked, quoted]))
}

/// What a merchant is told when the courier refuses, or is not well.
async fn refusals(desk: &Desk) -> Value {
    let account = desk.connected(COURIER).await;
    let mut shipment = account.shipment.clone();
    shipment["recipient"]["postal_code"] = "50".into();
    let body = bodies::booking(&account.credential, &shipment, "pdf");
    let booked = desk.client.post_once("/v1/shipments", &body, "refused").await.json();
    let mut told = vec![booked];
    for kind in ["garbage", "half", "empty"] {
        desk.couriers.fault(&json!({"courier": COURIER, "operation": "rates", "kind": kind, "times": 1})).await;
        told.push(desk.client.post("/v1/rates", &bodies::rates(COURIER, &account.shipment)).await.json());
    }
    plain(Value::Array(told))
}

/// Without what the host makes up, and without each reader's own words for what it cannot read; the cases compare those.
fn plain(value: Value) -> Value {
    const UNREADABLE: &str = "the courier's answer cannot be read:";
    match value {
        Value::Object(members) => {
            let kept = members.into_iter().filter(|(name, _)| !OWN.contains(&name.as_str()));
            kept.map(|(name, member)| (name, plain(member))).collect()
        }
        Value::Array(elements) => elements.into_iter().map(plain).collect(),
        Value::String(text) => match text.find(UNREADABLE) {
            Some(start) => text[..start + UNREADABLE.len()].into(),
            None => text.into(),
        },
        other => other,
    }
}
