//! `crossdock plugin test`: our own plugins pass, and what is wrong in others is told.

use std::fs;
use std::path::{Path, PathBuf};

use crossdock_tests::{Ran, plugins_dir};
use futures::future::join_all;
use serde_json::{Value, json};

use super::plugin;

/// Kinds of bad answers that every plugin must have survived, at least.
const KINDS: usize = 20;

/// The repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Runs the suite on a component with these fixtures.
async fn suite(component: &Path, fixtures: &Path, more: &[&str]) -> (Ran, Value) {
    let mut arguments = vec!["test", component.to_str().unwrap(), "--fixtures", fixtures.to_str().unwrap(), "--json"];
    arguments.extend(more);
    let ran = plugin(&root(), &arguments, &[], "").await;
    let report = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {ran:?}"));
    (ran, report)
}

/// The checks of a group.
fn checks<'a>(report: &'a Value, group: &str) -> Vec<&'a Value> {
    let checks = report["checks"].as_array().unwrap().iter();
    checks.filter(|check| check["group"] == group).collect()
}

fn write(folder: &Path, file: &str, value: &Value) {
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join(file), value.to_string()).unwrap();
}

#[tokio::test]
async fn our_own_plugins_pass() {
    let folders = fs::read_dir(root().join("plugins")).unwrap().map(|entry| entry.unwrap().path());
    let runs = folders.filter(|folder| folder.join("Cargo.toml").is_file()).map(|folder| async move {
        let id = folder.file_name().unwrap().to_str().unwrap();
        let (ran, report) = suite(&plugins_dir().join(format!("{id}.wasm")), &folder.join("fixtures"), &[]).await;
        let failed: Vec<&Value> =
            report["checks"].as_array().unwrap().iter().filter(|check| check["ok"] != true).collect();
        assert!(failed.is_empty() && report["ok"] == true, "{id}: {failed:#?}");
        assert_eq!((ran.code, report["failed"].as_u64()), (Some(0), Some(0)), "{id}");
        assert!(checks(&report, "bad_answers").len() >= KINDS, "{id}: {report}");
        assert!(!checks(&report, "capabilities").is_empty() && !checks(&report, "deterministic").is_empty(), "{id}");
        report["id"] == id
    });
    let passed = join_all(runs).await;
    assert!(passed.len() >= 3 && passed.iter().all(|is_itself| *is_itself));
}

#[tokio::test]
async fn what_a_plugin_does_wrong_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let track = |number: &str| json!({ "operation": "tracking.track", "args": { "numbers": [number] } });
    write(&folder.path().join("crash"), "call.json", &track("panic"));
    write(&folder.path().join("other-routes"), "call.json", &track("paths"));
    write(
        &folder.path().join("other-arguments"),
        "call.json",
        &json!({ "operation": "tracking.track", "args": { "number": [] } }),
    );
    let thief = plugins_dir().join("guests/thief.wasm");
    let (ran, report) = suite(&thief, folder.path(), &[]).await;
    assert_eq!((ran.code, &report["ok"]), (Some(1), &json!(false)), "{report}");
    assert!(ran.err.lines().last().unwrap().starts_with("error: "), "{ran:?}");
    let fixtures = checks(&report, "fixtures");
    for (name, words) in [
        ("crash", "crashed"),
        ("other-routes", "is refused by the host: bad-path"),
        ("other-arguments", "there is no argument number; there are: numbers"),
    ] {
        let check = fixtures.iter().find(|check| check["name"] == name).unwrap();
        let problems = check["problems"].to_string();
        assert!(check["ok"] == false && problems.contains(words), "{name}: {problems}");
    }
    let table =
        plugin(&root(), &["test", thief.to_str().unwrap(), "--fixtures", folder.path().to_str().unwrap()], &[], "")
            .await;
    assert!(table.out.contains("FAIL  fixtures") && table.out.contains("failed, "), "{table:?}");
}

#[tokio::test]
async fn a_wrong_expectation_names_the_member_and_update_writes_it() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("send");
    write(&case, "call.json", &json!({ "operation": "tracking.track", "args": { "numbers": ["SEND"] } }));
    write(&case, "exchange-1.json", &json!({ "response": { "status": 200, "body": { "text": "sent" } } }));
    write(&case, "expected.json", &json!({ "ok": [{ "ok": { "number": "SEND", "courier_text": "other" } }] }));
    let everything = plugins_dir().join("guests/everything.wasm");
    let (_, report) = suite(&everything, folder.path(), &[]).await;
    let problems = checks(&report, "fixtures")[0]["problems"].to_string();
    for words in [
        "expected.json /ok/0/ok/courier_text: expected \\\"other\\\", found \\\"sent\\\"",
        "expected nothing, found {\\\"endpoint\\\"",
    ] {
        assert!(problems.contains(words), "{words}: {problems}");
    }
    let (ran, updated) = suite(&everything, folder.path(), &["--update"]).await;
    assert_eq!((ran.code, updated), (Some(0), json!({ "updated": 1 })));
    let (_, report) = suite(&everything, folder.path(), &[]).await;
    assert_eq!(checks(&report, "fixtures")[0]["ok"], true, "{report}");
    assert_eq!(checks(&report, "deterministic")[0]["ok"], true, "{report}");
    let exchange: Value = serde_json::from_slice(&fs::read(case.join("exchange-1.json")).unwrap()).unwrap();
    assert_eq!((&exchange["request"]["path"], &exchange["response"]["status"]), (&json!("/parcels/SEND"), &json!(200)));
}
