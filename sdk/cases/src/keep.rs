//! Values that the host cuts out of an answer before a plugin sees it, in a recorded one.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A value to be kept, as a request names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keep {
    /// JSON Pointer; `*` stands for every element of an array.
    pub pointer: String,
    /// How it is written.
    pub encoding: KeepEncoding,
}

/// How a kept value is written in the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "documented case by case in wit/host.wit")]
pub enum KeepEncoding {
    Base64,
    Hex,
    Text,
    ByteArray,
    Body,
}

/// Counts what was kept in a call.
#[derive(Debug, Default)]
pub(crate) struct Kept(pub(crate) u32);

impl Kept {
    /// Cuts what is asked for out of a body of status 2xx.
    pub(crate) fn cut(&mut self, keeps: &[Keep], status: u16, body: Vec<u8>) -> Vec<u8> {
        if !(200..300).contains(&status) || keeps.is_empty() {
            return body;
        }
        if keeps.iter().any(|keep| keep.encoding == KeepEncoding::Body) {
            return self.next().into_bytes();
        }
        let Ok(mut json) = serde_json::from_slice::<Value>(&body) else {
            return body;
        };
        let before = self.0;
        for keep in keeps {
            let steps: Vec<_> = keep.pointer.split('/').skip(1).map(unescape).collect();
            self.keep_at(&mut json, &steps, keep.encoding);
        }
        // Byte for byte as the courier wrote it, unless something was cut.
        if self.0 == before { body } else { json.to_string().into_bytes() }
    }

    fn keep_at(&mut self, value: &mut Value, steps: &[String], encoding: KeepEncoding) {
        let Some((step, rest)) = steps.split_first() else {
            if fits(value, encoding) {
                *value = json!(self.next());
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

    fn next(&mut self) -> String {
        let number = self.0;
        self.0 += 1;
        format!("kept:{number}")
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

fn unescape(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}
