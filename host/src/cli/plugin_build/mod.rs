//! Building a plugin's folder into a component, in the language that it is written in.

mod borrows;
mod javascript;
mod progress;
mod project;
mod python;
mod rust;
mod tools;

use std::fs;
use std::path::Path;

use anyhow::Context as _;

/// A build is somebody else's code: it gets no way to the database or to a secret.
const SECRETS: [&str; 3] = ["CROSSDOCK_ROOT_KEY", "CROSSDOCK_DATABASE_URL", "CREDENTIALS_DIRECTORY"];

/// A component that was built.
pub struct Built {
    /// Its file name without extension: the crate's name, or the courier's id.
    pub id: String,
    /// The component.
    pub component: Vec<u8>,
}

/// The languages, each known by the file that every project of its has.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Language {
    Rust,
    JavaScript,
    Python,
}

const MANIFESTS: [(Language, &str); 3] =
    [(Language::Rust, "Cargo.toml"), (Language::JavaScript, "package.json"), (Language::Python, "pyproject.toml")];

/// Makes a component of the plugin in a folder.
///
/// # Errors
///
/// If no language is recognised, a tool cannot be had, it does not compile, or is no component of the contract.
pub fn build(folder: &Path) -> anyhow::Result<Built> {
    match language(folder)? {
        Language::Rust => rust::build(folder),
        Language::JavaScript => javascript::build(folder),
        Language::Python => python::build(folder),
    }
}

fn language(folder: &Path) -> anyhow::Result<Language> {
    let found: Vec<_> = MANIFESTS.iter().filter(|(_, manifest)| folder.join(manifest).is_file()).collect();
    match found.as_slice() {
        [(language, _)] => Ok(*language),
        [] => anyhow::bail!(
            "{} is no plugin's folder: there is no Cargo.toml, package.json or pyproject.toml in it",
            folder.display()
        ),
        [(_, one), (_, other), ..] => anyhow::bail!(
            "{} has a {one} and a {other}: a plugin is written in one language; give each its own folder",
            folder.display()
        ),
    }
}

/// Writes beside the place and renames, so that no host ever finds half a file.
///
/// # Errors
///
/// If the folder cannot be written.
pub fn write(to: &Path, component: &[u8]) -> anyhow::Result<()> {
    let folder = to.parent().context("a file has a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let partial = to.with_extension("wasm.partial");
    fs::write(&partial, component).with_context(|| format!("cannot write {}", partial.display()))?;
    fs::rename(&partial, to).with_context(|| format!("cannot write {}", to.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_of_one_language() {
        let folder = tempfile::tempdir().unwrap();
        assert!(language(folder.path()).unwrap_err().to_string().contains("no plugin's folder"));
        fs::write(folder.path().join("package.json"), "{}").unwrap();
        assert_eq!(language(folder.path()).unwrap(), Language::JavaScript);
        fs::write(folder.path().join("pyproject.toml"), "").unwrap();
        assert!(language(folder.path()).unwrap_err().to_string().contains("one language"));
    }
}
