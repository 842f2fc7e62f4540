//! Building failures: `Failure::invalid_input("bad-address", "…").problem("/recipient/postal_code", "required", "…")`.

use crate::types::{Failure, FailureKind, Problem};

/// At most this many problems in one failure (contract).
const MAX_PROBLEMS: usize = 100;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident => $kind:ident;)*) => {
        impl Failure {
            $($(#[$doc])*
            pub fn $name(code: impl Into<String>, message: impl Into<String>) -> Self {
                Self::new(FailureKind::$kind, code, message)
            })*
        }
    };
}

kinds! {
    /// The courier rejected the account.
    auth => Auth;
    /// The courier answered, and does not know it.
    not_found => NotFound;
    /// The request cannot be carried out as it is; add a [`Failure::problem`] per wrong place.
    invalid_input => InvalidInput;
    /// The courier's state forbids it.
    conflict => Conflict;
    /// A limit was reached.
    rate_limited => RateLimited;
    /// The courier did not answer, or said that it cannot now.
    unavailable => Unavailable;
    /// No answer within the time that was left.
    timeout => Timeout;
    /// The courier, this product or this account does not offer it.
    unsupported => Unsupported;
    /// The courier answered something that cannot be understood.
    unexpected_answer => UnexpectedAnswer;
}

impl Failure {
    /// Makes a failure. `code` is the courier's own where it gave one.
    ///
    /// `request_sent` need not be set: the SDK knows which requests left in this call.
    pub fn new(kind: FailureKind, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { kind, code: code.into(), message: message.into(), ..Self::default() }
    }

    /// Adds what is wrong where: a JSON Pointer into the request with the contract's names in snake_case.
    #[must_use]
    pub fn problem(mut self, pointer: impl Into<String>, code: impl Into<String>, detail: impl Into<String>) -> Self {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(Problem { pointer: pointer.into(), code: code.into(), detail: detail.into() });
        }
        self
    }

    /// Sets the HTTP status that the courier answered.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.courier_status = Some(status);
        self
    }

    /// Sets how long to wait before trying again.
    #[must_use]
    pub fn retry_after(mut self, retry_after_ms: Option<u64>) -> Self {
        self.retry_after_ms = retry_after_ms;
        self
    }
}

impl FailureKind {
    /// What a plain HTTP error status means where the courier's body says no more.
    pub fn of_status(status: u16) -> Self {
        match status {
            400 | 422 => Self::InvalidInput,
            401 | 403 => Self::Auth,
            404 => Self::NotFound,
            408 | 504 => Self::Timeout,
            409 => Self::Conflict,
            429 => Self::RateLimited,
            500..=599 => Self::Unavailable,
            _ => Self::UnexpectedAnswer,
        }
    }
}
