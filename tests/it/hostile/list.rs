//! Nothing is added without a test: every behaviour's file stands in the table, and every test of the README's list exists.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::BEHAVIOURS;

fn guest() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("guests/hostile")
}

#[test]
fn every_behaviour_of_the_guest_has_a_test() {
    let files = std::fs::read_dir(guest().join("src/behaviours")).unwrap().map(|entry| entry.unwrap().path());
    let files: BTreeSet<String> =
        files.filter_map(|file| Some(file.file_stem()?.to_str()?.to_owned())).filter(|name| name != "mod").collect();
    let tested: BTreeSet<String> = BEHAVIOURS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(files, tested, "the table in tests/it/hostile/mod.rs is not the folder");
    let readme = std::fs::read_to_string(guest().join("README.md")).unwrap();
    let missing: Vec<&String> = files.iter().filter(|name| !readme.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "tests/guests/hostile/README.md does not list {missing:?}");
}

/// Each row of the list ends with a test as `file::name`: the file holds a function of that name.
#[test]
fn every_test_that_the_readme_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let readme = std::fs::read_to_string(guest().join("README.md")).unwrap();
    let named = regex_lite::Regex::new(r"`([a-z_/]+\.rs)::([a-z_0-9]+)`").unwrap();
    let mut rows = 0;
    let is_row = |line: &&str| line.starts_with("| ") && !line.starts_with("| ---") && !line.starts_with("| Behaviour");
    for line in readme.lines().filter(is_row) {
        let tests: Vec<_> = named.captures_iter(line).collect();
        assert!(!tests.is_empty(), "no test stands in the row {line}");
        for test in tests {
            let text =
                std::fs::read_to_string(root.join(&test[1])).unwrap_or_else(|error| panic!("{}: {error}", &test[1]));
            assert!(text.contains(&format!("fn {}(", &test[2])), "{} has no test {}", &test[1], &test[2]);
        }
        rows += 1;
    }
    assert!(rows >= 30, "the list has {rows} rows");
}
