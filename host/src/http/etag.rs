//! Concurrent changes: `ETag` and `If-Match` over a row's version.

use axum::extract::FromRequestParts;
use axum::http::header::{ETAG, HeaderValue, IF_MATCH};
use axum::http::request::Parts;
use axum::response::{IntoResponse, IntoResponseParts, Response, ResponseParts};

use utoipa::IntoParams;

use super::problem::{Problem, code};
use crate::service::Error;

/// Puts the version of what is answered into `ETag`: `(ETag(version), Json(body))`.
#[derive(Debug, Clone, Copy)]
pub struct ETag(pub i64);

impl ETag {
    /// Returns the header's value.
    pub fn header(self) -> HeaderValue {
        HeaderValue::try_from(self.text()).expect("digits are a header value")
    }

    fn text(self) -> String {
        format!("\"v{}\"", self.0)
    }
}

impl IntoResponseParts for ETag {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        parts.headers_mut().insert(ETAG, self.header());
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
        let matches = list.split(',').map(str::trim).any(|tag| tag == "*" || tag == current);
        if matches {
            Ok(())
        } else {
            Err(Problem::new(code::PRECONDITION_FAILED).detail("read it again, then change it"))
        }
    }
}

/// The header of a call that changes what was read before, for the documentation: `params(IfMatchParam)`.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only describes what `IfMatch` reads")]
pub struct IfMatchParam {
    /// The `ETag` that was read: then it is changed only if nobody else changed it since (412 otherwise).
    #[param(rename = "If-Match", example = "\"v3\"")]
    if_match: Option<String>,
}

impl IfMatch {
    /// Makes the answer for a caller who asked with `If-Match` and was too late; any other error is given back.
    pub fn too_late(&self, error: Error) -> Result<Problem, Error> {
        match error {
            Error::Conflict { code: "changed_meanwhile", detail } if self.version().is_some() => {
                Ok(Problem::new(code::PRECONDITION_FAILED).detail(detail))
            }
            error => Err(error),
        }
    }

    /// Returns the version that the row must have; nothing if any will do.
    ///
    /// Of several tags it is the newest: only the caller's last reading can be current. A tag that no version has, such as a weak one,
    /// gives version 0, which no row has.
    pub fn version(&self) -> Option<i64> {
        let tags = || self.0.as_deref().into_iter().flat_map(|list| list.split(',').map(str::trim));
        if self.0.is_none() || tags().any(|tag| tag == "*") {
            return None;
        }
        let number = |tag: &str| tag.strip_prefix("\"v")?.strip_suffix('"')?.parse::<i64>().ok();
        Some(tags().filter_map(number).max().unwrap_or(0))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut tags = Vec::new();
        for value in parts.headers.get_all(IF_MATCH) {
            let text = value.to_str().map_err(|_| Problem::new(code::INVALID_HEADER).detail("If-Match is not text"))?;
            tags.push(text.to_owned());
        }
        Ok(Self((!tags.is_empty()).then(|| tags.join(","))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_tag_is_the_version() {
        let version = |text: &str| IfMatch(Some(text.to_owned())).version();
        assert_eq!(IfMatch(None).version(), None);
        assert_eq!(version("\"v2\", *"), None);
        assert_eq!(version("\"v3\", \"v2\""), Some(3));
        assert_eq!(version("W/\"v3\""), Some(0));
        assert_eq!(version("v3"), Some(0));
    }

    #[test]
    fn only_the_seen_version_may_be_changed() {
        assert!(IfMatch(None).check(3).is_ok());
        assert!(IfMatch(Some("\"v2\", \"v3\"".to_owned())).check(3).is_ok());
        assert!(IfMatch(Some("*".to_owned())).check(3).is_ok());
        assert_eq!(IfMatch(Some("\"v2\"".to_owned())).check(3).unwrap_err().status(), 412);
        assert_eq!(IfMatch(Some("W/\"v3\"".to_owned())).check(3).unwrap_err().status(), 412);
    }
}
