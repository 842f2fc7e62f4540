//! What the pool, copy-on-write images and reuse contribute to a call: the same tracking call with and without each.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossdock::plugin::Plugin;
use crossdock::plugin::engine::EngineConfig;
use crossdock_tests::bench::recorded::{NUMBER, call, load};
use crossdock_tests::bench::{Figure, is_selected, micros, percentile};
use tokio::runtime::{Builder, Runtime};

const GROUP: &str = "What pool, image and reuse contribute (UPS, ten events, no network, no scrubbing)";
/// Calls of each kind between two others, so that a busy moment of the machine meets all kinds alike.
const BLOCK: usize = 50;
/// Blocks of each kind.
const BLOCKS: usize = 60;
/// Blocks before anything counts.
const WARM_UP_BLOCKS: usize = 5;

/// One way to make instances.
struct Way {
    name: &'static str,
    note: &'static str,
    plugin: Arc<Plugin>,
    times: Vec<Duration>,
}

fn main() {
    if !is_selected("engine") {
        return;
    }
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut ways: Vec<Way> = [
        ("pool and image", "what the host does", false, false),
        ("pool, no image", "data copied into each memory", false, true),
        ("image, no pool", "memory, tables and stack mapped for each call", true, false),
        ("neither", "both", true, true),
    ]
    .into_iter()
    .map(|(name, note, without_pool, without_image)| {
        let config = EngineConfig { without_pool, without_image, ..EngineConfig::default() };
        Way { name, note, plugin: runtime.block_on(load(config)), times: Vec::new() }
    })
    .collect();
    let mut reused = measure(&runtime, &mut ways);
    for way in &mut ways {
        report(&format!("fresh, {}", way.name), &mut way.times, way.note);
    }
    report(
        "one instance for all calls",
        &mut reused,
        "what the host never does: a merchant's data would meet another's",
    );
}

/// All ways in turn, block by block; returns the times of one instance that is used again and again.
fn measure(runtime: &Runtime, ways: &mut [Way]) -> Vec<Duration> {
    let numbers = [NUMBER.to_owned()];
    let mut reused = Vec::new();
    runtime.block_on(async {
        let plugin = Arc::clone(&ways[0].plugin);
        let mut instance = plugin.reusable_instance(call()).await.expect("an instance");
        for block in 0..WARM_UP_BLOCKS + BLOCKS {
            if block == WARM_UP_BLOCKS {
                ways.iter_mut().for_each(|way| way.times.clear());
                reused.clear();
            }
            for way in &mut *ways {
                for _ in 0..BLOCK {
                    let (call, started) = (call(), Instant::now());
                    way.plugin.track(call, &numbers).await.expect("a call returns");
                    way.times.push(started.elapsed());
                }
            }
            for _ in 0..BLOCK {
                let started = Instant::now();
                instance.track(&numbers).await.expect("a call returns");
                reused.push(started.elapsed());
            }
        }
    });
    reused
}

fn report(name: &str, times: &mut [Duration], note: &str) {
    let (p10, p99) = (micros(percentile(times, 0.1)), micros(percentile(times, 0.99)));
    let note = format!("{note}; median of {}, p10 {p10:.1}, p99 {p99:.1}", times.len());
    Figure::new(GROUP, name, micros(percentile(times, 0.5)), "µs").note(note).print();
}
