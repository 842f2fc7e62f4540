//! A host with the guest that misbehaves and one that does not, and a courier that attacks.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{self, State};
use axum::http::{HeaderName, HeaderValue, Response};
use crossdock_tests::{Client, Database, Host, Reply, plugins_dir};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures::StreamExt as _;
use serde_json::json;
use tempfile::TempDir;
use tokio::time::interval;

use super::ORDINARY;

/// The secret of the account at the hostile courier: it must be in no answer and in no line of the log.
pub const SECRET: &str = "marked-secret-0123456789";

/// Longest time of a call, in seconds: an attack that takes its time takes this much.
const COURIER_TIMEOUT: (&str, &str) = ("CROSSDOCK_COURIER_TIMEOUT_S", "2");

/// Bytes of a decompression bomb when it is unpacked: six times what the host reads.
const BOMB_BYTES: usize = 64 << 20;

/// A host, a merchant with both accounts, and the courier.
pub struct Stage {
    /// The host.
    pub host: Host,
    /// The merchant.
    pub client: Client,
    /// The courier of both plugins.
    pub courier: Courier,
    _folder: TempDir,
}

impl Stage {
    /// Starts all of it.
    pub async fn open() -> Self {
        let folder = TempDir::with_prefix("crossdock-hostile-").unwrap();
        for guest in ["hostile", "everything"] {
            put(folder.path(), &format!("{guest}.wasm"), &component(guest));
        }
        Self::with_folder(folder).await
    }

    /// Starts a host on this plugins folder, which holds both guests at least.
    pub async fn with_folder(folder: TempDir) -> Self {
        let courier = Courier::start().await;
        let host = Host::start(Database::Sqlite, folder.path(), &[COURIER_TIMEOUT]).await;
        let client = host.merchant("Acme").await;
        let url = format!("http://{}", courier.address);
        let hostile = json!({"api_key": SECRET});
        let everything = json!({"api_key": "another-secret-0123456789", "customer_number": "12345"});
        for (id, endpoint, fields) in [("hostile", "courier", hostile), ("everything", "main", everything)] {
            let body = json!({
                "courier": id, "account_kind": "main", "environment": "production",
                "fields": fields, "endpoints": {endpoint: url},
            });
            client.post("/v1/credentials", &body).await.expect(201);
        }
        Self { host, client, courier, _folder: folder }
    }

    /// Tracks a number.
    pub async fn track(&self, courier: &str, number: &str) -> Reply {
        self.client.get(&format!("/v1/tracking/{number}?courier={courier}")).await
    }

    /// The next call of the same plugin, and another plugin's.
    pub async fn expect_unharmed(&self, after: &str) {
        for (courier, number) in [("hostile", ORDINARY), ("everything", "NUMBER1")] {
            let reply = self.track(courier, number).await;
            let words = String::from_utf8_lossy(&reply.body);
            assert_eq!(reply.status, 200, "a call of {courier} after {after}: {words}");
        }
    }

    /// Fails if the secret shows in an answer or in the log.
    pub fn expect_no_secret(&self, reply: &Reply) {
        let body = String::from_utf8_lossy(&reply.body);
        assert!(!body.contains(SECRET), "{}: {body}", reply.request);
        assert!(!self.host.log().contains(SECRET), "{}: the log holds the secret", reply.request);
    }
}

/// A test guest's component.
pub fn component(guest: &str) -> Vec<u8> {
    let file = plugins_dir().join("guests").join(format!("{guest}.wasm"));
    std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The hostile guest with another piece in its description; blanks make up for what is shorter.
pub fn altered(from: &str, to: &str) -> Vec<u8> {
    let mut bytes = component("hostile");
    assert!(to.len() <= from.len(), "{to} does not fit into {from}");
    let place = bytes.windows(from.len()).position(|piece| piece == from.as_bytes()).expect("the piece is there");
    let piece = &mut bytes[place..place + from.len()];
    piece.fill(b' ');
    piece[..to.len()].copy_from_slice(to.as_bytes());
    bytes
}

/// Writes a file into a plugins folder.
pub fn put(folder: &Path, name: &str, bytes: &[u8]) {
    std::fs::write(folder.join(name), bytes).unwrap();
}

/// A courier that answers well, unless the number asks for an attack.
pub struct Courier {
    /// Where it listens.
    pub address: SocketAddr,
    sent: Arc<AtomicUsize>,
}

impl Courier {
    async fn start() -> Self {
        let sent = Arc::new(AtomicUsize::new(0));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&sent));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, sent }
    }

    /// Bytes of endless answers that it got rid of.
    pub fn sent_bytes(&self) -> usize {
        self.sent.load(Ordering::SeqCst)
    }
}

async fn answer(State(sent): State<Arc<AtomicUsize>>, request: extract::Request) -> Response<Body> {
    match request.uri().path().rsplit('/').next().unwrap_or_default() {
        "SILENT" => std::future::pending().await,
        "SLOWLORIS" => Response::new(trickle()),
        "ENDLESS" => Response::new(endless(sent)),
        "BOMB" => {
            let mut response = Response::new(Body::from(bomb()));
            response.headers_mut().insert("content-encoding", HeaderValue::from_static("gzip"));
            response
        }
        "HEADERS" => {
            let mut response = Response::new(Body::from("fine"));
            for number in 0..60 {
                let name = HeaderName::try_from(format!("x-noise-{number}")).unwrap();
                response.headers_mut().insert(name, HeaderValue::try_from("n".repeat(1 << 10)).unwrap());
            }
            response
        }
        _ => Response::new(Body::from("{\"text\": \"fine\"}")),
    }
}

/// A byte now and then, for ever.
fn trickle() -> Body {
    let ticks = interval(Duration::from_millis(50));
    let bytes = futures::stream::unfold(ticks, |mut ticks| async move {
        ticks.tick().await;
        Some((Ok::<_, std::io::Error>(Bytes::from_static(b" ")), ticks))
    });
    Body::from_stream(bytes)
}

/// As much as the other side takes, for ever.
fn endless(sent: Arc<AtomicUsize>) -> Body {
    let chunk = Bytes::from(vec![b'x'; 64 << 10]);
    let chunks = futures::stream::repeat(chunk).map(move |chunk| {
        sent.fetch_add(chunk.len(), Ordering::SeqCst);
        Ok::<_, std::io::Error>(chunk)
    });
    Body::from_stream(chunks)
}

fn bomb() -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let piece = vec![0; 1 << 20];
    for _ in 0..BOMB_BYTES / piece.len() {
        encoder.write_all(&piece).unwrap();
    }
    encoder.finish().unwrap()
}
