//! The repository's files, as the rules read them.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders that hold nothing of ours.
const SKIPPED: [&str; 5] = [".git", ".crossdock", "node_modules", "target", "__pycache__"];

/// One text file.
pub struct Source {
    /// Its path from the root, with `/`.
    pub path: String,
    /// All of it.
    pub text: String,
}

impl Source {
    /// Makes a file that is on no disk, to try a rule.
    #[cfg(test)]
    pub fn planted(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// Returns each line with its number, from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// Returns each line's code, without comments; lines that are nothing but comment are left out.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.lines().map(|(number, line)| (number, without_comment(line))).filter(|(_, line)| !line.trim().is_empty())
    }

    /// Returns the number of the line that a byte of the text is on.
    pub fn line_of(&self, byte: usize) -> usize {
        self.text[..byte].bytes().filter(|byte| *byte == b'\n').count() + 1
    }

    /// Whether it is Rust.
    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Whether it is one of the files that hold the rules, and so every word that they forbid.
    pub fn is_tidy(&self) -> bool {
        self.path.starts_with("tests/tidy")
    }
}

/// The repository: `tests` stands directly in it.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests stands in the repository").to_owned()
}

/// Reads every text file of the repository.
pub fn read_all() -> Vec<Source> {
    let root = root();
    let mut sources = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the repository can be read") {
            let entry = entry.expect("the repository can be read");
            let name = entry.file_name();
            let kind = entry.file_type().expect("a file has a type");
            // In a second worktree `.git` is a file.
            if SKIPPED.iter().any(|skipped| name == *skipped) {
                continue;
            }
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file()
                && let Ok(text) = fs::read_to_string(entry.path())
            {
                let path = entry
                    .path()
                    .strip_prefix(&root)
                    .expect("it is below the root")
                    .to_string_lossy()
                    .replace('\\', "/");
                sources.push(Source { path, text });
            }
        }
    }
    sources.sort_by(|one, other| one.path.cmp(&other.path));
    sources
}

/// Cuts a line at its `//`, unless that stands in a string, as in a URL.
fn without_comment(line: &str) -> &str {
    let mut in_string = false;
    let mut previous = b' ';
    for (index, byte) in line.bytes().enumerate() {
        match byte {
            b'"' if previous != b'\\' && !(previous == b'\'' && line[index + 1..].starts_with('\'')) => {
                in_string = !in_string;
            }
            b'/' if previous == b'/' && !in_string => return &line[..index - 1],
            _ => {}
        }
        previous = byte;
    }
    line
}

#[test]
fn comments_are_cut_and_urls_are_not() {
    assert_eq!(without_comment("let x = 1; // one"), "let x = 1; ");
    assert_eq!(without_comment("/// Doc."), "");
    assert_eq!(without_comment(r#"get("https://example.com") // two"#), r#"get("https://example.com") "#);
    assert_eq!(without_comment("if byte == '\"' { // three"), "if byte == '\"' { ");
}
