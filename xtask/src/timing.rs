//! What took how long.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// The steps of a run with their times, printed as a table at its end.
#[derive(Default)]
pub struct Timings {
    rows: Vec<(String, Duration, bool)>,
}

impl Timings {
    /// Runs a step, says so, and notes its time whether it succeeds or not.
    ///
    /// # Errors
    ///
    /// The step's own.
    pub fn step<T>(&mut self, name: &str, act: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
        println!("\n── {name}");
        let started = Instant::now();
        let result = act();
        self.rows.push((name.to_owned(), started.elapsed(), result.is_ok()));
        result
    }

    /// Returns the table: one line a step and one for the whole.
    pub fn table(&self) -> String {
        let width = self.rows.iter().map(|(name, ..)| name.chars().count()).max().unwrap_or(0).max("total".len());
        let mut table = String::from("\nWhat took how long\n");
        for (name, time, succeeded) in &self.rows {
            let mark = if *succeeded { "" } else { "  failed" };
            let _ = writeln!(table, "  {name:<width$}  {:>10}{mark}", human(*time));
        }
        let total = self.rows.iter().map(|(_, time, _)| *time).sum();
        let _ = writeln!(table, "  {:<width$}  {:>10}", "total", human(total));
        table
    }
}

/// Writes a time for a person: `12 ms`, `3.4 s`, `2 min 05 s`.
pub fn human(time: Duration) -> String {
    let seconds = time.as_secs();
    match time.as_millis() {
        0..1_000 => format!("{} ms", time.as_millis()),
        1_000..60_000 => format!("{:.1} s", time.as_secs_f64()),
        _ => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_for_a_person() {
        assert_eq!(human(Duration::from_millis(12)), "12 ms");
        assert_eq!(human(Duration::from_millis(3_440)), "3.4 s");
        assert_eq!(human(Duration::from_secs(125)), "2 min 05 s");
    }

    #[test]
    fn a_failed_step_stands_in_the_table() {
        let mut timings = Timings::default();
        timings.step("build", || Ok(())).unwrap();
        timings.step::<()>("tests", || anyhow::bail!("no")).unwrap_err();
        let table = timings.table();
        assert!(table.contains("build") && table.contains("failed") && table.contains("total"), "{table}");
    }
}
