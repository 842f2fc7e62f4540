//! One record per request to a courier, handed over without waiting.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crossdock_contract::description::TokenExchange;
use http::HeaderMap;
use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::client::Incoming;
use super::redact;
use super::session::Session;
use crate::model::clock::Random;
use crate::model::courier::CourierId;
use crate::model::failure::Failure;
use crate::model::id::{CourierCallId, CredentialId, MerchantId};

/// A request to a courier as it is logged: no secret, and bodies only if the operator switched them on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CourierCallRecord {
    /// Its id.
    pub id: CourierCallId,
    /// Whose call it was.
    pub merchant: Option<MerchantId>,
    /// To which courier.
    pub courier: CourierId,
    /// Through which version of its plugin.
    pub plugin_version: String,
    /// With which credential, where it is saved.
    pub credential: Option<CredentialId>,
    /// For which operation.
    pub operation: &'static str,
    /// In which plugin call.
    pub call_id: String,
    /// HTTP method.
    pub method: &'static str,
    /// The endpoint's name.
    pub endpoint: String,
    /// Below the base URL, without query; secret segments as `{name}`.
    pub path: String,
    /// What the courier answered.
    pub status: Option<u16>,
    /// `ok`, `http_error`, or the kind of the failure.
    pub outcome: &'static str,
    /// From sending to the end of the answer.
    pub duration_ms: u64,
    /// Size of the request's body.
    pub request_bytes: u64,
    /// Size of the answer's body on the wire.
    pub response_bytes: u64,
    /// Names, and the values that may be shown.
    pub request_headers: Vec<(String, String)>,
    /// Names, and the values that may be shown.
    pub response_headers: Vec<(String, String)>,
    /// Without secrets and personal data.
    pub request_body: Option<Vec<u8>>,
    /// Without secrets and personal data.
    pub response_body: Option<Vec<u8>>,
    /// What failed.
    pub error: Option<String>,
    /// When it was sent.
    pub started_at: Timestamp,
}

/// The way to the call log.
pub struct Recorder {
    calls: mpsc::Sender<CourierCallRecord>,
    random: Arc<dyn Random>,
    log_bodies: bool,
    dropped: AtomicU64,
}

impl Recorder {
    /// Makes a recorder that hands over to this queue.
    pub fn new(calls: mpsc::Sender<CourierCallRecord>, random: Arc<dyn Random>, log_bodies: bool) -> Self {
        Self { calls, random, log_bodies, dropped: AtomicU64::new(0) }
    }

    /// Returns how many records found the queue full.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    fn hand_over(&self, record: CourierCallRecord) {
        // A log row must never hold up a parcel.
        if self.calls.try_send(record).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// A request under way, to be recorded when it has ended.
pub struct Sent {
    method: &'static str,
    endpoint: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
    request_bytes: u64,
    started_at: Timestamp,
    started: Instant,
    is_token: bool,
}

impl Sent {
    /// Notes a plugin's request before it leaves. `body` is the plugin's own, without what the host writes into it.
    pub fn request(
        session: &Session,
        method: &'static str,
        endpoint: &str,
        path: &str,
        headers: &HeaderMap,
        body: Option<&[u8]>,
    ) -> Self {
        let scrubber = session.scrubber();
        Self {
            method,
            endpoint: endpoint.to_owned(),
            path: scrubber.text(path),
            headers: redact::headers(headers, &scrubber),
            body: body.filter(|_| session.outbound.recorder.log_bodies).map(|body| redact::body(body, &scrubber)),
            request_bytes: body.map_or(0, |body| body.len() as u64),
            started_at: session.outbound.clock.now(),
            started: Instant::now(),
            is_token: false,
        }
    }

    /// Notes a token request: where it goes, nothing else.
    pub fn token(session: &Session, exchange: &TokenExchange, request_bytes: usize) -> Self {
        Self {
            method: "POST",
            endpoint: exchange.endpoint.clone(),
            path: exchange.path.clone(),
            headers: Vec::new(),
            body: None,
            request_bytes: request_bytes as u64,
            started_at: session.outbound.clock.now(),
            started: Instant::now(),
            is_token: true,
        }
    }

    /// Records how it ended. `answer`'s body is what the plugin gets: kept values are cut out.
    pub fn finish(self, session: &Session, answer: Option<&Incoming>, failure: Option<&Failure>) {
        let recorder = &session.outbound.recorder;
        let spec = &session.spec;
        let scrubber = session.scrubber();
        let shown = answer.filter(|_| !self.is_token);
        let outcome = match (failure, answer) {
            (Some(failure), _) => failure.kind.as_str(),
            (None, Some(answer)) if answer.status >= 400 => "http_error",
            _ => "ok",
        };
        let duration_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let status = answer.map(|answer| answer.status);
        tracing::info!(
            courier = %spec.courier, plugin.version = spec.plugin_version, operation = spec.operation, call.id = spec.call_id,
            method = self.method, endpoint = self.endpoint, status, outcome, duration_ms, "courier request"
        );
        recorder.hand_over(CourierCallRecord {
            id: CourierCallId::new(self.started_at, &*recorder.random),
            merchant: spec.merchant.clone(),
            courier: spec.courier.clone(),
            plugin_version: spec.plugin_version.clone(),
            credential: spec.credential.clone(),
            operation: spec.operation,
            call_id: spec.call_id.clone(),
            method: self.method,
            endpoint: self.endpoint,
            path: self.path,
            status,
            outcome,
            duration_ms,
            request_bytes: self.request_bytes,
            response_bytes: answer.map_or(0, |answer| answer.wire_bytes),
            request_headers: self.headers,
            response_headers: shown.map(|answer| redact::headers(&answer.headers, &scrubber)).unwrap_or_default(),
            request_body: self.body,
            response_body: shown.filter(|_| recorder.log_bodies).map(|answer| redact::body(&answer.body, &scrubber)),
            error: failure.map(|failure| scrubber.text(&failure.message)),
            started_at: self.started_at,
        });
    }
}
