//! A version that does otherwise than the one in charge: what is found, and what the operator's policy makes of it.

use std::fs;

use crossdock_tests::{Database, Reply};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Stage, variant, version};

/// Other words in every message of the guest.
const OTHERWISE: (&str, &str) = ("words of ", "Words in ");

/// Another request to the courier.
const ASKS_OTHERWISE: (&str, &str) = ("sv & en", "no & en");

impl Stage {
    /// Brings a version by the admin API.
    async fn upload(&self, component: &[u8]) -> Reply {
        self.admin.upload("/v1/admin/plugins?grant=asked", "application/wasm", component).await
    }

    async fn set_policy(&self, policy: &str) {
        self.admin.patch(&self.path(""), &json!({ "replay_policy": policy })).await.expect(200);
    }

    /// Puts a version into the folder and waits until something came of it.
    async fn bring(&self, number: &str, pieces: &[(&str, &str)]) -> Value {
        self.put(&variant(self.guest, number, pieces));
        crossdock_tests::wait::until("a new version", crossdock_tests::wait::SOON, async || {
            // Between its row and the courier's, what is in charge may still be read as installed.
            let is_it = |one: &Value| one["version"] == number && one["state"] != "installed";
            self.versions().await.into_iter().find(is_it)
        })
        .await
    }
}

#[tokio::test]
async fn the_operators_policy_decides() {
    for database in Database::both().await {
        let stage = Stage::open(database, "everything", &[]).await;
        stage.track("NUMBER1").await.expect(200);
        stage.until_recorded(1).await;

        let same = stage.bring("0.2.0", &[]).await;
        let replay = &same["replay"];
        assert_eq!((&same["state"], &replay["verdict"]), (&"in_charge".into(), &"passed".into()), "{same}");
        assert_eq!(
            (&replay["replayed"], &replay["same"], &replay["different"]),
            (&1.into(), &1.into(), &0.into()),
            "{same}"
        );
        assert!(replay["took_ms"].is_u64() && replay["against_version"] == "0.1.0", "{same}");

        stage.until_serving("0.2.0").await;
        let metrics = stage.admin.get(&stage.path("/metrics")).await.expect(200).json();
        assert_eq!(
            (&metrics["version"], &metrics["operations"]),
            (&"0.2.0".into(), &json!({})),
            "replayed calls are nobody's"
        );

        let asked = stage.bring("0.3.0", &[OTHERWISE]).await;
        assert_eq!((&asked["state"], &asked["replay"]["verdict"]), (&"awaiting_approval".into(), &"asked".into()));
        let difference = &asked["replay"]["differences"][0];
        assert_eq!((&difference["operation"], &difference["kind"]), (&"tracking.track".into(), &"result".into()));
        let change = &difference["changes"][0];
        assert_eq!(change["pointer"], "/result/0/ok/messages/0/text", "{difference}");
        assert_eq!((&change["old"], &change["new"]), (&"words of E1".into(), &"Words in E1".into()));
        assert!(
            asked["reason"].as_str().unwrap().contains("1 of 1 recorded calls differ from version 0.2.0"),
            "{asked}"
        );
        let grants = json!({ "grants": asked["wants"] });
        let waiting = stage.admin.patch(&stage.path(""), &grants).await.expect(200).json();
        assert_eq!((version(&waiting), &waiting["awaiting_approval"][0]["version"]), ("0.2.0", &"0.3.0".into()));
        let accepted = stage.admin.post(&stage.path("/accept"), &json!({})).await.expect(200).json();
        assert_eq!((version(&accepted), &accepted["serving_digest"]), ("0.3.0", &asked["digest"]));
        stage.admin.post(&stage.path("/accept"), &json!({})).await.expect(409);

        stage.admin.post(&stage.path("/rollback"), &json!({})).await.expect(200);
        assert_eq!(version(&stage.plugin().await), "0.2.0", "a rollback replays nothing");
        stage.set_policy("warn").await;
        let warned = stage.bring("0.4.0", &[OTHERWISE]).await;
        assert_eq!((&warned["state"], &warned["replay"]["verdict"]), (&"in_charge".into(), &"warned".into()));
        assert_eq!(warned["replay"]["different"], 1);

        stage.admin.post(&stage.path("/rollback"), &json!({})).await.expect(200);
        stage.set_policy("refuse").await;
        let refused = stage.bring("0.5.0", &[OTHERWISE]).await;
        assert_eq!((&refused["state"], &refused["replay"]["verdict"]), (&"refused".into(), &"refused".into()));
        assert_eq!(version(&stage.plugin().await), "0.2.0");
        let named = json!({ "digest": refused["digest"] });
        stage.admin.post(&stage.path("/rollback"), &named).await.expect(409);
        let refusals = stage.admin.get("/v1/admin/plugin-refusals").await.expect(200).json();
        assert!(refusals["data"][0]["reason"].as_str().unwrap().contains("recorded calls differ"), "{refusals}");
        let accepted = stage.admin.post(&stage.path("/accept"), &named).await.expect(200).json();
        assert_eq!(version(&accepted), "0.5.0");

        stage.admin.patch(&stage.path(""), &json!({ "replay_policy": "perhaps" })).await.expect(422);
        stage.set_policy("default").await;
        assert!(stage.plugin().await["replay_policy"].is_null());
        stage.expect_told().await;
    }
}

