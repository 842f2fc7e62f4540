//! Saying what takes long.

use std::io::{IsTerminal as _, Write as _};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// What is done sooner needs no words.
const QUIET: Duration = Duration::from_secs(1);

/// Does something, and says on standard error what it is once it takes longer than a second; on a terminal with the
/// seconds counted.
///
/// # Errors
///
/// The act's own.
pub fn step<T>(name: &str, act: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    let (done, waiting) = channel::<()>();
    std::thread::scope(|scope| {
        let counter = scope.spawn(move || {
            let started = Instant::now();
            let is_terminal = std::io::stderr().is_terminal();
            let mut said = false;
            while waiting.recv_timeout(QUIET) == Err(RecvTimeoutError::Timeout) {
                let mut stderr = std::io::stderr().lock();
                // A closed standard error is no reason to stop a build.
                let _ = match (is_terminal, said) {
                    (true, _) => write!(stderr, "\r{name} … {} s", started.elapsed().as_secs()),
                    (false, false) => writeln!(stderr, "{name} …"),
                    (false, true) => Ok(()),
                };
                let _ = stderr.flush();
                said = true;
            }
            if said && is_terminal {
                let _ = writeln!(std::io::stderr());
            }
        });
        let result = act();
        drop(done);
        // It only counts; it cannot fail in a way that matters.
        let _ = counter.join();
        result
    })
}
