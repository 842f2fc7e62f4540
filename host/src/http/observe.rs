//! What happens around every request: its id, its span, one line in the log, one measurement, and the completion of
//! problem documents with the id and the path.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::Method;
use axum::http::header::{CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use super::auth::Caller;
use super::problem::{KeptProblem, Problem};
use crate::app::metrics::Metrics;
use crate::model::clock::{Clock, Random};
use crate::model::id::RequestId;

/// The header of a request's id, in and out.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// W3C trace context, as the caller's tracing sends it.
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Longest request id that is taken over from a caller, in characters.
const MAX_REQUEST_ID_CHARS: usize = 128;

/// Route label of requests that no route matched; their paths would be unbounded.
const NO_ROUTE: &str = "unmatched";

/// What observing needs.
#[derive(Clone)]
pub struct Observer {
    /// Tells when ids are made.
    pub clock: Arc<dyn Clock>,
    /// Makes ids.
    pub random: Arc<dyn Random>,
    /// Measures.
    pub metrics: Arc<Metrics>,
}

/// A request's id: the caller's where it sent a well-formed one, else ours. An extractor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentRequest(pub Arc<str>);

impl<S: Send + Sync> FromRequestParts<S> for CurrentRequest {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_else(|| Self("".into())))
    }
}

/// Runs around everything else.
pub async fn observe(State(observer): State<Observer>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(request.headers(), &observer);
    request.extensions_mut().insert(CurrentRequest(id.clone()));
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let route = match request.extensions().get::<MatchedPath>() {
        Some(route) => route.as_str().to_owned(),
        None => NO_ROUTE.to_owned(),
    };
    let span = tracing::info_span!("request", request.id = %id, trace.id = trace_id(request.headers()));
    let mut response = next.run(request).instrument(span.clone()).await;
    let duration = started.elapsed();
    let status = response.status().as_u16();
    observer.metrics.request(known_method(&method), &route, status, duration);
    let problem = response.extensions_mut().remove::<Problem>();
    span.in_scope(|| {
        let duration_ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        let caller = response.extensions().get::<Caller>();
        tracing::info!(
            http.method = %method,
            http.route = route,
            http.status = status,
            merchant.id = caller.and_then(|caller| caller.merchant.as_ref()).map(|id| id.as_str()),
            key.id = caller.map(|caller| caller.key_id.as_str()),
            problem.code = problem.as_ref().map(|problem| problem.code()),
            duration_ms,
            "request answered"
        );
    });
    if let Some(problem) = problem {
        response = complete(response, problem.of_request(&id, &path).to_json());
    } else if let Some(kept) = response.extensions_mut().remove::<KeptProblem>() {
        response = complete(response, kept.of_request(&id, &path));
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    response
}

/// Writes a problem's document again, now that it is known which request it belongs to.
fn complete(response: Response, document: Vec<u8>) -> Response {
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(document))
}

fn request_id(headers: &HeaderMap, observer: &Observer) -> Arc<str> {
    match headers.get(X_REQUEST_ID).and_then(|value| value.to_str().ok()) {
        Some(id) if is_well_formed(id) => id.into(),
        _ => RequestId::new(observer.clock.now(), observer.random.as_ref()).as_str().into(),
    }
}

fn is_well_formed(id: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/+=@".contains(&byte);
    (1..=MAX_REQUEST_ID_CHARS).contains(&id.len()) && id.bytes().all(is_plain)
}

/// Returns the trace id of a well-formed `traceparent`.
fn trace_id(headers: &HeaderMap) -> Option<&str> {
    let mut parts = headers.get(TRACEPARENT)?.to_str().ok()?.split('-');
    let (version, trace, parent) = (parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |text: &str, len: usize| text.len() == len && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_set = trace.bytes().any(|byte| byte != b'0');
    (is_hex(version, 2) && is_hex(trace, 32) && is_hex(parent, 16) && is_set).then_some(trace)
}

/// Returns a label for the method; made-up ones must not make new time series.
fn known_method(method: &Method) -> &str {
    match method.as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => known,
        _ => "_OTHER",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_ids_are_taken_over() {
        assert!(is_well_formed("7f2c-4:a/b_c.d"));
        assert!(!is_well_formed(""));
        assert!(!is_well_formed("a b"));
        assert!(!is_well_formed(&"x".repeat(129)));
    }

    #[test]
    fn a_trace_id_is_read() {
        let read = |text: &str| {
            let headers = HeaderMap::from_iter([(TRACEPARENT, HeaderValue::from_str(text).unwrap())]);
            trace_id(&headers).map(str::to_owned)
        };
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        assert_eq!(read(&format!("00-{trace}-00f067aa0ba902b7-01")).as_deref(), Some(trace));
        assert_eq!(read("00-00000000000000000000000000000000-00f067aa0ba902b7-01"), None);
        assert_eq!(read("x"), None);
    }
}
