//! Where the SDK stands: nothing is published, so a new plugin depends on it by path.

use std::path::{Path, PathBuf};

/// The checkout that this program was built from; it may be gone.
const BUILT_FROM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Finds the SDK's folder: the one given, else that of the checkout around this program, around the current folder, or
/// from which this program was built.
///
/// # Errors
///
/// There is none, with what to pass.
pub fn find(given: Option<&Path>) -> anyhow::Result<PathBuf> {
    if let Some(folder) = given {
        anyhow::ensure!(
            is_sdk(folder),
            "{} is not the SDK's folder: pass --sdk with the folder `sdk` of Crossdock's source, which holds crossdock-sdk",
            folder.display()
        );
        return Ok(folder.canonicalize()?);
    }
    let program = std::env::current_exe().ok();
    let current = std::env::current_dir().ok();
    let around = [program, current].into_iter().flatten();
    let around = around.flat_map(|path| path.ancestors().map(Path::to_owned).collect::<Vec<_>>());
    let places = around.chain([PathBuf::from(BUILT_FROM)]).map(|place| place.join("sdk"));
    let found = places.into_iter().find(|place| is_sdk(place)).and_then(|place| place.canonicalize().ok());
    found.ok_or_else(|| {
        anyhow::anyhow!(
            "the SDK was not found: it is not published, so a plugin depends on it by path. Fetch Crossdock's source and \
             pass --sdk with its folder `sdk`, such as --sdk ../crossdock/sdk"
        )
    })
}

fn is_sdk(folder: &Path) -> bool {
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
    manifest.lines().any(|line| line.trim() == "name = \"crossdock-sdk\"")
}
