//! Writes credentials on the wire: the one place where a secret leaves `vault`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crossdock_contract::description::{Escape, Placement, Value};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::{Url, form_urlencoded};
use zeroize::{Zeroize, Zeroizing};

use super::json_place::json_place;
use super::request::{join, refuse};
use super::values::{Found, Values, incomplete};
use crate::model::failure::Failure;

/// Everything but RFC 3986's unreserved characters is encoded in a path segment.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A request that is being written. What may hold secrets is zeroed when it is dropped.
pub struct Draft {
    /// Below the base URL, with `{name}` for segments that are placed.
    pub path: Zeroizing<String>,
    /// Not encoded.
    pub query: Vec<(String, Zeroizing<String>)>,
    /// With credentials marked as sensitive.
    pub headers: HeaderMap,
    /// The body.
    pub body: Option<Zeroizing<Vec<u8>>>,
}

/// The secrets that were written, as they were composed; the scrubber looks for each in every spelling.
pub type Written = Vec<Zeroizing<String>>;

impl Draft {
    /// Makes the URL of the finished draft.
    pub fn url(&self, base: &Url) -> Result<Url, Failure> {
        let mut url = join(base, &self.path)?;
        if !self.query.is_empty() {
            let mut pairs = url.query_pairs_mut();
            for (name, value) in &self.query {
                pairs.append_pair(name, value);
            }
        }
        Ok(url)
    }
}

/// Applies every placement and returns the secrets that it wrote.
///
/// # Errors
///
/// `auth` where the credential lacks what is needed or holds what cannot be written there; `invalid-input` where the
/// plugin's body is not what the scheme writes into.
pub fn apply(draft: &mut Draft, placements: &[&Placement], values: &Values<'_>) -> Result<Written, Failure> {
    let mut written = Written::new();
    for placement in placements {
        match placement {
            Placement::Basic { user, password } => basic(draft, user, password, values, &mut written)?,
            Placement::Header { value, .. }
            | Placement::Query { value, .. }
            | Placement::Form { value, .. }
            | Placement::Json { value, .. }
            | Placement::Template { value, .. }
            | Placement::PathSegment { value, .. } => {
                let found = values.find(value)?;
                write(draft, placement, found.as_ref())?;
                if let Some(found) = found.filter(|found| found.is_secret) {
                    written.extend(on_the_wire(placement, &found.text)?);
                    written.push(found.text);
                }
            }
        }
    }
    Ok(written)
}

/// How a secret stands in the request where that escapes it: a courier may send back the whole address or body, encoded
/// once more, as redirects to a login page do.
fn on_the_wire(placement: &Placement, text: &str) -> Result<Option<Zeroizing<String>>, Failure> {
    let wire = match placement {
        Placement::Query { .. } | Placement::Form { .. } => {
            Zeroizing::new(form_urlencoded::byte_serialize(text.as_bytes()).collect())
        }
        Placement::PathSegment { .. } => Zeroizing::new(utf8_percent_encode(text, SEGMENT).to_string()),
        Placement::Json { .. } => escape(text, Escape::Json)?,
        Placement::Template { escape: escaping, .. } => escape(text, *escaping)?,
        Placement::Header { .. } | Placement::Basic { .. } => return Ok(None),
    };
    Ok(Some(wire).filter(|wire| wire.as_str() != text))
}

fn write(draft: &mut Draft, placement: &Placement, found: Option<&Found>) -> Result<(), Failure> {
    let Some(found) = found else {
        return leave_out(draft, placement);
    };
    let text = &found.text;
    match placement {
        Placement::Header { name, prefix, .. } => {
            set_header(draft, name, &Zeroizing::new(format!("{prefix}{}", text.as_str())))
        }
        Placement::Query { name, .. } => {
            draft.query.push((name.clone(), text.clone()));
            Ok(())
        }
        Placement::Form { name, .. } => form(draft, name, text),
        Placement::Json { pointer, .. } => json(draft, pointer, text),
        Placement::Template { placeholder, escape: escaping, .. } => {
            replace(draft, placeholder, &escape(text, *escaping)?)
        }
        Placement::PathSegment { name, .. } => segment(draft, name, text),
        Placement::Basic { .. } => Ok(()),
    }
}

/// An optional value that is not set leaves nothing behind; a path without its segment would be another path.
fn leave_out(draft: &mut Draft, placement: &Placement) -> Result<(), Failure> {
    match placement {
        Placement::Template { placeholder, .. } => replace(draft, placeholder, ""),
        Placement::PathSegment { name, .. } if draft.path.contains(&format!("{{{name}}}")) => {
            Err(incomplete("the credential lacks the value of a path segment"))
        }
        _ => Ok(()),
    }
}

