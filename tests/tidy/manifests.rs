//! Rules about what the manifests and the documents name.

use std::path::{Component, Path, PathBuf};

use regex_lite::Regex;

use crate::source::Source;

/// Finds dependencies of the workspace that no member uses in its code.
pub fn unused_dependencies(sources: &[Source]) -> Vec<String> {
    let manifest = sources.iter().find(|source| source.path == "Cargo.toml").expect("there is a root manifest");
    dependencies(manifest)
        .into_iter()
        .filter(|(_, name)| !is_used(sources, name))
        .map(|(line, name)| format!("Cargo.toml:{line}: `{name}` is used by no member's code: drop it"))
        .collect()
}

/// The keys of `[workspace.dependencies]` with their lines.
fn dependencies(manifest: &Source) -> Vec<(usize, String)> {
    let mut is_inside = false;
    let mut found = Vec::new();
    for (number, line) in manifest.lines() {
        if line.starts_with('[') {
            is_inside = line == "[workspace.dependencies]";
        } else if is_inside
            && let Some((name, _)) = line.split_once('=')
            && !name.starts_with('#')
        {
            found.push((number, name.trim().to_owned()));
        }
    }
    found
}

/// Whether a member declares the dependency and names it in its code.
fn is_used(sources: &[Source], name: &str) -> bool {
    let declared = Regex::new(&format!(r"(?m)^{name}(\.workspace = true| = \{{ workspace = true)")).expect("a name");
    let named = Regex::new(&format!(r"\b{}\b", name.replace('-', "_"))).expect("a name");
    sources.iter().filter(|source| source.path.ends_with("/Cargo.toml")).any(|manifest| {
        let folder = manifest.path.trim_end_matches("Cargo.toml");
        declared.is_match(&manifest.text)
            && sources.iter().any(|source| {
                source.is_rust()
                    && source.path.starts_with(folder)
                    && !source.is_tidy()
                    && source.code().any(|(_, line)| named.is_match(line))
            })
    })
}

/// Finds links of documents to files that are not there.
pub fn dead_links(source: &Source, exists: impl Fn(&Path) -> bool) -> Vec<String> {
    if !source.path.ends_with(".md") {
        return Vec::new();
    }
    let link = Regex::new(r"\]\(([^)\s]+)\)").expect("it is one");
    let folder = Path::new(&source.path).parent().expect("a file is in a folder");
    let mut dead = Vec::new();
    for (number, line) in source.lines() {
        for hit in link.captures_iter(line) {
            let target = hit[1].split('#').next().unwrap_or_default().to_owned();
            let is_elsewhere = target.is_empty() || target.contains("://") || target.starts_with("mailto:");
            if !is_elsewhere && !exists(&normal(&folder.join(&target))) {
                dead.push(format!("{}:{number}: there is no {target}", source.path));
            }
        }
    }
    dead
}

/// A path without `..` and `.`.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => drop(normal.pop()),
            Component::CurDir => {}
            other => normal.push(other),
        }
    }
    normal
}

#[test]
fn a_dead_link_is_found() {
    let document = Source::planted("docs/a.md", "[b](b.md#part) [c](../c.md) [d](https://example.com/d.md)");
    let dead = dead_links(&document, |path| path == Path::new("docs/b.md"));
    assert_eq!(dead, ["docs/a.md:1: there is no ../c.md"]);
}

#[test]
fn an_unused_dependency_is_found() {
    let sources = [
        Source::planted(
            "Cargo.toml",
            "[workspace.dependencies]\nserde_json = \"1\"\nhttp-body = \"1\"\n[profile.dev]\nx = 1",
        ),
        Source::planted("host/Cargo.toml", "serde_json.workspace = true\nhttp-body.workspace = true"),
        Source::planted("host/src/lib.rs", "use serde_json::Value; // http_body"),
    ];
    assert_eq!(unused_dependencies(&sources), ["Cargo.toml:3: `http-body` is used by no member's code: drop it"]);
}
