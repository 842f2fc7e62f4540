//! Starting and stopping a whole host, and several on one database.

use std::fs;

use axum::body::Body;
use axum::http::Request;
use tower::ServiceExt;

use crate::app::serve::router_of;
use crate::app::start::StartError;
use crate::model::clock::OsRandom;
use crate::service::{keyring, merchant_keys, merchants};
use crate::store::testing::databases;
use crate::store::tests::samples::at;
use crate::vault::{self, RootKeyError};

use super::testing::{HandClock, assert_kept, config, keep_a_secret, start_at, start_on};

#[tokio::test]
async fn a_host_starts_on_nothing_and_again_on_what_it_left() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let started = start_at(&data, HandClock::at(at(0))).await.unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&data).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
    let router = router_of(&started.app);
    let status = async |path: &str| {
        let request = Request::get(path).body(Body::empty()).unwrap();
        router.clone().oneshot(request).await.unwrap().status().as_u16()
    };
    assert_eq!(status("/livez").await, 200);
    assert_eq!(status("/v1/openapi.json").await, 200);
    assert_eq!(status("/readyz").await, 503, "no plugin is loaded");
    let kept = keep_a_secret(&started.app).await;
    started.stop().await;

    let started = start_at(&data, HandClock::at(at(60))).await.unwrap();
    assert_kept(&started.app, &kept).await;
    started.stop().await;
}

#[tokio::test]
async fn the_wrong_root_key_is_refused_in_plain_words() {
    let folder = tempfile::tempdir().unwrap();
    start_at(folder.path(), HandClock::at(at(0))).await.unwrap().stop().await;
    fs::remove_file(folder.path().join("root-key")).unwrap();
    let Err(error) = start_at(folder.path(), HandClock::at(at(1))).await else {
        panic!("a host started under another root key");
    };
    assert!(matches!(error, StartError::RootKey(RootKeyError::Wrong { .. })));
    let words = error.to_string();
    assert!(words.contains("wrong root key") && words.contains("crossdock doctor"), "{words}");
}

/// Merchants whose keys do not fit into one batch of rewrapping.
const MANY_MERCHANTS: usize = 205;

#[tokio::test]
async fn what_an_older_key_sealed_is_not_written_after_a_rotation_elsewhere() {
    for test_db in databases().await {
        let folder = tempfile::tempdir().unwrap();
        let one = start_on(folder.path(), &test_db.url).await.unwrap();
        let two = start_on(folder.path(), &test_db.url).await.unwrap();
        let merchant = merchants::create(&one.app, "Acme").await.unwrap().id;
        let stale = one.app.keyring.of(&one.app, &merchant).await.unwrap().active().version();
        let tx = keyring::begin_under(&one.app, &merchant, i64::from(stale)).await.unwrap();
        tx.expect("the first version is active").commit().await.unwrap();

        merchant_keys::rotate(&two.app, &merchant).await.unwrap();
        let tx = keyring::begin_under(&one.app, &merchant, i64::from(stale)).await.unwrap();
        assert!(tx.is_none(), "{}: sealed under a retired version", test_db.system);
        let active = one.app.keyring.of(&one.app, &merchant).await.unwrap().active().version();
        assert_eq!(active, stale + 1, "the host has read the keys again");
        let tx = keyring::begin_under(&one.app, &merchant, i64::from(active)).await.unwrap();
        assert!(tx.is_some());
        drop(tx);
        assert!(merchant_keys::unfinished(&one.app, 10).await.unwrap().is_empty());
        one.stop().await;
        two.stop().await;
    }
}

#[tokio::test]
async fn a_root_key_rotated_elsewhere_is_noticed_and_nothing_stays_under_the_older_one() {
    for test_db in databases().await {
        let folder = tempfile::tempdir().unwrap();
        let serving = start_on(folder.path(), &test_db.url).await.unwrap();
        let older = serving.app.root_keys.get().current_kid().to_string();
        for _ in 0..MANY_MERCHANTS {
            let merchant = merchants::create(&serving.app, "Acme").await.unwrap().id;
            serving.app.keyring.of(&serving.app, &merchant).await.unwrap();
        }
        let loaded = vault::load_root_keys(&config(folder.path()).root_key_settings(), &OsRandom).unwrap();
        vault::add_root_key(loaded, &OsRandom).unwrap();
        let rotating = start_on(folder.path(), &test_db.url).await.unwrap();
        // The host that serves wraps a new merchant's key: under the new root key, which it has not seen so far.
        let newcomer = merchants::create(&serving.app, "Newcomer").await.unwrap().id;
        serving.app.keyring.of(&serving.app, &newcomer).await.unwrap();
        let now = serving.app.root_keys.get();
        assert_ne!(now.current_kid().as_str(), older, "{}", test_db.system);
        let rewrapped = merchant_keys::rewrap_all(&rotating.app).await.unwrap();
        assert_eq!(rewrapped, MANY_MERCHANTS as u64, "{}: the newcomer's key needs none", test_db.system);
        assert_eq!(merchant_keys::rewrap_all(&rotating.app).await.unwrap(), 0);
        serving.stop().await;
        rotating.stop().await;
    }
}
