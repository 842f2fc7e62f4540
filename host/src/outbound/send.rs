//! A plugin's request on its way: checked, admitted, authenticated, sent, and its answer made fit to be seen.

use std::sync::PoisonError;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::ask::Ask;
use super::breaker::Outcome;
use super::client::{ExchangeError, Incoming, Outgoing};
use super::placement::{Draft, apply};
use super::record::Sent;
use super::request::{Checked, check, refuse};
use super::session::Session;
use super::token_fetch::TokenMap;
use super::values::Values;
use crate::model::exchange::{CourierRequest, CourierResponse, KeepEncoding, Method};
use crate::model::failure::{Failure, FailureKind};

/// Most requests of one `send-all`.
const MAX_AT_ONCE: usize = 20;
/// Largest answer, on the wire and decoded, in bytes: a booking with 100 labels inside.
pub(super) const MAX_ANSWER_BYTES: usize = 10 * 1024 * 1024;
/// Headers of answers that no guest sees: they are the connection's or hold state that the host does not keep.
const HIDDEN_HEADERS: &[&str] = &[
    "connection",
    "content-encoding",
    "content-length",
    "keep-alive",
    "proxy-authenticate",
    "proxy-connection",
    "set-cookie",
    "set-cookie2",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];
/// The code of a failure after which a repeatable request is sent once more.
const CONNECTION_BROKEN: &str = "connection-broken";
/// The first bytes of gzip, zip, zstd, xz and bzip2, whatever the headers say.
const COMPRESSED: &[&[u8]] = &[&[0x1f, 0x8b], b"PK\x03\x04", &[0x28, 0xb5, 0x2f, 0xfd], b"\xfd7zXZ\0", b"BZh"];

impl Session {
    /// Sends a request and waits for the answer, whatever its status. The contract's `http.send` lists the failures.
    pub async fn send(&self, request: CourierRequest) -> Result<CourierResponse, Failure> {
        let description = std::sync::Arc::clone(&self.spec.description);
        let checked = check(&description, &self.spec.account, &request)?;
        let wish = Instant::now() + Duration::from_millis(request.timeout_ms.unwrap_or(u64::MAX >> 32));
        let deadline = self.spec.deadline.min(wish);
        let none = TokenMap::new();
        let mut first = self.attempt(&checked, &request, deadline, &none).await;
        // A kept connection may have been closed by the courier just as the request was written.
        if request.repeatable && first.as_ref().is_err_and(|failure| failure.code == CONNECTION_BROKEN) {
            first = self.attempt(&checked, &request, deadline, &none).await;
        }
        let (answer, tokens) = first?;
        if answer.status != 401 || tokens.is_empty() {
            return Ok(self.present(answer));
        }
        // A 401 means that nothing was done, so even a booking is repeated once.
        let (answer, _) = self.attempt(&checked, &request, deadline, &tokens).await?;
        Ok(self.present(answer))
    }

    /// Sends several requests at once, at most 20; one result per request, in order.
    pub async fn send_all(&self, requests: Vec<CourierRequest>) -> Vec<Result<CourierResponse, Failure>> {
        if requests.len() > MAX_AT_ONCE {
            let failure = refuse("too-many-requests", "more than 20 requests at once");
            return requests.iter().map(|_| Err(failure.clone())).collect();
        }
        futures::future::join_all(requests.into_iter().map(|request| self.send(request))).await
    }

    async fn attempt(
        &self,
        checked: &Checked<'_>,
        request: &CourierRequest,
        deadline: Instant,
        rejected: &TokenMap,
    ) -> Result<(Incoming, TokenMap), Failure> {
        let breaker = format!("{}/{}", self.spec.courier, self.credential_key());
        let admission = self.outbound.breakers.admit(&breaker).map_err(|wait| {
            let mut failure =
                Failure::new(FailureKind::Unavailable, "breaker-open", "the courier has not answered lately");
            failure.retry_after_ms = u64::try_from(wait.as_millis()).ok();
            failure
        })?;
        let digest = |key: &str| self.field_digest(key);
        let ask = self.ask(&checked.endpoint.name, request.method.as_str(), &request.path, &digest);
        let _leave = self.outbound.limits.acquire(&ask, deadline).await?;
        let tokens = self.tokens_for(&checked.placements, rejected, deadline).await?;
        let mut draft = start_draft(request)?;
        let written = apply(&mut draft, &checked.placements, &self.values(&tokens))?;
        self.learn_texts(&written);
        let outgoing = Outgoing {
            method: http_method(request.method),
            url: draft.url(&checked.base)?,
            headers: draft.headers,
            body: draft.body,
            timeout: self.time_left(deadline)?,
            max_answer_bytes: MAX_ANSWER_BYTES,
        };
        let sent = Sent::request(
            self,
            request.method.as_str(),
            &checked.endpoint.name,
            &request.path,
            &outgoing.headers,
            request.body.as_deref(),
        );
        let changes = !matches!(request.method, Method::Get | Method::Head);
        if changes {
            self.note_sending();
        }
        let outcome = self.outbound.clients.exchange(&self.spec.courier, outgoing).await;
        if changes && outcome.as_ref().is_err_and(|error| !error.was_sent()) {
            self.note_not_sent();
        }
        admission.settle(breaker_outcome(&outcome));
        let outcome = outcome.and_then(|answer| self.cut(request, answer)).map_err(|error| failure_of(error, changes));
        sent.finish(self, outcome.as_ref().ok(), outcome.as_ref().err());
        let answer = outcome?;
        self.outbound.limits.note_answer(&ask, answer.status, &answer.headers);
        Ok((answer, tokens))
    }

