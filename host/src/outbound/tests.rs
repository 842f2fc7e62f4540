//! The whole way out against a made-up courier on loopback.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::IntoResponse;
use axum::routing::{any, get as on_get, post};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::testing::{KEY, World, description, get};
use crate::model::exchange::{Keep, KeepEncoding, Method};
use crate::model::failure::FailureKind;

/// Answers with everything that it was sent, in every spelling.
async fn echo(uri: Uri, headers: HeaderMap) -> impl IntoResponse {
    let key = headers.get("x-demo-key").map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
    let authorization =
        headers.get("authorization").map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
    let percent = percent_encoding::utf8_percent_encode(&key, percent_encoding::NON_ALPHANUMERIC).to_string();
    let body = json!({
        "plain": key, "uri": uri.to_string(), "authorization": authorization, "base64": STANDARD.encode(&key),
        "percent": percent, "lower": percent.replace("%2F", "%2f").replace("%3C", "%3c"), "other": "stays",
    });
    ([("x-echo", key), ("x-authorization", authorization)], body.to_string())
}

async fn echo_gzip(headers: HeaderMap) -> impl IntoResponse {
    ([(header::CONTENT_ENCODING, "gzip")], gzip(headers["x-demo-key"].as_bytes()))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn holds_secret(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let percent: String = url::form_urlencoded::byte_serialize(KEY.as_bytes()).collect();
    let json = serde_json::to_string(KEY).unwrap();
    [KEY, percent.as_str(), &json[1..json.len() - 1], &STANDARD.encode(KEY), &STANDARD.encode(format!("alice:{KEY}"))]
        .iter()
        .any(|spelling| text.contains(spelling))
}

#[tokio::test]
async fn an_echoing_courier_gives_no_secret_away() {
    let router = Router::new()
        .route("/base/v1/echo", any(echo))
        .route("/base/v1/gzip", on_get(echo_gzip))
        .route(
            "/base/v1/hidden-gzip",
            on_get(|headers: HeaderMap| async move { gzip(headers["x-demo-key"].as_bytes()) }),
        )
        .route("/base/v1/odd", on_get(|| async { ([(header::CONTENT_ENCODING, "zstd")], "x") }))
        .route("/base/v1/twice", on_get(|| async { ([(header::CONTENT_ENCODING, "gzip, gzip")], gzip(&gzip(b"x"))) }));
    let mut world = World::start(router).await;
    for kind in ["header", "basic"] {
        let answer = world.session(kind).send(get("/v1/echo")).await.unwrap();
        assert_eq!(answer.status, 200);
        assert!(!holds_secret(&answer.body), "{}", String::from_utf8_lossy(&answer.body));
        assert!(String::from_utf8_lossy(&answer.body).contains("stays"));
        serde_json::from_slice::<serde_json::Value>(&answer.body).expect("still JSON");
        for (name, value) in &answer.headers {
            assert!(!holds_secret(value.as_bytes()), "{name}: {value}");
        }
    }
    let session = world.session("header");
    let answer = session.send(get("/v1/gzip")).await.unwrap();
    assert_eq!(answer.body, "*".repeat(KEY.len()).as_bytes());
    for path in ["/v1/odd", "/v1/twice", "/v1/hidden-gzip"] {
        let failure = session.send(get(path)).await.unwrap_err();
        assert_eq!(
            (failure.kind, failure.code.as_str()),
            (FailureKind::UnexpectedAnswer, "unknown-encoding"),
            "{path}"
        );
    }
    assert!(!session.any_sent(), "nothing but GET");
    assert!(!session.scrub(&format!("a log with {KEY} in it")).contains(KEY));
    let mut records = Vec::new();
    while let Ok(record) = world.calls.try_recv() {
        assert!(!holds_secret(format!("{record:?}").as_bytes()) && !format!("{record:?}").contains("s3cr3t"));
        records.push(record);
    }
    assert_eq!(records.len(), 6);
    assert_eq!((records[0].status, records[0].outcome, records[0].path.as_str()), (Some(200), "ok", "/v1/echo"));
    assert!(records[0].request_headers.contains(&("x-demo-key".to_owned(), "[redacted]".to_owned())));
}

#[tokio::test]
async fn what_is_placed_arrives_and_redirects_are_handed_back() {
    let router = Router::new()
        .route(
            "/base/v1/check",
            post(|uri: Uri, headers: HeaderMap, body: Bytes| async move {
                assert_eq!(headers["x-demo-key"], KEY);
                assert_eq!(headers["x-own"], "1");
                assert!(headers["user-agent"].to_str().unwrap().starts_with("Crossdock/"));
                assert!(!headers.contains_key("cookie") && !headers.contains_key("referer"));
                assert_eq!(uri.query().unwrap(), "q=a+b&apikey=s3cr3t%2Fke%26y%3C%221");
                body
            }),
        )
        .route(
            "/base/v1/away",
            on_get(|| async { (StatusCode::FOUND, [("location", "/base/v1/never"), ("set-cookie", "a=b")]) }),
        );
    let world = World::start(router).await;
    let session = world.session("header");
    let mut request = get("/v1/check");
    request.method = Method::Post;
    request.query = vec![("q".to_owned(), "a b".to_owned())];
    request.headers = vec![("x-own".to_owned(), "1".to_owned())];
    request.body = Some(b"parcel".to_vec());
    assert_eq!(session.send(request).await.unwrap().body, b"parcel");
    assert!(session.any_sent());
    let answer = session.send(get("/v1/away")).await.unwrap();
    assert_eq!(answer.status, 302);
    assert!(answer.headers.iter().all(|(name, _)| name != "set-cookie"));
    let failure = session.send(get("/v1/../admin")).await.unwrap_err();
    assert_eq!((failure.kind, failure.request_sent), (FailureKind::InvalidInput, false));
}

#[tokio::test]
async fn a_placement_of_some_routes_stays_out_of_the_others() {
    let given_back = |body: Bytes| async move { body.len().to_string() };
    let router = Router::new()
        .route("/base/v1/subscribe", post(given_back))
        .route("/base/v1/subscribed", post(given_back))
        .route("/base/v1/list", on_get(given_back));
    let world = World::start(router).await;
    let session = world.session("header");
    let length = async |method, path: &str| {
        let mut request = get(path);
        request.method = method;
        request.body = (method == Method::Post).then(|| b"{}".to_vec());
        String::from_utf8(session.send(request).await.unwrap().body).unwrap()
    };
    let with_secret = serde_json::json!({"hook": {"secret": KEY}}).to_string().len();
    assert_eq!(length(Method::Post, "/v1/subscribe").await, with_secret.to_string());
    assert_eq!(length(Method::Post, "/v1/subscribed").await, "2");
    assert_eq!(length(Method::Get, "/v1/list").await, "0");
}

#[derive(Default)]
struct Courier {
    exchanges: AtomicU32,
    uses: AtomicU32,
}

fn token_router(courier: Arc<Courier>) -> Router {
    Router::new()
        .route(
            "/base/v1/oauth/token",
            post(|State(courier): State<Arc<Courier>>, headers: HeaderMap, body: String| async move {
                assert_eq!(body, "grant_type=client_credentials");
                assert_eq!(
                    headers["authorization"],
                    format!("Basic {}", STANDARD.encode(format!("alice:{KEY}"))).as_str()
                );
                let n = courier.exchanges.fetch_add(1, Ordering::SeqCst);
                json!({"access_token": format!("marked-token-{n}"), "expires_in": "3600"}).to_string()
            }),
        )
        .route(
            "/base/v1/track",
            any(|State(courier): State<Arc<Courier>>, headers: HeaderMap| async move {
                courier.uses.fetch_add(1, Ordering::SeqCst);
                match headers["authorization"].to_str().unwrap() {
                    "Bearer marked-token-0" if courier.uses.load(Ordering::SeqCst) > 50 => {
                        StatusCode::UNAUTHORIZED.into_response()
                    }
                    sent => sent.to_owned().into_response(),
                }
            }),
        )
        .with_state(courier)
}

#[tokio::test]
async fn tokens_are_shared_renewed_once_and_never_shown() {
    let courier = Arc::new(Courier::default());
    let mut world = World::start(token_router(Arc::clone(&courier))).await;
    let sessions: Vec<_> = (0..50).map(|_| world.session("token")).collect();
    let answers = futures::future::join_all(sessions.iter().map(|session| session.send(get("/v1/track")))).await;
    assert_eq!(courier.exchanges.load(Ordering::SeqCst), 1);
    for answer in answers {
        let text = String::from_utf8(answer.unwrap().body).unwrap();
        assert!(text.starts_with("Bearer ***") && !text.contains("marked-token"), "{text}");
    }
    let mut booking = get("/v1/track");
    booking.method = Method::Post;
    let answer = world.session("token").send(booking).await.unwrap();
    assert_eq!((answer.status, courier.exchanges.load(Ordering::SeqCst)), (200, 2));
    assert!(world.session("token").send(get("/v1/oauth/token")).await.is_err(), "a guest cannot fetch tokens");
    while let Ok(record) = world.calls.try_recv() {
        assert!(!format!("{record:?}").contains("marked-token"));
    }
}

#[tokio::test]
async fn pauses_and_failures_stop_requests_before_they_leave() {
    let router = Router::new()
        .route("/base/v1/busy", on_get(|| async { (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "60")]) }))
        .route("/base/v1/down", on_get(|| async { StatusCode::BAD_GATEWAY }));
    let world = World::start(router).await;
    assert_eq!(world.session("header").send(get("/v1/busy")).await.unwrap().status, 429);
    let failure = world.session("header").send(get("/v1/busy")).await.unwrap_err();
    assert_eq!((failure.kind, failure.retry_after_ms), (FailureKind::RateLimited, Some(60_000)));
    world.clock.advance_s(60);
    // With the one answer before it, nine failures make ten requests.
    for _ in 0..9 {
        assert_eq!(world.session("header").send(get("/v1/down")).await.unwrap().status, 502);
    }
    let failure = world.session("header").send(get("/v1/down")).await.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Unavailable, "breaker-open"));
    assert_eq!((failure.retry_after_ms, failure.request_sent), (Some(30_000), false));
}

