//! Every command beside a host that serves: help, one JSON object, exit codes, plain words.

use crossdock_tests::wait::{SOON, until};
use crossdock_tests::{Database, Host, plugins_dir};
use futures::future::join_all;
use serde_json::Value;

use super::{error, object, one_object};

/// Every command, and a word that its help must hold.
const HELP: [(&[&str], &str); 22] = [
    (&[], "merchant-key"),
    (&["serve"], "SIGTERM"),
    (&["migrate"], "schema"),
    (&["merchant"], "disable"),
    (&["merchant", "create"], "--name"),
    (&["merchant", "list"], "--json"),
    (&["merchant", "disable"], "15 seconds"),
    (&["key", "create"], "--scopes"),
    (&["key", "list"], "--admin"),
    (&["key", "revoke"], "15 seconds"),
    (&["key", "rotate"], "--overlap-hours"),
    (&["plugin", "list"], "--json"),
    (&["plugin", "inspect"], "--json"),
    (&["plugin", "check"], "--json"),
    (&["plugin", "install"], "--grant"),
    (&["plugin", "rollback"], "--to"),
    (&["plugin", "enable"], "--grant"),
    (&["plugin", "disable"], "--json"),
    (&["plugin", "versions"], "--json"),
    (&["root-key", "rotate"], "--rewrap-only"),
    (&["merchant-key", "rotate"], "--reseal-only"),
    (&["doctor"], "--json"),
];

/// What is used wrongly.
const WRONG: [&[&str]; 6] = [
    &["fly"],
    &["merchant", "create"],
    &["merchant", "disable", "shp_1"],
    &["key", "create", "--scopes", "labels:buy"],
    &["key", "rotate", "abcd1234", "--overlap-hours", "169"],
    &["doctor", "--jsn"],
];

#[tokio::test]
async fn every_command_answers_beside_a_live_host() {
    for database in Database::both().await {
        let host = Host::start(database, &plugins_dir(), &[]).await;
        help_and_usage(&host).await;
        let json = async |arguments: &[&str]| object(&host.ran(&[arguments, &["--json"]].concat(), &[]).await);

        let merchant = json(&["merchant", "create", "--name", "Acme"]).await;
        let id = merchant["id"].as_str().unwrap();
        let list = json(&["merchant", "list"]).await;
        assert_eq!(list["merchants"].as_array().unwrap().len(), 1, "{list}");
        let key = json(&["key", "create", "--merchant", id, "--scopes", "shipments:read"]).await;
        json(&["key", "create", "--admin"]).await;
        let keys = json(&["key", "list", "--merchant", id]).await;
        assert_eq!(keys["keys"][0]["public_id"], key["public_id"]);
        assert!(!keys.to_string().contains(key["key"].as_str().unwrap()), "a list never shows a key");
        let rotated = json(&["key", "rotate", key["public_id"].as_str().unwrap(), "--overlap-hours", "1"]).await;
        assert_ne!(rotated["key"], key["key"]);
        json(&["key", "revoke", rotated["id"].as_str().unwrap()]).await;
        json(&["merchant-key", "rotate", "--merchant", id]).await;
        json(&["root-key", "rotate"]).await;
        plugins(&host, &json(&["plugin", "list"]).await).await;
        let report = json(&["doctor"]).await;
        assert_eq!(report["ok"], true, "{report}");
        assert_eq!(json(&["migrate"]).await["applied"], Value::Array(Vec::new()));
        refusals(&host, id).await;
        assert_eq!(host.anonymous().get("/readyz").await.status, 200, "the host still serves");
    }
}

