//! Requests to the courier.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use crate::bindings::host::crossdock::courier::http as contract;
use crate::types::{Failure, Keep, KeepEncoding, Method};
use crate::{Response, host};

/// At most this many requests at once (contract).
const MAX_AT_ONCE: usize = 20;

/// Everything but what RFC 3986 calls unreserved.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A request to a declared endpoint. The host adds address, credentials and limits.
#[derive(Debug, Clone)]
pub struct Request {
    inner: contract::Request,
    /// Why it cannot be sent, found while it was built.
    broken: Option<String>,
}

impl Request {
    /// Starts a GET of a path below an endpoint's base URL; `path` starts with `/` and is percent-encoded.
    pub fn get(endpoint: &str, path: &str) -> Self {
        Self::new(Method::Get, endpoint, path)
    }

    /// Starts a POST.
    pub fn post(endpoint: &str, path: &str) -> Self {
        Self::new(Method::Post, endpoint, path)
    }

    /// Starts a PUT.
    pub fn put(endpoint: &str, path: &str) -> Self {
        Self::new(Method::Put, endpoint, path)
    }

    /// Starts a PATCH.
    pub fn patch(endpoint: &str, path: &str) -> Self {
        Self::new(Method::Patch, endpoint, path)
    }

    /// Starts a DELETE.
    pub fn delete(endpoint: &str, path: &str) -> Self {
        Self::new(Method::Delete, endpoint, path)
    }

    /// Starts a request of any method.
    pub fn new(method: Method, endpoint: &str, path: &str) -> Self {
        let inner = contract::Request {
            endpoint: endpoint.to_owned(),
            method,
            path: path.to_owned(),
            // The host repeats only what changes nothing.
            repeatable: matches!(method, Method::Get | Method::Head),
            ..contract::Request::default()
        };
        Self { inner, broken: None }
    }

    /// Appends one segment to the path, percent-encoded, after a `/`.
    #[must_use]
    pub fn path_segment(mut self, segment: impl AsRef<str>) -> Self {
        let segment = segment.as_ref();
        if matches!(segment, "" | "." | "..") {
            self.broken = Some(format!("{segment:?} cannot be a part of an address"));
        }
        if !self.inner.path.ends_with('/') {
            self.inner.path.push('/');
        }
        self.inner.path.extend(utf8_percent_encode(segment, SEGMENT));
        self
    }

    /// Appends a literal piece of the path, such as `/events`.
    #[must_use]
    pub fn path(mut self, piece: &str) -> Self {
        self.inner.path.push_str(piece);
        self
    }

    /// Adds a query parameter; the host encodes it.
    #[must_use]
    pub fn query(mut self, name: &str, value: impl ToString) -> Self {
        self.inner.query.push((name.to_owned(), value.to_string()));
        self
    }

    /// Adds a query parameter if there is a value.
    #[must_use]
    pub fn query_opt(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.query(name, value),
            None => self,
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl ToString) -> Self {
        self.inner.headers.push((name.to_owned(), value.to_string()));
        self
    }

