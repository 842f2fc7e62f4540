//! What a plugin must make of an answer that is not as documented.

use crossdock_cases::{Case, Harm};

use super::typed::Heard;
use crate::model::failure::{Failure, FailureKind, FailureKind as Kind};

/// The wait that damaged answers ask for, milliseconds.
const RETRY_AFTER_MS: u64 = 7_000;
/// Operations whose result is read from the answer: without one there is no result.
const READS: [&str; 7] = [
    "tracking.track",
    "rates.quote",
    "shipments.create",
    "shipments.label",
    "shipments.find-by-reference",
    "service-points.find",
    "addresses.validate",
];
/// Operations that must not be called failed when they may have succeeded.
const BOOKS: &str = "shipments.create";
/// A booking whose answer could not be read may stand.
const OPEN: [Kind; 3] = [Kind::UnexpectedAnswer, Kind::Unavailable, Kind::Timeout];

/// What was given to a plugin.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// What was called.
    pub operation: &'a str,
    /// What was done to the answer.
    pub harm: Harm,
    /// Whether it is the only answer of the call, or all are alike: then nothing else can have helped.
    pub is_only_answer: bool,
    /// Whether it is the last.
    pub is_last: bool,
    /// Whether it was recorded as a success, whole, with a body that the plugin reads.
    pub was_read: bool,
    /// Whether the call was recorded as a whole success.
    pub was_booked: bool,
}

impl<'a> Given<'a> {
    /// Every answer of the call is alike.
    pub fn every_answer(case: &'a Case, harm: Harm) -> Self {
        let operation = &case.call.operation;
        Self { operation, harm, is_only_answer: true, is_last: true, was_read: false, was_booked: false }
    }

    /// One answer of a case is another.
    pub fn one_answer(case: &'a Case, place: usize, harm: Harm) -> Self {
        let exchange = &case.exchanges[place];
        let is_success = exchange.answer.as_ref().is_ok_and(|answer| (200..300).contains(&answer.status));
        let keeps_all = exchange.request.pointer("/keep/0/encoding").is_some_and(|encoding| encoding == "body");
        let ok = case.expected.get("ok");
        let is_booking = case.call.operation == BOOKS;
        Self {
            operation: &case.call.operation,
            harm,
            is_only_answer: case.exchanges.len() == 1,
            is_last: place + 1 == case.exchanges.len(),
            was_read: is_success && !keeps_all && ok.is_some(),
            // What is left of half a booking may well be its refused half.
            was_booked: is_booking && ok.is_some_and(|booking| booking.get("failures").is_none()),
        }
    }
}

/// Says what is wrong in what a plugin made of it; `None`: nothing.
pub fn wrong(given: &Given<'_>, heard: &Heard) -> Option<String> {
    match heard {
        Heard::NoCall(_) => None,
        Heard::Taken => {
            is_made_up(given).then(|| "it returned a result, and the courier had said nothing of it".to_owned())
        }
        Heard::Failed(failures) => failures.iter().find_map(|failure| wrong_failure(given, failure)),
    }
}

/// Whether a result cannot have come from the courier.
fn is_made_up(given: &Given<'_>) -> bool {
    if !given.is_only_answer {
        return false;
    }
    match given.harm {
        Harm::NoConnection | Harm::NoAnswer | Harm::Status(401 | 429 | 500..) => true,
        Harm::Status(300..=403 | 418 | 422) => given.was_read,
        Harm::Status(200) | Harm::Unreadable => given.was_read && READS.contains(&given.operation),
        Harm::Status(204) => given.was_read && given.operation == BOOKS,
        Harm::Status(_) | Harm::StatusAlone(_) | Harm::Odd => false,
    }
}

fn wrong_failure(given: &Given<'_>, failure: &Failure) -> Option<String> {
    let kind = failure.kind;
    let is_status = matches!(given.harm, Harm::Status(_) | Harm::StatusAlone(_));
    if given.was_booked && given.is_last && !is_status && !OPEN.contains(&kind) {
        return Some(format!("{} calls a booking failed that may stand", word(kind)));
    }
    let allowed = allowed(given);
    if !allowed.is_empty() && !allowed.contains(&kind) {
        let allowed: Vec<&str> = allowed.iter().map(|kind| word(*kind)).collect();
        let said = format!("{} ({})", word(kind), failure.message.chars().take(100).collect::<String>());
        return Some(format!("the failure is {said}, and should be {}", allowed.join(" or ")));
    }
    let waits = given.harm == Harm::Status(429) && given.is_only_answer;
    if waits && failure.retry_after_ms != Some(RETRY_AFTER_MS) {
        let said = failure.retry_after_ms.map_or("none".to_owned(), |ms| format!("{ms} ms"));
        return Some(format!("the courier asked to wait {RETRY_AFTER_MS} ms, and the failure's retry-after is {said}"));
    }
    None
}

