//! Contract 0.1: what wasmtime generates of it, to the model's types and back.
//!
//! What goes in is ours and only changes its type. What comes out was made by a guest: [`check`] bounds it, and names
//! what breaks the contract.

pub mod check;
pub mod exchange;
pub mod from_guest;
mod from_parts;
pub mod to_guest;

pub use check::{Check, Flawed};

use super::super::bindings::types;
use crate::model::failure::{Failure, FailureKind};

/// Turns a failure that the host made into the contract's.
pub fn failure_to_guest(failure: Failure) -> types::Failure {
    types::Failure {
        kind: match failure.kind {
            FailureKind::Auth => types::FailureKind::Auth,
            FailureKind::NotFound => types::FailureKind::NotFound,
            FailureKind::InvalidInput => types::FailureKind::InvalidInput,
            FailureKind::Conflict => types::FailureKind::Conflict,
            FailureKind::RateLimited => types::FailureKind::RateLimited,
            FailureKind::Unavailable => types::FailureKind::Unavailable,
            FailureKind::Timeout => types::FailureKind::Timeout,
            FailureKind::Unsupported => types::FailureKind::Unsupported,
            FailureKind::UnexpectedAnswer => types::FailureKind::UnexpectedAnswer,
        },
        code: failure.code,
        message: failure.message,
        problems: failure
            .problems
            .into_iter()
            .map(|problem| types::Problem { pointer: problem.pointer, code: problem.code, detail: problem.detail })
            .collect(),
        retry_after_ms: failure.retry_after_ms,
        courier_status: failure.courier_status,
        request_sent: failure.request_sent,
    }
}
