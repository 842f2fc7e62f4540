//! Takes out of answers what is another in every run.

use regex_lite::Regex;
use serde_json::{Map, Value, json};

/// Members whose values depend on the day or on how long something took.
const MEMBERS: [&str; 11] = [
    "duration_ms",
    "size_bytes",
    "request_bytes",
    "response_bytes",
    "transit_days",
    "estimated_delivery",
    "delivery",
    "confirmation_number",
    "plugin_version",
    // As the courier measures it, which differs from number to number.
    "weight_grams",
    // Written behind the answer, at most once a minute.
    "last_used_at",
];

/// What is another in every run, and what stands for it.
const PATTERNS: [(&str, &str); 7] = [
    (r"\b([a-z]{3,4})_[0-9A-HJKMNP-TV-Z]{26}\b", "[$1]"),
    (r"\b[0-9A-HJKMNP-TV-Z]{26}\b", "[reference]"),
    (r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?)?", "[time]"),
    (r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT", "[time]"),
    (r"http://127\.0\.0\.1:\d+", "[sandbox]"),
    (r"\b1Z[0-9A-Z]{16}\b", "[number]"),
    (r"\b\d{18,20}\b", "[number]"),
];

/// Replaces values.
pub fn values(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            // Where null is possible, whether there is a value depends on the day too.
            let member = |(name, value): (String, Value)| match MEMBERS.contains(&name.as_str()) {
                true => (name.clone(), json!(format!("[{name}]"))),
                false => (name, values(value)),
            };
            Value::Object(members.into_iter().map(member).collect())
        }
        Value::Array(elements) => elements.into_iter().map(values).collect(),
        Value::String(text) => json!(plain(text)),
        other => other,
    }
}

fn plain(text: String) -> String {
    PATTERNS.iter().fold(text, |text, (pattern, name)| {
        Regex::new(pattern).expect("patterns are regular expressions").replace_all(&text, *name).into_owned()
    })
}

/// Leaves only which members there are, and of which type.
pub fn shape(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let shaped: Map<String, Value> = members.into_iter().map(|(name, value)| (name, shape(value))).collect();
            Value::Object(shaped)
        }
        Value::Array(elements) => elements.into_iter().take(1).map(shape).collect(),
        Value::String(_) => json!("text"),
        Value::Number(_) => json!(0),
        other => other,
    }
}
