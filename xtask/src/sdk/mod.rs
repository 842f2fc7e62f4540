//! `cargo xtask sdk`: the contract's types as the JavaScript and Python packages have them.
//!
//! They are kept in git, so that an author reads them without building; a test holds them against the contract.

mod contract;
mod javascript;
mod python;

use std::path::Path;

use anyhow::Context as _;

/// Writes the generated files.
///
/// # Errors
///
/// When the contract cannot be read or a file cannot be written.
pub fn run(root: &Path) -> anyhow::Result<()> {
    for (path, text) in files()? {
        let file = root.join(path);
        std::fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
        println!("wrote {path}");
    }
    Ok(())
}

/// The generated files: their place in the repository and their text.
fn files() -> anyhow::Result<[(&'static str, String); 3]> {
    let contract = contract::read()?;
    Ok([
        ("sdk/js/types.d.ts", javascript::types(&contract)),
        ("sdk/js/src/shapes.js", javascript::shapes(&contract)),
        ("sdk/python/crossdock_sdk/types.py", python::types(&contract)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packages_have_the_contracts_types() {
        for (path, text) in files().unwrap() {
            let kept = std::fs::read_to_string(crate::root().join(path)).unwrap_or_default();
            assert!(kept == text, "{path} is not what the contract says: run `cargo xtask sdk`");
        }
    }
}
