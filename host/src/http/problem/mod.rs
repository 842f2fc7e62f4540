//! The one error envelope: RFC 9457 problem documents.

pub mod code;
mod failure;
mod service;

use std::borrow::Cow;
use std::time::Duration;

use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

pub use code::{Code, Source};

/// Most errors that one problem lists; a body that is wrong everywhere need not be echoed in full.
pub const MAX_FIELD_ERRORS: usize = 100;

/// Longest pointer or text of one of them, in characters: our own pointers and lists of words are shorter.
const MAX_FIELD_ERROR_CHARS: usize = 500;

/// The media type of problem documents.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// One thing that is wrong in the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// JSON Pointer into the request's body; into its query parameters when the problem's code is `invalid_parameter`.
    pub pointer: String,
    /// A machine word such as `required`.
    pub code: String,
    /// Words for a person.
    pub detail: String,
}

impl FieldError {
    /// Makes an error. Names that a caller made up are cut: a problem is read by a person.
    pub fn new(pointer: impl Into<String>, code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { pointer: cut(pointer.into()), code: cut(code.into()), detail: cut(detail.into()) }
    }
}

fn cut(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(MAX_FIELD_ERROR_CHARS) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// What the courier itself said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CourierWords {
    /// The courier's own code, or a word.
    pub code: String,
    /// The courier's words.
    pub message: String,
    /// The HTTP status that the courier answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
}

/// What went wrong. Small, because it is the error of nearly every function here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Problem(Box<Document>);

/// What went wrong (RFC 9457, `application/problem+json`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Problem)]
struct Document {
    /// URI of the kind of problem.
    #[serde(rename = "type")]
    type_uri: String,
    /// Short words for a person, the same for every occurrence.
    title: &'static str,
    /// The HTTP status; in a list of partial results, the status that the part alone would have had.
    status: u16,
    /// Words for a person about this occurrence.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// Path of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
    /// Machine word of the kind of problem.
    code: &'static str,
    /// The request's id, as in the header `X-Request-Id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    /// Who has to act.
    source: Source,
    /// Whether the same request may succeed later.
    retryable: bool,
    /// How long to wait, in seconds, as in the header `Retry-After`.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_s: Option<u64>,
    /// What is wrong where.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<FieldError>,
    /// What the courier said.
    #[serde(skip_serializing_if = "Option::is_none")]
    courier: Option<CourierWords>,
    /// The quotas that are used up (`quota_exceeded`).
    #[serde(rename = "violated-policies", skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    violated_policies: Vec<String>,
    /// Paths of what can be had instead (`several_labels`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    links: Vec<String>,
    #[serde(skip)]
    headers: HeaderMap,
}

/// A problem's document as it was kept for an `Idempotency-Key`, left in the response's extensions: the edge completes it as it does
/// any other.
#[derive(Debug, Clone)]
pub(crate) struct KeptProblem(pub(crate) Vec<u8>);

impl KeptProblem {
    /// Returns how long to wait, in seconds, where the document says so.
    pub(crate) fn retry_after(&self) -> Option<u64> {
        let document: Value = serde_json::from_slice(&self.0).ok()?;
        document["retry_after_s"].as_u64()
    }

    /// Says which request it is answered to now. A document that cannot be read is answered as it is.
    pub(crate) fn of_request(self, request_id: &str, path: &str) -> Vec<u8> {
        let Ok(mut document) = serde_json::from_slice::<Map<String, Value>>(&self.0) else { return self.0 };
        document.insert("request_id".to_owned(), request_id.into());
        document.insert("instance".to_owned(), path.into());
        Value::Object(document).to_string().into_bytes()
    }
}

/// What handlers return.
pub type Result<T, E = Problem> = std::result::Result<T, E>;

impl Problem {
    /// Makes a problem of a code of the table.
    pub fn new(code: Code) -> Self {
        Self(Box::new(Document {
            type_uri: code.type_uri(),
            title: code.title,
            status: code.status.as_u16(),
            detail: Some(code.remedy.to_owned()),
            instance: None,
            code: code.word,
            request_id: None,
            source: code.source,
            retryable: code.retryable,
            retry_after_s: None,
            errors: Vec::new(),
            courier: None,
            violated_policies: Vec::new(),
            links: Vec::new(),
            headers: HeaderMap::new(),
        }))
    }

    /// Makes the answer for what does not exist, or is another merchant's.
    pub fn not_found() -> Self {
        Self::new(code::NOT_FOUND)
    }

    /// Makes the answer for a body whose fields are wrong.
    pub fn invalid_body(errors: Vec<FieldError>) -> Self {
        Self::new(code::INVALID_BODY).wrong(errors)
    }

