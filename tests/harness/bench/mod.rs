//! What benchmarks share: figures, percentiles, load, and the bare handler that a host is put beside.

pub mod bare;
pub mod load;
pub mod native;
pub mod process;
pub mod recorded;
pub mod setup;

use std::time::Duration;

use serde::Serialize;

/// One measured figure; `cargo xtask bench` collects them from the output.
#[derive(Debug, Serialize)]
pub struct Figure<'a> {
    figure: &'a str,
    group: &'a str,
    value: f64,
    unit: &'a str,
    #[serde(skip_serializing_if = "String::is_empty")]
    reach: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    met: Option<bool>,
    #[serde(skip_serializing_if = "String::is_empty")]
    note: String,
}

impl<'a> Figure<'a> {
    /// Makes a figure.
    pub fn new(group: &'a str, figure: &'a str, value: f64, unit: &'a str) -> Self {
        Self { figure, group, value, unit, reach: String::new(), met: None, note: String::new() }
    }

    /// Adds how it was measured.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// Wants at most so much.
    pub fn at_most(mut self, reach: f64) -> Self {
        self.reach = format!("at most {reach} {}", self.unit);
        self.met = Some(self.value <= reach);
        self
    }

    /// Wants at least so much.
    pub fn at_least(mut self, reach: f64) -> Self {
        self.reach = format!("at least {reach} {}", self.unit);
        self.met = Some(self.value >= reach);
        self
    }

    /// Prints it as `cargo xtask bench` reads it.
    ///
    /// # Panics
    ///
    /// When it cannot be JSON.
    #[expect(clippy::print_stdout, reason = "the output is what a benchmark is run for")]
    pub fn print(&self) {
        println!("{}", serde_json::to_string(self).expect("a figure is JSON"));
    }
}

/// Whether this benchmark was asked for: its name holds the filter, if there is one.
pub fn is_selected(name: &str) -> bool {
    let filters: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    filters.is_empty() || filters.iter().any(|filter| name.contains(filter.as_str()))
}

/// Returns the value that `share` of the sorted times stay below: 0.5 is the median.
///
/// # Panics
///
/// When there are none.
pub fn percentile(times: &mut [Duration], share: f64) -> Duration {
    assert!(!times.is_empty(), "nothing was measured");
    times.sort_unstable();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place in a list of some thousand"
    )]
    let place = ((times.len() - 1) as f64 * share).round() as usize;
    times[place]
}

/// Microseconds with their fraction.
pub fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// Milliseconds with their fraction.
pub fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_times() {
        let mut times: Vec<Duration> = (1..=100).rev().map(Duration::from_micros).collect();
        assert_eq!(percentile(&mut times, 0.0), Duration::from_micros(1));
        assert_eq!(percentile(&mut times, 0.99), Duration::from_micros(99));
        assert_eq!(percentile(&mut times, 1.0), Duration::from_micros(100));
    }

    #[test]
    fn a_figure_says_whether_it_was_met() {
        let figure = Figure::new("g", "f", 12.5, "µs").at_most(12.0);
        assert!(serde_json::to_string(&figure).unwrap().starts_with("{\"figure\":\"f\""));
        assert_eq!(figure.met, Some(false));
        assert_eq!(Figure::new("g", "f", 1.8, "×").at_least(1.7).met, Some(true));
    }
}
