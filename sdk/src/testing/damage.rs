//! Answers that no documentation promised: generated from recorded ones.

use serde_json::{Value, json};

use super::case::Answer;
use crate::types::Failure;

/// Places of a body that are damaged, at most: more say nothing new and take long.
const MAX_PLACES: usize = 400;
const STATUSES: &[u16] = &[200, 204, 302, 400, 401, 403, 404, 409, 418, 422, 429, 500, 503];

/// Every damage to one answer, with words for it.
pub(crate) fn damaged(answer: &Result<Answer, Failure>) -> Vec<(String, Result<Answer, Failure>)> {
    let failure = || Err(Failure::unavailable("no-answer", "the connection broke"));
    let Ok(answer) = answer else {
        return vec![("a broken connection".to_owned(), failure())];
    };
    let with_body = |body: Vec<u8>| Ok(Answer { body, ..answer.clone() });
    let mut damaged = vec![("a broken connection".to_owned(), failure())];
    for status in STATUSES {
        damaged.push((format!("status {status}"), Ok(Answer { status: *status, ..answer.clone() })));
        let html = b"<html>\xff</html>".to_vec();
        damaged.push((
            format!("status {status} and HTML"),
            Ok(Answer { status: *status, headers: Vec::new(), body: html }),
        ));
    }
    for body in ["", " ", "null", "[]", "{}", "\"\"", "0", "<a/>"] {
        damaged.push((format!("the body {body:?}"), with_body(body.as_bytes().to_vec())));
    }
    for part in 1..8 {
        let length = answer.body.len() * part / 8;
        damaged.push((format!("the first {length} bytes"), with_body(answer.body[..length].to_vec())));
    }
    if let Ok(json) = serde_json::from_slice::<Value>(&answer.body) {
        for (what, json) in damaged_json(&json) {
            damaged.push((what, with_body(json.to_string().into_bytes())));
        }
    }
    damaged
}

fn damaged_json(json: &Value) -> Vec<(String, Value)> {
    let mut places = Vec::new();
    pointers(json, String::new(), &mut places);
    let step = places.len().div_ceil(MAX_PLACES).max(1);
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
            all.push((format!("{pointer} = {other}"), damaged));
        }
    }
    all
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
