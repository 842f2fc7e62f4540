//! What differs between two JSON values, one line per place.

use serde_json::Value;

/// A line shows at most this much of a value.
const SHOWN_CHARS: usize = 160;

/// The places where `found` is not as `expected`; absent, `null` and empty lists and objects are the same.
pub fn differences(file: &str, expected: &Value, found: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    compare("", &pruned(expected.clone()), &pruned(found.clone()), &mut lines);
    lines.into_iter().map(|line| format!("{file} {line}")).collect()
}

/// Without members that are `null` or empty lists or objects.
pub fn pruned(value: Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members
                .into_iter()
                .map(|(name, member)| (name, pruned(member)))
                .filter(|(_, member)| !is_nothing(member))
                .collect(),
        ),
        Value::Array(elements) => Value::Array(elements.into_iter().map(pruned).collect()),
        other => other,
    }
}

pub(crate) fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(elements) => elements.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

fn compare(pointer: &str, expected: &Value, found: &Value, lines: &mut Vec<String>) {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            for (name, value) in expected {
                let at = format!("{pointer}/{name}");
                compare(&at, value, found.get(name).unwrap_or(&Value::Null), lines);
            }
            for (name, value) in found.iter().filter(|(name, _)| !expected.contains_key(*name)) {
                lines.push(format!("{pointer}/{name}: expected nothing, found {}", shown(value)));
            }
        }
        (Value::Array(expected), Value::Array(found)) => {
            for place in 0..expected.len().max(found.len()) {
                let at = format!("{pointer}/{place}");
                let (one, other) = (expected.get(place), found.get(place));
                compare(&at, one.unwrap_or(&Value::Null), other.unwrap_or(&Value::Null), lines);
            }
        }
        (expected, found) if expected == found => {}
        (expected, found) => lines.push(format!("{pointer}: expected {}, found {}", shown(expected), shown(found))),
    }
}

fn shown(value: &Value) -> String {
    if value.is_null() {
        return "nothing".to_owned();
    }
    let text = value.to_string();
    if text.chars().count() <= SHOWN_CHARS {
        return text;
    }
    text.chars().take(SHOWN_CHARS).chain("…".chars()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_place_gets_a_line() {
        let expected = json!({ "ok": { "events": [{ "city": "Oslo" }, { "city": "Bergen" }], "empty": [] } });
        let found = json!({ "ok": { "events": [{ "city": "Oslo", "place": null }], "signed_by": "K" } });
        assert_eq!(
            differences("expected.json", &expected, &found),
            [
                "expected.json /ok/events/1: expected {\"city\":\"Bergen\"}, found nothing",
                "expected.json /ok/signed_by: expected nothing, found \"K\"",
            ]
        );
    }
}
