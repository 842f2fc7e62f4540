//! The one error body of all UPS APIs.

use axum::response::Response;
use serde_json::json;

use crate::common::answer;

/// An error with its code.
pub fn answer(status: u16, code: &str, message: &str) -> Response {
    answer::json(status, &json!({"response": {"errors": [{"code": code, "message": message}]}}))
}

/// A request that cannot be read.
pub fn unreadable() -> Response {
    answer(400, "10001", "The request is not well formed or the operation is not defined.")
}