fn basic(
    draft: &mut Draft,
    user: &Value,
    password: &Value,
    values: &Values<'_>,
    written: &mut Written,
) -> Result<(), Failure> {
    let (Some(user), Some(password)) = (values.find(user)?, values.find(password)?) else {
        return Ok(());
    };
    if user.text.contains(':') {
        return Err(incomplete("the user's name holds a colon, which Basic authentication cannot send"));
    }
    let pair = Zeroizing::new(format!("{}:{}", user.text.as_str(), password.text.as_str()));
    let encoded = Zeroizing::new(STANDARD.encode(pair.as_bytes()));
    set_header(draft, header::AUTHORIZATION.as_str(), &Zeroizing::new(format!("Basic {}", encoded.as_str())))?;
    if user.is_secret || password.is_secret {
        written.push(pair);
        written.push(encoded);
    }
    written.extend([user, password].into_iter().filter(|found| found.is_secret).map(|found| found.text));
    Ok(())
}

fn set_header(draft: &mut Draft, name: &str, text: &str) -> Result<(), Failure> {
    let name = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| refuse("bad-scheme", "a scheme's header has no valid name"))?;
    let mut value = HeaderValue::from_str(text)
        .map_err(|_| incomplete("a field of the credential holds characters that no header can hold"))?;
    value.set_sensitive(true);
    draft.headers.insert(name, value);
    Ok(())
}

fn form(draft: &mut Draft, name: &str, text: &str) -> Result<(), Failure> {
    let body = draft.body.take().unwrap_or_default();
    if form_urlencoded::parse(&body).any(|(taken, _)| taken == name) {
        return Err(refuse("refused-field", "the form holds a field that authentication places"));
    }
    let mut whole = Zeroizing::new(String::with_capacity(body.len() + name.len() + 3 * text.len() + 2));
    whole.push_str(std::str::from_utf8(&body).map_err(|_| refuse("bad-body", "the form is not text"))?);
    if !whole.is_empty() {
        whole.push('&');
    }
    whole.extend(form_urlencoded::byte_serialize(name.as_bytes()));
    whole.push('=');
    whole.extend(form_urlencoded::byte_serialize(text.as_bytes()));
    draft.body = Some(Zeroizing::new(std::mem::take(&mut *whole).into_bytes()));
    draft.headers.entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static("application/x-www-form-urlencoded"));
    Ok(())
}

fn json(draft: &mut Draft, pointer: &str, text: &str) -> Result<(), Failure> {
    let mut body: serde_json::Value = match &draft.body {
        None => serde_json::Value::Object(serde_json::Map::new()),
        Some(body) => serde_json::from_slice(body).map_err(|_| refuse("bad-body", "the body is not JSON"))?,
    };
    let place = json_place(&mut body, pointer)
        .ok_or_else(|| refuse("bad-body", "the body has no room for what authentication places"))?;
    *place = serde_json::Value::String(text.to_owned());
    // Room for all of it at once: growing would leave copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(
        2 * (draft.body.as_ref().map_or(0, |body| body.len()) + pointer.len()) + 6 * text.len() + 64,
    ));
    let outcome = serde_json::to_writer(&mut *bytes, &body);
    if let Some(serde_json::Value::String(copy)) = json_place(&mut body, pointer) {
        copy.zeroize();
    }
    outcome.map_err(|_| refuse("bad-body", "the body cannot be written"))?;
    draft.body = Some(bytes);
    draft.headers.entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
    Ok(())
}

fn escape(text: &str, escape: Escape) -> Result<Zeroizing<String>, Failure> {
    match escape {
        Escape::Json => {
            let quoted =
                Zeroizing::new(serde_json::to_string(text).map_err(|_| incomplete("a field cannot stand in JSON"))?);
            Ok(Zeroizing::new(quoted[1..quoted.len() - 1].to_owned()))
        }
        Escape::Xml => {
            if text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r')) {
                return Err(incomplete("a field of the credential holds characters that XML cannot hold"));
            }
            Ok(Zeroizing::new(super::spelling::xml_escape(text)))
        }
    }
}

fn replace(draft: &mut Draft, placeholder: &str, text: &str) -> Result<(), Failure> {
    let Some(body) = &draft.body else { return Ok(()) };
    let body = std::str::from_utf8(body).map_err(|_| refuse("bad-body", "the body with placeholders is not text"))?;
    let count = body.matches(placeholder).count();
    let mut whole = Zeroizing::new(String::with_capacity(body.len() + count * text.len()));
    for (index, part) in body.split(placeholder).enumerate() {
        if index > 0 {
            whole.push_str(text);
        }
        whole.push_str(part);
    }
    draft.body = Some(Zeroizing::new(std::mem::take(&mut *whole).into_bytes()));
    Ok(())
}

