//! JSON bodies in and out: every way in which one can be wrong has its problem.

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, HeaderMap};
use axum::response::{IntoResponse, Response};
use futures::StreamExt as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use super::idempotency_key::{Fingerprint, fingerprint};
use super::json_members;
use super::problem::{Problem, code};
use super::serde_words;
use super::strict_json::Strict;
use super::validate::{Findings, Validate};

/// Most bytes of a request's body. A hundred parcels with customs items stay below a tenth of it.
pub const BODY_LIMIT_BYTES: usize = 1024 * 1024;

/// Most bytes of a body that is too large anyway that are read on, so that its sender gets the answer: a photograph sent by mistake.
const MAX_DISCARDED_BYTES: usize = 16 * 1024 * 1024;

/// A JSON body: parsed and validated on the way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Json<T>(pub T);

/// A JSON body with the fingerprint that tells two bodies of one `Idempotency-Key` apart.
#[derive(Debug, Clone)]
pub struct FingerprintedJson<T> {
    /// The body.
    pub body: T,
    /// SHA-256 of its canonical form.
    pub fingerprint: Fingerprint,
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

impl<T: DeserializeOwned + Validate, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        Ok(Self(body(parse(&read(request).await?)?)?))
    }
}

impl<T: DeserializeOwned + Validate, S: Send + Sync> FromRequest<S> for FingerprintedJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let value = parse(&read(request).await?)?;
        let fingerprint = fingerprint(&value);
        Ok(Self { body: body(value)?, fingerprint })
    }
}

/// Reads the body. One that is too large is read to its end, unless that is far: a connection that is shut while the caller still
/// sends looks like a broken one, and the answer is lost.
async fn read(request: Request<Body>) -> Result<Vec<u8>, Problem> {
    if !is_json(request.headers()) || is_encoded(request.headers()) {
        return Err(Problem::new(code::UNSUPPORTED_MEDIA_TYPE));
    }
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    // Whoever asks first has sent nothing yet.
    let reads_on = if request.headers().contains_key(EXPECT) { BODY_LIMIT_BYTES } else { MAX_DISCARDED_BYTES };
    if announced.is_some_and(|bytes| bytes > reads_on) {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(announced.unwrap_or_default().min(BODY_LIMIT_BYTES));
    let mut received = 0_usize;
    let mut chunks = request.into_body().into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let broken = |_| Problem::new(code::MALFORMED_JSON).detail("the body broke off; send it again");
        let chunk = chunk.map_err(broken)?;
        received = received.saturating_add(chunk.len());
        if received > reads_on {
            return Err(too_large());
        }
        if received <= BODY_LIMIT_BYTES {
            bytes.extend_from_slice(&chunk);
        }
    }
    if received <= BODY_LIMIT_BYTES { Ok(bytes) } else { Err(too_large()) }
}

fn parse(bytes: &[u8]) -> Result<Value, Problem> {
    let value = serde_json::from_slice(bytes).map_err(|error| malformed(&error))?;
    json_members::check(bytes)?;
    Ok(value)
}

fn body<T: DeserializeOwned + Validate>(value: Value) -> Result<T, Problem> {
    let body: T = serde_path_to_error::deserialize(Strict(value)).map_err(|error| {
        let message = error.inner().to_string();
        Problem::invalid_body(vec![serde_words::field_error(pointer_of(error.path()), &message)])
    })?;
    let mut findings = Findings::new();
    body.validate("", &mut findings);
    findings.finish()?;
    Ok(body)
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(content_type) = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let essence = content_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// Bodies are read as they come: whoever compresses one is told, not misunderstood.
fn is_encoded(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_ENCODING).is_some_and(|value| !value.as_bytes().eq_ignore_ascii_case(b"identity"))
}

fn too_large() -> Problem {
    Problem::new(code::BODY_TOO_LARGE)
        .detail(format!("at most {BODY_LIMIT_BYTES} bytes are taken; send a smaller body"))
}

fn malformed(error: &serde_json::Error) -> Problem {
    let words = error.to_string();
    // These errors are about signs, never about values, so nothing of the body stands in them.
    let reason = match words.split(" at line ").next().unwrap_or_default() {
        _ if error.is_eof() && error.line() <= 1 && error.column() == 0 => return empty(),
        _ if error.is_eof() => "the body ends too early",
        "recursion limit exceeded" => "it is nested too deeply",
        reason => reason,
    };
    let (line, column) = (error.line(), error.column());
    Problem::new(code::MALFORMED_JSON).detail(format!("not JSON at line {line}, column {column}: {reason}"))
}

fn empty() -> Problem {
    Problem::new(code::MALFORMED_JSON).detail("the body is empty; send a JSON object")
}

/// Writes a path as a JSON Pointer (RFC 6901).
pub(crate) fn pointer_of(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer.push_str(&format!("/{}", escape(key))),
            // Variants of enums have no place of their own in our JSON.
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

/// Escapes a member's name for a JSON Pointer.
pub(crate) fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize, Debug)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its parsing is tested")]
    struct Outer {
        inner: Vec<Inner>,
    }

    #[derive(serde::Deserialize, Debug)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its parsing is tested")]
    struct Inner {
        count: u32,
    }

    impl Validate for Outer {
        fn validate(&self, _: &str, _: &mut Findings) {}
    }

    fn problem_of(text: &str) -> Value {
        let problem = parse(text.as_bytes()).and_then(body::<Outer>).unwrap_err();
        serde_json::from_slice(&problem.to_json()).unwrap()
    }

    #[test]
    fn each_fault_has_its_pointer() {
        let cases = [
            (r#"{"inner":[{"count":1},{"count":"x"}]}"#, "/inner/1/count", "invalid_type"),
            (r#"{"inner":[{}]}"#, "/inner/0/count", "required"),
            (r#"{"inner":[{"count":1,"a/b":2}]}"#, "/inner/0/a~1b", "unknown_field"),
            (r#"{"inner":[{"count":-1}]}"#, "/inner/0/count", "invalid_value"),
            (r#"[]"#, "", "invalid_type"),
        ];
        for (text, pointer, code) in cases {
            let problem = problem_of(text);
            assert_eq!(problem["status"], 422, "{text}");
            assert_eq!(problem["errors"][0]["code"], code, "{text}: {problem}");
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{text}");
        }
    }

    #[test]
    fn a_wrong_value_is_not_repeated() {
        let error = &problem_of(r#"{"inner":[{"count":"hunter2"}]}"#)["errors"][0];
        assert_eq!(error["detail"], "must be a whole number from 0 to 4294967295");
    }

    #[test]
    fn what_is_no_json_is_a_400() {
        for text in ["", "{", "{\"inner\":[]} x", "\u{0}"] {
            assert_eq!(problem_of(text)["code"], "malformed_json", "{text:?}");
        }
    }

    async fn answer(request: Request) -> u16 {
        match Json::<Outer>::from_request(request, &()).await {
            Ok(_) => 200,
            Err(problem) => problem.status(),
        }
    }

    fn request(content_type: &str, body: impl Into<Body>) -> Request {
        Request::builder().header(CONTENT_TYPE, content_type).body(body.into()).unwrap()
    }

    #[tokio::test]
    async fn media_type_and_size_are_checked() {
        assert_eq!(answer(request("application/json; charset=utf-8", r#"{"inner":[]}"#)).await, 200);
        assert_eq!(answer(request("text/plain", r#"{"inner":[]}"#)).await, 415);
        let long = format!(r#"{{"inner":[]{}}}"#, " ".repeat(BODY_LIMIT_BYTES));
        assert_eq!(answer(request("application/json", long)).await, 413);
    }
}
