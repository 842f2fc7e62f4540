//! The same tracking call in Rust, JavaScript and Python (`sdk/examples`): its time in a fresh and in a reused sandbox, what the
//! component weighs, how long it is compiled, and what a call in flight holds in memory.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use crossdock::model::credential::{AccountView, Environment};
use crossdock::model::exchange::{CourierRequest, CourierResponse};
use crossdock::model::failure::Failure;
use crossdock::plugin::engine::EngineConfig;
use crossdock::plugin::{Call, CompiledCache, Engine, Limits, Plugin, Wire, load_file};
use crossdock_contract::description::HmacAlgorithm;
use crossdock_tests::bench::process::memory;
use crossdock_tests::bench::{Figure, is_selected, micros, millis, percentile};
use crossdock_tests::plugins_dir;
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;

/// A case that all three examples pass.
const CASE: &str = include_str!("../../sdk/examples/fixtures/track-delivered/exchange-1.json");
const NUMBER: &str = "EP000000042";
const EVENTS: usize = 4;
/// Components and what they are written in.
const LANGUAGES: [(&str, &str); 3] = [("rust", "Rust"), ("js", "JavaScript"), ("python", "Python")];
/// Calls of each kind between two others, so that a busy moment of the machine meets both kinds alike.
const BLOCK: usize = 50;
/// Blocks of each kind.
const BLOCKS: usize = 20;
/// Blocks before anything counts.
const WARM_UP_BLOCKS: usize = 2;
/// As many calls as one plugin may have in flight.
const IN_FLIGHT: usize = 64;
/// Longer than all calls of the reused instance together take.
const DEADLINE: Duration = Duration::from_secs(600);
const GROUP_CALL: &str = "A tracking call by language (the same courier and answer, four events, no network)";
const GROUP_COMPONENT: &str = "A component by language";
const GROUP_MEMORY: &str = "Memory of a call in flight, by language";

fn main() {
    if !is_selected("languages") {
        return;
    }
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    for (component, language) in LANGUAGES {
        let plugin = load(&runtime, component, language);
        times(&runtime, &plugin, language);
        in_flight(&runtime, &plugin, language);
    }
}

/// Compiles the component in an engine of its own, so that no language waits for another's places.
fn load(runtime: &Runtime, component: &str, language: &str) -> Arc<Plugin> {
    // A budget ends no call that a busy machine keeps waiting; what a call costs stays the same.
    let limits = Limits { cpu_budget: DEADLINE, ..Limits::default() };
    let engine = Engine::start(EngineConfig { limits, ..EngineConfig::default() }).expect("the engine starts");
    assert!(engine.is_pooled(), "this machine has no address space for the pool");
    let file = plugins_dir().join("examples").join(format!("{component}.wasm"));
    let started = Instant::now();
    let cache = Arc::new(CompiledCache::disabled());
    let plugin = runtime.block_on(load_file(&engine, &file, &cache)).expect("the example loads");
    let took = started.elapsed();
    #[expect(clippy::cast_precision_loss, reason = "a component has some megabytes")]
    let kilobytes = plugin.size_bytes() as f64 / 1e3;
    Figure::new(GROUP_COMPONENT, &format!("{language}: size"), kilobytes, "kB").print();
    Figure::new(GROUP_COMPONENT, &format!("{language}: to be ready, never compiled before"), millis(took), "ms")
        .note("read, checked, compiled on all cores, and asked for its description; once")
        .print();
    plugin
}

fn times(runtime: &Runtime, plugin: &Arc<Plugin>, language: &str) {
    let numbers = [NUMBER.to_owned()];
    let (mut fresh, mut reused) = (Vec::new(), Vec::new());
    runtime.block_on(async {
        let mut instance = plugin.reusable_instance(call(Arc::new(Recorded::new()))).await.expect("an instance");
        for block in 0..WARM_UP_BLOCKS + BLOCKS {
            if block == WARM_UP_BLOCKS {
                fresh.clear();
                reused.clear();
            }
            for _ in 0..BLOCK {
                let (call, started) = (call(Arc::new(Recorded::new())), Instant::now());
                let results = plugin.track(call, &numbers).await.expect("a call returns");
                fresh.push(started.elapsed());
                assert_eq!(results[0].as_ref().map(|tracking| tracking.events.len()), Ok(EVENTS));
            }
            for _ in 0..BLOCK {
                let started = Instant::now();
                let results = instance.track(&numbers).await.expect("a call returns");
                reused.push(started.elapsed());
                assert_eq!(results[0].as_ref().map(|tracking| tracking.events.len()), Ok(EVENTS));
            }
        }
    });
    for (kind, times) in [("fresh sandbox", &mut fresh), ("reused sandbox", &mut reused)] {
        let (p10, p99) = (micros(percentile(times, 0.1)), micros(percentile(times, 0.99)));
        Figure::new(GROUP_CALL, &format!("{language}: {kind}"), micros(percentile(times, 0.5)), "µs")
            .note(format!("median of {}, p10 {p10:.1}, p99 {p99:.1}", times.len()))
            .print();
    }
}

