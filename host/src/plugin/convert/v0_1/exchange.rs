//! Requests and answers on their way between guest and wire.

use crate::model::exchange::{CourierRequest, CourierResponse, Keep, KeepEncoding, Method};
use crate::model::failure::{Failure, FailureKind};
use crate::plugin::bindings::http;
use crate::plugin::limits;

/// Turns a guest's request into ours.
///
/// # Errors
///
/// `invalid-input` if it has more pairs or kept values than a request may.
pub fn request(request: http::Request) -> Result<CourierRequest, Failure> {
    let pairs = request.headers.len().max(request.query.len());
    if pairs > limits::MAX_PAIRS || request.keep.len() > limits::MAX_KEEPS {
        let words = "a request takes at most 100 headers, 100 query parameters and 200 kept values";
        return Err(Failure::new(FailureKind::InvalidInput, "too-many-pairs", words));
    }
    Ok(CourierRequest {
        endpoint: request.endpoint,
        method: method(request.method),
        path: request.path,
        query: request.query,
        headers: request.headers,
        body: request.body,
        keep: request.keep.into_iter().map(keep).collect(),
        repeatable: request.repeatable,
        timeout_ms: request.timeout_ms,
    })
}

/// Turns a courier's answer into the contract's.
pub fn response(response: CourierResponse) -> http::Response {
    http::Response { status: response.status, headers: response.headers, body: response.body }
}

fn method(method: http::Method) -> Method {
    match method {
        http::Method::Get => Method::Get,
        http::Method::Head => Method::Head,
        http::Method::Post => Method::Post,
        http::Method::Put => Method::Put,
        http::Method::Patch => Method::Patch,
        http::Method::Delete => Method::Delete,
    }
}

fn keep(keep: http::Keep) -> Keep {
    let encoding = match keep.encoding {
        http::KeepEncoding::Base64 => KeepEncoding::Base64,
        http::KeepEncoding::Hex => KeepEncoding::Hex,
        http::KeepEncoding::Text => KeepEncoding::Text,
        http::KeepEncoding::ByteArray => KeepEncoding::ByteArray,
        http::KeepEncoding::Body => KeepEncoding::Body,
    };
    Keep { pointer: keep.pointer, encoding }
}
