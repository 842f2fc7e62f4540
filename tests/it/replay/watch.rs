//! A version that passes its replay and fails in live calls goes back by itself.

use crossdock_tests::Database;

use super::{Stage, variant};

/// More live calls than those after which a version is judged.
const CALLS: usize = 12;

#[tokio::test]
async fn a_version_that_fails_live_calls_goes_back_by_itself_and_says_so() {
    for database in Database::both().await {
        let stage = Stage::open(database, "hostile", &[]).await;
        stage.track("ORDINARY1").await.expect(200);
        stage.until_recorded(1).await;
        for _ in 0..CALLS {
            stage.track("PLAIN").await.expect(200);
        }
        // What is recorded is another number, so that the replay has nothing against it.
        stage.put(&variant("hostile", "0.2.0", &[("crash", "plain")]));
        let worse = stage.until_serving("0.2.0").await;
        assert_eq!(worse["in_charge"]["replay"]["verdict"], "passed");
        for _ in 0..CALLS {
            stage.track("PLAIN").await;
        }
        stage.until_serving("0.1.0").await;
        stage.track("PLAIN").await.expect(200);

        let versions = stage.versions().await;
        let bad = versions.iter().find(|one| one["version"] == "0.2.0").unwrap();
        let reason = bad["reason"].as_str().unwrap();
        assert!(bad["state"] == "refused" && reason.contains("calls failed, where"), "{bad}");
        let acts = stage.acts().await;
        let back = acts.iter().find(|act| act.starts_with("system plugin.rolled_back"));
        assert!(back.is_some_and(|act| act.contains("calls failed, where")), "{acts:#?}");
        assert!(stage.host.log().contains("plugin went back to the version before"), "{}", stage.host.log());
        let named = serde_json::json!({ "digest": bad["digest"] });
        stage.admin.post(&stage.path("/rollback"), &named).await.expect(409);
        stage.admin.post(&stage.path("/accept"), &named).await.expect(409);
    }
}