impl Stage {
    async fn expect_told(&self) {
        let acts = self.acts().await;
        for act in [
            "system plugin.awaiting_approval",
            "plugin.accepted",
            "plugin.rolled_back",
            "system plugin.replay_refused",
            "system plugin.refused",
            "\"replay_policy\":\"refuse\"",
            "\"verdict\":\"warned\"",
            "\"verdict\":\"passed\"",
        ] {
            assert!(acts.iter().any(|one| one.contains(act)), "{act} is not in {acts:#?}");
        }
        let log = self.host.log();
        for words in ["plugin replayed", "plugin does otherwise on recorded calls", "replay differs"] {
            assert!(log.contains(words), "{words} is not in {log}");
        }
    }
}

#[tokio::test]
async fn another_request_to_the_courier_is_found_and_shown() {
    let stage = Stage::open(Database::Sqlite, "everything", &[("CROSSDOCK_REPLAY_POLICY", "refuse")]).await;
    stage.track("SEND").await.expect(200);
    stage.until_recorded(1).await;
    let refused = stage.bring("0.3.0", &[ASKS_OTHERWISE]).await;
    assert_eq!(refused["replay"]["differences"][0]["kind"], "request", "{refused}");
    let change = &refused["replay"]["differences"][0]["changes"][0];
    assert_eq!(change["pointer"], "/requests/0/query/0/1");
    assert_eq!((&change["old"], &change["new"]), (&"sv & en".into(), &"no & en".into()));

    let listed = stage.host.ran(&["plugin", "list", "--json"], &[]).await;
    assert!(listed.out.contains("\"replayed\":[]"), "{listed:?}");
    let shown = stage.host.ran(&["plugin", "versions", "everything"], &[]).await;
    for words in
        ["refused", "replay: 1 of 1 recorded calls differ from version 0.1.0", "/requests/0/query/0/1: \"sv & en\""]
    {
        assert!(shown.out.contains(words), "{words} is not in {}", shown.out);
    }
    let digest = refused["digest"].as_str().unwrap();
    let accepted = stage.host.cli(&["plugin", "accept", "everything", "--digest", digest, "--json"]).await;
    assert_eq!(accepted["version"], "0.3.0");
    stage.until_serving("0.3.0").await;
}

#[tokio::test]
async fn an_upload_and_a_command_are_held_to_the_same() {
    let stage = Stage::open(Database::Sqlite, "hostile", &[]).await;
    let files = TempDir::with_prefix("crossdock-components-").unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = files.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.display().to_string()
    };
    let install = async |file: &str| stage.host.cli(&["plugin", "install", file, "--grant", "--json"]).await;
    let first = file("first.wasm", &super::component("everything"));
    assert_eq!(install(&first).await["state"], "installed");
    crossdock_tests::wait::until("the installed plugin", crossdock_tests::wait::SOON, async || {
        (stage.client.get("/v1/couriers/everything").await.status == 200).then_some(())
    })
    .await;
    let everything = Stage { guest: "everything", ..stage };
    everything.connect().await;
    everything.track("NUMBER1").await.expect(200);
    everything.until_recorded(1).await;
    let other = file("other.wasm", &variant("everything", "0.2.0", &[OTHERWISE]));
    let waits = everything.host.cli(&["plugin", "install", &other, "--grant", "--json"]).await;
    assert_eq!(
        (&waits["state"], &waits["verdict"], &waits["replay"]["different"]),
        (&"awaiting_approval".into(), &"asked".into(), &1.into())
    );
    let accepted = everything.host.cli(&["plugin", "accept", "everything", "--json"]).await;
    assert_eq!((&accepted["version"], &accepted["digest"]), (&"0.2.0".into(), &waits["digest"]));
    let again = everything.host.cli(&["plugin", "install", &other, "--json"]).await;
    assert_eq!(
        (&again["state"], &again["verdict"]),
        (&"installed".into(), &"accepted".into()),
        "not replayed to death"
    );
    let uploaded = everything.upload(&variant("everything", "0.3.0", &[])).await.expect(202).json();
    assert_eq!((&uploaded["version"]["state"], &uploaded["missing"]), (&"awaiting_approval".into(), &json!([])));
    assert_eq!(uploaded["version"]["replay"]["verdict"], "asked", "{uploaded}");
}

/// A version that crashes, computes on and on, or breaks the contract on a call that the one in charge answers.
#[tokio::test]
async fn faults_of_a_new_version_are_found_before_it_serves() {
    let usual = json!(null);
    for (behaviour, number, cpu_ms, kind) in [
        ("crash", "PLAIN", &usual, "trap"),
        ("endless_loop", "PARCELNUMBER", &usual, "limit_exceeded"),
        ("endless_loop", "PARCELNUMBER", &json!(10_000), "deadline_exceeded"),
        ("bad_country", "PARCELNINE1", &usual, "bad_result"),
    ] {
        let stage = Stage::open(Database::Sqlite, "hostile", &[]).await;
        let limits = json!({ "limits": { "cpu_ms": cpu_ms } });
        stage.admin.patch(&stage.path(""), &limits).await.expect(200);
        stage.track(number).await.expect(200);
        stage.until_recorded(1).await;
        let waits = stage.bring("0.2.0", &[(behaviour, &number.to_lowercase())]).await;
        assert_eq!(
            (&waits["state"], &waits["replay"]["differences"][0]["kind"]),
            (&"awaiting_approval".into(), &kind.into())
        );
        let detail = waits["replay"]["differences"][0]["detail"].as_str().unwrap();
        assert!(detail.starts_with("plugin hostile 0.2.0 "), "{detail}");
        stage.track(number).await.expect(200);
        assert_eq!(version(&stage.plugin().await), "0.1.0");
    }
}
