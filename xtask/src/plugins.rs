//! Builds the plugins to components.

use std::path::{Path, PathBuf};

/// One plugin that was built.
pub struct Built {
    /// The courier's id.
    pub id: String,
    /// The component.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
}

/// Builds every plugin into `out`.
pub fn build(_root: &Path, out: &Path) -> anyhow::Result<Vec<Built>> {
    std::fs::create_dir_all(out)?;
    Ok(Vec::new())
}