    /// Sets a JSON body, and `Accept` to JSON.
    #[must_use]
    pub fn json(mut self, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(bytes) => self.inner.body = Some(bytes),
            Err(error) => self.broken = Some(format!("cannot write the body as JSON: {error}")),
        }
        self.default_header("content-type", "application/json").default_header("accept", "application/json")
    }

    /// Sets an `application/x-www-form-urlencoded` body.
    #[must_use]
    pub fn form<N: AsRef<str>, V: AsRef<str>>(mut self, fields: impl IntoIterator<Item = (N, V)>) -> Self {
        let mut body = String::new();
        for (name, value) in fields {
            if !body.is_empty() {
                body.push('&');
            }
            body.extend(utf8_percent_encode(name.as_ref(), SEGMENT));
            body.push('=');
            body.extend(utf8_percent_encode(value.as_ref(), SEGMENT));
        }
        self.inner.body = Some(body.into_bytes());
        self.default_header("content-type", "application/x-www-form-urlencoded")
    }

    /// Sets an XML body in UTF-8.
    #[must_use]
    pub fn text_xml(self, body: impl Into<String>) -> Self {
        self.body("text/xml; charset=utf-8", body.into().into_bytes())
    }

    /// Sets any body.
    #[must_use]
    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.inner.body = Some(body.into());
        self.default_header("content-type", content_type)
    }

    /// Keeps base64 at a JSON Pointer (`*` for every element of an array) in the host; the answer then holds `kept:<n>`.
    #[must_use]
    pub fn keep_base64(self, pointer: &str) -> Self {
        self.keep(pointer, KeepEncoding::Base64)
    }

    /// Keeps the whole body in the host, as it comes, if it is an answer of status 2xx.
    #[must_use]
    pub fn keep_body(self) -> Self {
        self.keep("", KeepEncoding::Body)
    }

    /// Keeps a value in the host.
    #[must_use]
    pub fn keep(mut self, pointer: &str, encoding: KeepEncoding) -> Self {
        self.inner.keep.push(Keep { pointer: pointer.to_owned(), encoding });
        self
    }

    /// Says that the courier does the same when it receives this twice, so that the host may repeat it.
    #[must_use]
    pub fn repeatable(mut self) -> Self {
        self.inner.repeatable = true;
        self
    }

    /// Wishes for a shorter time limit than the call's.
    #[must_use]
    pub fn timeout_ms(mut self, timeout_ms: u64) -> Self {
        self.inner.timeout_ms = Some(timeout_ms);
        self
    }

    /// Sends it and waits for the answer, whatever its status.
    ///
    /// # Errors
    ///
    /// The host's own failures, which a plugin passes on; `invalid-input` for a request that could not be built.
    pub fn send(self) -> Result<Response, Failure> {
        host::send(self.into_contract()?).map(Response::new)
    }

    fn into_contract(self) -> Result<contract::Request, Failure> {
        match self.broken {
            Some(reason) => Err(Failure::invalid_input("bad-request", reason)),
            None => Ok(self.inner),
        }
    }

    fn default_header(mut self, name: &str, value: &str) -> Self {
        if !self.inner.headers.iter().any(|(given, _)| given.eq_ignore_ascii_case(name)) {
            self.inner.headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }
}

/// Sends several requests, 20 at a time; one result per request, in order.
pub fn send_all(requests: Vec<Request>) -> Vec<Result<Response, Failure>> {
    let mut results = Vec::with_capacity(requests.len());
    let mut rest = requests.into_iter().peekable();
    while rest.peek().is_some() {
        let built: Vec<_> = rest.by_ref().take(MAX_AT_ONCE).map(Request::into_contract).collect();
        let mut answers = host::send_all(built.iter().filter_map(|request| request.clone().ok()).collect()).into_iter();
        for request in built {
            results.push(match request {
                Ok(_) => answers.next().unwrap_or_else(|| Err(no_answer())).map(Response::new),
                Err(failure) => Err(failure),
            });
        }
    }
    results
}

fn no_answer() -> Failure {
    Failure::unexpected_answer("no-answer", "the host answered fewer requests than were sent")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_and_forms_are_escaped() {
        let request = Request::get("track", "/v1/parcels").path_segment("AB/C ü.~").path("/events");
        assert_eq!(request.inner.path, "/v1/parcels/AB%2FC%20%C3%BC.~/events");
        let form = Request::post("track", "/f").form([("a b", "c&d"), ("e", "+")]);
        assert_eq!(form.inner.body.as_deref(), Some(&b"a%20b=c%26d&e=%2B"[..]));
    }

    #[test]
    fn dot_segments_never_leave() {
        let failure = Request::get("track", "/v1").path_segment("..").send().expect_err("refused");
        assert_eq!((failure.code.as_str(), failure.request_sent), ("bad-request", false));
    }
}