#[tokio::test]
async fn a_bomb_is_not_unpacked_and_labels_are_kept_from_guests() {
    let bomb = gzip(&vec![0; 11 * 1024 * 1024]);
    let router = Router::new()
        .route("/base/v1/bomb", on_get(move || async move { ([(header::CONTENT_ENCODING, "gzip")], bomb) }))
        .route("/base/v1/label", on_get(|| async { json!({"pdf": STANDARD.encode("%PDF-1.7"), "n": 1}).to_string() }));
    let world = World::start(router).await;
    let session = world.session("header");
    assert_eq!(session.send(get("/v1/bomb")).await.unwrap_err().code, "answer-too-large");
    let mut request = get("/v1/label");
    request.keep = vec![Keep { pointer: "/pdf".to_owned(), encoding: KeepEncoding::Base64 }];
    assert_eq!(session.send(request).await.unwrap().body, br#"{"pdf":"kept:0","n":1}"#);
    assert_eq!(session.take_kept(0).unwrap(), b"%PDF-1.7");
    assert_eq!(session.take_kept(0), None);
}

/// Cuts the first connections and answers on later ones.
async fn cutting_courier(cuts: usize) -> std::net::SocketAddr {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        for connection in 0.. {
            let (mut stream, _) = listener.accept().await.unwrap();
            let read = stream.read(&mut [0; 4096]).await.unwrap();
            if connection >= cuts && read > 0 {
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok").await.unwrap();
            }
        }
    });
    address
}

