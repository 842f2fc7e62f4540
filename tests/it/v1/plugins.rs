//! `/v1/admin/plugins`: as described. What each act does is in `operator::plugins`.

use std::fs;

use crossdock_tests::plugins_dir;
use serde_json::json;

use super::Walk;

pub async fn walk(walk: &mut Walk) {
    let admin = walk.desk.host.admin().await;
    let component = fs::read(plugins_dir().join("guests/everything.wasm")).unwrap();
    let waits = admin.upload("/v1/admin/plugins", "application/wasm", &component).await;
    walk.expect_described("install_plugin", 202, waits);
    let installed = admin.upload("/v1/admin/plugins?grant=asked", "application/wasm", &component).await;
    let digest = walk.expect_described("install_plugin", 201, installed)["version"]["digest"].clone();
    let one = "/v1/admin/plugins/everything";
    for (operation, path) in [
        ("list_plugins", "/v1/admin/plugins".to_owned()),
        ("list_plugin_refusals", "/v1/admin/plugin-refusals".to_owned()),
        ("read_plugin", one.to_owned()),
        ("list_plugin_versions", format!("{one}/versions")),
        ("read_plugin_metrics", format!("{one}/metrics")),
    ] {
        let reply = admin.get(&path).await;
        walk.expect_described(operation, 200, reply);
    }
    let changed = admin.patch(one, &json!({ "limits": { "cpu_ms": 50 } })).await;
    walk.expect_described("change_plugin", 200, changed);
    // Nothing was recorded of it, so that no version waits for that.
    let nothing = admin.post(&format!("{one}/accept"), &json!({ "digest": digest })).await;
    walk.expect_described("accept_plugin", 409, nothing);
    for (operation, act, body) in [
        ("roll_back_plugin", "rollback", json!({ "digest": digest })),
        ("disable_plugin", "disable", json!({})),
        ("enable_plugin", "enable", json!({})),
    ] {
        let reply = admin.post(&format!("{one}/{act}"), &body).await;
        walk.expect_described(operation, 200, reply);
    }
}
