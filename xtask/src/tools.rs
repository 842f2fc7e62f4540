//! Installs what a fresh machine lacks, and says so.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

use crate::processes::{output, run, succeeds};

/// A cargo command that a run needs, and the release that was tried.
const CARGO_TOOLS: [(&str, &str); 2] = [("nextest", "cargo-nextest"), ("deny", "cargo-deny")];

/// A `cargo` whose settings are the workspace's and not those of the package that cargo started us for.
pub fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") || text == "CARGO_BIN_NAME" {
            command.env_remove(&name);
        }
    }
    command
}

/// Installs the cargo commands that are missing.
///
/// # Errors
///
/// With one line that names the tool when it cannot be installed.
pub fn ensure_cargo_tools(root: &Path) -> anyhow::Result<()> {
    CARGO_TOOLS.iter().try_for_each(|(subcommand, package)| ensure_cargo_tool(root, subcommand, package))
}

/// Installs a cargo command if it is missing.
///
/// # Errors
///
/// With one line that names the tool when it cannot be installed.
pub fn ensure_cargo_tool(root: &Path, subcommand: &str, package: &str) -> anyhow::Result<()> {
    if let Ok(version) = output(cargo(root).args([subcommand, "--version"])) {
        println!("have {}", version.lines().next().unwrap_or(package));
        return Ok(());
    }
    println!("installing {package} with `cargo install --locked {package}` (some minutes, once)");
    // In a target folder of its own: another feature set in ours would push our own builds out.
    run(cargo(root).env_remove("CARGO_TARGET_DIR").args(["install", "--quiet", "--locked", package]))
        .with_context(|| format!("{package} is missing and could not be installed"))
}

/// Returns the folder of PostgreSQL's programs, installing them where they are missing.
///
/// # Errors
///
/// With one line when there is none and it cannot be installed.
pub fn ensure_postgres() -> anyhow::Result<PathBuf> {
    if let Some(dir) = find_postgres() {
        println!("have PostgreSQL in {}", dir.display());
        return Ok(dir);
    }
    install_packages(&["postgresql"]).context("the tests need PostgreSQL")?;
    find_postgres().context("PostgreSQL was installed, but no initdb is in /usr/lib/postgresql/*/bin")
}

/// Installs Node.js and Python where they are missing: plugins are written in their languages too.
///
/// # Errors
///
/// With one line when one is missing and cannot be installed.
pub fn ensure_languages() -> anyhow::Result<()> {
    let has = |program: &str, arguments: &[&str]| succeeds(Command::new(program).args(arguments));
    if !has("node", &["--version"]) || !has("npm", &["--version"]) {
        install_packages(&["nodejs", "npm"]).context("plugins in JavaScript need Node.js and npm")?;
    }
    if !has("python3", &["-m", "pip", "--version"]) {
        install_packages(&["python3", "python3-pip"]).context("plugins in Python need Python and pip")?;
    }
    Ok(())
}

/// Installs Debian packages.
///
/// # Errors
///
/// With one line when this is no Debian, we are not root, or the packages cannot be had.
pub fn install_packages(names: &[&str]) -> anyhow::Result<()> {
    let list = names.join(" ");
    let by_hand = format!("install by hand: apt-get install --no-install-recommends {list}");
    anyhow::ensure!(succeeds(Command::new("apt-get").arg("--version")), "no apt-get here; {by_hand}");
    let is_root = output(Command::new("id").arg("-u"))? == "0";
    anyhow::ensure!(is_root, "not root; {by_hand}");
    println!("installing {list} with apt-get");
    // The package list may be old or missing; an install that works without it need not wait for it.
    if !apt_install(names).is_ok_and(|installed| installed) {
        run(Command::new("apt-get").args(["-qq", "update"])).context("the list of Debian packages cannot be had")?;
        anyhow::ensure!(apt_install(names)?, "apt-get could not install {list}; {by_hand}");
    }
    Ok(())
}

fn apt_install(names: &[&str]) -> anyhow::Result<bool> {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command.args(["-qq", "-y", "install", "--no-install-recommends"]).args(names);
    Ok(crate::processes::status(&mut command)?.success())
}

/// The newest of Debian's versions, or what `pg_config` names.
fn find_postgres() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| {
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, dir)| dir.join("initdb").exists())
        .max();
    newest.map(|(_, dir)| dir).or_else(|| {
        let dir = PathBuf::from(output(Command::new("pg_config").arg("--bindir")).ok()?);
        dir.join("initdb").exists().then_some(dir)
    })
}