    pub(super) fn ask<'a>(
        &'a self,
        endpoint: &'a str,
        method: &'a str,
        path: &'a str,
        field_digest: &'a (dyn Fn(&str) -> String + Sync),
    ) -> Ask<'a> {
        let (courier, description) = (&self.spec.courier, &*self.spec.description);
        Ask { courier, description, endpoint, method, path, credential: self.credential_key(), field_digest }
    }

    pub(super) fn values<'a>(&'a self, tokens: &'a TokenMap) -> Values<'a> {
        Values {
            description: &self.spec.description,
            account: &self.spec.account,
            secrets: &self.spec.secrets,
            host: &self.spec.host_values,
            tokens,
        }
    }

    pub(super) fn time_left(&self, deadline: Instant) -> Result<Duration, Failure> {
        let left = deadline.saturating_duration_since(Instant::now()).min(self.outbound.config.request_timeout);
        if left.is_zero() {
            return Err(Failure::new(FailureKind::Timeout, "no-time-left", "no time is left for the request"));
        }
        Ok(left)
    }

    /// Takes out what the plugin wants kept and every secret, before anybody sees or records the answer.
    fn cut(&self, request: &CourierRequest, mut answer: Incoming) -> Result<Incoming, ExchangeError> {
        // An error's body is read by the plugin, not printed as a label.
        let is_success = (200..300).contains(&answer.status);
        let keeps = if is_success { request.keep.as_slice() } else { &[] };
        let is_kept_whole = keeps.iter().any(|keep| keep.encoding == KeepEncoding::Body);
        // A scrubber cannot look into what is compressed; only a kept body may be, since no guest sees it.
        if is_compressed(&answer.body) && !is_kept_whole {
            return Err(ExchangeError::Encoding);
        }
        let scrubber = self.scrubber();
        {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            let range = kept.cut(&mut answer.body, keeps).ok_or(ExchangeError::TooLarge)?;
            for value in kept.each_mut(range) {
                scrubber.body(value);
            }
        }
        scrubber.body(&mut answer.body);
        Ok(answer)
    }

    fn present(&self, answer: Incoming) -> CourierResponse {
        let scrubber = self.scrubber();
        let shown = answer.headers.iter().filter(|(name, _)| !HIDDEN_HEADERS.contains(&name.as_str()));
        let headers = shown.map(|(name, value)| {
            let mut name = name.as_str().as_bytes().to_vec();
            scrubber.body(&mut name);
            let mut value = value.as_bytes().to_vec();
            scrubber.header(&mut value);
            (String::from_utf8_lossy(&name).into_owned(), String::from_utf8_lossy(&value).into_owned())
        });
        CourierResponse { status: answer.status, headers: headers.collect(), body: answer.body }
    }
}

/// Whether a body starts as compressed ones do; zlib's two bytes are a multiple of 31 and hold its method and window.
fn is_compressed(body: &[u8]) -> bool {
    let is_zlib = matches!(body, [0x78, flags, ..]
        if (0x7800 | u16::from(*flags)) % 31 == 0 && !flags.is_ascii_graphic());
    is_zlib || COMPRESSED.iter().any(|magic| body.starts_with(magic))
}

/// Makes the failure of an exchange without an answer that can be used.
pub(super) fn failure_of(error: ExchangeError, changes: bool) -> Failure {
    let (kind, code) = match error {
        ExchangeError::Blocked(_) => (FailureKind::Unavailable, "address-blocked"),
        ExchangeError::Connect => (FailureKind::Unavailable, "no-connection"),
        ExchangeError::Invalid => (FailureKind::InvalidInput, "bad-request"),
        ExchangeError::Timeout => (FailureKind::Timeout, "no-answer"),
        ExchangeError::Broken => (FailureKind::Unavailable, CONNECTION_BROKEN),
        ExchangeError::TooLarge => (FailureKind::UnexpectedAnswer, "answer-too-large"),
        ExchangeError::Encoding => (FailureKind::UnexpectedAnswer, "unknown-encoding"),
    };
    let mut failure = Failure::new(kind, code, error.to_string());
    failure.request_sent = changes && error.was_sent();
    failure
}

fn breaker_outcome(outcome: &Result<Incoming, ExchangeError>) -> Outcome {
    match outcome {
        Ok(answer) if answer.status >= 500 => Outcome::Failed,
        Err(ExchangeError::Connect | ExchangeError::Timeout | ExchangeError::Broken) => Outcome::Failed,
        _ => Outcome::Answered,
    }
}

fn start_draft(request: &CourierRequest) -> Result<Draft, Failure> {
    let mut headers = HeaderMap::with_capacity(request.headers.len() + 4);
    for (name, value) in &request.headers {
        let pair = HeaderName::from_bytes(name.as_bytes()).ok().zip(HeaderValue::from_str(value).ok());
        let (name, value) = pair.ok_or_else(|| refuse("bad-header", "a header's name or value is not valid"))?;
        headers.append(name, value);
    }
    Ok(Draft {
        path: Zeroizing::new(request.path.clone()),
        query: request.query.iter().map(|(name, value)| (name.clone(), Zeroizing::new(value.clone()))).collect(),
        headers,
        body: request.body.clone().map(Zeroizing::new),
    })
}

fn http_method(method: Method) -> http::Method {
    match method {
        Method::Get => http::Method::GET,
        Method::Head => http::Method::HEAD,
        Method::Post => http::Method::POST,
        Method::Put => http::Method::PUT,
        Method::Patch => http::Method::PATCH,
        Method::Delete => http::Method::DELETE,
    }
}
