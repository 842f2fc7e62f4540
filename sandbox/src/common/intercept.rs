//! Stands before every courier: notes the request, and does wrong what was ordered.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::{StreamExt, stream};
use serde_json::json;

use super::answer;
use super::courier::Courier;
use super::faults::{Fault, Kind};
use super::journal::{MAX_BODY_BYTES, Received};
use super::png::crc32;
use super::world::World;

/// Largest request body; bookings with customs papers stay far below.
pub const MAX_REQUEST_BYTES: usize = 4 * 1024 * 1024;
/// Largest answer that a fault may cut or fill up.
pub const MAX_ANSWER_BYTES: usize = 64 * 1024 * 1024;
/// Longest wait that `slow` may be asked for.
pub const MAX_DELAY_MS: u64 = 120_000;

/// Whose router this stands before.
#[derive(Clone)]
pub struct Gate {
    /// The courier.
    pub courier: &'static Courier,
    /// The sandbox's state.
    pub world: World,
}

/// Notes the request, applies a waiting fault or none, notes the answer.
pub async fn intercept(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_REQUEST_BYTES).await else {
        return answer::text(413, "request entity too large");
    };
    let path = parts.uri.path().to_owned();
    let operation = (gate.courier.operation)(&parts.method, &path);
    let received = Received {
        id: 0,
        courier: gate.courier.id.to_owned(),
        operation: operation.to_owned(),
        method: parts.method.to_string(),
        path: path.clone(),
        query: parts.uri.query().unwrap_or("").to_owned(),
        headers: parts
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect(),
        body: String::from_utf8_lossy(&body[..body.len().min(MAX_BODY_BYTES)]).into_owned(),
        at: gate.world.clock.now().to_string(),
        status: None,
        fault: None,
    };
    let fault = gate.world.faults.take(gate.courier.id, operation, &path);
    let echo = fault
        .as_ref()
        .filter(|fault| matches!(fault.kind, Kind::Echo | Kind::EchoGzip))
        .map(|_| json!({"headers": received.headers, "query": received.query, "body": received.body}));
    let id = gate.world.journal.note(received);
    let request = Request::from_parts(parts, Body::from(body));
    let response = match &fault {
        None => next.run(request).await,
        Some(fault) => match echo {
            Some(echo) => repeat(&echo.to_string(), fault.kind == Kind::EchoGzip),
            None => go_wrong(&gate, fault, operation, request, next).await,
        },
    };
    let name = fault.map(|fault| format!("{:?}", fault.kind));
    gate.world.journal.answered(id, response.status().as_u16(), name);
    response
}

async fn go_wrong(gate: &Gate, fault: &Fault, operation: &str, request: Request, next: Next) -> Response {
    match fault.kind {
        Kind::Status => with_retry_after((gate.courier.failure)(fault.status.unwrap_or(500), operation), fault),
        Kind::RateLimit => with_retry_after((gate.courier.failure)(429, operation), fault),
        Kind::Slow => {
            wait(fault.delay_ms.unwrap_or(1_000)).await;
            next.run(request).await
        }
        Kind::SlowAfterBooking => {
            let response = next.run(request).await;
            wait(fault.delay_ms.unwrap_or(1_000)).await;
            response
        }
        Kind::Half => halve(next.run(request).await).await,
        Kind::Garbage => answer::with_type(200, "application/json", b"\x00\xff\xfe{]<html>%PDF\x80\x81".to_vec()),
        Kind::Empty => answer::with_type(200, "application/json", Vec::new()),
        Kind::Cut => cut(),
        Kind::CutAfterBooking => cut_within(next.run(request).await).await,
        Kind::Answer => {
            let content_type = fault.content_type.as_deref().unwrap_or("application/json");
            let body = fault.body.clone().unwrap_or_default().into_bytes();
            with_retry_after(answer::with_type(fault.status.unwrap_or(200), content_type, body), fault)
        }
        Kind::Redirect => {
            let mut response = answer::found(fault.location.as_deref().unwrap_or("/"));
            *response.status_mut() =
                fault.status.and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or(StatusCode::FOUND);
            response
        }
        Kind::Big => {
            let size = fault.size_bytes.unwrap_or(MAX_ANSWER_BYTES).min(MAX_ANSWER_BYTES);
            let filler = "x".repeat(size.saturating_sub(2));
            answer::with_type(200, "application/json", format!("\"{filler}\"").into_bytes())
        }
        // Handled by the caller, which still has the request's text.
        Kind::Echo | Kind::EchoGzip => next.run(request).await,
    }
}

#[expect(clippy::disallowed_methods, reason = "a slow courier is what was asked for; MAX_DELAY_MS bounds it")]
async fn wait(delay_ms: u64) {
    tokio::time::sleep(Duration::from_millis(delay_ms.min(MAX_DELAY_MS))).await;
}

fn with_retry_after(mut response: Response, fault: &Fault) -> Response {
    if let Some(seconds) = fault.retry_after_s {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

async fn halve(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, MAX_ANSWER_BYTES).await.unwrap_or_default();
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(body.slice(..body.len() / 2)))
}

async fn cut_within(response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, MAX_ANSWER_BYTES).await.unwrap_or_default();
    let promised = body.len();
    let half = body.slice(..promised / 2);
    let broken = async {
        // Gives the server time to write the first half before it learns of the cut.
        tokio::task::yield_now().await;
        Err(cut_error())
    };
    let stream = stream::iter([Ok(half)]).chain(stream::once(broken));
    let mut response = (parts.status, Body::from_stream(stream)).into_response();
    *response.headers_mut() = parts.headers;
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(promised.max(1)));
    response
}

/// An answer whose body breaks off at once: the server drops the connection without having written anything.
fn cut() -> Response {
    let broken: Result<Bytes, std::io::Error> = Err(cut_error());
    (StatusCode::OK, Body::from_stream(stream::iter([broken]))).into_response()
}

fn cut_error() -> std::io::Error {
    std::io::Error::new(std::io::ErrorKind::ConnectionAborted, "cut on demand")
}

fn repeat(text: &str, compressed: bool) -> Response {
    let mut response = answer::with_type(200, "application/json", text.as_bytes().to_vec());
    if compressed {
        *response.body_mut() = Body::from(gzip_stored(text.as_bytes()));
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        response.headers_mut().remove(header::CONTENT_LENGTH);
    }
    response
}

/// A gzip stream of stored blocks: valid, and needs no compressor.
fn gzip_stored(data: &[u8]) -> Vec<u8> {
    const BLOCK_BYTES: usize = 65_535;
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let blocks = data.chunks(BLOCK_BYTES).count();
    for (index, block) in data.chunks(BLOCK_BYTES).enumerate() {
        // `chunks` keeps every block within 16 bits.
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.push(u8::from(index + 1 == blocks));
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    out.extend_from_slice(&crc32(data).to_le_bytes());
    out.extend_from_slice(&u32::try_from(data.len()).unwrap_or(u32::MAX).to_le_bytes());
    out
}