    /// Logs what nobody expected, once, and makes an answer that tells nothing of it.
    pub fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error, "request failed on the host");
        Self::new(code::INTERNAL)
    }

    /// Says what happened this time.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// Says something more about this occurrence.
    #[must_use]
    pub(crate) fn and(mut self, more: &str) -> Self {
        let detail = self.0.detail.take();
        let joined = |detail: String| format!("{}; {more}", detail.trim_end_matches('.'));
        self.0.detail = Some(detail.map_or_else(|| more.to_owned(), joined));
        self
    }

    /// Blames somebody else than the table does.
    #[must_use]
    pub fn source(mut self, source: Source) -> Self {
        self.0.source = source;
        self
    }

    /// Says whether trying again helps, where the table cannot know.
    #[must_use]
    pub fn retryable(mut self, retryable: bool) -> Self {
        self.0.retryable = retryable;
        self
    }

    /// Says how long to wait; rounded up to whole seconds.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        self.0.retry_after_s = Some(seconds.max(1));
        self
    }

    /// Says what is wrong where.
    #[must_use]
    pub fn errors(mut self, mut errors: Vec<FieldError>) -> Self {
        errors.truncate(MAX_FIELD_ERRORS);
        self.0.errors = errors;
        self
    }

    /// Says what is wrong where, the first of it in words.
    #[must_use]
    pub(crate) fn wrong(self, errors: Vec<FieldError>) -> Self {
        let Some(first) = errors.first() else { return self };
        let place = if first.pointer.is_empty() { "the body" } else { &first.pointer };
        let more = match errors.len() - 1 {
            0 => String::new(),
            more => format!(" (and {more} more, see errors)"),
        };
        let detail = format!("{place}: {}{more}", first.detail);
        self.detail(detail).errors(errors)
    }

    /// Says one thing that is wrong.
    #[must_use]
    pub fn error(self, pointer: &str, code: &str, detail: &str) -> Self {
        self.errors(vec![FieldError::new(pointer, code, detail)])
    }

    /// Repeats what the courier said.
    #[must_use]
    pub fn courier(mut self, code: &str, message: &str, status: Option<u16>) -> Self {
        self.0.courier = Some(CourierWords { code: code.to_owned(), message: message.to_owned(), status });
        self
    }

    /// Names the quotas that are used up.
    #[must_use]
    pub fn violated_policies(mut self, policies: Vec<String>) -> Self {
        self.0.violated_policies = policies;
        self
    }

    /// Names what can be had instead.
    #[must_use]
    pub fn links(mut self, paths: Vec<String>) -> Self {
        self.0.links = paths;
        self
    }

    /// Adds a response header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.append(name, value);
        self
    }

    /// Says which request it was. The edge does so for every answer.
    #[must_use]
    pub(crate) fn of_request(mut self, request_id: &str, path: &str) -> Self {
        self.0.request_id = Some(request_id.to_owned());
        self.0.instance = Some(path.to_owned());
        self
    }

    /// Returns the machine word.
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// Returns the HTTP status.
    pub fn status(&self) -> u16 {
        self.0.status
    }

    /// Writes the document.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a problem is plain text and numbers")
    }
}

impl PartialSchema for Problem {
    fn schema() -> RefOr<Schema> {
        Document::schema()
    }
}

impl ToSchema for Problem {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Problem")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Document::schemas(schemas);
    }
}

impl IntoResponse for Problem {
    /// Answers the document, and leaves it in the response's extensions, where the edge completes it.
    fn into_response(mut self) -> Response {
        let status = StatusCode::from_u16(self.0.status).expect("statuses come from the table");
        let mut response = (status, self.to_json()).into_response();
        let headers = response.headers_mut();
        headers.extend(std::mem::take(&mut self.0.headers));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if let Some(seconds) = self.0.retry_after_s {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Answers a request for an address that nobody serves.
pub async fn unknown_route() -> Problem {
    Problem::not_found().detail("there is no such address; /docs lists those that there are")
}

/// Answers a method that the address does not know; axum adds `Allow`.
pub async fn wrong_method() -> Problem {
    Problem::new(code::METHOD_NOT_ALLOWED)
}

/// Answers for a handler that panicked.
pub fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    tracing::error!("a handler panicked; the panic's own line stands above");
    Problem::new(code::INTERNAL).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_writes_only_what_it_knows() {
        let problem = Problem::not_found().of_request("req_1", "/v1/x");
        let json: Value = serde_json::from_slice(&problem.to_json()).unwrap();
        assert_eq!(
            json,
            serde_json::json!({
                "type": "/docs/problems#not_found", "title": "There is no such resource", "status": 404,
                "detail": code::NOT_FOUND.remedy,
                "instance": "/v1/x", "code": "not_found", "request_id": "req_1",
                "source": "request", "retryable": false
            })
        );
    }

    #[test]
    fn waits_are_rounded_up() {
        let response = Problem::new(code::QUOTA_EXCEEDED).retry_after(Duration::from_millis(1200)).into_response();
        assert_eq!(response.headers()[RETRY_AFTER], "2");
        assert_eq!(response.headers()[CONTENT_TYPE], PROBLEM_JSON);
        assert_eq!(response.status().as_u16(), 429);
    }
}
