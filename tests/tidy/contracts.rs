//! Released versions of the contract, and components that were built against one, never change.
//!
//! `wit/frozen/<version>/` holds a released version's files, `tests/contracts/<version>/` those of versions made up for tests, and
//! `tests/kept/<name>/` components. Each folder has a list of its files with their digests (`sha256sum * > SHA256SUMS`), so that an
//! edit shows up as two.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crossdock_contract::VERSION;
use crossdock_contract::version::is_same_line;
use sha2::{Digest, Sha256};

/// The list of a folder's files.
const SUMS: &str = "SHA256SUMS";

/// Where versions of the contract stand, and where components do.
const CONTRACTS: [&str; 2] = ["wit/frozen", "tests/contracts"];
const KEPT: &str = "tests/kept";

/// Where the host says how it serves them.
const MODULES: &str = "host/src/plugin/frozen";

/// A folder's files by name, without the list.
type Files = BTreeMap<String, Vec<u8>>;

/// Finds files that are not what the list beside them says.
fn changes(files: &Files, sums: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut listed = BTreeMap::new();
    for line in sums.lines() {
        match line.split_once("  ") {
            Some((digest, name)) => _ = listed.insert(name, digest),
            None => wrong.push(format!("{SUMS} has a line that is no digest and name: {line}")),
        }
    }
    for (name, bytes) in files {
        match listed.remove(name.as_str()) {
            Some(digest) if digest == hex::encode(Sha256::digest(bytes)) => {}
            Some(_) => wrong.push(format!("{name} was changed: what is released or kept never is")),
            None => wrong.push(format!("{name} does not stand in {SUMS}")),
        }
    }
    wrong.extend(listed.keys().map(|name| format!("{name} is gone")));
    wrong
}

/// Finds files of a version that say that they are of another.
fn strays(version: &str, files: &Files) -> Vec<String> {
    let package = format!("package crossdock:courier@{version};\n");
    let is_stray =
        |(name, bytes): &(&String, &Vec<u8>)| name.ends_with(".wit") && !bytes.starts_with(package.as_bytes());
    files.iter().filter(is_stray).map(|(name, _)| format!("{name} is not of version {version}")).collect()
}

/// The folders in a folder, with their names; none where there is no such folder.
fn folders(folder: &Path) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.expect("the repository can be read"));
    let folders = entries.filter(|entry| entry.path().is_dir());
    folders.map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path())).collect()
}

fn read(folder: &Path) -> (Files, String) {
    let mut files = Files::new();
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the folder can be read").path();
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        files.insert(name, fs::read(&path).expect("the file can be read"));
    }
    let sums = files.remove(SUMS).unwrap_or_default();
    (files, String::from_utf8_lossy(&sums).into_owned())
}

/// Finds everything that is wrong with released versions and kept components, and counts their folders.
pub fn check(root: &Path) -> (usize, Vec<String>) {
    let mut wrong = Vec::new();
    let mut count = 0;
    let modules: String = fs::read_dir(root.join(MODULES))
        .expect("the host serves frozen versions")
        .map(|entry| fs::read_to_string(entry.expect("the folder can be read").path()).expect("a module is text"))
        .collect();
    for place in CONTRACTS.into_iter().chain([KEPT]) {
        let folders = folders(&root.join(place));
        count += folders.len();
        for (name, folder) in &folders {
            let (files, sums) = read(folder);
            let mut found = changes(&files, &sums);
            if place != KEPT {
                found.extend(strays(name, &files));
                let forms = folders.iter().filter(|(other, _)| is_same_line(other, name));
                let is_served =
                    forms.map(|(other, _)| format!("{place}/{other}\"")).any(|path| modules.contains(&path));
                if !is_served && !is_same_line(name, VERSION) {
                    found.push(format!("no module in {MODULES} says how the host serves it"));
                }
            }
            wrong.extend(found.into_iter().map(|what| format!("{place}/{name}: {what}")));
        }
    }
    (count, wrong)
}

#[test]
fn an_edited_version_is_found() {
    let text = |text: &str| format!("package crossdock:courier@0.0.1;\n{text}").into_bytes();
    let sound = Files::from([("types.wit".to_owned(), text("a")), ("host.wit".to_owned(), text("b"))]);
    let line = |(name, bytes): (&String, &Vec<u8>)| format!("{}  {name}\n", hex::encode(Sha256::digest(bytes)));
    let sums: String = sound.iter().map(line).collect();
    assert_eq!(changes(&sound, &sums), Vec::<String>::new());
    assert_eq!(strays("0.0.1", &sound), Vec::<String>::new());
    assert_eq!(strays("0.0.2", &sound).len(), 2);

    let mut edited = sound.clone();
    edited.insert("types.wit".to_owned(), text("a "));
    assert_eq!(changes(&edited, &sums), ["types.wit was changed: what is released or kept never is"]);
    let mut gone = sound.clone();
    gone.remove("types.wit");
    assert_eq!(changes(&gone, &sums), ["types.wit is gone"]);
    let mut more = sound.clone();
    more.insert("more.wit".to_owned(), text("c"));
    assert_eq!(changes(&more, &sums), ["more.wit does not stand in SHA256SUMS"]);
    assert_eq!(changes(&sound, "").len(), 2, "a folder without a list");
}
