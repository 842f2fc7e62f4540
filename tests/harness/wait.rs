//! The one place where tests wait: for something that happens, with a deadline.

use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval};

/// How often a probe is asked. Probes are cheap requests on loopback.
const POLL: Duration = Duration::from_millis(10);

/// Long enough for anything that should happen at once, on a busy machine.
pub const SOON: Duration = Duration::from_secs(20);

/// Asks `probe` until it gives a value.
///
/// # Panics
///
/// When `deadline` has passed; the message says what was waited for.
pub async fn until<T, Asked>(what: &str, deadline: Duration, mut probe: impl FnMut() -> Asked) -> T
where
    Asked: Future<Output = Option<T>>,
{
    let started = Instant::now();
    let mut ticks = interval(POLL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Some(value) = probe().await {
            return value;
        }
        assert!(started.elapsed() < deadline, "{what} did not happen within {deadline:?}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_probe_is_asked_until_it_answers() {
        let mut asked = 0;
        let answer = until("an answer", SOON, || {
            asked += 1;
            let now = asked;
            async move { (now == 3).then_some(now) }
        });
        assert_eq!(answer.await, 3);
    }

    #[tokio::test(start_paused = true)]
    #[should_panic(expected = "a miracle did not happen within 20s")]
    async fn a_deadline_ends_the_wait() {
        until("a miracle", SOON, || async { None::<()> }).await;
    }
}
