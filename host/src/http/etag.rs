//! Concurrent changes: `ETag` and `If-Match` over a row's version.

use axum::extract::FromRequestParts;
use axum::http::header::{ETAG, HeaderValue, IF_MATCH};
use axum::http::request::Parts;
use axum::response::{IntoResponse, IntoResponseParts, Response, ResponseParts};

use super::problem::{Problem, code};

/// Puts the version of what is answered into `ETag`: `(ETag(version), Json(body))`.
#[derive(Debug, Clone, Copy)]
pub struct ETag(pub i64);

impl ETag {
    fn text(self) -> String {
        format!("\"v{}\"", self.0)
    }
}

impl IntoResponseParts for ETag {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        let value = HeaderValue::try_from(self.text()).expect("digits are a header value");
        parts.headers_mut().insert(ETAG, value);
        Ok(parts)
    }
}

impl IntoResponse for ETag {
    fn into_response(self) -> Response {
        (self, ()).into_response()
    }
}

/// What the caller believes to change; nothing if it does not say.
#[derive(Debug, Clone)]
pub struct IfMatch(Option<String>);

impl IfMatch {
    /// Answers 412 unless the caller has seen this version, or did not ask.
    pub fn check(&self, version: i64) -> Result<(), Problem> {
        let Some(list) = &self.0 else { return Ok(()) };
        let current = ETag(version).text();
        // Weak tags never match here (RFC 9110, 13.1.1).
        let matches = list
            .split(',')
            .map(str::trim)
            .any(|tag| tag == "*" || tag == current);
        if matches {
            Ok(())
        } else {
            Err(Problem::new(code::PRECONDITION_FAILED).detail("read it again, then change it"))
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut tags = Vec::new();
        for value in parts.headers.get_all(IF_MATCH) {
            let text = value
                .to_str()
                .map_err(|_| Problem::new(code::INVALID_HEADER).detail("If-Match is not text"))?;
            tags.push(text.to_owned());
        }
        Ok(Self((!tags.is_empty()).then(|| tags.join(","))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_seen_version_may_be_changed() {
        assert!(IfMatch(None).check(3).is_ok());
        assert!(IfMatch(Some("\"v2\", \"v3\"".to_owned())).check(3).is_ok());
        assert!(IfMatch(Some("*".to_owned())).check(3).is_ok());
        assert_eq!(
            IfMatch(Some("\"v2\"".to_owned())).check(3).unwrap_err().status(),
            412
        );
        assert_eq!(
            IfMatch(Some("W/\"v3\"".to_owned()))
                .check(3)
                .unwrap_err()
                .status(),
            412
        );
    }
}