#[tokio::test]
async fn only_repeatable_requests_are_repeated_and_what_left_is_said() {
    let mut world = World::start(Router::new()).await;
    world.courier = cutting_courier(2).await;
    let session = world.session("header");
    let mut booking = get("/v1/book");
    booking.method = Method::Post;
    let failure = session.send(booking.clone()).await.unwrap_err();
    assert_eq!((failure.code.as_str(), failure.request_sent), ("connection-broken", true));
    assert!(session.any_sent());
    booking.repeatable = true;
    assert_eq!(session.send(booking.clone()).await.unwrap().body, b"ok");
    let unused = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    world.courier = unused;
    let session = world.session("header");
    let failure = session.send(booking).await.unwrap_err();
    assert_eq!((failure.code.as_str(), failure.request_sent), ("no-connection", false));
    assert!(!session.any_sent());
}

/// The engine boxes these futures and moves them between threads.
#[tokio::test]
async fn what_a_session_does_can_move_between_threads() {
    fn moves<T: Send>(_: &T) {}
    let world = World::start(Router::new()).await;
    let session = world.session("token");
    moves(&session);
    moves(&session.send(get("/v1/a")));
    moves(&session.send_all(vec![]));
    moves(&session.fetch_link("https://labels.example.com/x"));
    let answers = session.send_all((0..21).map(|_| get("/v1/a")).collect()).await;
    assert!(answers.len() == 21 && answers.iter().all(Result::is_err));
}

#[tokio::test]
async fn a_test_credential_never_reaches_production() {
    let world = World::start(Router::new()).await;
    let mut description = description();
    description.endpoints[0].test = None;
    let mut session = world.session_with("header", description);
    session.spec.account.environment = crate::model::credential::Environment::Test;
    session.spec.account.endpoints.clear();
    assert!(session.endpoint_urls().is_empty());
    assert_eq!(session.send(get("/v1/a")).await.unwrap_err().code, "no-address");
}
