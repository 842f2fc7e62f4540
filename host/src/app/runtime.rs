//! The threads that requests and plugins run on.

use std::thread::available_parallelism;

use tokio::runtime::{Builder, Runtime};

/// Threads for each core. Guests, scrubbing and JSON keep a thread for a tenth of a millisecond and more between two waits; with as many
/// threads as cores, whatever becomes ready on such a thread waits for it. Twice as many raised refreshes over REST from 59 to 70 % of
/// the bare handler's at 32 in flight, both with the same number (docs/BENCHMARKS.md, `rest`).
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
