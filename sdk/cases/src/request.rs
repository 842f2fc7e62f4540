//! A request that a plugin made, as a case's file tells it.

use serde_json::{Map, Value, json};

use crate::diff;
use crate::keep::Keep;

/// A request that a plugin made, whichever side tells of it.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "documented field by field in wit/host.wit")]
pub struct Made<'a> {
    pub endpoint: &'a str,
    /// Upper-case.
    pub method: &'a str,
    pub path: &'a str,
    pub query: &'a [(String, String)],
    pub headers: &'a [(String, String)],
    pub body: Option<&'a [u8]>,
    pub keep: &'a [Keep],
    pub repeatable: bool,
}

impl Made<'_> {
    /// Returns it as `exchange-<n>.json` has it, without what is empty.
    pub fn to_json(&self) -> Value {
        let mut members = Map::new();
        members.insert("endpoint".to_owned(), json!(self.endpoint));
        members.insert("method".to_owned(), json!(self.method));
        members.insert("path".to_owned(), json!(self.path));
        members.insert("query".to_owned(), pairs(self.query));
        members.insert("headers".to_owned(), pairs(self.headers));
        if let Some(body) = self.body {
            let json = serde_json::from_slice::<Value>(body).ok().filter(|json| json.is_object() || json.is_array());
            members.insert("body".to_owned(), json.unwrap_or_else(|| json!(String::from_utf8_lossy(body))));
        }
        members.insert("keep".to_owned(), json!(self.keep));
        if self.repeatable && !self.only_reads() {
            members.insert("repeatable".to_owned(), json!(true));
        }
        normalized(Value::Object(members))
    }

    /// Whether it changes nothing at the courier, as HTTP has it.
    pub fn only_reads(&self) -> bool {
        matches!(self.method, "GET" | "HEAD")
    }
}

/// Header names in lower case, names in order, nothing empty, so that two requests compare.
pub(crate) fn normalized(request: Value) -> Value {
    let Value::Object(mut members) = request else {
        return request;
    };
    for name in ["query", "headers"] {
        if let Some(Value::Object(given)) = members.get(name) {
            let lower = |key: &String| {
                if name == "headers" { key.to_ascii_lowercase() } else { key.clone() }
            };
            let mut pairs: Vec<_> = given.iter().map(|(key, value)| (lower(key), value.clone())).collect();
            pairs.sort_by(|one, other| one.0.cmp(&other.0));
            members.insert(name.to_owned(), Value::Object(pairs.into_iter().collect()));
        }
    }
    members.retain(|name, value| name == "body" || !diff::is_nothing(value));
    Value::Object(members)
}

fn pairs(pairs: &[(String, String)]) -> Value {
    let mut members: Map<String, Value> = Map::new();
    for (name, value) in pairs {
        match members.get_mut(name) {
            None => {
                members.insert(name.clone(), json!(value));
            }
            Some(Value::Array(values)) => values.push(json!(value)),
            Some(first) => *first = json!([first.clone(), value]),
        }
    }
    Value::Object(members)
}
