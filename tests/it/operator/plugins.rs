//! Plugins that come, wait, change and go while a host serves: by file, by the admin API and by command.

use std::fs;
use std::path::{Path, PathBuf};

use crossdock_tests::wait::{SOON, until};
use crossdock_tests::{Client, Database, Host, plugins_dir};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{error, object};

/// The component's own words for its version, and for a host that it may fetch documents from: other words of the same length
/// make other components.
const VERSION: &[u8] = b"\"version\": \"0.1.0\"";
const NEXT_VERSION: &[u8] = b"\"version\": \"0.1.1\"";
const DOCUMENTS: &[u8] = b"[\"documents.everything.example\"";
const OTHER_DOCUMENTS: &[u8] = b"[\"doc-store.everything.example\"";

/// A component in two versions, and a third that asks for more.
pub struct Versions {
    pub first: Vec<u8>,
    pub second: Vec<u8>,
    pub greedy: Vec<u8>,
}

impl Versions {
    pub fn read() -> Self {
        let first = fs::read(plugins_dir().join("guests/everything.wasm")).unwrap();
        let second = replaced(&first, VERSION, NEXT_VERSION);
        let greedy = replaced(&second, DOCUMENTS, OTHER_DOCUMENTS);
        Self { first, second, greedy }
    }
}

fn replaced(component: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    let mut bytes = component.to_vec();
    let place = bytes.windows(old.len()).position(|window| window == old).expect("the words stand in the component");
    bytes[place..place + new.len()].copy_from_slice(new);
    bytes
}

/// A plugins folder of the test's own.
pub struct Folder(TempDir);

impl Folder {
    pub fn with(component: &[u8]) -> Self {
        let folder = Self::with_another();
        folder.put(component);
        folder
    }

