//! The rules about single files: each returns what is wrong, as `file:line: what`.

use regex_lite::Regex;

use crate::source::Source;

/// Most lines of code in a file (STYLE: about 150; past this there is a seam).
const MAX_CODE_LINES: usize = 400;

/// A word that belongs to some places of a folder.
pub struct Place {
    /// The word, as a regular expression.
    pub word: &'static str,
    /// Where the rule holds.
    pub within: &'static str,
    /// The paths below it that may use the word.
    pub allowed: &'static [&'static str],
    /// Why, and what to do instead.
    pub reason: &'static str,
}

/// What each mechanism keeps to itself (DESIGN, invariant 2).
pub const PLACES: [Place; 9] = [
    Place {
        word: r"\bsqlx\b",
        within: "host/src/",
        allowed: &["store/"],
        reason: "SQL only in `store`: give it a function there",
    },
    Place {
        word: r"\bStatusCode\b",
        within: "host/src/",
        allowed: &["http/", "http.rs"],
        reason: "HTTP status only in `http`; `outbound` hands a courier's status on as u16",
    },
    Place {
        word: r"\bwasmtime(_wasi)?\b",
        within: "host/src/",
        allowed: &["plugin/"],
        reason: "the engine only in `plugin`",
    },
    Place {
        word: r"\breqwest\b",
        within: "host/src/",
        allowed: &["outbound/"],
        reason: "requests leave through `outbound` only",
    },
    Place {
        word: r"\b(expose_secret|ExposeSecret)\b",
        within: "host/src/",
        // In `outbound`: `values` writes on the wire, `scrub` cuts the same values out of answers. `cli/key` shows a new API key
        // once, `store/db` hands the database's password to its driver, `app/testing` is this crate's tests'.
        allowed: &["vault/", "outbound/values.rs", "outbound/scrub.rs", "cli/key.rs", "store/db.rs", "app/testing.rs"],
        reason: "plain secrets only in `vault` and where `outbound` writes them on the wire",
    },
    Place {
        word: r"\b(Timestamp|Zoned|SystemTime)::now\b",
        within: "host/src/",
        allowed: &["model/clock.rs"],
        reason: "time is an argument: take a `Clock`",
    },
    Place {
        word: r"\benv::(var|vars|var_os)\b",
        within: "host/src/",
        // What only tests set, on processes of their own.
        allowed: &["cli/", "service/faults.rs", "store/testing/"],
        reason: "configuration is read once, in `cli`",
    },
    Place {
        word: r"\banyhow\b",
        within: "host/src/",
        allowed: &["cli/", "main.rs", "app/"],
        reason: "a mechanism has its own small error type; `anyhow` is for the edge where people read it",
    },
    Place {
        word: r"\bsleep(_until)?\(",
        within: "tests/",
        allowed: &[],
        reason: "a test waits for what happens, with a deadline (harness::wait), not for time to pass",
    },
];

/// Finds words outside the places that they belong to.
pub fn misplaced(source: &Source, place: &Place) -> Vec<String> {
    let Some(path) = source.path.strip_prefix(place.within) else {
        return Vec::new();
    };
    if !source.is_rust()
        || source.is_tidy()
        || is_test_file(path)
        || place.allowed.iter().any(|allowed| path.starts_with(allowed))
    {
        return Vec::new();
    }
    let word = Regex::new(place.word).expect("the rule's word is a regular expression");
    let hits = source.code().filter(|(_, line)| word.is_match(line));
    hits.map(|(number, line)| format!("{}:{number}: {} (`{}`)", source.path, place.reason, line.trim())).collect()
}

/// Whether a file of a program holds nothing but tests: those may look behind every door.
pub fn is_test_file(path: &str) -> bool {
    path.contains("/tests/") || path.rsplit('/').next().is_some_and(|name| name.starts_with("tests"))
}

/// Finds couriers' names in the host. In comments only the written name counts: "bring" is a verb, too.
pub fn courier_names(source: &Source, names: &[String]) -> Vec<String> {
    if !source.path.starts_with("host/") {
        return Vec::new();
    }
    let any = names.join("|");
    let in_code = Regex::new(&format!(r"(?i)(^|[^a-z])({any})([^a-z]|$)")).expect("names are words");
    let in_words = Regex::new(&format!(r"(?i)\b({any})\b")).expect("names are words");
    let is_name = |line: &str| in_words.find_iter(line).any(|hit| hit.as_str().starts_with(char::is_uppercase));
    let code: std::collections::BTreeMap<usize, &str> = source.code().collect();
    source
        .lines()
        .filter(|(number, line)| is_name(line) || code.get(number).is_some_and(|code| in_code.is_match(code)))
        .map(|(number, line)| {
            format!("{}:{number}: the host knows no courier by name (`{}`)", source.path, line.trim())
        })
        .collect()
}

/// Finds what must be in no Rust file: skipped tests, unfinished code, attributes without a reason.
pub fn unfinished(source: &Source) -> Vec<String> {
    if !source.is_rust() || source.is_tidy() {
        return Vec::new();
    }
    let mut wrong = Vec::new();
    let banned = [
        (r"#\[ignore", "a test runs or goes"),
        (r"\b(todo|unimplemented)!", "finish it, or leave it out"),
        (r"\bdbg!", "log it, or leave it out"),
    ];
    for (word, reason) in banned {
        let word = Regex::new(word).expect("the rule's word is a regular expression");
        for (number, line) in source.code().filter(|(_, line)| word.is_match(line)) {
            wrong.push(format!("{}:{number}: {reason} (`{}`)", source.path, line.trim()));
        }
    }
    let attribute = Regex::new(r"#!?\[(cfg_attr\([^\]]*?)?(expect|allow)\(([^\]]*)\]").expect("it is one");
    for hit in attribute.find_iter(&source.text).filter(|hit| !hit.as_str().contains("reason")) {
        let line = source.line_of(hit.start());
        wrong.push(format!("{}:{line}: add `reason = \"…\"` (`{}`)", source.path, hit.as_str()));
    }
    wrong
}

/// Finds sleeps in the tests that stand in a source file.
pub fn sleeping_unit_tests(source: &Source) -> Vec<String> {
    let Some(start) = source.text.find("#[cfg(test)]\nmod ") else {
        return Vec::new();
    };
    let first = source.line_of(start);
    let hits = source.code().filter(|(number, line)| *number > first && line.contains("sleep("));
    let hits = hits.filter(|_| source.is_rust() && !source.is_tidy());
    hits.map(|(number, _)| format!("{}:{number}: a test waits for what happens, not for time", source.path)).collect()
}

/// Finds files with more code than one reads in a sitting.
pub fn too_long(source: &Source) -> Vec<String> {
    let lines = source.code().count();
    if !source.is_rust() || lines <= MAX_CODE_LINES {
        return Vec::new();
    }
    vec![format!("{}:1: {lines} lines of code, more than {MAX_CODE_LINES}: look for the seam", source.path)]
}

/// Finds paths that exist on one person's machine only.
pub fn machine_paths(source: &Source) -> Vec<String> {
    if source.is_tidy() || source.path == "Cargo.lock" {
        return Vec::new();
    }
    let path = Regex::new(r#"(^|[\s"'=(`])/(home|root|Users|work)/[A-Za-z.]"#).expect("it is one");
    let hits = source.lines().filter(|(_, line)| path.is_match(line));
    hits.map(|(number, line)| format!("{}:{number}: a path of one machine (`{}`)", source.path, line.trim())).collect()
}
