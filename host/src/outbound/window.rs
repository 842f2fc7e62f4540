//! Counting requests: an exact sliding window for short limits, calendar windows for those that survive a restart.

use std::collections::VecDeque;

/// Windows from this length on are counted by the calendar and survive a restart, in seconds.
pub const LONG_WINDOW_S: u32 = 3600;

/// Requests of the last `span_us`; memory is 8 bytes per request of the limit, so only short windows use it.
pub struct Sliding {
    span_us: i64,
    most: usize,
    taken_us: VecDeque<i64>,
}

impl Sliding {
    /// Makes an empty window.
    pub fn new(most: u32, window_s: u32) -> Self {
        Self { span_us: i64::from(window_s) * 1_000_000, most: most as usize, taken_us: VecDeque::new() }
    }

    /// Returns how long until the next request may leave, in microseconds; 0: now.
    pub fn wait_us(&mut self, now_us: i64) -> i64 {
        while self.taken_us.front().is_some_and(|taken| now_us - taken >= self.span_us) {
            self.taken_us.pop_front();
        }
        match (self.most, self.taken_us.len()) {
            (0, _) => self.span_us,
            (most, taken) if taken < most => 0,
            (most, taken) => self.taken_us.get(taken - most).map_or(0, |oldest| oldest + self.span_us - now_us),
        }
    }

    /// Counts a request.
    pub fn take(&mut self, now_us: i64) {
        self.taken_us.push_back(now_us);
    }

    /// Whether nothing is counted any more.
    pub fn is_idle(&self, now_us: i64) -> bool {
        self.taken_us.back().is_none_or(|newest| now_us - newest >= self.span_us)
    }
}

/// Requests since the start of the window that the calendar gives (UTC; a day starts at midnight).
pub struct Calendar {
    window_s: u32,
    most: u64,
    start_s: i64,
    used: u64,
    unsaved: u64,
}

impl Calendar {
    /// Makes a window that continues what was counted in it before.
    pub fn new(most: u32, window_s: u32, now_us: i64, used: u64) -> Self {
        Self { window_s, most: u64::from(most), start_s: window_start_s(now_us, window_s), used, unsaved: 0 }
    }

    /// Returns how long until the next request may leave, in microseconds; 0: now.
    pub fn wait_us(&mut self, now_us: i64) -> i64 {
        let start_s = window_start_s(now_us, self.window_s);
        if start_s != self.start_s {
            (self.start_s, self.used, self.unsaved) = (start_s, 0, 0);
        }
        let end_us = (self.start_s + i64::from(self.window_s)) * 1_000_000;
        if self.used < self.most { 0 } else { end_us - now_us }
    }

    /// Counts a request. Returns the window's start and a number to save once enough have come together: a crash forgets
    /// less than a hundredth of the limit.
    pub fn take(&mut self) -> Option<(i64, u64)> {
        self.used += 1;
        self.unsaved += 1;
        let is_due = self.unsaved >= (self.most / 100).max(1);
        is_due.then(|| (self.start_s, std::mem::take(&mut self.unsaved)))
    }

    /// Whether the window is over.
    pub fn is_idle(&self, now_us: i64) -> bool {
        window_start_s(now_us, self.window_s) != self.start_s
    }
}

/// Returns when the calendar's window began, in seconds since 1970.
pub fn window_start_s(now_us: i64, window_s: u32) -> i64 {
    let now_s = now_us.div_euclid(1_000_000);
    now_s - now_s.rem_euclid(i64::from(window_s.max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_calendar_window_starts_again_at_midnight() {
        let day_us = 86_400_000_000;
        let mut day = Calendar::new(2, 86_400, day_us + 5, 1);
        assert_eq!(day.wait_us(day_us + 5), 0);
        assert_eq!(day.take(), Some((86_400, 1)));
        assert_eq!(day.wait_us(day_us + 5), day_us - 5);
        assert_eq!(day.wait_us(2 * day_us), 0);
    }

    proptest! {
        #[test]
        fn no_span_ever_holds_more_than_the_limit(gaps in proptest::collection::vec(0i64..700_000, 1..200), most in 1u32..8) {
            let mut window = Sliding::new(most, 1);
            let (mut now, mut sent) = (0, Vec::new());
            for gap in gaps {
                now += gap;
                now += window.wait_us(now);
                prop_assert_eq!(window.wait_us(now), 0);
                window.take(now);
                sent.push(now);
            }
            for (index, first) in sent.iter().enumerate() {
                let within = sent[index..].iter().filter(|time| *time - first < 1_000_000).count();
                prop_assert!(within <= most as usize);
            }
        }
    }
}