    /// A host without any plugin is not ready.
    pub fn with_another() -> Self {
        let folder = Self(TempDir::with_prefix("crossdock-plugins-").unwrap());
        fs::copy(plugins_dir().join("bring.wasm"), folder.path().join("bring.wasm")).unwrap();
        folder
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    fn file(&self) -> PathBuf {
        self.path().join("everything.wasm")
    }

    /// Puts a component in place as a careful operator does.
    pub fn put(&self, component: &[u8]) {
        let partial = self.path().join("everything.partial");
        fs::write(&partial, component).unwrap();
        fs::rename(partial, self.file()).unwrap();
    }
}

async fn plugin(admin: &Client) -> Value {
    admin.get("/v1/admin/plugins/everything").await.expect(200).json()
}

/// Waits until the host says so of the plugin.
async fn until_plugin(what: &str, admin: &Client, is_so: impl Fn(&Value) -> bool) -> Value {
    until(what, SOON, async || {
        let plugin = plugin(admin).await;
        is_so(&plugin).then_some(plugin)
    })
    .await
}

fn version(plugin: &Value) -> &str {
    plugin["in_charge"]["version"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn a_file_that_changes_is_followed_and_what_asks_for_more_waits() {
    let versions = Versions::read();
    let folder = Folder::with(&versions.first);
    let host = Host::start(Database::Sqlite, folder.path(), &[]).await;
    let admin = host.admin().await;
    assert_eq!(version(&plugin(&admin).await), "0.1.0");

    // Written bit by bit, as a slow copy does: half a component replaces nothing.
    let (half, rest) = versions.second.split_at(versions.second.len() / 2);
    fs::write(folder.file(), half).unwrap();
    let refusal = until("the refusal of half a file", SOON, async || {
        let refusals = admin.get("/v1/admin/plugin-refusals").await.expect(200).json();
        refusals["data"].get(0).cloned()
    })
    .await;
    assert_eq!(refusal["file"], "everything.wasm");
    assert_eq!(version(&plugin(&admin).await), "0.1.0", "what served goes on");
    fs::write(folder.file(), [half, rest].concat()).unwrap();
    until_plugin("the second version", &admin, |plugin| version(plugin) == "0.1.1").await;

    folder.put(&versions.greedy);
    let waiting =
        until_plugin("a version that waits", &admin, |plugin| plugin["awaiting_approval"][0].is_object()).await;
    assert_eq!(version(&waiting), "0.1.1");
    let reason = waiting["awaiting_approval"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("documents from https://doc-store.everything.example"), "{reason}");
    let digest = waiting["awaiting_approval"][0]["digest"].clone();
    let granted = json!({ "grants": waiting["awaiting_approval"][0]["wants"] });
    let approved = admin.patch("/v1/admin/plugins/everything", &granted).await.expect(200).json();
    assert_eq!((&approved["in_charge"]["digest"], &approved["serving_digest"]), (&digest, &digest));

    fs::remove_file(folder.file()).unwrap();
    until_plugin("the end of the plugin", &admin, |plugin| plugin["in_charge"].is_null()).await;
    let merchant = host.merchant("Acme").await;
    merchant.get("/v1/couriers/everything").await.expect(404);
    folder.put(&versions.greedy);
    until_plugin("the plugin's return", &admin, |plugin| plugin["serving_digest"] == digest).await;
    merchant.get("/v1/couriers/everything").await.expect(200);
}

#[tokio::test]
async fn an_upload_is_granted_what_it_is_given_and_can_be_taken_back() {
    for database in Database::both().await {
        let versions = Versions::read();
        let folder = Folder::with_another();
        let host = Host::start(database, folder.path(), &[]).await;
        let admin = host.admin().await;
        let upload = async |bytes: &[u8], query: &str| {
            admin.upload(&format!("/v1/admin/plugins{query}"), "application/wasm", bytes).await
        };
        let waits = upload(&versions.first, "").await.expect(202).json();
        assert_eq!(waits["version"]["state"], "awaiting_approval");
        assert_eq!(waits["missing"].as_array().unwrap().len(), 7, "{waits}");
        let installed = upload(&versions.first, "?grant=asked").await.expect(201).json();
        assert_eq!(installed["version"]["state"], "in_charge");
        let first = installed["version"]["digest"].clone();
        upload(&versions.second, "").await.expect(201);
        upload(&versions.greedy, "").await.expect(202);
        upload(b"no component", "").await.expect(422);
        admin.upload("/v1/admin/plugins", "text/plain", b"x").await.expect(415);

        let back = admin.post("/v1/admin/plugins/everything/rollback", &json!({})).await.expect(200).json();
        assert_eq!((&back["in_charge"]["digest"], &back["serving_digest"]), (&first, &first));
        let listed = admin.get("/v1/admin/plugins/everything/versions").await.expect(200).json();
        let states: Vec<&str> =
            listed["data"].as_array().unwrap().iter().map(|version| version["state"].as_str().unwrap()).collect();
        assert_eq!(states, ["awaiting_approval", "installed", "in_charge"]);
        let greedy = json!({ "digest": listed["data"][0]["digest"] });
        admin.post("/v1/admin/plugins/everything/rollback", &greedy).await.expect(409);
        admin.patch("/v1/admin/plugins/everything", &json!({ "grants": [] })).await.expect(409);

        let merchant = host.merchant("Acme").await;
        admin.post("/v1/admin/plugins/everything/disable", &json!({})).await.expect(200);
        merchant.get("/v1/couriers/everything").await.expect(404);
        admin.post("/v1/admin/plugins/everything/enable", &json!({})).await.expect(200);
        merchant.get("/v1/couriers/everything").await.expect(200);
        let limits = json!({ "limits": { "cpu_ms": 20, "calls": 2 } });
        let changed = admin.patch("/v1/admin/plugins/everything", &limits).await.expect(200).json();
        assert_eq!(changed["limits"]["cpu_ms"], 20, "{changed}");
        admin.patch("/v1/admin/plugins/everything", &json!({ "limits": { "cpu_ms": 0 } })).await.expect(422);
        for path in ["/v1/admin/plugins", "/v1/admin/plugin-refusals", "/v1/admin/plugins/everything/metrics"] {
            admin.get(path).await.expect(200);
            merchant.get(path).await.expect(403);
        }
    }
}

#[tokio::test]
async fn commands_change_what_a_live_host_serves() {
    let versions = Versions::read();
    let folder = Folder::with_another();
    let host = Host::start(Database::Sqlite, folder.path(), &[]).await;
    let admin = host.admin().await;
    let files = TempDir::with_prefix("crossdock-components-").unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = files.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.display().to_string()
    };
    let json = async |arguments: &[&str]| object(&host.ran(&[arguments, &["--json"]].concat(), &[]).await);

    let installed = json(&["plugin", "install", &file("first.wasm", &versions.first), "--grant"]).await;
    assert_eq!((&installed["courier"], &installed["state"]), (&"everything".into(), &"installed".into()));
    let serves = |digest: &Value| {
        let digest = digest.clone();
        move |plugin: &Value| plugin["serving_digest"] == digest
    };
    until_plugin("the installed version", &admin, serves(&installed["digest"])).await;
    json(&["plugin", "install", &file("second.wasm", &versions.second)]).await;
    let waits = json(&["plugin", "install", &file("greedy.wasm", &versions.greedy)]).await;
    assert_eq!(waits["state"], "awaiting_approval");
    assert_eq!(json(&["plugin", "versions", "everything"]).await["versions"].as_array().unwrap().len(), 3);
    json(&["plugin", "enable", "everything", "--grant"]).await;
    until_plugin("the granted version", &admin, serves(&waits["digest"])).await;
    json(&["plugin", "rollback", "everything", "--to", installed["digest"].as_str().unwrap()]).await;
    until_plugin("the version before", &admin, serves(&installed["digest"])).await;
    json(&["plugin", "disable", "everything"]).await;
    until_plugin("no version", &admin, |plugin| plugin["serving_digest"].is_null()).await;
    let refused = host.ran(&["plugin", "install", &file("bad.wasm", b"no component")], &[]).await;
    assert!(error(&refused).contains("not a WebAssembly component"), "{refused:?}");
    assert!(error(&host.ran(&["plugin", "rollback", "nobody"], &[]).await).contains("no such plugin"));
}

/// What serves outlives the process; a rolled back version does not come again with the file that lies there still.
#[tokio::test]
async fn a_restart_changes_nothing() {
    let versions = Versions::read();
    let folder = Folder::with(&versions.first);
    let mut host = Host::start(Database::Sqlite, folder.path(), &[]).await;
    let admin = host.admin().await;
    let first = plugin(&admin).await["serving_digest"].clone();
    folder.put(&versions.second);
    until_plugin("the second version", &admin, |plugin| version(plugin) == "0.1.1").await;
    admin.post("/v1/admin/plugins/everything/rollback", &json!({})).await.expect(200);
    host.restart().await;
    let admin = admin.at(&host.base_url);
    assert_eq!(plugin(&admin).await["serving_digest"], first, "{}", host.log());
    fs::remove_file(folder.file()).unwrap();
    host.restart().await;
    assert!(plugin(&admin.at(&host.base_url)).await["serving_digest"].is_null(), "{}", host.log());
}
