//! `crossdock plugin new`: what is written builds, passes its own tests, the gate and the conformance suite.

use std::fs;
use std::path::{Path, PathBuf};

use crossdock_tests::program;
use serde_json::{Value, json};

use super::plugin;

/// Most lines that an author writes for a courier that tracks, its status table included.
const MOST_LINES: usize = 120;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Builds of scaffolded plugins share a folder, so that only the first one compiles the SDK.
fn target_dir() -> String {
    let target = program("crossdock").parent().unwrap().parent().unwrap().join("scaffold");
    target.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_new_plugin_builds_and_passes_everything() {
    let folder = tempfile::tempdir().unwrap();
    let new = plugin(folder.path(), &["new", "acme-express", "--lang", "rust", "--json"], &[], "").await;
    assert_eq!(new.code, Some(0), "{new:?}");
    let written: Value = serde_json::from_str(&new.out).unwrap();
    assert!(written["files"].as_array().unwrap().contains(&json!("src/status.rs")), "{written}");
    let project = folder.path().join("acme-express");
    let description: Value = serde_json::from_slice(&fs::read(project.join("description.json")).unwrap()).unwrap();
    assert_eq!((&description["id"], &description["display_name"]), (&json!("acme-express"), &json!("Acme Express")));

    let target = target_dir();
    let mut cargo = tokio::process::Command::new("cargo");
    // What nextest and cargo set for this test is not for the project's own build.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_PKG") || name.to_string_lossy().starts_with("CARGO_MANIFEST") {
            cargo.env_remove(name);
        }
    }
    let native =
        cargo.args(["test", "--quiet"]).current_dir(&project).env("CARGO_TARGET_DIR", &target).output().await.unwrap();
    assert!(
        native.status.success(),
        "{}{}",
        String::from_utf8_lossy(&native.stdout),
        String::from_utf8_lossy(&native.stderr)
    );

    let variables = [("CARGO_TARGET_DIR", target.as_str())];
    let tested = plugin(&project, &["test", "--json"], &variables, "").await;
    let report: Value = serde_json::from_str(&tested.out).unwrap_or_else(|error| panic!("{error}: {tested:?}"));
    assert_eq!((tested.code, &report["ok"], &report["warnings"]), (Some(0), &json!(true), &json!([])), "{tested:?}");
    let component = project.join("acme.wasm");
    let built = plugin(&project, &["build", "--out", component.to_str().unwrap()], &variables, "").await;
    assert_eq!(built.code, Some(0), "{built:?}");
    let checked = plugin(&project, &["check", "acme.wasm", "--json"], &[], "").await;
    let checked: Value = serde_json::from_str(&checked.out).unwrap();
    assert_eq!(checked["capabilities"], json!(["auth", "tracking"]));
    assert_eq!(checked["endpoints"][0]["production"], "https://api.acme-express.example/v1");
    assert_eq!(checked["schemes"][0]["placements"], json!(["field api_key into the header x-api-key"]));
    let imports = checked["imports"].as_array().unwrap();
    assert!(imports.iter().all(|name| name.as_str().unwrap().starts_with("crossdock:courier/")), "{imports:?}");
    let words = plugin(&project, &["check", "acme.wasm"], &[], "").await.out;
    for word in ["contract 0.1.0", "only the host sees: api_key", "GET /parcels/", "10 in 1 s per credential"] {
        assert!(words.contains(word), "{word}: {words}");
    }
}

#[tokio::test]
async fn names_are_checked_and_nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["A", "Acme", "1acme", "acme_express", "../acme", "a/b", "", "x", &"a".repeat(33), "-acme"] {
        let ran = plugin(folder.path(), &["new", "--", name], &[], "").await;
        assert_eq!(ran.code, Some(2), "{name}: {ran:?}");
    }
    for name in ["async", "core"] {
        let ran = plugin(folder.path(), &["new", name], &[], "").await;
        assert!(ran.code == Some(1) && ran.err.contains("word of Rust"), "{name}: {ran:?}");
    }
    fs::write(folder.path().join("acme"), "mine").unwrap();
    let ran = plugin(folder.path(), &["new", "acme"], &[], "").await;
    assert!(ran.code == Some(1) && ran.err.contains("nothing is overwritten"), "{ran:?}");
    assert_eq!(fs::read(folder.path().join("acme")).unwrap(), b"mine");
    let ran = plugin(folder.path(), &["new", "other", "--sdk", "."], &[], "").await;
    assert!(ran.code == Some(1) && ran.err.contains("pass --sdk"), "{ran:?}");
    assert!(!folder.path().join("other").exists());
}

#[test]
fn a_courier_that_tracks_is_as_short_as_the_tutorial_says() {
    let folder = root().join("sdk/templates/rust/src");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let lines: usize = files.map(|file| fs::read_to_string(file).unwrap().lines().count()).sum();
    assert!(lines < MOST_LINES, "{lines} lines");
    let tutorial = fs::read_to_string(root().join("docs/PLUGINS.md")).unwrap();
    let said = format!("{lines} lines of Rust");
    assert!(tutorial.contains(&said), "docs/PLUGINS.md does not say \"{said}\"");
}
