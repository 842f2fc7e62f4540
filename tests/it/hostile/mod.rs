//! Plugins that misbehave: each harms nobody but itself, and only in the call in which it does. `tests/guests/hostile/README.md`
//! lists every behaviour with what becomes of it.

mod behaviours;
mod bulkhead;
mod components;
mod courier;
mod list;
mod over_http;
mod stage;

use crossdock::model::failure::Failure;
use crossdock::model::tracking::Tracking;
use crossdock::plugin::CallError;

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The call passed this limit.
    Limit(&'static str),
    /// The guest crashed.
    Crash,
    /// The result breaks the contract, here.
    BadResult(&'static str),
    /// The guest reported a failure, which is cut to size.
    Failure,
    /// An ordinary answer: what the guest did beside it came to nothing.
    Answer,
    /// The same, unless the host is so slow that the call spends its CPU time before.
    AnswerInTime,
}

/// Every file of `tests/guests/hostile/src/behaviours`, and what becomes of a call for it.
pub const BEHAVIOURS: &[(&str, End)] = &[
    ("bad_country", End::BadResult("country")),
    ("bad_moment", End::BadResult("status_at")),
    ("control_characters", End::Answer),
    ("crash", End::Crash),
    ("deep_recursion", End::Limit("stack")),
    ("endless_clock", End::Limit("CPU time")),
    ("endless_log", End::Limit("CPU time")),
    ("endless_loop", End::Limit("CPU time")),
    ("endless_requests", End::Limit("CPU time")),
    ("giant_answer", End::Limit("bytes passed to the host")),
    ("giant_failure", End::Failure),
    ("giant_list", End::Limit("bytes passed to the host")),
    ("giant_log_line", End::Answer),
    ("giant_request", End::Limit("bytes passed to the host")),
    ("huge_document", End::BadResult("proof_of_delivery")),
    ("long_list", End::BadResult("related_numbers")),
    ("long_text", End::BadResult("courier_text")),
    ("many_extensions", End::BadResult("extensions")),
    ("memory_growth", End::Limit("memory")),
    ("memory_held", End::Answer),
    ("million_log_lines", End::AnswerInTime),
    ("nameless_event", End::BadResult("courier_key")),
    ("no_result", End::BadResult("0 results for 1 numbers")),
    ("other_number", End::BadResult("number")),
    ("two_results", End::BadResult("2 results for 1 numbers")),
];

/// A number that the guest asks the courier about, as an honest plugin does.
pub const ORDINARY: &str = "ORDINARY1";

/// The tracking number that asks for a behaviour, as the API writes numbers: capitals, nothing between them.
pub fn number(behaviour: &str) -> String {
    behaviour.replace('_', "").to_uppercase()
}

/// What a call through the engine gives.
type Tracked = Result<Vec<Result<Tracking, Failure>>, CallError>;

impl End {
    /// Fails unless a call through the engine ended so.
    fn expect(self, behaviour: &str, tracked: &Tracked) {
        let is_so = match (self, tracked) {
            (Self::Limit(wanted), Err(CallError::LimitExceeded { limit, .. })) => *limit == wanted,
            (Self::Crash, Err(CallError::Trap { .. })) => true,
            (Self::BadResult(place), Err(CallError::BadResult { what, .. })) => what.contains(place),
            (Self::Failure, Ok(results)) => matches!(results.as_slice(), [Err(_)]),
            (Self::Answer | Self::AnswerInTime, Ok(results)) => matches!(results.as_slice(), [Ok(_)]),
            _ => false,
        };
        assert!(is_so, "{behaviour} should have ended in {self:?}: {tracked:?}");
    }

    /// Whether the behaviour is not to be seen from outside.
    fn is_answer(self) -> bool {
        matches!(self, Self::Answer | Self::AnswerInTime)
    }
}
