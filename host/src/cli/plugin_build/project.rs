//! What a plugin's folder holds besides its code, and what a build writes into it.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context as _;
use crossdock_contract::{CAPABILITIES, Description, WIT};

use super::SECRETS;

/// Where builds write, in the plugin's folder; a `.gitignore` in it keeps it out of version control.
const WORK: &str = ".crossdock";
/// The world that is written for a plugin. componentize-py wants no module of the same name.
pub const WORLD: &str = "built-plugin";

/// A plugin's folder in a language whose code has no types to read: its description says what it offers.
pub struct Project {
    /// The folder, absolute.
    pub folder: PathBuf,
    /// The description's text.
    pub description: String,
    /// The courier's id.
    pub id: String,
    /// The capabilities that account kinds are given, in the contract's order.
    pub capabilities: Vec<&'static str>,
}

impl Project {
    /// Reads `description.json`, and writes the contract with a world that exports what the description promises.
    ///
    /// # Errors
    ///
    /// If there is no description, it cannot be read, or the folder cannot be written.
    pub fn open(folder: &Path) -> anyhow::Result<Self> {
        let folder = folder.canonicalize().with_context(|| format!("cannot open {}", folder.display()))?;
        let file = folder.join("description.json");
        let description = fs::read_to_string(&file).with_context(|| {
            format!("cannot read {}: it says who the courier is and what the plugin offers", file.display())
        })?;
        let mut reader = serde_json::Deserializer::from_str(&description);
        let parsed: Description = serde_path_to_error::deserialize(&mut reader)
            .map_err(|error| anyhow::anyhow!("{} at {}: {}", file.display(), error.path(), error.inner()))?;
        let given: BTreeSet<&str> =
            parsed.accounts.iter().flat_map(|kind| &kind.capabilities).map(String::as_str).collect();
        let capabilities = CAPABILITIES.iter().copied().filter(|capability| given.contains(capability)).collect();
        let project = Self { folder, description, id: parsed.id, capabilities };
        project.write_work(".gitignore", "*\n")?;
        for (name, text) in WIT {
            project.write_work(&format!("wit/{name}"), text)?;
        }
        project.write_work("wit/built.wit", &project.world())?;
        Ok(project)
    }

    fn world(&self) -> String {
        let exports: String = self.capabilities.iter().map(|capability| format!("  export {capability};\n")).collect();
        let package = WIT[0].1.lines().next().unwrap_or_default();
        format!("{package}\n\nworld {WORLD} {{\n  include base;\n{exports}}}\n")
    }

    /// A place in the folder that builds write to.
    pub fn work(&self, path: &str) -> PathBuf {
        self.folder.join(WORK).join(path)
    }

    /// Writes there.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn write_work(&self, path: &str, text: &str) -> anyhow::Result<()> {
        write_if_changed(&self.work(path), text)
    }

    /// A program that runs in the folder, without our secrets.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.folder).stdin(Stdio::null());
        for name in SECRETS {
            command.env_remove(name);
        }
        command
    }
}

/// Leaves a file alone that has this text already, so that nothing that watches it is disturbed.
///
/// # Errors
///
/// If it cannot be written.
pub fn write_if_changed(file: &Path, text: &str) -> anyhow::Result<()> {
    if fs::read(file).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(());
    }
    let folder = file.parent().context("a file has a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}

/// Runs a build tool; its words are shown on standard error, line by line as they are, only if it fails.
///
/// # Errors
///
/// If it cannot be started or fails.
pub fn run(command: &mut Command, what: &str) -> anyhow::Result<()> {
    let output = command.output().with_context(|| format!("{what} cannot be started"))?;
    if output.status.success() {
        return Ok(());
    }
    let words = [output.stdout, output.stderr].concat();
    let mut stderr = std::io::stderr().lock();
    for line in worth_reading(&String::from_utf8_lossy(&words)) {
        // A closed standard error changes nothing about the failure.
        let _ = writeln!(stderr, "{line}");
    }
    anyhow::bail!("{what} failed ({}); what it said stands above", output.status)
}

/// Tools print their own innards behind what matters, and warn of what is meant to be so.
fn worth_reading(words: &str) -> impl Iterator<Item = &str> {
    const MAX_LINES: usize = 60;
    let wanted = words.lines().take_while(|line| !line.starts_with("Stack backtrace"));
    wanted.filter(|line| !line.starts_with("warning: site-packages")).take(MAX_LINES)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn description(capabilities: &str) -> String {
        format!(
            r#"{{"schema": 1, "id": "acme", "display_name": "Acme", "version": "1.0.0", "contract": "0.1.0", "accounts": [
                {{"id": "main", "label": "Main", "fields": [], "capabilities": [{capabilities}], "test": "none"}}]}}"#
        )
    }

    #[test]
    fn the_world_exports_what_the_description_promises() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("description.json"), description(r#""tracking", "auth""#)).unwrap();
        let project = Project::open(folder.path()).unwrap();
        assert_eq!((project.id.as_str(), project.capabilities.as_slice()), ("acme", &["auth", "tracking"][..]));
        let world = fs::read_to_string(project.work("wit/built.wit")).unwrap();
        assert!(world.ends_with("{\n  include base;\n  export auth;\n  export tracking;\n}\n"), "{world}");
    }

    #[test]
    fn a_description_that_cannot_be_read_is_refused_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Project::open(folder.path()).err().unwrap().to_string().contains("description.json"));
        fs::write(folder.path().join("description.json"), description("7")).unwrap();
        let error = Project::open(folder.path()).err().unwrap().to_string();
        assert!(error.contains("accounts[0].capabilities[0]"), "{error}");
    }
}
