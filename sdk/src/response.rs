//! The courier's answers.

use crate::bindings::host::crossdock::courier::http as contract;
use crate::types::{DocumentContent, Failure, FailureKind};
use crate::{FromJson, json, time};

/// How much of a body that could not be read is quoted.
const QUOTED_CHARS: usize = 200;
/// A wait that a courier asks for is believed up to a day.
const MAX_RETRY_AFTER_MS: u64 = 24 * 60 * 60 * 1000;

/// Longest address of a document, as the host takes it.
const MAX_LINK_BYTES: usize = 8 * 1024;

/// A courier's answer of any status, decoded and scrubbed by the host.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    inner: contract::Response,
}

impl Response {
    pub(crate) fn new(inner: contract::Response) -> Self {
        Self { inner }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.inner.status
    }

    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.inner.status)
    }

    /// A header's first value; the name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.inner.headers.iter();
        headers.find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as it came.
    pub fn bytes(&self) -> &[u8] {
        &self.inner.body
    }

    /// The body as text; what is not UTF-8 is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.inner.body).into_owned()
    }

    /// Reads the body as JSON, as [`FromJson`] says.
    ///
    /// # Errors
    ///
    /// `unexpected-answer`, whose message names the place in the JSON that was missing or wrong.
    pub fn read<T: FromJson>(&self) -> Result<T, Failure> {
        json::read(&self.inner.body).map_err(|error| self.unreadable(&error.to_string()))
    }

    /// The whole body that the host kept (`keep_body`), as a document's content. `None`: it was not kept.
    pub fn kept(&self) -> Option<DocumentContent> {
        kept(std::str::from_utf8(&self.inner.body).ok()?)
    }

    /// How long the courier asks to wait (`Retry-After` as seconds or as a date), at most a day.
    pub fn retry_after_ms(&self) -> Option<u64> {
        let value = self.header("retry-after")?.trim();
        if let Ok(seconds) = value.parse::<u64>() {
            return Some(seconds.saturating_mul(1000).min(MAX_RETRY_AFTER_MS));
        }
        // A date is compared with the courier's own clock, which stands in the same answer.
        let until = time::http_date(value)?;
        let date = time::http_date(self.header("date")?)?;
        u64::try_from(until.as_millisecond() - date.as_millisecond()).ok().map(|wait| wait.min(MAX_RETRY_AFTER_MS))
    }

    /// Makes a failure of this answer: the kind by its status, code and words by the plugin.
    pub fn failure(&self, code: impl Into<String>, message: impl Into<String>) -> Failure {
        self.failure_of(FailureKind::of_status(self.status()), code, message)
    }

    /// Makes a failure of this answer with a kind that the plugin knows better.
    pub fn failure_of(&self, kind: FailureKind, code: impl Into<String>, message: impl Into<String>) -> Failure {
        Failure::new(kind, code, message).status(self.status()).retry_after(self.retry_after_ms())
    }

    /// The answer if its status is 2xx; else a failure by status alone, for what a courier does not document.
    ///
    /// # Errors
    ///
    /// 400 and 422 `invalid-input`, 401 and 403 `auth`, 404 `not-found`, 408 and 504 `timeout`, 409 `conflict`,
    /// 429 `rate-limited`, other 5xx `unavailable`, anything else `unexpected-answer`.
    pub fn error_for_status(self) -> Result<Self, Failure> {
        if self.is_success() {
            return Ok(self);
        }
        let status = self.status();
        Err(self
            .failure(format!("http-{status}"), format!("the courier answered with status {status}: {}", self.quote())))
    }

    fn unreadable(&self, reason: &str) -> Failure {
        let message = format!("the courier's answer cannot be read: {reason}");
        Failure::unexpected_answer("unreadable", message).status(self.status())
    }

    fn quote(&self) -> String {
        self.text().chars().take(QUOTED_CHARS).collect()
    }
}

/// Reads the text `kept:<n>` that stands where the host cut out a value.
pub fn kept(text: &str) -> Option<DocumentContent> {
    text.trim().strip_prefix("kept:")?.parse().ok().map(DocumentContent::Kept)
}

/// Reads a web address as a document's content; `None` if it is none, which the host would refuse together with all else.
pub fn link(text: &str) -> Option<DocumentContent> {
    let text = text.trim();
    let is_address = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).is_some_and(|rest| {
        !rest.is_empty() && text.len() <= MAX_LINK_BYTES && text.bytes().all(|byte| byte.is_ascii_graphic())
    });
    is_address.then(|| DocumentContent::Link(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, FromJson)]
    struct Answer {
        #[expect(dead_code, reason = "only reading it is tested")]
        parcels: Vec<Parcel>,
    }

    #[derive(Debug, FromJson)]
    struct Parcel {
        #[expect(dead_code, reason = "only reading it is tested")]
        #[json(required)]
        id: String,
    }

    fn response(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Response::new(contract::Response { status, headers, body: body.as_bytes().to_vec() })
    }

    #[test]
    fn a_missing_member_is_named_with_its_path() {
        let failure = response(200, &[], r#"{"parcels":[{"id":"1"},{}]}"#).read::<Answer>().expect_err("missing");
        assert_eq!(failure.kind, FailureKind::UnexpectedAnswer);
        assert!(failure.message.contains("parcels[1].id: missing"), "{}", failure.message);
    }

    #[test]
    fn plain_statuses_become_kinds() {
        let failure = response(429, &[("retry-after", "7")], "slow down").error_for_status().expect_err("429");
        assert_eq!((failure.kind, failure.retry_after_ms), (FailureKind::RateLimited, Some(7000)));
        let dated = response(
            503,
            &[("date", "Wed, 21 Oct 2015 07:28:00 GMT"), ("retry-after", "Wed, 21 Oct 2015 07:28:30 GMT")],
            "",
        );
        assert_eq!(dated.retry_after_ms(), Some(30_000));
        assert_eq!(dated.error_for_status().expect_err("503").kind, FailureKind::Unavailable);
    }

    #[test]
    fn only_web_addresses_are_links() {
        assert_eq!(
            link(" https://a.example/l?x=1 "),
            Some(DocumentContent::Link("https://a.example/l?x=1".to_owned()))
        );
        assert!(["", "é", "https://", "ftp://a", "https://a b", "kept:0"].iter().all(|text| link(text).is_none()));
    }

    #[test]
    fn kept_bodies_become_documents() {
        assert_eq!(response(200, &[], "kept:3").kept(), Some(DocumentContent::Kept(3)));
        assert_eq!(response(200, &[], "kept:x").kept(), None);
    }
}
