//! The `Idempotency-Key` header, and the fingerprint of what it was used for.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::HeaderName;
use axum::http::request::Parts;
use serde_json::Value;
use sha2::{Digest, Sha256};
use utoipa::IntoParams;

use super::problem::{Problem, code};
use crate::service::idempotency::Key;

/// The request header (draft-ietf-httpapi-idempotency-key-header).
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The response header of an answer that was given before.
pub const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// Longest key, in characters.
const MAX_CHARS: usize = 255;

/// SHA-256 of a body's canonical form.
pub type Fingerprint = [u8; 32];

/// A caller's name for one intent: the same key and body never act twice.
///
/// As an extractor it is required; `Option<IdempotencyKey>` takes it where it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

/// The header of a call that makes a row of ours only: `params(OptionalIdempotencyKeyParam)`.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only describes what `Option<IdempotencyKey>` reads")]
pub struct OptionalIdempotencyKeyParam {
    /// A new random value, such as a UUID, for each intent; the same one for its retries, which then get the first answer. 1 to 255
    /// visible characters.
    #[param(rename = "Idempotency-Key", min_length = 1, max_length = 255)]
    idempotency_key: Option<String>,
}

/// The header of a call that spends money or makes something at a courier, for the documentation:
/// `params(IdempotencyKeyParam)`.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only describes what `IdempotencyKey` reads")]
pub struct IdempotencyKeyParam {
    /// A new random value, such as a UUID, for each intent; the same one for its retries. 1 to 255 visible characters.
    #[param(rename = "Idempotency-Key", min_length = 1, max_length = 255)]
    idempotency_key: String,
}

impl IdempotencyKey {
    /// Makes the key of a POST: the same text means another act for another path, and another body under it is refused.
    pub fn of_post(&self, path: &'static str, fingerprint: &Fingerprint) -> Key {
        Key { key: self.0.clone(), method: "POST", path, fingerprint: hex::encode(fingerprint) }
    }

    /// Returns the key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads a header's value: a structured-field string, or the bare text that most clients send.
    fn parse(value: &str) -> Option<Self> {
        let value = value.trim();
        let text = if value.starts_with('"') {
            let item: sfv::Item = sfv::Parser::new(value).parse().ok()?;
            match item.bare_item {
                sfv::BareItem::String(text) => text.as_str().to_owned(),
                _ => return None,
            }
        } else {
            value.to_owned()
        };
        let is_visible = text.bytes().all(|byte| (0x21..=0x7e).contains(&byte));
        (is_visible && (1..=MAX_CHARS).contains(&text.len())).then_some(Self(text))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        read(parts)?.ok_or_else(|| Problem::new(code::IDEMPOTENCY_KEY_MISSING))
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Problem> {
        read(parts)
    }
}

fn read(parts: &Parts) -> Result<Option<IdempotencyKey>, Problem> {
    let invalid = || Problem::new(code::IDEMPOTENCY_KEY_INVALID);
    let mut values = parts.headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(invalid());
    }
    value.to_str().ok().and_then(IdempotencyKey::parse).map(Some).ok_or_else(invalid)
}

/// Returns the SHA-256 of the value's canonical form: members sorted by name, no blanks.
pub fn fingerprint(value: &Value) -> Fingerprint {
    let mut canonical = Vec::new();
    write_canonical(value, &mut canonical);
    Sha256::digest(&canonical).into()
}

fn write_canonical(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_unstable_by_key(|(name, _)| *name);
            out.push(b'{');
            for (index, (name, member)) in sorted.into_iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                out.extend_from_slice(Value::from(name.as_str()).to_string().as_bytes());
                out.push(b':');
                write_canonical(member, out);
            }
            out.push(b'}');
        }
        Value::Array(elements) => {
            out.push(b'[');
            for (index, element) in elements.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_canonical(element, out);
            }
            out.push(b']');
        }
        plain => out.extend_from_slice(plain.to_string().as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_forms_name_the_same_key() {
        assert_eq!(IdempotencyKey::parse("\"abc-1\"").unwrap().as_str(), "abc-1");
        assert_eq!(IdempotencyKey::parse(" abc-1 ").unwrap().as_str(), "abc-1");
        for wrong in ["", "\"\"", "a b", "\"a", "å", &"x".repeat(256)] {
            assert_eq!(IdempotencyKey::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn order_and_blanks_do_not_matter_but_values_do() {
        let one = json!({"a": {"x": 1, "y": [1, 2]}, "b": "t"});
        let same: Value = serde_json::from_str(r#"{ "b":"t", "a": {"y":[1,2], "x":1} }"#).unwrap();
        assert_eq!(fingerprint(&one), fingerprint(&same));
        assert_ne!(fingerprint(&one), fingerprint(&json!({"a": {"x": 1, "y": [2, 1]}, "b": "t"})));
    }
}
