//! The host of a test: answers from the case's exchanges and compares what the plugin asks.

use std::cell::{Cell, RefCell};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};

use super::case::{Case, Exchange};
use super::diff;
use crate::bindings::host::crossdock::courier::http::{Request, Response};
use crate::host::native::NativeHost;
use crate::types::{Algorithm, Failure, Keep, KeepEncoding, LogLevel};

pub(crate) struct Recorded {
    exchanges: Vec<Exchange>,
    verifies: bool,
    /// Whether answers are damaged: then other requests than the recorded ones are right.
    damaged: bool,
    made: RefCell<Vec<Value>>,
    problems: RefCell<Vec<String>>,
    kept: Cell<u32>,
}

impl Recorded {
    pub(crate) fn new(case: &Case, damaged: bool) -> Self {
        Self {
            exchanges: case.exchanges.clone(),
            verifies: case.call.verifies,
            damaged,
            made: RefCell::default(),
            problems: RefCell::default(),
            kept: Cell::new(0),
        }
    }

    /// The requests that the plugin made, as a case's files tell them.
    pub(crate) fn made(&self) -> Vec<Value> {
        self.made.borrow().clone()
    }

    pub(crate) fn problems(&self) -> Vec<String> {
        self.problems.borrow().clone()
    }

    pub(crate) fn finish(&self) {
        let made = self.made.borrow().len();
        for place in made..self.exchanges.len() {
            self.problem(format!("exchange-{}.json: the plugin did not make this request", place + 1));
        }
    }

    fn problem(&self, problem: String) {
        self.problems.borrow_mut().push(problem);
    }

    fn apply_keep(&self, keeps: &[Keep], status: u16, body: Vec<u8>) -> Vec<u8> {
        if !(200..300).contains(&status) || keeps.is_empty() {
            return body;
        }
        if keeps.iter().any(|keep| keep.encoding == KeepEncoding::Body) {
            return self.next_kept().into_bytes();
        }
        let Ok(mut json) = serde_json::from_slice::<Value>(&body) else {
            return body;
        };
        for keep in keeps {
            let steps: Vec<_> = keep.pointer.split('/').skip(1).map(unescape).collect();
            self.keep_at(&mut json, &steps, keep.encoding);
        }
        json.to_string().into_bytes()
    }

    fn keep_at(&self, value: &mut Value, steps: &[String], encoding: KeepEncoding) {
        let Some((step, rest)) = steps.split_first() else {
            if fits(value, encoding) {
                *value = json!(self.next_kept());
            }
            return;
        };
        match value {
            Value::Array(elements) if step == "*" => {
                for element in elements {
                    self.keep_at(element, rest, encoding);
                }
            }
            Value::Array(elements) => {
                if let Some(element) = step.parse().ok().and_then(|place: usize| elements.get_mut(place)) {
                    self.keep_at(element, rest, encoding);
                }
            }
            Value::Object(members) => {
                if let Some(member) = members.get_mut(step) {
                    self.keep_at(member, rest, encoding);
                }
            }
            _ => {}
        }
    }

    fn next_kept(&self) -> String {
        let number = self.kept.get();
        self.kept.set(number + 1);
        format!("kept:{number}")
    }
}

impl NativeHost for Recorded {
    fn send(&self, request: Request) -> Result<Response, Failure> {
        let place = self.made.borrow().len();
        let made = describe(&request);
        self.made.borrow_mut().push(made.clone());
        let file = format!("exchange-{}.json", place + 1);
        let Some(exchange) = self.exchanges.get(place) else {
            self.problem(format!("{file} is missing; the plugin asked {made}"));
            return Err(Failure::unavailable("not-recorded", "no such exchange is recorded"));
        };
        if !self.damaged {
            for difference in diff::differences(&file, &normalized(exchange.request.clone()), &made) {
                self.problem(difference);
            }
        }
        let answer = exchange.answer.clone()?;
        let body = self.apply_keep(&request.keep, answer.status, answer.body);
        Ok(Response { status: answer.status, headers: answer.headers, body })
    }

    fn log(&self, _: LogLevel, _: &str, _: &[(String, String)]) {}

    fn verify(&self, _: Algorithm, _: &str, _: &[u8], _: &[u8]) -> bool {
        self.verifies
    }
}

/// Whether the host would decode it.
fn fits(value: &Value, encoding: KeepEncoding) -> bool {
    match (value, encoding) {
        (Value::String(text), KeepEncoding::Base64) => {
            let text: String = text.split_whitespace().collect();
            BASE64_STANDARD.decode(text).is_ok_and(|bytes| !bytes.is_empty())
        }
        (Value::String(text), KeepEncoding::Hex) => text.bytes().all(|digit| digit.is_ascii_hexdigit()),
        (Value::String(_), KeepEncoding::Text) => true,
        (Value::Array(bytes), KeepEncoding::ByteArray) => {
            bytes.iter().all(|byte| byte.as_u64().is_some_and(|byte| byte < 256))
        }
        _ => false,
    }
}

/// A request as a case's file tells it, without what is empty.
fn describe(request: &Request) -> Value {
    let mut members = Map::new();
    members.insert("endpoint".to_owned(), json!(request.endpoint));
    members.insert("method".to_owned(), json!(request.method).as_str().unwrap_or_default().to_ascii_uppercase().into());
    members.insert("path".to_owned(), json!(request.path));
    members.insert("query".to_owned(), pairs(&request.query));
    members.insert("headers".to_owned(), pairs(&request.headers));
    if let Some(body) = &request.body {
        let json = serde_json::from_slice::<Value>(body).ok().filter(|json| json.is_object() || json.is_array());
        let body = json.unwrap_or_else(|| json!(String::from_utf8_lossy(body)));
        members.insert("body".to_owned(), body);
    }
    members.insert("keep".to_owned(), json!(request.keep));
    if request.repeatable && !matches!(members["method"].as_str(), Some("GET" | "HEAD")) {
        members.insert("repeatable".to_owned(), json!(true));
    }
    normalized(Value::Object(members))
}

/// Header names in lower case, names in order, nothing empty, so that two requests compare.
fn normalized(request: Value) -> Value {
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

fn unescape(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}
