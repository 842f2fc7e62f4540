//! Scrubbing and the check of paths as functions of bytes alone: `fuzz/` gives them anything, the tests seeded damage. Each panics
//! if what came through breaks a promise; none may panic otherwise.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crossdock_contract::Description;
use serde_json::json;
use url::Url;

use super::request::{is_routed, join};
use super::scrub::{MIN_ANYWHERE_BYTES, Scrubber};
use super::{keep, request};
use crate::model::credential::{AccountView, Environment};
use crate::model::exchange::{CourierRequest, Keep, KeepEncoding, Method};

/// The base URL that every path must stay below.
const BASE: &str = "https://api.example.com/base";

/// A courier with one endpoint and one secret in a header.
static DESCRIPTION: LazyLock<Description> = LazyLock::new(|| {
    let description = json!({
        "schema": 1, "id": "demo", "display_name": "Demo", "version": "1.0.0", "contract": "0.1.0",
        "accounts": [{"id": "main", "label": "", "capabilities": [], "test": "none", "fields": []}],
        "endpoints": [{
            "name": "api", "production": BASE, "schemes": {},
            "routes": [{"methods": ["GET"], "path_prefix": "/v1"}],
        }],
    });
    serde_json::from_value(description).expect("it is a description")
});

/// A secret (what stands before the first line break) and a text around it: the secret is gone from the scrubbed text in each of the
/// spellings that the design names, and nothing else has moved.
pub fn scrub(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (secret, around) = text.split_once('\n').unwrap_or((&text, ""));
    let scrubber = Scrubber::new([secret]);
    let mut body = around.as_bytes().to_vec();
    scrubber.body(&mut body);
    assert_eq!(body.len(), around.len(), "filler has the length of what it replaces");
    // With filler in it, it could be put together by what replaces another.
    if secret.len() < MIN_ANYWHERE_BYTES || secret.contains(['*', '9']) {
        return;
    }
    let json = serde_json::Value::from(secret).to_string();
    let percent: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    for spelling in [secret, &json[1..json.len() - 1], &percent, &STANDARD.encode(secret)] {
        let body = format!("{around}{spelling}{around}");
        assert!(!scrubber.text(&body).contains(spelling), "{spelling:?} is left of {secret:?}");
    }
}

/// A request's path: what is let through leads below the base URL and on a declared route, however it is read. Returns whether it was.
pub fn path(bytes: &[u8]) -> bool {
    let path = String::from_utf8_lossy(bytes).into_owned();
    let request = CourierRequest {
        endpoint: "api".to_owned(),
        method: Method::Get,
        path,
        query: Vec::new(),
        headers: Vec::new(),
        body: None,
        keep: Vec::new(),
        repeatable: false,
        timeout_ms: None,
    };
    let account = AccountView {
        kind: "main".to_owned(),
        environment: Environment::Production,
        fields: Default::default(),
        endpoints: Default::default(),
    };
    let Ok(checked) = request::check(&DESCRIPTION, &account, &request) else { return false };
    let Ok(url) = join(&checked.base, &request.path) else { return false };
    let base = Url::parse(BASE).expect("it is a URL");
    assert_eq!(url.origin(), base.origin(), "{url}");
    assert!(url.path() == "/base/v1" || url.path().starts_with("/base/v1/"), "{url}");
    assert!(is_routed(checked.endpoint, "GET", &request.path), "{url}");
    let decoded = percent_encoding::percent_decode_str(url.path()).decode_utf8_lossy();
    assert!(!decoded.contains("..") && !decoded.contains('\\') && !decoded.contains("//"), "{url}");
    true
}

/// An answer from which a label is to be kept: nothing is lost, whatever it looks like.
pub fn cut(bytes: &[u8]) {
    let mut body = bytes.to_vec();
    let keeps = [("/a", KeepEncoding::Base64), ("/list/*/b", KeepEncoding::Text), ("", KeepEncoding::Hex)];
    let keeps = keeps.map(|(pointer, encoding)| Keep { pointer: pointer.to_owned(), encoding });
    let mut kept = keep::Kept::default();
    if kept.cut(&mut body, &keeps).is_some_and(|range| range.is_empty()) {
        assert_eq!(body, bytes, "nothing was kept, and yet the answer is another");
    }
}
