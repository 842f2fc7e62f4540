//! Where two versions differ on one call.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::run::Ran;
use crate::model::replay::{ReplayChange, ReplayDifference};
use crate::plugin::CallError;

/// Places that are told of one call.
const MAX_CHANGES: usize = 10;

/// Characters of a value that are told.
const MAX_VALUE_CHARS: usize = 200;

/// Characters of a pointer that are told: keys are the courier's.
const MAX_POINTER_CHARS: usize = 300;

/// Deepest place that is looked at on its own.
const MAX_DEPTH: usize = 64;

/// What was found on one call.
pub(super) struct Found {
    kind: &'static str,
    detail: String,
    changes: Vec<ReplayChange>,
    more_changes: u32,
}

impl Found {
    /// Says on which call.
    pub(super) fn of(self, operation: &str, recorded_at: Timestamp) -> ReplayDifference {
        let Self { kind, detail, changes, more_changes } = self;
        let (operation, kind) = (operation.to_owned(), kind.to_owned());
        ReplayDifference { operation, recorded_at, kind, detail, changes, more_changes }
    }
}

/// The new version gave no answer.
pub(super) fn fault(error: &CallError) -> Found {
    let detail = error.to_string().chars().take(MAX_VALUE_CHARS).collect();
    Found { kind: error.as_str(), detail, changes: Vec::new(), more_changes: 0 }
}

/// Compares what two versions said and asked; `None`: the same.
pub(super) fn between(before: &Ran, after: &Ran) -> Option<Found> {
    let (Ok(old), Ok(new)) = (&before.said, &after.said) else { return None };
    let mut changes = Changes { told: Vec::new(), more: 0 };
    changes.compare("/result", Some(old), Some(new), 0);
    let in_result = changes.count();
    let requests = |ran: &Ran| Value::Array(ran.requests.clone());
    changes.compare("/requests", Some(&requests(before)), Some(&requests(after)), 0);
    let in_requests = changes.count() - in_result;
    let (kind, detail) = match (in_result, in_requests) {
        (0, 0) => return None,
        (0, count) => ("request", format!("its requests to the courier differ in {count} places")),
        (count, 0) => ("result", format!("its result differs in {count} places")),
        (one, other) => ("result", format!("its result differs in {one} places and its requests in {other}")),
    };
    Some(Found { kind, detail, changes: changes.told, more_changes: changes.more })
}

struct Changes {
    told: Vec<ReplayChange>,
    more: u32,
}

impl Changes {
    fn count(&self) -> usize {
        self.told.len() + self.more as usize
    }

    fn compare(&mut self, pointer: &str, old: Option<&Value>, new: Option<&Value>, depth: usize) {
        if old == new {
            return;
        }
        match (old, new) {
            (Some(Value::Object(old)), Some(Value::Object(new))) if depth < MAX_DEPTH => {
                self.compare_members(pointer, old, new, depth);
            }
            (Some(Value::Array(old)), Some(Value::Array(new))) if depth < MAX_DEPTH => {
                for place in 0..old.len().max(new.len()) {
                    self.compare(&format!("{pointer}/{place}"), old.get(place), new.get(place), depth + 1);
                }
            }
            _ if self.told.len() < MAX_CHANGES => {
                let pointer = pointer.chars().take(MAX_POINTER_CHARS).collect();
                self.told.push(ReplayChange { pointer, old: cut(old), new: cut(new) });
            }
            _ => self.more = self.more.saturating_add(1),
        }
    }

    fn compare_members(&mut self, pointer: &str, old: &Map<String, Value>, new: &Map<String, Value>, depth: usize) {
        let added = new.keys().filter(|key| !old.contains_key(*key));
        for key in old.keys().chain(added) {
            let escaped = key.replace('~', "~0").replace('/', "~1");
            self.compare(&format!("{pointer}/{escaped}"), old.get(key), new.get(key), depth + 1);
        }
    }
}

/// A value as it is told: whole if it is short.
fn cut(value: Option<&Value>) -> Value {
    match value {
        None => Value::Null,
        Some(Value::String(text)) if text.chars().count() <= MAX_VALUE_CHARS => json!(text),
        Some(Value::String(text)) => json!(shortened(text)),
        Some(value @ (Value::Object(_) | Value::Array(_))) => {
            let text = value.to_string();
            if text.chars().count() <= MAX_VALUE_CHARS { value.clone() } else { json!(shortened(&text)) }
        }
        Some(value) => value.clone(),
    }
}

fn shortened(text: &str) -> String {
    let start: String = text.chars().take(MAX_VALUE_CHARS).collect();
    format!("{start}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ran(said: Value, requests: Vec<Value>) -> Ran {
        Ran { said: Ok(said), requests, unknown: Vec::new() }
    }

    #[test]
    fn places_are_told_by_pointers_and_not_without_end() {
        let one = || ran(json!({"ok": {"a/b": 1, "list": [1, 2]}}), vec![json!({"path": "/x"})]);
        assert!(between(&one(), &one()).is_none());
        let found = between(&one(), &ran(json!({"ok": {"a/b": 2, "list": [1], "new": "x".repeat(900)}}), Vec::new()));
        let found = found.unwrap().of("tracking.track", Timestamp::UNIX_EPOCH);
        let pointers: Vec<&str> = found.changes.iter().map(|change| change.pointer.as_str()).collect();
        assert_eq!(pointers, ["/result/ok/a~1b", "/result/ok/list/1", "/result/ok/new", "/requests/0"]);
        assert_eq!((&found.changes[0].old, &found.changes[0].new), (&json!(1), &json!(2)));
        assert_eq!((found.kind.as_str(), found.changes[1].new.is_null()), ("result", true));
        assert_eq!(found.changes[2].new.as_str().unwrap().chars().count(), MAX_VALUE_CHARS + 1);
        let many = |number: i32| ran((0..50).map(|_| json!(number)).collect(), Vec::new());
        let found = between(&many(1), &many(2)).unwrap();
        assert_eq!((found.changes.len(), found.more_changes), (MAX_CHANGES, 40));
    }
}
