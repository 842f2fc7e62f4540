//! Starting and stopping a whole host.

use std::fs;

use axum::body::Body;
use axum::http::Request;
use tower::ServiceExt;

use crate::app::serve::router_of;
use crate::app::start::StartError;
use crate::store::tests::samples::at;
use crate::vault::RootKeyError;

use super::testing::{HandClock, assert_kept, keep_a_secret, start_at};

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
