//! `cargo xtask test`: everything that must hold before a change goes in.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::Context as _;

use crate::processes::{run as run_program, status, succeeds};
use crate::timing::Timings;
use crate::tools::cargo;
use crate::{examples, plugins, plugins_dir, postgres, tools};

/// How long the advisory database may take: it is some MB, and a closed network says no at once.
const FETCH_SECONDS: Duration = Duration::from_secs(120);

/// Installs, checks, builds and tests; ends with what took how long and how many passed.
///
/// # Errors
///
/// When a tool cannot be had, a check fails, or a test fails.
pub fn run(root: &Path, filter: Option<&str>) -> anyhow::Result<()> {
    let mut timings = Timings::default();
    let result = all_steps(root, filter, &mut timings);
    println!("{}", timings.table());
    let outcome = result?;
    println!("{} passed, {} failed", outcome.passed, outcome.failed);
    anyhow::ensure!(outcome.failed == 0, "{} tests failed", outcome.failed);
    anyhow::ensure!(outcome.passed > 0, "no test matches {:?}", filter.unwrap_or_default());
    Ok(())
}

fn all_steps(root: &Path, filter: Option<&str>, timings: &mut Timings) -> anyhow::Result<Outcome> {
    timings.step("tools", || tools::ensure_cargo_tools(root))?;
    let programs = timings.step("PostgreSQL programs", tools::ensure_postgres)?;
    if filter.is_none() {
        check_sources(root, timings)?;
    } else {
        println!("a filter was given: format, clippy and dependencies are not checked");
    }
    let components = plugins_dir(root);
    timings.step("plugins", || plugins::build(&components, plugins::Wanted::All))?;
    // Built apart from the run, so that the table tells compiling from testing.
    // The harness starts them; of another package's programs, a test run builds none.
    timings.step("programs", || run_program(cargo(root).args(["build", "--workspace", "--bins"])))?;
    timings.step("examples", || examples::build(root, "debug"))?;
    if filter.is_none() {
        timings.step("tests in their languages", || examples::test(root))?;
    }
    timings.step("test programs", || run_program(cargo(root).args(["nextest", "run", "--workspace", "--no-run"])))?;
    let cluster = timings.step("PostgreSQL start", || postgres::Cluster::start(&programs))?;
    let outcome = timings.step("tests", || tests(root, filter, &components, cluster.url()));
    drop(cluster);
    outcome
}

fn check_sources(root: &Path, timings: &mut Timings) -> anyhow::Result<()> {
    timings.step("format", || run_program(cargo(root).args(["fmt", "--all", "--check"])))?;
    timings.step("clippy", || {
        run_program(cargo(root).args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
    })?;
    timings.step("dependencies", || check_dependencies(root))
}

/// Bans, licences and sources always; advisories where the database can be had, and says which.
fn check_dependencies(root: &Path) -> anyhow::Result<()> {
    run_program(cargo(root).args(["deny", "--workspace", "check", "bans", "licenses", "sources"]))?;
    let seconds = FETCH_SECONDS.as_secs().to_string();
    let mut fetch = Command::new("timeout");
    fetch.current_dir(root).args([&seconds, "cargo", "deny", "fetch", "db"]);
    if succeeds(&mut fetch) {
        run_program(cargo(root).args(["deny", "--workspace", "check", "--disable-fetch", "advisories"]))?;
        println!("bans, licences, sources and advisories were checked");
    } else {
        println!("bans, licences and sources were checked; ADVISORIES WERE NOT: their database is out of reach");
    }
    Ok(())
}

/// What the test run came to.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    passed: u32,
    failed: u32,
}

fn tests(root: &Path, filter: Option<&str>, components: &Path, postgres: &str) -> anyhow::Result<Outcome> {
    // nextest's store stands in the repository, wherever cargo builds.
    let report = root.join("target/nextest/default/junit.xml");
    // An old report must not speak for a run that never began.
    let _ = fs::remove_file(&report);
    let mut nextest = cargo(root);
    nextest.args(["nextest", "run", "--workspace", "--no-tests=pass"]);
    match filter {
        // nextest's own filter expressions, such as `test(/^v1::/)`.
        Some(expression) if expression.contains('(') => nextest.args(["-E", expression]),
        name => nextest.args(name),
    };
    nextest.env("CROSSDOCK_TEST_POSTGRES_URL", postgres).env("CROSSDOCK_TEST_PLUGINS_DIR", components);
    nextest.env("CROSSDOCK_TOOLS_DIR", examples::tools_dir(root));
    let ended = status(&mut nextest)?;
    let report = fs::read_to_string(&report).with_context(|| format!("nextest left no report ({ended})"))?;
    let outcome = read_report(&report).context("nextest's report cannot be read")?;
    // Whatever the report says, a run that nextest calls a failure is one.
    anyhow::ensure!(ended.success() || outcome.failed > 0, "nextest failed ({ended})");
    Ok(outcome)
}

/// Reads the sums from the first element of a JUnit report.
fn read_report(report: &str) -> Option<Outcome> {
    let sums = report.split_once("<testsuites ")?.1.split_once('>')?.0;
    let number = |name: &str| -> Option<u32> {
        let start = sums.find(&format!(" {name}=\""))? + name.len() + 3;
        sums[start..].split_once('"')?.0.parse().ok()
    };
    let failed = number("failures")? + number("errors")?;
    Some(Outcome { passed: number("tests")?.checked_sub(failed)?, failed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_gives_its_sums() {
        let report =
            r#"<?xml version="1.0"?><testsuites name="nextest-run" tests="12" failures="2" errors="1" time="0.5">"#;
        assert_eq!(read_report(report), Some(Outcome { passed: 9, failed: 3 }));
    }

    #[test]
    fn a_broken_report_gives_nothing() {
        assert_eq!(read_report("<testsuites name=\"x\">"), None);
        assert_eq!(read_report(""), None);
    }
}
