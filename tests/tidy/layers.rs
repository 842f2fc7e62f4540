//! Arrows between the host's modules point downwards (DESIGN, the house).

use super::rules::is_test_file;
use regex_lite::Regex;

use crate::source::Source;

/// What each layer may not name: all that is above it, and what stands beside it.
const FORBIDDEN: [(&str, &[&str]); 9] = [
    ("model", &["app", "cli", "conformance", "http", "jobs", "outbound", "plugin", "service", "store", "vault"]),
    ("vault", &["app", "cli", "conformance", "http", "jobs", "outbound", "plugin", "service", "store"]),
    ("store", &["app", "cli", "conformance", "http", "jobs", "outbound", "plugin", "service", "vault"]),
    ("outbound", &["app", "cli", "conformance", "http", "jobs", "plugin", "service", "store"]),
    ("plugin", &["app", "cli", "conformance", "http", "jobs", "service", "store", "vault"]),
    ("conformance", &["app", "cli", "http", "jobs", "service", "store", "vault"]),
    ("service", &["cli", "conformance", "http", "jobs"]),
    ("jobs", &["cli", "conformance", "http"]),
    ("http", &["cli", "conformance", "jobs"]),
];

/// Finds arrows that point upwards.
pub fn upward_arrows(source: &Source) -> Vec<String> {
    let Some(path) = source.path.strip_prefix("host/src/").filter(|path| !is_test_file(path)) else {
        return Vec::new();
    };
    let layer = path.split(['/', '.']).next().unwrap_or_default();
    let Some((_, forbidden)) = FORBIDDEN.iter().find(|(name, _)| *name == layer) else {
        return Vec::new();
    };
    let named = named_modules(source);
    let wrong = named.into_iter().filter(|(_, module)| forbidden.contains(&module.as_str()));
    wrong.map(|(line, module)| format!("{}:{line}: `{layer}` may not use `{module}`", source.path)).collect()
}

/// Returns the modules that a file names as `crate::module`, also in `use crate::{…}`, with their lines.
fn named_modules(source: &Source) -> Vec<(usize, String)> {
    let single = Regex::new(r"\bcrate::([a-z_]+)").expect("it is one");
    let mut named = Vec::new();
    for (number, line) in source.code() {
        let modules = single.captures_iter(line).map(|hit| hit[1].to_owned());
        named.extend(modules.map(|module| (number, module)));
    }
    for (start, opening) in source.text.match_indices("crate::{") {
        let rest = &source.text[start + opening.len()..];
        named.extend(group(rest).into_iter().map(|module| (source.line_of(start), module)));
    }
    named
}

/// Returns the first names of the members of a `{…}` group, given what follows its brace.
fn group(rest: &str) -> Vec<String> {
    let mut depth = 0;
    let mut members = vec![String::new()];
    for letter in rest.chars() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => members.push(String::new()),
            _ if depth == 0 => members.last_mut().expect("there is always one").push(letter),
            _ => {}
        }
    }
    members.iter().filter_map(|member| member.trim().split("::").next()).map(str::to_owned).collect()
}

#[test]
fn an_upward_arrow_is_found_in_every_spelling() {
    for text in
        ["use crate::http::Error;", "use crate::{\n    model::id,\n    http::{api, Error},\n};", "crate::http::x()"]
    {
        let wrong = upward_arrows(&Source::planted("host/src/store/x.rs", text));
        assert_eq!(wrong, ["host/src/store/x.rs:1: `store` may not use `http`"], "{text}");
    }
    let fine = "use crate::{model::{http, id}, store::Db};\n// crate::http is above";
    assert_eq!(upward_arrows(&Source::planted("host/src/store/x.rs", fine)), Vec::<String>::new());
}
