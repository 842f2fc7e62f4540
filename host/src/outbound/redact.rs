//! What of a request and its answer may be kept in the call log.

use http::HeaderMap;
use serde_json::Value;

use super::scrub::Scrubber;

/// Largest body that is recorded, in bytes; larger ones are noted by their size.
const MAX_RECORDED_BYTES: usize = 64 * 1024;
/// Most headers that are recorded.
const MAX_RECORDED_HEADERS: usize = 64;
/// Stands in the place of what is not recorded.
const REDACTED: &str = "[redacted]";

/// Headers whose values say nothing about anybody.
const SHOWN_HEADERS: &[&str] = &[
    "accept",
    "accept-language",
    "cache-control",
    "content-encoding",
    "content-language",
    "content-length",
    "content-type",
    "correlation-id",
    "date",
    "retry-after",
    "server",
    "traceparent",
    "transid",
    "user-agent",
    "x-amzn-requestid",
    "x-correlation-id",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-request-id",
    "request-id",
];

/// Parts of keys whose values are personal data.
const PERSONAL: &[&str] = &[
    "name",
    "address",
    "street",
    "road",
    "house",
    "phone",
    "mobile",
    "tel",
    "mail",
    "sms",
    "city",
    "town",
    "post",
    "zip",
    "contact",
    "person",
    "attention",
    "sign",
    "door",
    "entrance",
    "floor",
    "latitude",
    "longitude",
    "instruction",
    "remark",
    "vat",
    "social",
    "birth",
    "company",
    "line1",
    "line2",
    "line3",
    "token",
    "secret",
    "password",
];

/// Whether a key, in small letters, is one whose values are personal data.
pub fn is_personal_key(key: &str) -> bool {
    PERSONAL.iter().any(|part| key.contains(part))
}

/// Returns headers with the values that may be shown.
pub fn headers(headers: &HeaderMap, scrubber: &Scrubber) -> Vec<(String, String)> {
    let shown = headers.iter().take(MAX_RECORDED_HEADERS).map(|(name, value)| {
        let is_shown = SHOWN_HEADERS.contains(&name.as_str()) && !value.is_sensitive();
        let text = match value.to_str() {
            Ok(text) if is_shown => scrubber.text(text),
            _ => REDACTED.to_owned(),
        };
        (name.as_str().to_owned(), text)
    });
    shown.collect()
}

/// Returns a body without secrets and personal data. Only JSON says where those are; of anything else its size is kept.
pub fn body(body: &[u8], scrubber: &Scrubber) -> Vec<u8> {
    let noted = || format!("[{} bytes]", body.len()).into_bytes();
    if body.is_empty() || body.len() > MAX_RECORDED_BYTES {
        return noted();
    }
    let mut scrubbed = body.to_vec();
    scrubber.body(&mut scrubbed);
    let Ok(mut value) = serde_json::from_slice::<Value>(&scrubbed) else {
        return noted();
    };
    cut_personal(&mut value, false);
    serde_json::to_vec(&value).unwrap_or_else(|_| noted())
}

/// Replaces values under personal keys. Depth is bounded: serde_json has read the value.
fn cut_personal(value: &mut Value, is_personal: bool) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                let key = key.to_ascii_lowercase();
                cut_personal(member, is_personal_key(&key));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| cut_personal(item, is_personal)),
        Value::String(_) | Value::Number(_) if is_personal => *value = Value::String(REDACTED.to_owned()),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_persons_are_cut() {
        let scrubber = Scrubber::new(["hunter22-secret"]);
        let text = r#"{"recipient":{"firstName":"Kari","lines":["x"],"address":["Storgata 1"],"phone":123},"weight":2,"k":"hunter22-secret"}"#;
        let expected = r#"{"recipient":{"firstName":"[redacted]","lines":["x"],"address":["[redacted]"],"phone":"[redacted]"},"weight":2,"k":"***************"}"#;
        assert_eq!(String::from_utf8(body(text.as_bytes(), &scrubber)).unwrap(), expected);
        assert_eq!(body(b"<name>Kari</name>", &scrubber), b"[17 bytes]");
        let map = HeaderMap::from_iter([
            (http::header::CONTENT_TYPE, "application/json".parse().unwrap()),
            (http::header::SET_COOKIE, "a=b".parse().unwrap()),
        ]);
        let shown = headers(&map, &scrubber);
        assert!(shown.contains(&("content-type".to_owned(), "application/json".to_owned())));
        assert!(shown.contains(&("set-cookie".to_owned(), REDACTED.to_owned())));
    }
}
