//! Rust: the crate as a core module, and a component of that.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;
use serde_json::Value;
use wit_component::ComponentEncoder;

use super::{Built, SECRETS, progress};

const TARGET: &str = "wasm32-unknown-unknown";
/// A small stack and enough memory from the start, so that an ordinary call never grows memory: growing costs more than
/// the call.
const RUSTFLAGS: &str = "-Clink-arg=-zstack-size=65536 -Clink-arg=--initial-memory=262144";
/// Small and without unwinding, whatever the crate's own profile says.
const PROFILE: [&str; 5] = [
    "profile.release.opt-level=\"s\"",
    "profile.release.lto=true",
    "profile.release.codegen-units=1",
    "profile.release.panic=\"abort\"",
    "profile.release.strip=true",
];
/// Debian's own Rust, for machines where rustup has no such target.
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";

/// Compiles the crate in a folder and makes a component of it.
///
/// # Errors
///
/// If it does not compile, or is no component of the contract.
pub fn build(folder: &Path) -> anyhow::Result<Built> {
    let manifest = folder.join("Cargo.toml");
    anyhow::ensure!(manifest.is_file(), "there is no {}", manifest.display());
    let mut command = cargo(folder);
    command.args(["build", "--release", "--message-format", "json-render-diagnostics", "--target", TARGET]);
    command.args(PROFILE.iter().flat_map(|setting| ["--config", setting]));
    if command.get_program() == DEBIAN_CARGO {
        command.arg("-Zbuild-std=std,panic_abort");
    }
    command.env("RUSTFLAGS", RUSTFLAGS).stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = progress::step("compiling Rust", || command.output().context("cargo cannot be run"))?;
    anyhow::ensure!(
        output.status.success(),
        "{} does not compile; it needs a Rust with the target {TARGET} (`rustup target add {TARGET}`)",
        manifest.display()
    );
    let (id, module) = artifact(&output.stdout, &manifest.canonicalize()?)
        .with_context(|| format!("{} has no library of crate-type cdylib", manifest.display()))?;
    let module = fs::read(&module).with_context(|| format!("cannot read {}", module.display()))?;
    let component = ComponentEncoder::default()
        .validate(true)
        .module(&module)
        .and_then(|mut encoder| encoder.encode())
        .with_context(|| format!("{id} is no component of the contract"))?;
    Ok(Built { id, component })
}

fn cargo(folder: &Path) -> Command {
    let has_target = rustc_has_target(folder);
    let mut command = match has_target || !Path::new(DEBIAN_CARGO).exists() {
        true => Command::new("cargo"),
        false => debian_cargo(),
    };
    command.current_dir(folder).env_remove("CARGO_ENCODED_RUSTFLAGS");
    // Set for quick builds of other things, it makes components larger.
    command.env_remove("CARGO_INCREMENTAL");
    for name in SECRETS {
        command.env_remove(name);
    }
    command
}

fn rustc_has_target(folder: &Path) -> bool {
    let mut rustc = Command::new("rustc");
    rustc.args(["--print", "target-libdir", "--target", TARGET]).current_dir(folder);
    let output = rustc.stderr(Stdio::null()).output();
    output.is_ok_and(|output| Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir())
}

/// Builds the target's library from source, since Debian has none.
fn debian_cargo() -> Command {
    let mut command = Command::new(DEBIAN_CARGO);
    for name in ["RUSTUP_TOOLCHAIN", "RUSTDOC", "CARGO", "LD_LIBRARY_PATH"] {
        command.env_remove(name);
    }
    command
        .env("RUSTC", DEBIAN_RUSTC)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld");
    command
}

/// Finds the crate's name and its module in what cargo reports.
fn artifact(messages: &[u8], manifest: &Path) -> Option<(String, PathBuf)> {
    let text = String::from_utf8_lossy(messages);
    let messages = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut built = messages.filter(|message| {
        message["reason"] == "compiler-artifact"
            && message["manifest_path"].as_str().is_some_and(|path| Path::new(path) == manifest)
    });
    built.find_map(|message| {
        let mut files = message["filenames"].as_array()?.iter().filter_map(Value::as_str);
        let module = files.find(|file| file.ends_with(".wasm"))?;
        let id = message["target"]["name"].as_str()?.replace('_', "-");
        Some((id, PathBuf::from(module)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_module_is_that_of_the_crate_itself() {
        let messages = br#"{"reason":"compiler-artifact","manifest_path":"/else/Cargo.toml","filenames":["/t/else.wasm"],"target":{"name":"else"}}
noise
{"reason":"compiler-artifact","manifest_path":"/p/Cargo.toml","filenames":["/t/a_b.rlib","/t/a_b.wasm"],"target":{"name":"a_b"}}"#;
        let found = artifact(messages, Path::new("/p/Cargo.toml"));
        assert_eq!(found, Some(("a-b".to_owned(), PathBuf::from("/t/a_b.wasm"))));
    }
}
