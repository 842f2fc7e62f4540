//! Start-up with and without the cache of compiled plugins, and resident memory idle and after 10,000 calls.

use std::path::Path;
use std::time::{Duration, Instant};

use crossdock_tests::Host;
use crossdock_tests::bench::load::{Until, run};
use crossdock_tests::bench::process::{Memory, memory};
use crossdock_tests::bench::setup::Stage;
use crossdock_tests::bench::{Figure, is_selected, millis, percentile};

/// Starts of each kind; the median counts.
const STARTS: usize = 5;
const CALLS: usize = 10_000;
const IN_FLIGHT: usize = 32;
const GROUP_START: &str = "Start-up with three plugins";
const GROUP_MEMORY: &str = "Resident memory";

#[tokio::main]
async fn main() {
    if !is_selected("startup") {
        return;
    }
    let mut stage = Stage::set(&[]).await;
    start_up(&mut stage.host).await;
    let process_id = stage.host.process_id().expect("the host runs");
    let idle = memory(process_id);
    report_memory("idle", idle).print();
    let outcome = run(&stage.target(), IN_FLIGHT, Until::Count(CALLS)).await;
    assert_eq!(outcome.refused.0, 0, "every call is answered: {:?}", outcome.refused.1);
    let words = format!("after {} calls, {IN_FLIGHT} in flight", outcome.answers);
    report_memory(&words, memory(process_id)).at_most(100.0).print();
}

async fn start_up(host: &mut Host) {
    let (mut cold, mut warm) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        host.kill_9().await;
        assert!(forget_compiled(&host.data_dir()) >= 3, "three plugins were compiled");
        cold.push(started(host).await);
        warm.push(started(host).await);
    }
    let note = format!("process start to /readyz 200, asked every 10 ms; median of {STARTS}");
    Figure::new(GROUP_START, "cold", millis(percentile(&mut cold, 0.5)), "ms")
        .note(format!("{note}; nothing compiled"))
        .print();
    Figure::new(GROUP_START, "with the compiled cache", millis(percentile(&mut warm, 0.5)), "ms")
        .at_most(300.0)
        .note(note)
        .print();
}

async fn started(host: &mut Host) -> Duration {
    host.kill_9().await;
    let started = Instant::now();
    host.restart().await;
    started.elapsed()
}

/// Deletes the compiled plugins below a folder; returns how many.
fn forget_compiled(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).expect("the data folder can be read");
    let mut count = 0;
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            count += forget_compiled(&path);
        } else if path.extension().is_some_and(|extension| extension == "cwasm") {
            std::fs::remove_file(&path).expect("it can be deleted");
            count += 1;
        }
    }
    count
}

fn report_memory(figure: &str, memory: Memory) -> Figure<'_> {
    let note = format!(
        "VmRSS; of it {:.1} MB of its own (RssAnon), at most {:.1} MB so far",
        memory.anonymous_mb, memory.peak_mb
    );
    Figure::new(GROUP_MEMORY, figure, memory.resident_mb, "MB").note(note)
}
