//! Documents by link, against a made-up courier on loopback.

use axum::Router;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::routing::get as on_get;

use super::testing::{KEY, World};

#[tokio::test]
async fn links_are_followed_over_three_hops_to_granted_hosts_only() {
    let router = Router::new()
        .route(
            "/base/v1/label",
            on_get(|headers: HeaderMap| async move {
                assert_eq!(headers["x-demo-key"], KEY);
                (StatusCode::FOUND, [("location", "/files/1?sig=%2b")])
            }),
        )
        .route(
            "/files/1",
            on_get(|uri: Uri, headers: HeaderMap| async move {
                assert!(!headers.contains_key("x-demo-key"), "credentials on the first hop only");
                assert_eq!(uri.query(), Some("sig=%2b"));
                "%PDF"
            }),
        )
        .route("/base/v1/loop", on_get(|| async { (StatusCode::FOUND, [("location", "/base/v1/loop")]) }))
        .route("/base/v1/out", on_get(|| async { (StatusCode::FOUND, [("location", "https://evil.example/x")]) }));
    let world = World::start(router).await;
    let session = world.session("header");
    let base = format!("http://{}", world.courier);
    assert_eq!(session.fetch_link(&format!("{base}/base/v1/label")).await.unwrap(), b"%PDF");
    for link in [
        format!("{base}/base/v1/loop"),
        format!("{base}/base/v1/out"),
        format!("{base}/base/v1/oauth/token"),
        "https://evil.example/x".to_owned(),
        "https://labels.example.com.evil.example/x".to_owned(),
        "http://labels.example.com/x".to_owned(),
        "https://user@labels.example.com/x".to_owned(),
        "https://labels.example.com/a/../b".to_owned(),
        "file:///etc/passwd".to_owned(),
    ] {
        let failure = session.fetch_link(&link).await.unwrap_err();
        assert_eq!(failure.code, "document-link", "{link}");
        assert!(!failure.message.contains("example"), "no address in words");
    }
}
