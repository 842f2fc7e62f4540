//! Puts the templates of new plugins (`sdk/templates/<language>/`) into the program.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// What tools leave behind in a folder that somebody tried a template in.
const SKIPPED: [&str; 7] = ["target", "node_modules", "dist", "__pycache__", ".crossdock", ".venv", "Cargo.lock"];

fn main() -> io::Result<()> {
    let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sdk/templates");
    println!("cargo::rerun-if-changed={}", templates.display());
    let mut table =
        "/// Language, path in the project, bytes.\nconst TEMPLATES: &[(&str, &str, &[u8])] = &[\n".to_owned();
    for language in entries(&templates)?.into_iter().filter(|path| path.is_dir()) {
        let name = language.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut files = Vec::new();
        collect(&language, &mut files)?;
        for file in files {
            let path = file.strip_prefix(&language).map_err(io::Error::other)?.to_string_lossy().replace('\\', "/");
            writeln!(table, "    ({name:?}, {path:?}, include_bytes!({:?})),", file.display().to_string())
                .map_err(io::Error::other)?;
        }
    }
    table.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("templates.rs"), table)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for path in entries(folder)? {
        if path.is_dir() { collect(&path, files)? } else { files.push(path) }
    }
    Ok(())
}

/// In the order of their names, so that the program is the same each time.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if !SKIPPED.iter().any(|skipped| path.ends_with(skipped)) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
