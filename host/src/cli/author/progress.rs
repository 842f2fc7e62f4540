//! What runs, said on standard error as soon as it takes longer than a person waits without wondering.

use std::io::{self, IsTerminal, Write};
use std::pin::pin;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use tokio::time::{Instant, interval_at};

/// How long nothing is said, and how often the time is told after that.
const PATIENCE: Duration = Duration::from_secs(1);

/// Waits for an act, and says what it is if it takes longer than a second.
pub async fn during<T>(what: &str, act: impl Future<Output = T>) -> T {
    following(&Step::new(what), act).await
}

/// What is being done just now; whoever does it changes it.
pub struct Step(Mutex<String>);

impl Step {
    /// Begins with this.
    pub fn new(what: impl Into<String>) -> Self {
        Self(Mutex::new(what.into()))
    }

    /// Says what is done from now on.
    pub fn set(&self, what: &str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = what.to_owned();
    }

    fn get(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Waits for an act that changes its step, and says where it is each second.
///
/// On a terminal one line is written over and over; elsewhere only a change is worth a line.
pub async fn following<T>(step: &Step, act: impl Future<Output = T>) -> T {
    let started = Instant::now();
    let mut ticks = interval_at(started + PATIENCE, PATIENCE);
    let mut act = pin!(act);
    let mut shown = Shown { is_terminal: io::stderr().is_terminal(), last: String::new() };
    loop {
        tokio::select! {
            biased;
            result = &mut act => {
                shown.end();
                return result;
            }
            _ = ticks.tick() => shown.show(&step.get(), started.elapsed()),
        }
    }
}

struct Shown {
    is_terminal: bool,
    last: String,
}

impl Shown {
    fn show(&mut self, step: &str, elapsed: Duration) {
        let mut stderr = io::stderr().lock();
        // Progress that cannot be written is no reason to stop the work.
        if self.is_terminal {
            let _ = write!(stderr, "\r\x1b[K{step} … {} s", elapsed.as_secs());
        } else if self.last != step {
            let _ = writeln!(stderr, "{step} …");
        }
        let _ = stderr.flush();
        step.clone_into(&mut self.last);
    }

    fn end(&mut self) {
        if self.is_terminal && !self.last.is_empty() {
            let mut stderr = io::stderr().lock();
            let _ = write!(stderr, "\r\x1b[K");
            let _ = stderr.flush();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_long_act_is_waited_for_while_it_is_told() {
        let step = Step::new("one");
        let act = async {
            tokio::time::advance(PATIENCE * 3).await;
            step.set("two");
            4
        };
        assert_eq!(following(&step, act).await, 4);
        assert_eq!(step.get(), "two");
    }
}
