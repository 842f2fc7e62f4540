//! `cargo xtask bench`: measures in release and writes the figures into docs/BENCHMARKS.md.
//!
//! A benchmark binary prints what it likes, and each figure as one line of JSON that starts with `{"figure":`:
//!
//! ```json
//! {"figure": "fresh sandbox", "group": "a tracking call", "value": 21.4, "unit": "µs", "reach": "at most 30 over native", "met": true, "note": "median of 10 000"}
//! ```
//!
//! `reach`, `met` and `note` may be left out. Groups and figures keep the order in which they came.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde::Deserialize;

use crate::processes::{output, run as run_program};
use crate::tools::cargo;
use crate::{examples, plugins, plugins_dir, target_dir};

/// What the figures stand between in the document; all else in it is written by hand and stays.
const MARKERS: (&str, &str) = ("<!-- figures: written by cargo xtask bench -->", "<!-- end of figures -->");

/// Writes of the fsync probe: enough for a median, short enough for a slow disk.
const FSYNC_WRITES: usize = 64;

/// A database page, which is what SQLite waits for.
const FSYNC_BYTES: usize = 4096;

/// One measured figure.
#[derive(Debug, Deserialize)]
struct Figure {
    figure: String,
    group: String,
    value: f64,
    unit: String,
    #[serde(default)]
    reach: String,
    met: Option<bool>,
    #[serde(default)]
    note: String,
}

/// Runs the benchmarks; without a filter, the document gets their figures.
///
/// # Errors
///
/// When something cannot be built, a benchmark fails, or none printed a figure.
pub fn run(root: &Path, filter: Option<&str>) -> anyhow::Result<()> {
    let components = plugins_dir(root);
    plugins::build(&components, plugins::Wanted::All)?;
    // Benchmarks start the programs, and `cargo bench` builds no other package's. Built together, both have the same features,
    // so that nothing is compiled twice.
    run_program(cargo(root).args(["build", "--release", "--workspace", "--bins", "--bench", "*"]))?;
    examples::build(root, "release")?;
    let figures = measure(root, &components, filter)?;
    anyhow::ensure!(!figures.is_empty(), "no benchmark printed a figure");
    let table = table(&figures);
    println!("\n{table}");
    if filter.is_some() {
        println!("a filter was given: docs/BENCHMARKS.md is left alone");
        return Ok(());
    }
    let section = format!("{}\n{table}", machine(root)?);
    let path = root.join("docs/BENCHMARKS.md");
    let document = fs::read_to_string(&path).unwrap_or_default();
    fs::write(&path, replace_section(&document, &section))?;
    println!("written to {}", path.display());
    let missed = figures.iter().filter(|figure| figure.met == Some(false)).count();
    println!("{} figures, {missed} missed their reach", figures.len());
    Ok(())
}

fn measure(root: &Path, components: &Path, filter: Option<&str>) -> anyhow::Result<Vec<Figure>> {
    let mut command = cargo(root);
    command.args(["bench", "--workspace", "--bench", "*", "--"]).args(filter);
    command.env("CROSSDOCK_TEST_PLUGINS_DIR", components).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().context("cannot start cargo bench")?;
    let stdout = child.stdout.take().context("cargo bench has no output")?;
    let mut figures = Vec::new();
    for line in BufReader::new(stdout).lines() {
        let line = line?;
        println!("{line}");
        if line.starts_with("{\"figure\":") {
            figures.push(serde_json::from_str(&line).with_context(|| format!("not a figure: {line}"))?);
        }
    }
    let status = child.wait()?;
    anyhow::ensure!(status.success(), "cargo bench failed ({status})");
    Ok(figures)
}

