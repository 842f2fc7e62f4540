//! Whether a version of the contract only grew: whatever was built against an earlier form of it must go on being served.
//!
//! What may come: functions of imported interfaces, types, interfaces, capabilities. What must stay as it is: every type, every
//! function, and exported interfaces as a whole.

use std::collections::{BTreeMap, BTreeSet};

use wit_component::WitPrinter;
use wit_parser::{Resolve, SourceMap};

/// The files of a version, by name.
pub type Files<'a> = &'a [(String, String)];

/// What an interface holds: each type and function by its first line, with all of its lines.
type Items = BTreeMap<String, Vec<String>>;

/// Returns what the new form has otherwise than the old one, and must not.
pub fn breaks(old: Files<'_>, new: Files<'_>, imported: &[&str]) -> Vec<String> {
    let (old, new) = (interfaces(old), interfaces(new));
    let mut found = Vec::new();
    for (name, items) in &old {
        let Some(now) = new.get(name) else {
            found.push(format!("the interface {name} is gone"));
            continue;
        };
        for (first, lines) in items {
            match now.get(first) {
                None => found.push(format!("{name} has no `{first}` any more")),
                Some(others) if !holds(lines, others) => found.push(format!("`{first}` of {name} was changed")),
                Some(_) => {}
            }
        }
        let functions = now.keys().filter(|first| first.contains(": func(") && !items.contains_key(*first));
        if !imported.contains(&name.as_str()) {
            found.extend(functions.map(|first| format!("{name} is exported and got `{first}`")));
        }
    }
    found
}

/// Whether an item holds all that it held: a resource may get functions, anything else stays as it is.
fn holds(old: &[String], new: &[String]) -> bool {
    let is_resource = old.first().is_some_and(|first| first.starts_with("resource "));
    let new_lines: BTreeSet<&String> = new.iter().collect();
    old == new || is_resource && old.iter().all(|line| new_lines.contains(line))
}

/// Reads the interfaces as they are printed without their comments: what is named by `use` stands there by itself.
fn interfaces(files: Files<'_>) -> BTreeMap<String, Items> {
    let mut sources = SourceMap::new();
    for (name, text) in files {
        sources.push_str(name, text.clone());
    }
    let group = sources.parse().map_err(|(_, error)| error.to_string()).expect("the version is WIT");
    let mut resolve = Resolve::default();
    let package = resolve.push_group(group).expect("the version is sound");
    let mut printer = WitPrinter::default();
    printer.emit_docs(false);
    printer.print(&resolve, package, &[]).expect("what was read can be printed");
    let text = printer.output.to_string();
    let mut found: BTreeMap<String, Items> = BTreeMap::new();
    let (mut interface, mut item) = (None::<String>, String::new());
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let indent = line.len() - line.trim_start().len();
        let (line, is_end) = (line.trim().to_owned(), line.trim() == "}");
        if indent == 0 {
            interface = line.strip_prefix("interface ").map(|name| name.trim_end_matches(" {").to_owned());
            continue;
        }
        let Some(items) = interface.as_ref().map(|name| found.entry(name.clone()).or_default()) else { continue };
        if indent == 2 && !is_end {
            item = line.clone();
        }
        if !item.starts_with("use ") {
            items.entry(item.clone()).or_default().push(line);
        }
    }
    found
}
