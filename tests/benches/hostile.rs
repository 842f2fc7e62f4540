//! One plugin fills all of its places with calls that misbehave: what another plugin's calls take meanwhile, and what the host's memory
//! is afterwards.
//!
//! Load, attack and host share this machine's cores. The other plugin answers without asking a courier, so that nothing else is measured.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use crossdock_tests::bench::load::{Outcome, Target, Until, run};
use crossdock_tests::bench::process::memory;
use crossdock_tests::bench::{Figure, is_selected, millis};
use crossdock_tests::wait::{SOON, until};
use crossdock_tests::{Client, Database, Host, plugins_dir};
use serde_json::json;
use tempfile::TempDir;

/// One round of load: before, and during each attack.
const ROUND: Duration = Duration::from_secs(4);
const WARM_UP: Duration = Duration::from_secs(1);
/// The other plugin's requests at a time.
const IN_FLIGHT: usize = 8;
/// The attackers' requests at a time: all of the plugin's 64 places, and as many again that wait for one.
const ATTACKERS: usize = 128;
/// Number of the attack, and its name.
const ATTACKS: [(&str, &str); 4] = [
    ("ENDLESSLOOP", "endless loops"),
    ("ENDLESSLOG", "endless loops of host calls"),
    ("MEMORYGROWTH", "memory to the limit"),
    ("GIANTANSWER", "giant answers"),
];
const GROUP: &str = "Beside a plugin that misbehaves with all of its places";
/// What the other plugin's calls may take more, as the design says.
const MEDIAN_TIMES: f64 = 2.0;
const P99_MORE_MS: f64 = 10.0;
/// What may stay: pages that the pool keeps for the next calls (64 slots of 336 KiB), and the allocators' own.
const MOST_KEPT_MB: f64 = 64.0;

#[tokio::main]
async fn main() {
    if !is_selected("hostile") {
        return;
    }
    let folder = TempDir::new().expect("a temporary folder");
    for guest in ["hostile.wasm", "everything.wasm"] {
        std::fs::copy(plugins_dir().join("guests").join(guest), folder.path().join(guest)).expect("the guest is built");
    }
    let (host, client) = connect(folder.path()).await;
    let target = Target {
        base_url: host.base_url.clone(),
        key: client.key().map(str::to_owned),
        paths: vec!["/v1/tracking/NUMBER1?courier=everything".to_owned()],
    };
    run(&target, IN_FLIGHT, Until::Elapsed(WARM_UP)).await;
    let process = host.process_id().expect("the host runs");
    let idle_mb = memory(process).anonymous_mb;
    for (number, name) in ATTACKS {
        let before = measure(&target).await;
        let attack = Attack::start(&client, number).await;
        let during = measure(&target).await;
        attack.end().await;
        report(name, &before, &during);
    }
    // What the last calls took is given back a moment after their answers.
    let kept_mb = || async { Some(memory(process).anonymous_mb).filter(|now| *now < idle_mb + MOST_KEPT_MB) };
    let kept_mb = until("the memory comes back", SOON, kept_mb).await;
    let note = format!("RssAnon after all attacks; {idle_mb:.1} MB before, at most {:.0} MB", memory(process).peak_mb);
    Figure::new(GROUP, "memory that stays", kept_mb - idle_mb, "MB").note(note).print();
}

async fn connect(plugins: &Path) -> (Host, Client) {
    let host = Host::start(Database::Sqlite, plugins, &[("CROSSDOCK_LOG", "error")]).await;
    let client = host.merchant("Benchmark").await;
    let accounts = [
        ("hostile", json!({"api_key": "0123456789"})),
        ("everything", json!({"api_key": "0123456789", "customer_number": "12345"})),
    ];
    for (courier, fields) in accounts {
        let body = json!({"courier": courier, "account_kind": "main", "environment": "production", "fields": fields});
        client.post("/v1/credentials", &body).await.expect(201);
    }
    (host, client)
}

async fn measure(target: &Target) -> Outcome {
    let outcome = run(target, IN_FLIGHT, Until::Elapsed(ROUND)).await;
    assert_eq!(outcome.refused.0, 0, "another plugin's calls succeed: {:?}", outcome.refused.1);
    outcome
}

fn report(name: &str, before: &Outcome, during: &Outcome) {
    let note = |what: fn(&Outcome) -> Duration| {
        let (was, is) = (millis(what(before)), millis(what(during)));
        format!("{was:.2} ms before, {is:.2} ms during; {IN_FLIGHT} in flight, {} answers", during.answers)
    };
    let times = during.p50.as_secs_f64() / before.p50.as_secs_f64();
    Figure::new(GROUP, &format!("{name}: median"), times, "× before")
        .at_most(MEDIAN_TIMES)
        .note(note(|outcome| outcome.p50))
        .print();
    let more = millis(during.p99) - millis(before.p99);
    Figure::new(GROUP, &format!("{name}: p99"), more, "ms more")
        .at_most(P99_MORE_MS)
        .note(note(|outcome| outcome.p99))
        .print();
}

/// Requests that misbehave, kept under way until the end.
struct Attack {
    is_over: Arc<AtomicBool>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Attack {
    /// Starts it, and returns when its first call has ended: by then all of them are under way.
    async fn start(client: &Client, number: &str) -> Self {
        let (is_over, ended) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let path = format!("/v1/tracking/{number}?courier=hostile");
        let tasks = (0..ATTACKERS).map(|_| {
            let (client, path, is_over, ended) = (client.clone(), path.clone(), is_over.clone(), ended.clone());
            tokio::spawn(async move {
                while !is_over.load(Ordering::Relaxed) {
                    let reply = client.get(&path).await;
                    assert!(reply.status >= 500, "{path} was answered with {}", reply.status);
                    ended.fetch_add(1, Ordering::Relaxed);
                }
            })
        });
        let tasks = tasks.collect();
        until("the attack", SOON, || async { (ended.load(Ordering::Relaxed) > 0).then_some(()) }).await;
        Self { is_over, tasks }
    }

    async fn end(self) {
        self.is_over.store(true, Ordering::Relaxed);
        for task in self.tasks {
            task.await.expect("an attacker ends");
        }
    }
}
