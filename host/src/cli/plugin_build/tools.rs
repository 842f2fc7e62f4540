//! The tools that make components of JavaScript and Python: exact versions, in a folder of our own.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context as _;

use super::progress;
use super::project::run;

/// Where tools are kept, if not in the user's cache.
const TOOLS_DIR: &str = "CROSSDOCK_TOOLS_DIR";
/// As in `sdk/js/tools/package.json`.
const QJS: &str = "componentize-qjs-0.4.5";
/// As in `sdk/python/tools/requirements.txt`.
const PY: &str = "componentize-py-0.25.1";
const PACKAGE: &str = include_str!("../../../../sdk/js/tools/package.json");
const PACKAGE_LOCK: &str = include_str!("../../../../sdk/js/tools/package-lock.json");
const REQUIREMENTS: &str = include_str!("../../../../sdk/python/tools/requirements.txt");

/// Returns the program that makes components of JavaScript, installing it where it is missing.
///
/// # Errors
///
/// If there is no Node.js, or the tool cannot be fetched.
pub fn componentize_qjs() -> anyhow::Result<PathBuf> {
    const PROGRAM: &str = "node_modules/.bin/componentize-qjs";
    ensure(&["node", "npm"], "Node.js 18 or newer")?;
    let folder = install(QJS, |folder| {
        fs::write(folder.join("package.json"), PACKAGE)?;
        fs::write(folder.join("package-lock.json"), PACKAGE_LOCK)?;
        let mut npm = Command::new("npm");
        // Not `npm ci`: the lock lacks the programs of platforms for which not every registry has them. What it has, npm
        // takes and checks; packages run nothing while they are installed.
        npm.args(["install", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(folder).stdin(Stdio::null());
        run(&mut npm, "npm")
    })?;
    Ok(folder.join(PROGRAM))
}

/// Returns the folder of the Python package that makes components of Python, installing it where it is missing.
///
/// # Errors
///
/// If there is no Python, or the tool cannot be fetched.
pub fn componentize_py() -> anyhow::Result<PathBuf> {
    ensure(&["python3"], "Python 3.10 or newer")?;
    install(PY, |folder| {
        let requirements = folder.join("requirements.txt");
        fs::write(&requirements, REQUIREMENTS)?;
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]);
        pip.args(["--only-binary", ":all:", "--target"]).arg(folder).arg("--requirement").arg(&requirements);
        run(pip.stdin(Stdio::null()), "pip (Debian: python3-pip)")
    })
}

/// Installs into a folder that appears only when it is whole.
fn install(name: &str, act: impl FnOnce(&Path) -> anyhow::Result<()>) -> anyhow::Result<PathBuf> {
    let tools = tools_dir()?;
    let folder = tools.join(name);
    if folder.is_dir() {
        return Ok(folder);
    }
    // Two builds at once each fetch their own; the first that is done stays.
    let partial = tools.join(format!("{name}.partial-{}", std::process::id()));
    fs::create_dir_all(&partial).with_context(|| format!("cannot make {}", partial.display()))?;
    let outcome = progress::step(&format!("fetching {name} (once)"), || act(&partial));
    let renamed = outcome
        .with_context(|| format!("{name} could not be installed; it is fetched once from the language's registry"))
        .and_then(|()| match fs::rename(&partial, &folder) {
            Err(_) if folder.is_dir() => Ok(()),
            other => other.with_context(|| format!("cannot make {}", folder.display())),
        });
    // Gone after a rename; what is left otherwise is of no use.
    let _ = fs::remove_dir_all(&partial);
    renamed.map(|()| folder)
}

fn tools_dir() -> anyhow::Result<PathBuf> {
    let dir = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = || dir("XDG_CACHE_HOME").or_else(|| dir("HOME").map(|home| home.join(".cache")));
    let tools = dir(TOOLS_DIR).or_else(|| cache().map(|cache| cache.join("crossdock/tools")));
    let tools = tools.with_context(|| format!("there is no place for tools: set {TOOLS_DIR} to a folder"))?;
    fs::create_dir_all(&tools).with_context(|| format!("cannot make {}", tools.display()))?;
    Ok(tools.canonicalize()?)
}

fn ensure(programs: &[&str], what: &str) -> anyhow::Result<()> {
    for program in programs {
        let mut command = Command::new(program);
        let status = command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        anyhow::ensure!(status.is_ok_and(|status| status.success()), "there is no `{program}` here: install {what}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pinned_versions_are_those_of_the_lock_files() {
        let version = QJS.strip_prefix("componentize-qjs-").unwrap();
        assert!(PACKAGE.contains(&format!("\"componentize-qjs\": \"{version}\"")), "{PACKAGE}");
        let version = PY.strip_prefix("componentize-py-").unwrap();
        assert!(REQUIREMENTS.contains(&format!("componentize-py=={version} ")), "{REQUIREMENTS}");
        let address = ["resolved", "http://", "https://"].into_iter().find(|word| PACKAGE_LOCK.contains(word));
        assert_eq!(address, None, "a lock names no registry: whichever npm is set up for is asked");
    }
}
