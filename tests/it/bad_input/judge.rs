//! What a problem document must be, whatever it is about.

use std::cell::RefCell;

use crossdock_tests::{Problem, Reply};
use serde_json::Value;

use crate::desk::Desk;

/// Traces of how the host is made: none of them helps a caller, and some help an attacker.
const INTERNALS: [&str; 26] = [
    "::",
    "serde",
    "struct ",
    "panick",
    "sqlx",
    "sqlite",
    "postgres",
    "SELECT ",
    "INSERT ",
    "constraint",
    "u32",
    "u64",
    "i64",
    "f64",
    "Option<",
    "Vec<",
    "Some(",
    ".rs",
    "thread '",
    "wasm",
    "hyper",
    "reqwest",
    "tokio",
    "backtrace",
    "os error",
    "EOF",
];

/// Fewest characters of a detail that says what to do.
const SHORTEST_DETAIL: usize = 15;

/// Longest document: a problem is read by a person.
const LONGEST_BYTES: usize = 16 * 1024;

/// How one wrong request must be answered.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    pub status: u16,
    pub code: &'static str,
    pub source: &'static str,
    pub retryable: bool,
    /// Some of the places that are named as wrong.
    pub pointers: &'static [&'static str],
}

/// The caller is to blame, and must change something.
pub const fn wrong(status: u16, code: &'static str) -> Wanted {
    Wanted { status, code, source: "request", retryable: false, pointers: &[] }
}

/// The courier is to blame.
pub const fn courier(status: u16, code: &'static str, retryable: bool) -> Wanted {
    Wanted { status, code, source: "courier", retryable, pointers: &[] }
}

impl Wanted {
    /// With this place named.
    pub const fn at(self, pointers: &'static [&'static str]) -> Self {
        Self { pointers, ..self }
    }
}

thread_local! {
    /// What was found wrong so far: a run tells all of it at once, as the host tells all that is wrong in a body.
    static FOUND: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Notes what is wrong unless it is right; [`is_well`] tells it.
pub fn expect(is_right: bool, words: impl FnOnce() -> String) {
    if !is_right {
        FOUND.with_borrow_mut(|found| found.push(words()));
    }
}

/// Checks an answer against what it must be.
pub fn judge(what: &str, reply: &Reply, wanted: &Wanted) -> Problem {
    let text = || String::from_utf8_lossy(&reply.body).into_owned();
    expect(reply.status == wanted.status, || {
        format!("{what}: {} instead of {}: {}", reply.status, wanted.status, text())
    });
    let problem = clear(what, reply);
    let found = (problem.code.as_str(), problem.source.as_str(), problem.retryable);
    let wanted_words = (wanted.code, wanted.source, wanted.retryable);
    expect(found == wanted_words, || format!("{what}: {found:?} instead of {wanted_words:?}: {}", text()));
    for pointer in wanted.pointers {
        let is_named = problem.errors.iter().any(|error| error.pointer == *pointer);
        expect(is_named, || format!("{what}: {pointer} is not named: {}", text()));
    }
    problem
}

/// Checks that an answer is one whole problem document which tells a person what to do, and nothing of the host's inside.
pub fn clear(what: &str, reply: &Reply) -> Problem {
    let text = String::from_utf8_lossy(&reply.body).into_owned();
    let is_problem = reply.header("content-type") == Some("application/problem+json");
    let Some(json) = serde_json::from_slice::<Value>(&reply.body).ok().filter(|_| is_problem) else {
        expect(false, || format!("{what}: no problem document but {}: {text}", reply.status));
        return nothing(reply.status);
    };
    let problem: Problem = reply.read();
    expect(problem.status == reply.status, || format!("{what}: the document names another status: {text}"));
    expect(reply.body.len() <= LONGEST_BYTES, || format!("{what}: a document of {} bytes", reply.body.len()));
    for member in ["type", "title", "detail", "instance", "request_id"] {
        let is_there = json[member].as_str().is_some_and(|text| !text.trim().is_empty());
        expect(is_there, || format!("{what}: no {member}: {text}"));
    }
    let path = reply.request.split_once(' ').map_or("", |(_, path)| path).split(['?', '#']).next().unwrap_or_default();
    expect(json["instance"] == path, || format!("{what}: another instance: {text}"));
    expect(json["request_id"].as_str() == reply.header("x-request-id"), || {
        format!("{what}: another request_id: {text}")
    });
    let detail = problem.detail.as_deref().unwrap_or_default();
    expect(detail.len() >= SHORTEST_DETAIL, || format!("{what}: says too little: {text}"));
    for error in &problem.errors {
        let is_pointer = error.pointer.is_empty() || error.pointer.starts_with('/');
        expect(is_pointer && !error.code.is_empty() && !error.detail.is_empty(), || format!("{what}: {error:?}"));
    }
    let found: Vec<&&str> = INTERNALS.iter().filter(|trace| text.contains(**trace)).collect();
    expect(found.is_empty(), || format!("{what}: shows {found:?}: {text}"));
    problem
}

fn nothing(status: u16) -> Problem {
    let empty = String::new;
    Problem {
        status,
        code: empty(),
        source: empty(),
        retryable: false,
        detail: None,
        errors: Vec::new(),
        courier: None,
    }
}

/// Checks that nothing was found wrong, that the host still serves, and that nothing in it broke.
pub async fn is_well(desk: &Desk) {
    desk.host.anonymous().get("/livez").await.expect(200);
    desk.client.get("/v1/couriers").await.expect(200);
    let log = desk.host.log();
    let is_broken = |line: &&str| ["panicked", "ERROR", "http.status=500"].iter().any(|word| line.contains(word));
    for line in log.lines().filter(is_broken) {
        expect(false, || format!("in the host's log: {line}"));
    }
    let found = FOUND.take();
    assert!(found.is_empty(), "{} things are wrong:\n{}", found.len(), found.join("\n"));
}
