//! Building answers.

use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

/// What a handler gives: an answer, or an early refusal.
pub type Answer = Result<Response, Refusal>;

/// An answer that ends a handler early.
#[derive(Debug)]
pub struct Refusal(Box<Response>);

impl From<Response> for Refusal {
    fn from(response: Response) -> Self {
        Self(Box::new(response))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        *self.0
    }
}

/// A JSON answer with a status that couriers use; an impossible status becomes 500.
pub fn json(status: u16, body: &Value) -> Response {
    with_type(status, "application/json", body.to_string().into_bytes())
}

/// A plain-text answer.
pub fn text(status: u16, body: impl Into<String>) -> Response {
    with_type(status, "text/plain;charset=UTF-8", body.into().into_bytes())
}

/// A PDF file.
pub fn pdf(bytes: Vec<u8>) -> Response {
    with_type(200, "application/pdf", bytes)
}

/// A redirect that the client has to follow itself.
pub fn found(location: &str) -> Response {
    (StatusCode::FOUND, [(header::LOCATION, location.to_owned())]).into_response()
}

/// Any body with its content type.
pub fn with_type(status: u16, content_type: &str, body: Vec<u8>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, content_type.to_owned())], Body::from(body)).into_response()
}