/// The kinds of failure that say what happened; empty: any.
fn allowed(given: &Given<'_>) -> &'static [FailureKind] {
    if !given.is_only_answer {
        return &[];
    }
    match given.harm {
        Harm::NoConnection => &[Kind::Unavailable],
        Harm::NoAnswer => &[Kind::Timeout, Kind::Unavailable],
        Harm::Status(401) => &[Kind::Auth],
        Harm::Status(403) => &[Kind::Auth, Kind::Unavailable, Kind::UnexpectedAnswer, Kind::Unsupported],
        Harm::Status(429) => &[Kind::RateLimited],
        Harm::Status(503) => &[Kind::Unavailable, Kind::Timeout, Kind::RateLimited],
        Harm::Status(500..) => &[Kind::Unavailable, Kind::Timeout],
        Harm::Status(301 | 302) => &[Kind::UnexpectedAnswer, Kind::Unavailable],
        Harm::Status(400..) => &[
            Kind::InvalidInput,
            Kind::NotFound,
            Kind::Conflict,
            Kind::Unsupported,
            Kind::UnexpectedAnswer,
            Kind::Unavailable,
        ],
        Harm::Status(200) | Harm::Unreadable if given.was_read => &[Kind::UnexpectedAnswer, Kind::Unavailable],
        Harm::Status(_) | Harm::StatusAlone(_) | Harm::Unreadable | Harm::Odd => &[],
    }
}

/// The contract's word.
fn word(kind: FailureKind) -> &'static str {
    match kind {
        Kind::Auth => "auth",
        Kind::NotFound => "not-found",
        Kind::InvalidInput => "invalid-input",
        Kind::Conflict => "conflict",
        Kind::RateLimited => "rate-limited",
        Kind::Unavailable => "unavailable",
        Kind::Timeout => "timeout",
        Kind::Unsupported => "unsupported",
        Kind::UnexpectedAnswer => "unexpected-answer",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const READ: Given<'static> = Given {
        operation: "tracking.track",
        harm: Harm::Unreadable,
        is_only_answer: true,
        is_last: true,
        was_read: true,
        was_booked: false,
    };

    fn failed(kind: Kind) -> Heard {
        Heard::Failed(vec![Failure::new(kind, "code", "words")])
    }

    fn of(harm: Harm) -> Given<'static> {
        Given { harm, ..READ }
    }

    #[test]
    fn a_result_that_no_courier_gave_is_made_up() {
        for harm in [Harm::NoConnection, Harm::NoAnswer, Harm::Unreadable, Harm::Status(200), Harm::Status(401)] {
            assert!(wrong(&of(harm), &Heard::Taken).is_some(), "{harm:?}");
            let one_of_two = Given { is_only_answer: false, ..of(harm) };
            assert_eq!(wrong(&one_of_two, &Heard::Taken), None, "{harm:?}: the other answer may hold it");
        }
        for harm in [Harm::Odd, Harm::StatusAlone(500), Harm::Status(404)] {
            assert_eq!(wrong(&of(harm), &Heard::Taken), None, "{harm:?}");
        }
        let cancelled = Given { operation: "pickups.cancel", ..of(Harm::Unreadable) };
        assert_eq!(wrong(&cancelled, &Heard::Taken), None, "there is nothing to read");
    }

    #[test]
    fn a_failure_says_what_happened() {
        let right = [
            (Harm::NoConnection, Kind::Unavailable),
            (Harm::NoAnswer, Kind::Timeout),
            (Harm::Status(401), Kind::Auth),
            (Harm::Status(500), Kind::Unavailable),
            (Harm::Status(404), Kind::NotFound),
            (Harm::Status(302), Kind::UnexpectedAnswer),
            (Harm::Unreadable, Kind::UnexpectedAnswer),
        ];
        for (harm, kind) in right {
            assert_eq!(wrong(&of(harm), &failed(kind)), None, "{harm:?}");
            assert!(wrong(&of(harm), &failed(Kind::RateLimited)).is_some(), "{harm:?}");
        }
        assert_eq!(wrong(&of(Harm::Odd), &failed(Kind::Conflict)), None);
    }

    #[test]
    fn a_wait_that_the_courier_asks_for_is_handed_on() {
        let limited = |retry_after_ms: Option<u64>| {
            Heard::Failed(vec![Failure { retry_after_ms, ..Failure::new(Kind::RateLimited, "429", "slow down") }])
        };
        assert_eq!(wrong(&of(Harm::Status(429)), &limited(Some(RETRY_AFTER_MS))), None);
        assert!(wrong(&of(Harm::Status(429)), &limited(None)).is_some());
    }

    #[test]
    fn a_booking_that_may_stand_is_never_called_failed() {
        let booking = Given { operation: BOOKS, was_booked: true, ..of(Harm::Odd) };
        assert_eq!(wrong(&booking, &failed(Kind::UnexpectedAnswer)), None);
        let said = wrong(&booking, &failed(Kind::InvalidInput)).unwrap_or_default();
        assert!(said.contains("calls a booking failed that may stand"), "{said}");
        let refused = Given { harm: Harm::Status(409), ..booking };
        assert_eq!(wrong(&refused, &failed(Kind::Conflict)), None, "another status is an answer of the courier's");
    }
}
