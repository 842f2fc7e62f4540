//! The threads that requests and plugins run on.

use std::thread::available_parallelism;

use tokio::runtime::{Builder, Runtime};

/// Threads for each core. A guest yields at every tick but inside one instruction that fills its memory, and a large result is read in
/// one go: with as many threads as cores such a call keeps all others of its thread waiting for milliseconds, with more the
/// system lets them run (docs/BENCHMARKS.md, `hostile`).
const THREADS_PER_CORE: usize = 2;

/// Makes the runtime of a process.
///
/// # Errors
///
/// If the system gives no threads.
pub fn runtime() -> std::io::Result<Runtime> {
    let cores = available_parallelism().map_or(1, usize::from);
    Builder::new_multi_thread().worker_threads(cores * THREADS_PER_CORE).enable_all().build()
}
