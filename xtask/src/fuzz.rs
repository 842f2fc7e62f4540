//! `cargo xtask fuzz`: the fuzz targets under cargo-fuzz, which needs a nightly compiler.
//!
//! The same targets run on seeded input in `cargo xtask test`, with the compiler that everything is built with.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Context as _;

use crate::processes::{output, run as run_program};
use crate::target_dir;
use crate::tools::ensure_cargo_tool;

/// Where the targets stand.
const FUZZ_DIR: &str = "fuzz";

/// Seconds of each target unless the command line says otherwise: a look, not a campaign.
pub const DEFAULT_SECONDS: u32 = 60;

/// What cargo handed down to us and must not reach another compiler.
const VARIABLES: [&str; 5] = ["CARGO", "RUSTC", "RUSTDOC", "RUSTUP_TOOLCHAIN", "CARGO_TARGET_DIR"];

/// Runs all targets, or one, for some seconds each.
///
/// # Errors
///
/// There is no nightly compiler, no such target, or a target found something; its input is kept in `fuzz/artifacts`.
pub fn run(root: &Path, only: Option<&str>, seconds: u32) -> anyhow::Result<()> {
    let version = output(nightly(root).args(["rustc", "--version"])).context(
        "nothing was fuzzed: there is no nightly compiler here (`rustup toolchain install nightly`). \
         The targets run on seeded input in `cargo xtask test`, on any compiler",
    )?;
    println!("fuzzing with {version}");
    let targets = targets(root)?;
    let wanted: Vec<&String> = targets.iter().filter(|name| only.is_none_or(|only| only == name.as_str())).collect();
    anyhow::ensure!(!wanted.is_empty(), "no such target; there are {}", targets.join(", "));
    ensure_cargo_tool(root, "fuzz", "cargo-fuzz")?;
    // The very versions that the host is built with.
    fs::copy(root.join("Cargo.lock"), root.join(FUZZ_DIR).join("Cargo.lock")).context("cannot copy Cargo.lock")?;
    for target in wanted {
        println!("\n{target}: {seconds} s");
        let mut command = nightly(root);
        command
            .args(["cargo", "fuzz", "run", "--fuzz-dir", FUZZ_DIR, "--target-dir"])
            .arg(target_dir(root).join("fuzz"));
        command.arg(target).args(["--", &format!("-max_total_time={seconds}")]);
        run_program(&mut command).with_context(|| format!("{target} found something: see fuzz/artifacts/{target}"))?;
    }
    println!("\nnothing was found");
    Ok(())
}

/// The targets' names: one file each.
fn targets(root: &Path) -> anyhow::Result<Vec<String>> {
    let folder = root.join(FUZZ_DIR).join("fuzz_targets");
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        names.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
    }
    names.sort();
    Ok(names)
}

/// A program of the nightly toolchain.
fn nightly(root: &Path) -> Command {
    let mut command = Command::new("rustup");
    command.current_dir(root).args(["run", "nightly"]);
    for name in VARIABLES {
        command.env_remove(name);
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_target_is_declared() {
        let root = crate::root();
        let manifest = fs::read_to_string(root.join(FUZZ_DIR).join("Cargo.toml")).unwrap();
        let targets = targets(&root).unwrap();
        assert!(targets.len() >= 5, "{targets:?}");
        for target in targets {
            assert!(manifest.contains(&format!("name = \"{target}\"")), "fuzz/Cargo.toml does not declare {target}");
        }
    }
}
