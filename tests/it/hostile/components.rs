//! Components that are not what they say, by both ways in: each is refused with its reason, and what serves goes on.

use crossdock_tests::wait::{SOON, until};
use crossdock_tests::{Client, Reply};
use reqwest::Method;
use serde_json::Value;
use tempfile::TempDir;

use super::stage::{Stage, altered, component, put};

const ID: &str = "\"id\": \"hostile\",\n  \"display_name\": \"Hostile\",";
const URL: &str = "\"https://api.hostile.example/a-path-that-tests-replace\",";

async fn upload(admin: &Client, bytes: Vec<u8>) -> Reply {
    let shape = |request: reqwest::RequestBuilder| request.header("content-type", "application/wasm").body(bytes);
    admin.send(Method::POST, "/v1/admin/plugins?grant=asked", shape).await
}

/// The first reason, which names what is wrong.
fn reason(reply: &Reply) -> String {
    let problem = reply.problem();
    problem.errors.first().map(|error| error.detail.clone()).or(problem.detail).unwrap_or_default()
}

async fn list(admin: &Client, path: &str) -> Vec<Value> {
    admin.get(path).await.expect(200).json()["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn uploads_that_are_no_plugins_are_refused_and_kept_with_their_reason() {
    let stage = Stage::open().await;
    let admin = stage.host.admin().await;
    let sound = component("hostile");
    let mut random = b"\0asm\x0d\0\x01\0".to_vec();
    random.extend((0..4_096_u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 24) as u8));
    let mut refused: Vec<(Vec<u8>, &str)> = vec![
        (Vec::new(), "not a WebAssembly component"),
        (b"\x7fELF\x02\x01\x01 native code".to_vec(), "not a WebAssembly component"),
        (random, "not a WebAssembly component"),
        (altered(ID, "\"id\": \"admin\", \"display_name\": \"A\","), "reserved"),
        (altered(ID, "\"id\": \"../../../etc\", \"display_name\": \"A\","), "flaws"),
        (altered(ID, "\"id\": \"everything\", \"display_name\": \"A\","), "came by folder first"),
        (altered(ID, "\"id\": \"hostile\", \"display_name\": \"A\","), "came by folder first"),
    ];
    for eighth in 1..8 {
        refused.push((sound[..sound.len() * eighth / 8].to_vec(), "not a WebAssembly component"));
    }
    for inside in [
        "https://127.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://localhost/",
        "https://metadata/",
        "http://api.hostile.example/",
        "file:///etc/passwd",
        "https://user:pw@api.hostile.example/",
    ] {
        refused.push((altered(URL, &format!("\"{inside}\",")), "flaws"));
    }
    let before = list(&admin, "/v1/admin/plugins").await;
    let count = refused.len();
    for (bytes, wanted) in refused {
        let reply = upload(&admin, bytes).await.expect(422);
        assert!(reason(&reply).contains(wanted), "{wanted}: {}", reason(&reply));
    }
    let refusals = list(&admin, "/v1/admin/plugin-refusals").await;
    assert!(refusals.len() >= count.min(20), "{} refusals are kept", refusals.len());
    assert_eq!(list(&admin, "/v1/admin/plugins").await, before, "what serves is what served");
    stage.expect_unharmed("refused uploads").await;
}

#[tokio::test]
async fn a_huge_component_is_not_even_read() {
    let stage = Stage::open().await;
    let admin = stage.host.admin().await;
    let huge = vec![0; (32 << 20) + 1];
    let shape = |request: reqwest::RequestBuilder| request.header("content-type", "application/wasm").body(huge);
    // Whoever goes on sending after the answer may find the connection closed instead.
    if let Ok(reply) = admin.try_send(Method::POST, "/v1/admin/plugins", shape).await {
        assert_eq!(reply.expect(413).problem().code, "body_too_large");
    }
    stage.expect_unharmed("a huge component").await;
}

#[tokio::test]
async fn files_that_lie_about_themselves_change_nothing_for_others() {
    let folder = TempDir::with_prefix("crossdock-hostile-").unwrap();
    put(folder.path(), "everything.wasm", &component("everything"));
    put(folder.path(), "hostile.wasm", &component("hostile"));
    // Its name comes after the one that it pretends to be; so it is the one that is refused.
    put(folder.path(), "liar.wasm", &altered(ID, "\"id\": \"everything\", \"display_name\": \"A\","));
    put(folder.path(), "reserved.wasm", &altered(ID, "\"id\": \"system\", \"display_name\": \"A\","));
    put(folder.path(), "half.wasm", &component("hostile")[..10_000]);
    put(folder.path(), "zeros.wasm", &[0; 64]);
    put(folder.path(), "..%2f..%2f..%2fescape\n.wasm", &altered(ID, "\"id\": \"pirates\", \"display_name\": \"A\","));
    let huge = std::fs::File::create(folder.path().join("huge.wasm")).unwrap();
    huge.set_len((32 << 20) + 1).unwrap();
    let stage = Stage::with_folder(folder).await;
    let admin = stage.host.admin().await;
    let serving = list(&admin, "/v1/admin/plugins").await;
    let ids: Vec<&str> = serving.iter().map(|plugin| plugin["courier"].as_str().unwrap()).collect();
    assert_eq!(ids, ["everything", "hostile", "pirates"], "a file's name decides nothing");
    let refusals = list(&admin, "/v1/admin/plugin-refusals").await;
    for (file, wanted) in [
        ("liar.wasm", "the file everything.wasm is the plugin everything already"),
        ("reserved.wasm", "reserved"),
        ("half.wasm", "not a WebAssembly component"),
        ("zeros.wasm", "not a WebAssembly component"),
        ("huge.wasm", "33554433 bytes"),
    ] {
        let refusal = refusals.iter().find(|refusal| refusal["file"] == file);
        let reason = refusal.and_then(|refusal| refusal["reason"].as_str()).unwrap_or_default();
        assert!(reason.contains(wanted), "{file}: {reason}");
    }
    stage.expect_unharmed("a folder full of lies").await;
}

#[tokio::test]
async fn compiled_code_that_was_exchanged_is_compiled_again() {
    let mut stage = Stage::open().await;
    let compiled = compiled_files(&stage.host.data_dir());
    assert_eq!(compiled.len(), 2, "{compiled:?}");
    let contents: Vec<Vec<u8>> = compiled.iter().map(|file| std::fs::read(file).unwrap()).collect();
    std::fs::write(&compiled[0], &contents[1]).unwrap();
    std::fs::write(&compiled[1], &contents[0]).unwrap();
    stage.host.restart().await;
    stage.client = stage.client.at(&stage.host.base_url);
    stage.expect_unharmed("an exchange of compiled code").await;
    let log = stage.host.log();
    assert_eq!(log.matches("its MAC is not this host's").count(), 2, "{log}");
    let again = async || (compiled.iter().zip(&contents).all(|(file, old)| same_size(file, old))).then_some(());
    until("the code is written again", SOON, again).await;
}

fn same_size(file: &std::path::Path, old: &[u8]) -> bool {
    std::fs::read(file).is_ok_and(|bytes| bytes.len() == old.len())
}

fn compiled_files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(compiled_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "cwasm") {
            found.push(path);
        }
    }
    found.sort();
    found
}
