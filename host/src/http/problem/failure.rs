//! Couriers' failures as problems.

use std::time::Duration;

use super::{Code, FieldError, Problem, code};
use crate::model::failure::{Failure, FailureKind, PLUGIN_BUSY, PLUGIN_FAILED, PLUGIN_TIMEOUT};

/// Member of our request bodies that holds what the contract calls the request; its pointers start below.
const SHIPMENT_MEMBER: &str = "/shipment";

/// First members of a contract's shipment: pointers that start with one of them point into a shipment.
const SHIPMENT_ROOTS: [&str; 12] = [
    "sender",
    "recipient",
    "return_to",
    "parcels",
    "service",
    "options",
    "customs",
    "payments",
    "references",
    "shipping_date",
    "is_return",
    "extensions",
];

impl Problem {
    /// Makes the answer for a quote or a booking that gave no result; our bodies hold its input in `shipment`.
    ///
    /// | Kind | Status | Why so |
    /// |---|---|---|
    /// | auth | 422 | the merchant's account at the courier is wrong, not the API key (401 would say that) |
    /// | not_found | 404 | |
    /// | invalid_input | 422 | with pointers into our request body |
    /// | conflict | 409 | |
    /// | rate_limited | 503 | the courier's limit; 429 is kept for the API key's own |
    /// | unavailable, unexpected_answer | 502 | |
    /// | timeout | 504 | |
    /// | unsupported | 422 | |
    pub fn from_failure(failure: &Failure) -> Self {
        Self::of_failure(failure, request_pointer)
    }

    /// Makes the answer for any other courier operation that gave no result; pointers stay as they are, below `member`.
    pub fn from_plain_failure(failure: &Failure, member: &str) -> Self {
        Self::of_failure(failure, |pointer| format!("{member}{pointer}"))
    }

    fn of_failure(failure: &Failure, place: impl Fn(&str) -> String) -> Self {
        let errors = failure
            .problems
            .iter()
            .map(|problem| FieldError::new(place(&problem.pointer), problem.code.clone(), problem.detail.clone()));
        let mut problem = match plugin_code(&failure.code) {
            Some(code) => Self::new(code),
            None => {
                let problem = Self::new(code_of(failure.kind)).detail(failure.message.clone());
                problem.courier(&failure.code, &failure.message, failure.courier_status)
            }
        };
        problem = problem.errors(errors.collect());
        if let Some(wait_ms) = failure.retry_after_ms {
            problem = problem.retry_after(Duration::from_millis(wait_ms));
        }
        problem
    }
}

impl From<&Failure> for Problem {
    fn from(failure: &Failure) -> Self {
        Self::from_failure(failure)
    }
}

/// A failure that the host itself wrote down, of a plugin that gave no answer: the courier is not to blame.
fn plugin_code(word: &str) -> Option<Code> {
    match word {
        PLUGIN_FAILED => Some(code::PLUGIN_FAILED),
        PLUGIN_TIMEOUT => Some(code::PLUGIN_TIMEOUT),
        PLUGIN_BUSY => Some(code::PLUGIN_BUSY),
        _ => None,
    }
}

fn code_of(kind: FailureKind) -> Code {
    match kind {
        FailureKind::Auth => code::COURIER_AUTH,
        FailureKind::NotFound => code::COURIER_NOT_FOUND,
        FailureKind::InvalidInput => code::COURIER_INVALID_INPUT,
        FailureKind::Conflict => code::COURIER_CONFLICT,
        FailureKind::RateLimited => code::COURIER_RATE_LIMITED,
        FailureKind::Unavailable => code::COURIER_UNAVAILABLE,
        FailureKind::Timeout => code::COURIER_TIMEOUT,
        FailureKind::Unsupported => code::COURIER_UNSUPPORTED,
        FailureKind::UnexpectedAnswer => code::COURIER_UNEXPECTED_ANSWER,
    }
}

/// Turns a pointer into what the capability received into one into our request's body.
fn request_pointer(pointer: &str) -> String {
    let root = pointer.strip_prefix('/').unwrap_or("").split('/').next().unwrap_or("");
    // What `create` receives has the shipment in a member already.
    if SHIPMENT_ROOTS.contains(&root) { format!("{SHIPMENT_MEMBER}{pointer}") } else { pointer.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_lead_into_our_body() {
        assert_eq!(request_pointer("/recipient/postal_code"), "/shipment/recipient/postal_code");
        assert_eq!(request_pointer("/shipment/recipient"), "/shipment/recipient");
        assert_eq!(request_pointer("/label_format"), "/label_format");
        assert_eq!(request_pointer(""), "");
    }

    #[test]
    fn a_courier_s_limit_is_no_429() {
        let mut failure = Failure::new(FailureKind::RateLimited, "too-many", "slow down");
        failure.retry_after_ms = Some(1);
        let problem = Problem::from_failure(&failure);
        assert_eq!(problem.status(), 503);
        let broken = Failure::new(FailureKind::UnexpectedAnswer, PLUGIN_FAILED, "trap");
        assert_eq!(Problem::from_failure(&broken).code(), "plugin_failed");
        let json: serde_json::Value = serde_json::from_slice(&problem.to_json()).unwrap();
        assert_eq!(json["retry_after_s"], 1);
        assert_eq!(json["source"], "courier");
        assert_eq!(json["courier"]["code"], "too-many");
        assert_eq!(json["retryable"], true);
    }
}
