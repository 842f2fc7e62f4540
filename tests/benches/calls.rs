//! A tracking call: in a fresh sandbox, in a reused one, and the same plugin as native code; no network.

use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use crossdock::model::exchange::{Keep, KeepEncoding};
use crossdock::outbound::parts::{Kept, Scrubber};
use crossdock::plugin::Plugin;
use crossdock::plugin::engine::EngineConfig;
use crossdock_tests::bench::recorded::{ANSWER, NUMBER, call, load};
use crossdock_tests::bench::{Figure, is_selected, micros, native, percentile};
use serde_json::json;
use tokio::runtime::{Builder, Runtime};

/// Calls of each kind between two others, so that a busy moment of the machine meets all kinds alike.
const BLOCK: usize = 100;
/// Blocks of each kind.
const BLOCKS: usize = 100;
/// Blocks before anything counts.
const WARM_UP_BLOCKS: usize = 5;
/// How long calls are counted at a time, on one thread and on two in turn.
const ROUND: Duration = Duration::from_millis(1_500);
/// Rounds of each; the median counts.
const ROUNDS: usize = 5;
const GROUP: &str = "A tracking call (UPS, ten events, no network, no scrubbing)";
const GROUP_SHARES: &str = "Where a tracking call's time goes";
const GROUP_RATE: &str = "Fresh sandboxes per second";
const GROUP_APART: &str = "Apart: scrubbing and kept documents";

fn main() {
    if !is_selected("calls") {
        return;
    }
    let runtime = runtime();
    let plugin = runtime.block_on(load(EngineConfig::default()));
    times(&runtime, &plugin);
    shares(&runtime, &plugin);
    rates(&plugin);
    scrubbing();
    kept_documents();
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// Fresh, reused and native in turn, block by block.
fn times(runtime: &Runtime, plugin: &Arc<Plugin>) {
    let numbers = [NUMBER.to_owned()];
    let facts = native::facts();
    let (mut fresh, mut reused, mut natively) = (Vec::new(), Vec::new(), Vec::new());
    runtime.block_on(async {
        let mut instance = plugin.reusable_instance(call()).await.expect("an instance");
        for block in 0..WARM_UP_BLOCKS + BLOCKS {
            if block == WARM_UP_BLOCKS {
                fresh.clear();
                reused.clear();
                natively.clear();
            }
            for _ in 0..BLOCK {
                let (call, started) = (call(), Instant::now());
                let results = plugin.track(call, &numbers).await.expect("a call returns");
                fresh.push(started.elapsed());
                assert_eq!(results[0].as_ref().map(|tracking| tracking.events.len()), Ok(10));
            }
            for _ in 0..BLOCK {
                let started = Instant::now();
                let results =
                    instance.track(&numbers).await.unwrap_or_else(|error| panic!("call {}: {error}", reused.len()));
                reused.push(started.elapsed());
                assert_eq!(results[0].as_ref().map(|tracking| tracking.events.len()), Ok(10));
            }
            let mut started = Instant::now();
            native::track_many(ANSWER, &facts, &numbers, BLOCK, |results| {
                natively.push(started.elapsed());
                assert_eq!(results[0].as_ref().map(|tracking| tracking.events.len()), Ok(10));
                drop(results);
                started = Instant::now();
            });
        }
    });
    report(&mut fresh, &mut reused, &mut natively);
}

fn report(fresh: &mut [Duration], reused: &mut [Duration], natively: &mut [Duration]) {
    let median = |times: &mut [Duration]| micros(percentile(times, 0.5));
    let (fresh_us, reused_us, native_us) = (median(fresh), median(reused), median(natively));
    let note = |times: &mut [Duration], words: &str| {
        let (p10, p99) = (micros(percentile(times, 0.1)), micros(percentile(times, 0.99)));
        format!("{words}; median of {}, p10 {p10:.1}, p99 {p99:.1}; answer {} bytes", times.len(), ANSWER.len())
    };
    let native_words = "the plugin's own crate compiled for this machine, its host an answer in memory";
    Figure::new(GROUP, "native", native_us, "µs").note(note(natively, native_words)).print();
    Figure::new(GROUP, "reused sandbox", reused_us, "µs")
        .note(note(reused, "one instance for all calls; results lifted and checked"))
        .print();
    Figure::new(GROUP, "fresh sandbox", fresh_us, "µs")
        .note(note(fresh, "a place, store, instance and fiber of its own; results lifted and checked"))
        .print();
    Figure::new(GROUP, "fresh over native", fresh_us - native_us, "µs").at_most(30.0).print();
    Figure::new(GROUP, "fresh over reused", fresh_us - reused_us, "µs").at_most(12.0).print();
}

/// What a call costs that reads no answer, and what one JSON tree of the answer costs: where the time of the others goes.
fn shares(runtime: &Runtime, plugin: &Arc<Plugin>) {
    /// Too short for UPS: the plugin answers by itself.
    const NO_NUMBER: &str = "AB";
    const CALLS: usize = 5_000;
    let numbers = [NO_NUMBER.to_owned()];
    let (mut fresh, mut reused) = (Vec::new(), Vec::new());
    runtime.block_on(async {
        let mut instance = plugin.reusable_instance(call()).await.expect("an instance");
        for _ in 0..CALLS {
            let (call, started) = (call(), Instant::now());
            plugin.track(call, &numbers).await.expect("a call returns");
            fresh.push(started.elapsed());
            let started = Instant::now();
            instance.track(&numbers).await.expect("a call returns");
            reused.push(started.elapsed());
        }
    });
    let tree = repeat(CALLS, || {
        let tree: serde_json::Value = serde_json::from_slice(ANSWER).expect("the answer is JSON");
        drop(std::hint::black_box(tree));
    });
    let median = |times: &mut [Duration]| micros(percentile(times, 0.5));
    Figure::new(GROUP_SHARES, "a fresh sandbox and no answer", median(&mut fresh), "µs")
        .note("a number that the plugin refuses by itself: what the sandbox costs, without the plugin's reading")
        .print();
    Figure::new(GROUP_SHARES, "a reused sandbox and no answer", median(&mut reused), "µs").print();
    Figure::new(GROUP_SHARES, "one JSON tree of the answer, native", tree, "µs")
        .note("`serde_json::Value` made and dropped once")
        .print();
}

fn rates(plugin: &Arc<Plugin>) {
    let (mut one, mut two) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        one.push(rate(plugin, 1));
        two.push(rate(plugin, 2));
    }
    let median = |rates: &mut Vec<f64>| {
        rates.sort_unstable_by(f64::total_cmp);
        rates[rates.len() / 2]
    };
    let (one, two) = (median(&mut one), median(&mut two));
    let note = format!("median of {ROUNDS} rounds of {} ms", ROUND.as_millis());
    Figure::new(GROUP_RATE, "one thread", one, "/s").note(note.clone()).print();
    Figure::new(GROUP_RATE, "two threads", two, "/s")
        .note(format!("{note}; each thread with a runtime of its own"))
        .print();
    Figure::new(GROUP_RATE, "two threads over one", two / one, "times").at_least(1.7).print();
}

