//! The couriers' clock: runs with the machine's and can be pushed, set or frozen.

use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};

use super::world::lock;

/// A clock that a test can push.
#[derive(Default)]
pub struct Clock(Mutex<Setting>);

#[derive(Default, Clone, Copy)]
struct Setting {
    ahead: SignedDuration,
    frozen_at: Option<Timestamp>,
}

impl Clock {
    /// The couriers' present.
    pub fn now(&self) -> Timestamp {
        let setting = *lock(&self.0);
        let base = setting.frozen_at.unwrap_or_else(machine_time);
        base.saturating_add(setting.ahead).unwrap_or(base)
    }

    /// Moves the present by `seconds`, back if negative.
    pub fn advance(&self, seconds: i64) {
        let mut setting = lock(&self.0);
        setting.ahead = setting.ahead.saturating_add(SignedDuration::from_secs(seconds));
    }

    /// Sets the present; a frozen clock then moves only when it is pushed.
    pub fn set(&self, at: Timestamp, frozen: bool) {
        let mut setting = lock(&self.0);
        *setting = if frozen {
            Setting { ahead: SignedDuration::ZERO, frozen_at: Some(at) }
        } else {
            Setting { ahead: at.duration_since(machine_time()), frozen_at: None }
        };
    }

    /// Goes back to the machine's time.
    pub fn reset(&self) {
        *lock(&self.0) = Setting::default();
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the sandbox's one source of time")]
fn machine_time() -> Timestamp {
    Timestamp::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frozen_clock_moves_only_when_pushed() {
        let clock = Clock::default();
        let noon: Timestamp = "2027-02-03T12:00:00Z".parse().unwrap();
        clock.set(noon, true);
        clock.advance(90);
        assert_eq!(clock.now().to_string(), "2027-02-03T12:01:30Z");
    }
}