/// One table a group.
fn table(figures: &[Figure]) -> String {
    let mut groups: Vec<&str> = Vec::new();
    for figure in figures {
        if !groups.contains(&figure.group.as_str()) {
            groups.push(&figure.group);
        }
    }
    let mut text = String::new();
    for group in groups {
        let _ = writeln!(text, "\n### {group}\n\n| Figure | Value | Reach | Note |\n| --- | ---: | --- | --- |");
        for figure in figures.iter().filter(|figure| figure.group == group) {
            let met = match figure.met {
                Some(true) => " (met)",
                Some(false) => " (**missed**)",
                None => "",
            };
            let Figure { figure, value, unit, reach, note, .. } = figure;
            let _ = writeln!(text, "| {figure} | {} {unit} | {reach}{met} | {note} |", rounded(*value));
        }
    }
    text
}

/// Three digits that matter, and no more.
fn rounded(value: f64) -> String {
    match value.abs() {
        100.0.. => format!("{value:.0}"),
        10.0.. => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// What the figures were measured on.
fn machine(root: &Path) -> anyhow::Result<String> {
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("unknown processor");
    let cores = std::thread::available_parallelism()?;
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kilobytes = memory.lines().find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB"));
    let gigabytes = kilobytes.and_then(|text| text.trim().parse::<u64>().ok()).unwrap_or(0) / (1024 * 1024);
    let date = output(Command::new("date").args(["-u", "+%Y-%m-%d"]))?;
    let kernel = output(Command::new("uname").arg("-sr"))?;
    let compiler = output(Command::new("rustc").arg("--version"))?;
    let commit = output(Command::new("git").current_dir(root).args(["rev-parse", "--short", "HEAD"]))?;
    let fsync = fsync_time(&target_dir(root))?;
    Ok(format!(
        "Measured on {date} at commit {commit}: {}, {cores} cores, {gigabytes} GiB, {kernel}, {compiler}; \
         a write of {FSYNC_BYTES} bytes with fsync takes {} µs (median of {FSYNC_WRITES}).\n",
        model.trim_start_matches([' ', '\t', ':']),
        fsync.as_micros()
    ))
}

/// The median time of a small durable write.
fn fsync_time(dir: &Path) -> anyhow::Result<Duration> {
    let path = dir.join(format!("fsync-probe-{}", std::process::id()));
    let mut file = fs::File::create(&path)?;
    let page = [0x5a_u8; FSYNC_BYTES];
    let mut times = Vec::with_capacity(FSYNC_WRITES);
    for _ in 0..FSYNC_WRITES {
        let started = Instant::now();
        file.write_all(&page)?;
        file.sync_all()?;
        times.push(started.elapsed());
    }
    fs::remove_file(&path)?;
    times.sort_unstable();
    Ok(times[FSYNC_WRITES / 2])
}

/// Puts the section between the markers, which a new document gets at its end.
fn replace_section(document: &str, section: &str) -> String {
    let (start, end) = MARKERS;
    let section = format!("{start}\n\n{}\n\n{end}", section.trim());
    if let Some((before, rest)) = document.split_once(start)
        && let Some((_, after)) = rest.split_once(end)
    {
        return format!("{before}{section}{after}");
    }
    let document = if document.is_empty() { "# Benchmarks\n" } else { document };
    format!("{}\n\n{section}\n", document.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_by_hand_stays() {
        let first = replace_section("# Benchmarks\n\nBy hand.\n", "one");
        let second = replace_section(&format!("{first}\nAfter.\n"), "two");
        assert!(second.starts_with("# Benchmarks\n\nBy hand.\n"), "{second}");
        assert!(second.ends_with("\nAfter.\n") && second.contains("two") && !second.contains("one"), "{second}");
    }

    #[test]
    fn a_table_tells_what_was_missed() {
        let line = r#"{"figure": "fresh", "group": "a call", "value": 21.44, "unit": "µs", "reach": "at most 12", "met": false}"#;
        let table = table(&[serde_json::from_str(line).unwrap()]);
        assert!(
            table.contains("### a call") && table.contains("| fresh | 21.4 µs | at most 12 (**missed**) |  |"),
            "{table}"
        );
    }
}
