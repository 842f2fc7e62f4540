//! Why a courier operation gave no result, and what couriers say beside their answers.

use serde::{Deserialize, Serialize};

/// The code of a failure that the host writes down for a plugin that crashed, passed a limit or broke the contract.
pub const PLUGIN_FAILED: &str = "plugin_failed";
/// The code of one that ran past its deadline.
pub const PLUGIN_TIMEOUT: &str = "plugin_timeout";
/// The code of one that has too many calls at once.
pub const PLUGIN_BUSY: &str = "plugin_busy";

/// What kind of failure it was. The contract's `failure-kind` says what each means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "documented case by case in wit/types.wit")]
pub enum FailureKind {
    Auth,
    NotFound,
    InvalidInput,
    Conflict,
    RateLimited,
    Unavailable,
    Timeout,
    Unsupported,
    UnexpectedAnswer,
}

impl FailureKind {
    /// Returns the kind's word in the API, in logs and in metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::NotFound => "not_found",
            Self::InvalidInput => "invalid_input",
            Self::Conflict => "conflict",
            Self::RateLimited => "rate_limited",
            Self::Unavailable => "unavailable",
            Self::Timeout => "timeout",
            Self::Unsupported => "unsupported",
            Self::UnexpectedAnswer => "unexpected_answer",
        }
    }

    /// Whether the same request may succeed later.
    pub fn is_retryable(self) -> bool {
        matches!(self, Self::RateLimited | Self::Unavailable | Self::Timeout)
    }

    /// Whether a booking that failed so, after its request had been sent, may exist all the same.
    pub fn leaves_outcome_open(self) -> bool {
        matches!(self, Self::Timeout | Self::Unavailable | Self::UnexpectedAnswer)
    }
}

/// One thing that is wrong in the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// JSON Pointer into the request; empty: the request as a whole.
    pub pointer: String,
    /// A machine word.
    pub code: String,
    /// Words for a person.
    pub detail: String,
}

/// Why there is no result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{}: {message}", kind.as_str())]
pub struct Failure {
    /// What kind it was.
    pub kind: FailureKind,
    /// The courier's own code, or a word.
    pub code: String,
    /// Words for a person.
    pub message: String,
    /// What is wrong where.
    pub problems: Vec<Problem>,
    /// How long to wait.
    pub retry_after_ms: Option<u64>,
    /// The HTTP status that the courier answered.
    pub courier_status: Option<u16>,
    /// Whether a request that may have changed something had left.
    pub request_sent: bool,
}

impl Failure {
    /// Makes a failure of nothing but kind, code and words; nothing had been sent.
    pub fn new(kind: FailureKind, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            kind,
            code: code.into(),
            message: message.into(),
            problems: Vec::new(),
            retry_after_ms: None,
            courier_status: None,
            request_sent: false,
        }
    }
}

/// How serious a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Something failed.
    Error,
    /// Somebody should look.
    Warning,
    /// Good to know.
    Note,
}

/// Something that the courier said beside its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// How serious it is.
    pub level: Level,
    /// The courier's code, or empty.
    pub code: String,
    /// The courier's words.
    pub text: String,
    /// JSON Pointer into the request.
    pub pointer: Option<String>,
    /// The tracking number or the index of the parcel that it concerns.
    pub concerns: Option<String>,
}

/// What failed beside a part that went well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartFailure {
    /// Place of the parcel in the order, from 0.
    pub parcel: Option<u32>,
    /// Why.
    pub failure: Failure,
}