/// Calls a second on so many threads, each with its own runtime.
fn rate(plugin: &Arc<Plugin>, threads: usize) -> f64 {
    let started = Instant::now();
    let workers: Vec<_> = (0..threads)
        .map(|_| {
            let plugin = Arc::clone(plugin);
            std::thread::spawn(move || {
                runtime().block_on(async {
                    let numbers = [NUMBER.to_owned()];
                    let mut count = 0_u32;
                    while started.elapsed() < ROUND {
                        plugin.track(call(), &numbers).await.expect("a call returns");
                        count += 1;
                    }
                    count
                })
            })
        })
        .collect();
    let counts = workers.into_iter().map(|worker| worker.join().expect("a thread ends"));
    f64::from(counts.sum::<u32>()) / started.elapsed().as_secs_f64()
}

/// The secrets of a UPS call: client secret, token, `client:secret` in base64.
fn secrets() -> [String; 3] {
    [
        "Zt8QvL3nRw5YcK1xHb7JmP0gDs9FaUe2".to_owned(),
        "0123456789abcdef".repeat(60),
        "a1k0bUI3eFRxTHo5Mk52V2MwUmZQaEQ2c0dqQTF1RW86WnQ4UXZMM25Sdw==".to_owned(),
    ]
}

fn scrubbing() {
    let secrets = secrets();
    let make = || Scrubber::new(secrets.iter().map(String::as_str));
    let made = repeat(2_000, || drop(std::hint::black_box(make())));
    let scrubber = make();
    let mut answer = ANSWER.to_vec();
    let scrubbed = repeat(5_000, || {
        assert!(!scrubber.body(&mut answer), "the answer holds no secret");
    });
    Figure::new(GROUP_APART, "a scrubber for one call", made, "µs")
        .note("client secret, a token of 960 bytes, Basic text; every spelling of each")
        .print();
    Figure::new(GROUP_APART, "the answer scrubbed", scrubbed, "µs").note(format!("{} bytes", ANSWER.len())).print();
}

fn kept_documents() {
    /// A label of some 75 kB, as couriers' PDFs are.
    const LABEL_BYTES: usize = 75_000;
    let label: Vec<u8> = (0..=255).cycle().take(LABEL_BYTES).collect();
    let graphic = base64::prelude::BASE64_STANDARD.encode(label);
    let packages = json!([{"TrackingNumber": NUMBER, "ShippingLabel": {"GraphicImage": graphic}}]);
    let answer =
        json!({"ShipmentResponse": {"ShipmentResults": {"PackageResults": packages}}}).to_string().into_bytes();
    let pointer = "/ShipmentResponse/ShipmentResults/PackageResults/*/ShippingLabel/GraphicImage";
    let keeps = [Keep { pointer: pointer.to_owned(), encoding: KeepEncoding::Base64 }];
    let mut cut_times = Vec::new();
    let scrubber = Scrubber::new(secrets().iter().map(String::as_str));
    let mut scrub_times = Vec::new();
    for _ in 0..1_000 {
        let (mut kept, mut body) = (Kept::default(), answer.clone());
        let started = Instant::now();
        let range = kept.cut(&mut body, &keeps).expect("it may be kept");
        cut_times.push(started.elapsed());
        let started = Instant::now();
        for document in kept.each_mut(range) {
            scrubber.body(document);
        }
        scrub_times.push(started.elapsed());
        assert_eq!(kept.take(0).map(|label| label.len()), Some(LABEL_BYTES));
    }
    let note = format!("a label of {LABEL_BYTES} bytes in a JSON answer of {}", answer.len());
    Figure::new(GROUP_APART, "a label kept", micros(percentile(&mut cut_times, 0.5)), "µs")
        .note(format!("{note}: found, decoded and cut out"))
        .print();
    Figure::new(GROUP_APART, "the kept label scrubbed", micros(percentile(&mut scrub_times, 0.5)), "µs").print();
}

/// The median time of an act, in µs.
fn repeat(times: usize, mut act: impl FnMut()) -> f64 {
    let mut measured: Vec<Duration> = (0..times)
        .map(|_| {
            let started = Instant::now();
            act();
            started.elapsed()
        })
        .collect();
    micros(percentile(&mut measured, 0.5))
}
