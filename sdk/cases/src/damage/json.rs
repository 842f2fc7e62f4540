//! Damage to a body that is JSON: all of it at once, and place by place.

use serde_json::{Value, json};

use super::{Damage, GIANT_BYTES, Harm};
use crate::exchange::Answer;

/// The kind of damage whose text the host may refuse in a result.
pub const LONG_TEXT: &str = "a long text";
/// Bytes of a long text in a member: longer than the host takes in a result, and what a broken template makes.
const LONG_BYTES: usize = GIANT_BYTES / 16;

/// Every damage to a JSON body; none if it is not JSON.
pub(super) fn damaged(answer: &Answer, max_places: usize) -> Vec<Damage> {
    let Ok(json) = serde_json::from_slice::<Value>(&answer.body) else {
        return Vec::new();
    };
    let with = |kind: &'static str, what: String, body: String| {
        let answer = Answer { body: body.into_bytes(), ..answer.clone() };
        Damage { what, ..Damage::new(kind, Harm::Odd, Ok(answer)) }
    };
    let mut all = Vec::new();
    for (kind, change) in EVERYWHERE {
        all.push(with(kind, format!("{kind} everywhere"), everywhere(&json, *change).to_string()));
    }
    let text = json.to_string();
    all.push(with("duplicated keys", "every member twice".to_owned(), doubled(&json)));
    all.push(with("trailing bytes", "a second document behind it".to_owned(), format!("{text}{text}")));
    for (what, json) in placewise(&json, max_places) {
        all.push(with("a damaged member", what, json.to_string()));
    }
    if let Some((what, json)) = long_text(&json) {
        all.push(with(LONG_TEXT, what, json.to_string()));
    }
    all
}

type Change = fn(&Value) -> Value;

/// What is done to every value that holds no other.
const EVERYWHERE: &[(&str, Change)] = &[
    ("nulls", |_| Value::Null),
    ("wrong types", |value| match value {
        Value::String(_) => json!(4_711),
        Value::Number(_) => json!({ "value": true }),
        Value::Bool(_) => json!("maybe"),
        _ => json!([[]]),
    }),
    ("empty texts", |value| if value.is_string() { json!("") } else { value.clone() }),
    ("blank texts", |value| if value.is_string() { json!(" \t") } else { value.clone() }),
    (
        "control characters",
        |value| if value.is_string() { json!("\u{0}\u{7}\u{202e}\u{feff}📦") } else { value.clone() },
    ),
    ("huge numbers", |value| if value.is_number() { json!(1e300) } else { value.clone() }),
    (
        "huge numbers as text",
        |value| if value.is_string() { json!("99999999999999999999999999") } else { value.clone() },
    ),
    ("negative numbers", |value| if value.is_number() { json!(-9_223_372_036_854_775_808_i64) } else { value.clone() }),
];

fn everywhere(value: &Value, change: Change) -> Value {
    match value {
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, member)| (name.clone(), everywhere(member, change))).collect())
        }
        Value::Array(elements) => elements.iter().map(|element| everywhere(element, change)).collect(),
        leaf => change(leaf),
    }
}

/// JSON text in which every member stands twice.
fn doubled(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let pairs = members.iter().flat_map(|(name, member)| {
                let pair = format!("{}:{}", json!(name), doubled(member));
                [pair.clone(), pair]
            });
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
        }
        Value::Array(elements) => format!("[{}]", elements.iter().map(doubled).collect::<Vec<_>>().join(",")),
        leaf => leaf.to_string(),
    }
}

fn placewise(json: &Value, max_places: usize) -> Vec<(String, Value)> {
    let mut places = Vec::new();
    pointers(json, String::new(), &mut places);
    let step = places.len().div_ceil(max_places.max(1)).max(1);
    let mut all = Vec::new();
    for pointer in places.iter().step_by(step) {
        if let Some(removed) = without(json, pointer) {
            all.push((format!("{pointer} removed"), removed));
        }
        let Some(value) = json.pointer(pointer) else {
            continue;
        };
        for other in others(value) {
            let mut damaged = json.clone();
            if let Some(place) = damaged.pointer_mut(pointer) {
                *place = other.clone();
            }
            let shown: String = other.to_string().chars().take(40).collect();
            all.push((format!("{pointer} = {shown}"), damaged));
        }
    }
    all
}

/// The last text replaced by a long one; one place is enough to see whether that is survived.
fn long_text(json: &Value) -> Option<(String, Value)> {
    let mut places = Vec::new();
    pointers(json, String::new(), &mut places);
    let pointer = places.into_iter().rfind(|pointer| json.pointer(pointer).is_some_and(Value::is_string))?;
    let mut damaged = json.clone();
    *damaged.pointer_mut(&pointer)? = json!("x".repeat(LONG_BYTES));
    Some((format!("{pointer} = {LONG_BYTES} letters"), damaged))
}

/// Values of other types, and odd ones of the same.
fn others(value: &Value) -> Vec<Value> {
    let mut others =
        vec![json!(null), json!([]), json!({}), json!(""), json!("é"), json!(-1), json!(1e300), json!(true)];
    match value {
        Value::Array(elements) => others.extend(elements.first().cloned()),
        Value::Number(number) => others.push(json!(number.to_string())),
        other => others.push(json!([other])),
    }
    others
}

fn pointers(value: &Value, pointer: String, places: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                pointers(member, format!("{pointer}/{name}"), places);
            }
        }
        Value::Array(elements) => {
            for (place, element) in elements.iter().enumerate() {
                pointers(element, format!("{pointer}/{place}"), places);
            }
        }
        _ => {}
    }
    if !pointer.is_empty() {
        places.push(pointer);
    }
}

fn without(json: &Value, pointer: &str) -> Option<Value> {
    let (parent, name) = pointer.rsplit_once('/')?;
    let name = name.replace("~1", "/").replace("~0", "~");
    let mut damaged = json.clone();
    match damaged.pointer_mut(parent)? {
        Value::Object(members) => {
            members.remove(&name)?;
        }
        Value::Array(elements) => {
            elements.remove(name.parse().ok()?);
        }
        _ => return None,
    }
    Some(damaged)
}