fn segment(draft: &mut Draft, name: &str, text: &str) -> Result<(), Failure> {
    if text.is_empty() || text == "." || text == ".." {
        return Err(incomplete("a field of the credential cannot stand in a path"));
    }
    let encoded = Zeroizing::new(utf8_percent_encode(text, SEGMENT).to_string());
    let wanted = format!("{{{name}}}");
    let segments = draft.path.split('/').map(|part| if part == wanted { encoded.as_str() } else { part });
    let whole = Zeroizing::new(segments.collect::<Vec<_>>().join("/"));
    draft.path = whole;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbound::testing::{account, description, secrets};
    use std::collections::BTreeMap;

    fn draft(path: &str, body: Option<&str>) -> Draft {
        Draft {
            path: Zeroizing::new(path.to_owned()),
            query: Vec::new(),
            headers: HeaderMap::new(),
            body: body.map(|body| Zeroizing::new(body.as_bytes().to_vec())),
        }
    }

    fn place(mut draft: Draft, placement: serde_json::Value) -> Result<(Draft, Written), Failure> {
        let (description, account, secrets) = (description(), account(), secrets());
        let tokens = BTreeMap::from([("oauth".to_owned(), std::sync::Arc::new(secrecy::SecretString::from("tok-1")))]);
        let host = super::super::values::HostValues::default();
        let values =
            Values { description: &description, account: &account, secrets: &secrets, host: &host, tokens: &tokens };
        let placement: Placement = serde_json::from_value(placement).unwrap();
        let written = apply(&mut draft, &[&placement], &values)?;
        Ok((draft, written))
    }

    fn body(draft: &Draft) -> &str {
        std::str::from_utf8(draft.body.as_ref().unwrap()).unwrap()
    }

    #[test]
    fn every_place_is_written() {
        use serde_json::json;
        let key = json!({"field": "key"});
        let (d, written) =
            place(draft("/v1", None), json!({"place": "header", "name": "X-Key", "prefix": "K ", "value": key}))
                .unwrap();
        assert_eq!(d.headers["x-key"], "K s3cr3t/ke&y<\"1");
        assert!(d.headers["x-key"].is_sensitive());
        assert_eq!(written[0].as_str(), "s3cr3t/ke&y<\"1");

        let (d, _) = place(draft("/v1", None), json!({"place": "query", "name": "k", "value": key})).unwrap();
        let base = Url::parse("https://api.example.com/base/").unwrap();
        assert_eq!(d.url(&base).unwrap().as_str(), "https://api.example.com/base/v1?k=s3cr3t%2Fke%26y%3C%221");

        let (d, _) = place(draft("/v1", Some("a=1")), json!({"place": "form", "name": "k", "value": key})).unwrap();
        assert_eq!(body(&d), "a=1&k=s3cr3t%2Fke%26y%3C%221");

        let (d, _) =
            place(draft("/v1", Some("{\"x\":1}")), json!({"place": "json", "pointer": "/a/b", "value": key})).unwrap();
        assert_eq!(body(&d), r#"{"x":1,"a":{"b":"s3cr3t/ke&y<\"1"}}"#);

        let template = json!({"place": "template", "placeholder": "{{password}}", "escape": "xml", "value": key});
        let (d, _) = place(draft("/v1", Some("<p>{{password}}</p>")), template).unwrap();
        assert_eq!(body(&d), "<p>s3cr3t/ke&amp;y&lt;&quot;1</p>");
        let template = json!({"place": "template", "placeholder": "{{password}}", "escape": "json", "value": key});
        let (d, _) = place(draft("/v1", Some("\"{{password}}\"")), template).unwrap();
        assert_eq!(body(&d), r#""s3cr3t/ke&y<\"1""#);

        let (d, _) =
            place(draft("/v1/{key}/x", None), json!({"place": "path-segment", "name": "key", "value": key})).unwrap();
        assert_eq!(d.path.as_str(), "/v1/s3cr3t%2Fke%26y%3C%221/x");

        let (d, written) =
            place(draft("/v1", None), json!({"place": "basic", "user": {"field": "user"}, "password": key})).unwrap();
        assert_eq!(d.headers["authorization"], format!("Basic {}", STANDARD.encode("alice:s3cr3t/ke&y<\"1")).as_str());
        assert_eq!(written[0].as_str(), "alice:s3cr3t/ke&y<\"1");

        let (d, _) = place(
            draft("/v1", None),
            json!({"place": "header", "name": "authorization", "prefix": "Bearer ", "value": {"token": "oauth"}}),
        )
        .unwrap();
        assert_eq!(d.headers["authorization"], "Bearer tok-1");
    }

    #[test]
    fn what_is_not_set_is_left_out_and_what_is_required_is_missed() {
        use serde_json::json;
        let (d, written) =
            place(draft("/v1", None), json!({"place": "header", "name": "x-o", "value": {"field": "optional"}}))
                .unwrap();
        assert!(d.headers.is_empty() && written.is_empty());
        let (d, _) =
            place(draft("/v1", None), json!({"place": "query", "name": "k", "value": {"host": "webhook-secret"}}))
                .unwrap();
        assert!(d.query.is_empty());
        let missed = place(draft("/v1", None), json!({"place": "header", "name": "x-o", "value": {"field": "needed"}}));
        assert_eq!(missed.err().unwrap().code, "credential-incomplete");
        let taken = place(draft("/v1", Some("k=1")), json!({"place": "form", "name": "k", "value": {"field": "key"}}));
        assert_eq!(taken.err().unwrap().code, "refused-field");
    }
}