/// What calls hold that wait for their courier.
fn in_flight(runtime: &Runtime, plugin: &Arc<Plugin>, language: &str) {
    let gate = Arc::new(Gate { asked: Semaphore::new(0), open: Semaphore::new(0), answer: Recorded::new() });
    let before = memory(std::process::id()).anonymous_mb;
    let during = runtime.block_on(async {
        let calls: Vec<_> = (0..IN_FLIGHT)
            .map(|_| {
                let (plugin, call) = (Arc::clone(plugin), call(gate.clone()));
                tokio::spawn(async move { plugin.track(call, &[NUMBER.to_owned()]).await })
            })
            .collect();
        let waiting = u32::try_from(IN_FLIGHT).expect("some dozens");
        gate.asked.acquire_many(waiting).await.expect("the gate stays").forget();
        let during = memory(std::process::id()).anonymous_mb;
        gate.open.add_permits(IN_FLIGHT);
        for call in calls {
            let results = call.await.expect("a call ends").expect("a call returns");
            assert!(results[0].is_ok(), "{results:?}");
        }
        during
    });
    #[expect(clippy::cast_precision_loss, reason = "some dozens")]
    let each_kb = (during - before) * 1e3 / IN_FLIGHT as f64;
    Figure::new(GROUP_MEMORY, language, each_kb, "kB")
        .note(format!("growth of RssAnon with {IN_FLIGHT} calls waiting for their courier, by call"))
        .print();
}

fn call(wire: Arc<dyn Wire>) -> Call {
    Call {
        account: AccountView {
            kind: "main".to_owned(),
            environment: Environment::Production,
            fields: BTreeMap::from([("customer_number".to_owned(), "48213".to_owned())]),
            endpoints: BTreeMap::new(),
        },
        locale: "en".to_owned(),
        now: jiff::Timestamp::UNIX_EPOCH,
        call_id: "01JD4ZXCALL00000000000TEST".to_owned(),
        deadline: DEADLINE,
        wire,
        merchant: None,
        endpoint_urls: BTreeMap::new(),
    }
}

/// Answers from memory.
struct Recorded {
    body: Vec<u8>,
}

impl Recorded {
    fn new() -> Self {
        let case: Value = serde_json::from_str(CASE).expect("a case is JSON");
        Self { body: case["response"]["body"].to_string().into_bytes() }
    }

    fn answer(&self) -> CourierResponse {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        CourierResponse { status: 200, headers, body: self.body.clone() }
    }
}

#[async_trait]
impl Wire for Recorded {
    async fn send(&self, _: CourierRequest) -> Result<CourierResponse, Failure> {
        Ok(self.answer())
    }

    fn verify(&self, _: HmacAlgorithm, _: &str, _: &[u8], _: &[u8]) -> bool {
        false
    }

    fn scrub(&self, text: &str) -> String {
        text.to_owned()
    }

    fn take_kept(&self, _: u32) -> Option<Vec<u8>> {
        None
    }
}

/// Lets no answer through before all have asked.
struct Gate {
    asked: Semaphore,
    open: Semaphore,
    answer: Recorded,
}

#[async_trait]
impl Wire for Gate {
    async fn send(&self, _: CourierRequest) -> Result<CourierResponse, Failure> {
        self.asked.add_permits(1);
        self.open.acquire().await.expect("the gate stays").forget();
        Ok(self.answer.answer())
    }

    fn verify(&self, _: HmacAlgorithm, _: &str, _: &[u8], _: &[u8]) -> bool {
        false
    }

    fn scrub(&self, text: &str) -> String {
        text.to_owned()
    }

    fn take_kept(&self, _: u32) -> Option<Vec<u8>> {
        None
    }
}