#[tokio::test]
async fn revoked_keys_and_disabled_merchants_are_refused_by_a_running_host_within_the_documented_time() {
    join_all(Database::both().await.map(|database| async {
        let host = Host::start(database, &plugins_dir(), &[]).await;
        let (revoked, disabled) = (host.merchant("Revoked").await, host.merchant("Disabled").await);
        for client in [&revoked, &disabled] {
            client.get("/v1/stores").await.expect(200);
        }
        let public_id = revoked.key().unwrap().split('_').nth(2).unwrap();
        object(&host.ran(&["key", "revoke", public_id, "--json"], &[]).await);
        object(&host.ran(&["merchant", "disable", disabled.merchant_id(), "--json"], &[]).await);
        for (client, status) in [(&revoked, 401), (&disabled, 403)] {
            let problem = until("the refusal", SOON, async || {
                let reply = client.get("/v1/stores").await;
                (reply.status != 200).then_some(reply)
            })
            .await;
            assert_eq!(problem.problem().status, status);
        }
        // Once more changes nothing and is no failure: a script may run twice.
        object(&host.ran(&["key", "revoke", public_id, "--json"], &[]).await);
        object(&host.ran(&["merchant", "disable", disabled.merchant_id(), "--json"], &[]).await);
    }))
    .await;
}

async fn help_and_usage(host: &Host) {
    for (command, word) in HELP {
        let help = host.ran(&[command, &["--help"]].concat(), &[]).await;
        assert_eq!(help.code, Some(0), "{command:?}");
        assert!(help.out.contains(word), "{command:?} does not speak of {word}: {}", help.out);
    }
    for command in WRONG {
        let ran = host.ran(command, &[]).await;
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{command:?}: {ran:?}");
        assert!(ran.err.starts_with("error: "), "{command:?}: {ran:?}");
    }
}

async fn plugins(host: &Host, list: &Value) {
    assert_eq!(list["refused"], Value::Array(Vec::new()), "{list}");
    for plugin in list["plugins"].as_array().unwrap() {
        let id = plugin["id"].as_str().unwrap();
        let inspected = object(&host.ran(&["plugin", "inspect", id, "--json"], &[]).await);
        assert_eq!((&inspected["id"], &inspected["version"]), (&plugin["id"], &plugin["version"]));
        let file = plugins_dir().join(format!("{id}.wasm"));
        let checked = host.ran(&["plugin", "check", file.to_str().unwrap(), "--json"], &[]).await;
        object(&checked);
    }
    let missing = error(&host.ran(&["plugin", "inspect", "nobody"], &[]).await);
    assert!(missing.contains("nobody"), "{missing}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("broken.wasm");
    std::fs::write(&file, b"no component").unwrap();
    let broken = host.ran(&["plugin", "check", file.to_str().unwrap(), "--json"], &[]).await;
    assert_eq!(broken.code, Some(1), "{broken:?}");
    let nowhere = [("CROSSDOCK_PLUGINS_DIR", folder.path().join("nowhere").to_str().unwrap().to_owned())];
    let nowhere = nowhere.each_ref().map(|(name, value)| (*name, value.as_str()));
    let doctor = host.ran(&["doctor", "--json"], &nowhere).await;
    assert_eq!((doctor.code, one_object(&doctor)["ok"].as_bool()), (Some(1), Some(false)));
}

async fn refusals(host: &Host, merchant: &str) {
    let nobody = "mer_01JD0000000000000000000000";
    let cases: [(&[&str], &str); 6] = [
        (&["merchant", "disable", nobody], "no such merchant"),
        (&["key", "create", "--merchant", nobody, "--scopes", "labels:buy"], "no such merchant"),
        (&["key", "create", "--merchant", merchant, "--scopes", "labels:steal"], "is no scope"),
        (&["key", "revoke", "zzzzzzzz"], "no such API key"),
        (&["key", "rotate", "zzzzzzzz"], "no such API key"),
        (&["plugin", "check", "nowhere.wasm"], "nowhere.wasm"),
    ];
    for (command, words) in cases {
        let said = error(&host.ran(command, &[]).await);
        assert!(said.contains(words), "{command:?}: {said}");
    }
    let unreachable = [("CROSSDOCK_DATABASE_URL", "postgres://nobody:hunter2@127.0.0.1:1/x")];
    let said = error(&host.ran(&["merchant", "list"], &unreachable).await);
    assert!(!said.contains("hunter2"), "{said}");
}
