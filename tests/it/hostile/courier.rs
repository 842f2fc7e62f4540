//! Attacks from the courier's side: an honest plugin's call ends in time and in a clear error, and nothing else is touched.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use crossdock::model::clock::{OsRandom, SystemClock};
use crossdock::model::credential::{AccountView, Environment};
use crossdock::model::exchange::{CourierRequest, Method};
use crossdock::outbound::{
    HostValues, Lookup, MemoryTokens, NoCounters, Outbound, OutboundConfig, OutboundParts, Session, SessionSpec,
};
use crossdock::vault::{FingerprintKey, Secrets};
use crossdock_tests::bench::process::memory;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::stage::Stage;

/// What the host reads of an answer, and what may wait in buffers on the way.
const MOST_READ_BYTES: usize = (10 << 20) + (16 << 20);

/// What a host may hold more after an attack than before: a fraction of what the courier tried to make it hold.
const MOST_KEPT_MB: f64 = 40.0;

#[tokio::test]
async fn slow_endless_and_packed_answers_end_their_call_alone() {
    let stage = Stage::open().await;
    stage.expect_unharmed("the start").await;
    let process = stage.host.process_id().unwrap();
    let before = memory(process).anonymous_mb;
    for (attack, status, code) in [
        ("SLOWLORIS", 504, "courier_timeout"),
        ("SILENT", 504, "courier_timeout"),
        ("ENDLESS", 502, "courier_unexpected_answer"),
        ("BOMB", 502, "courier_unexpected_answer"),
        ("HEADERS", 502, "courier_unexpected_answer"),
    ] {
        let reply = stage.track("hostile", attack).await.expect(status);
        stage.expect_no_secret(&reply);
        let problem = reply.problem();
        assert_eq!((problem.code.as_str(), problem.source.as_str()), (code, "courier"), "{attack}");
        stage.expect_unharmed(attack).await;
    }
    let sent = stage.courier.sent_bytes();
    assert!(sent <= MOST_READ_BYTES, "{sent} bytes of an endless answer were taken");
    let after = memory(process).anonymous_mb;
    assert!(after < before + MOST_KEPT_MB, "{before} MB before the attacks and {after} MB after them");
}

/// Names that lead elsewhere each time they are asked for.
struct Turning {
    answers: Vec<IpAddr>,
    asked: AtomicUsize,
}

#[async_trait]
impl Lookup for Turning {
    async fn lookup(&self, _: &str) -> std::io::Result<Vec<IpAddr>> {
        let turn = self.asked.fetch_add(1, Ordering::SeqCst);
        Ok(vec![self.answers[turn.min(self.answers.len() - 1)]])
    }
}

/// A way out on which the operator allows one address only.
fn session(lookup: Arc<Turning>, base_url: &str) -> Session {
    let config =
        OutboundConfig { allow_private_networks: vec!["127.0.0.1/32".parse().unwrap()], ..OutboundConfig::default() };
    let parts =
        OutboundParts { counters: Arc::new(NoCounters), lookup, fingerprints: FingerprintKey::generate(&OsRandom) };
    let (calls, _) = mpsc::channel(10);
    let tokens = Arc::new(MemoryTokens::default());
    let outbound = Outbound::with_parts(config, Arc::new(SystemClock), Arc::new(OsRandom), calls, tokens, parts);
    let description = json!({
        "schema": 1, "id": "hostile", "display_name": "Hostile", "version": "0.1.0", "contract": "0.1.0",
        "accounts": [{"id": "main", "label": "", "capabilities": [], "test": "none", "fields": []}],
        "endpoints": [{
            "name": "courier", "production": base_url, "schemes": {},
            "routes": [{"methods": ["GET"], "path_prefix": "/parcels"}],
        }],
    });
    outbound.session(SessionSpec {
        merchant: None,
        courier: "hostile".parse().unwrap(),
        plugin_version: "0.1.0".to_owned(),
        credential: None,
        description: Arc::new(serde_json::from_value(description).unwrap()),
        account: AccountView {
            kind: "main".to_owned(),
            environment: Environment::Production,
            fields: BTreeMap::new(),
            endpoints: BTreeMap::new(),
        },
        secrets: Arc::new(Secrets::from_pairs(Vec::<(String, String)>::new())),
        host_values: HostValues::default(),
        operation: "tracking.track",
        call_id: crate::lab::CALL_ID.to_owned(),
        is_manual: false,
        deadline: Instant::now() + Duration::from_secs(20),
    })
}

fn parcels() -> CourierRequest {
    CourierRequest {
        endpoint: "courier".to_owned(),
        method: Method::Get,
        path: "/parcels/1".to_owned(),
        query: Vec::new(),
        headers: Vec::new(),
        body: None,
        keep: Vec::new(),
        repeatable: false,
        timeout_ms: None,
    }
}

/// Counts who connects.
async fn listener(address: SocketAddr) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind(address).await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let router = Router::new().fallback(move || {
        count.fetch_add(1, Ordering::SeqCst);
        // Closed after each answer: the next request must resolve and connect anew.
        async { ([("connection", "close")], "fine") }
    });
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, asked)
}

#[tokio::test]
async fn a_name_that_moves_after_its_check_is_checked_again() {
    let (allowed, at_allowed) = listener("127.0.0.1:0".parse().unwrap()).await;
    let (_, at_private) = listener(SocketAddr::new("127.0.0.2".parse().unwrap(), allowed.port())).await;
    let lookup = Arc::new(Turning {
        answers: vec![allowed.ip(), "127.0.0.2".parse().unwrap(), "169.254.169.254".parse().unwrap()],
        asked: AtomicUsize::new(0),
    });
    let session = session(Arc::clone(&lookup), &format!("http://moving.example:{}", allowed.port()));
    assert_eq!(session.send(parcels()).await.unwrap().body, b"fine");
    assert_eq!(lookup.asked.load(Ordering::SeqCst), 1, "what was checked is what was dialled: nobody asked twice");
    for turn in 2..4 {
        let failure = session.send(parcels()).await.unwrap_err();
        assert_eq!((failure.code.as_str(), failure.request_sent), ("address-blocked", false));
        assert_eq!(lookup.asked.load(Ordering::SeqCst), turn);
    }
    assert_eq!((at_allowed.load(Ordering::SeqCst), at_private.load(Ordering::SeqCst)), (1, 0));
}

#[tokio::test]
async fn names_of_private_addresses_and_of_metadata_lead_nowhere() {
    for address in
        ["10.0.0.1", "127.0.0.9", "192.168.1.1", "169.254.169.254", "::1", "fd00:ec2::254", "100.100.100.200"]
    {
        let lookup = Arc::new(Turning { answers: vec![address.parse().unwrap()], asked: AtomicUsize::new(0) });
        let failure = session(lookup, "https://inside.example").send(parcels()).await.unwrap_err();
        assert_eq!((failure.code.as_str(), failure.request_sent), ("address-blocked", false), "{address}");
    }
}
