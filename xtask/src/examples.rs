//! The examples in JavaScript and Python as components, by `crossdock plugin build`; Rust's is built with the plugins.

use std::collections::BTreeSet;
use std::fs;
use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

use crate::processes::run;
use crate::{plugins_dir, target_dir, tools};

/// An example, and what its component is made of beside its own folder.
struct Example {
    name: &'static str,
    sources: [&'static str; 3],
}

const EXAMPLES: [Example; 2] = [
    Example { name: "js", sources: ["sdk/js", "wit", "host/src/cli/plugin_build"] },
    Example { name: "python", sources: ["sdk/python", "wit", "host/src/cli/plugin_build"] },
];
/// What builds and editors leave in a folder, and what no component is made of.
const NO_SOURCES: [&str; 5] = ["node_modules", ".crossdock", "__pycache__", "test", "fixtures"];

/// Installs Node.js and Python where they are missing, and builds what has changed since the last time, with the program
/// of a cargo profile.
///
/// # Errors
///
/// When a language cannot be had, or an example does not build.
pub fn build(root: &Path, profile: &str) -> anyhow::Result<()> {
    tools::ensure_languages()?;
    let program = target_dir(root).join(profile).join("crossdock");
    for Example { name, sources } in &EXAMPLES {
        let folder = root.join("sdk/examples").join(name);
        let out = plugins_dir(root).join("examples").join(format!("{name}.wasm"));
        let stamp = out.with_extension("inputs");
        let inputs = inputs(root, &folder, sources)?;
        if out.is_file() && fs::read_to_string(&stamp).is_ok_and(|old| old == inputs) {
            println!("{name:<24} (unchanged)");
            continue;
        }
        let mut command = Command::new(&program);
        command
            .args(["plugin", "build"])
            .arg(&folder)
            .arg("--out")
            .arg(&out)
            .env("CROSSDOCK_TOOLS_DIR", tools_dir(root));
        run(&mut command)?;
        fs::write(&stamp, inputs).with_context(|| format!("cannot write {}", stamp.display()))?;
    }
    Ok(())
}

/// Runs the unit tests of the helper packages, and the examples' cases in their own languages.
///
/// # Errors
///
/// When one fails.
pub fn test(root: &Path) -> anyhow::Result<()> {
    for folder in ["sdk/js", "sdk/examples/js"] {
        // Node.js looks for tests by itself; their names alone are not understood by all of its versions.
        let mut tests = BTreeSet::new();
        files(&root.join(folder).join("test"), &mut tests)?;
        run(Command::new("node").arg("--test").args(tests).current_dir(root.join(folder)))?;
    }
    for (folder, path) in [("sdk/python", "."), ("sdk/examples/python", ".crossdock/python:src")] {
        let mut python = Command::new("python3");
        python.args(["-B", "-m", "unittest", "discover", "--start-directory", "test"]);
        run(python.current_dir(root.join(folder)).env("PYTHONPATH", path))?;
    }
    Ok(())
}

/// Where the languages' own tools are kept.
pub fn tools_dir(root: &Path) -> PathBuf {
    target_dir(root).join("plugin-tools")
}

/// A digest of all that a component is made of: whether it changed is all that it says.
fn inputs(root: &Path, folder: &Path, sources: &[&str]) -> anyhow::Result<String> {
    let mut all = BTreeSet::new();
    for source in sources.iter().map(|source| root.join(source)).chain([folder.to_owned()]) {
        files(&source, &mut all)?;
    }
    let mut hasher = DefaultHasher::new();
    for file in all {
        hasher.write(file.to_string_lossy().as_bytes());
        hasher.write(&fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?);
    }
    Ok(format!("{:016x}\n", hasher.finish()))
}

/// Adds the files below a folder.
fn files(folder: &Path, all: &mut BTreeSet<PathBuf>) -> anyhow::Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match path.is_dir() {
            true if NO_SOURCES.contains(&name.as_str()) => {}
            true => files(&path, all)?,
            false => {
                all.insert(path);
            }
        }
    }
    Ok(())
}
