//! Use cases' errors as problems: the one place that gives them statuses.

use std::time::Duration;

use super::{Code, FieldError, Problem, code};
use crate::http::params::invalid_parameters;
use crate::model::courier::CourierId;
use crate::model::failure::{Failure, Problem as Fault};
use crate::plugin::CallError;
use crate::service::Error;
use crate::store;

/// When to look again whether the first request under an idempotency key is done: bookings take seconds.
const STILL_RUNNING_WAIT: Duration = Duration::from_secs(2);

/// When to try again after the database or a plugin was too busy.
const BUSY_WAIT: Duration = Duration::from_secs(1);

/// Codes of wrong input that are problems of their own kind when nothing else is wrong.
const KINDS: [(&str, Code); 10] = [
    // An id that names nothing, wherever it stands, is a 404 as it is in a path; another merchant's names nothing.
    ("unknown_credential", code::NOT_FOUND),
    ("unknown_store", code::NOT_FOUND),
    ("unknown_shipment", code::NOT_FOUND),
    ("unrecognised_number", code::NO_CREDENTIAL),
    ("unsupported", code::UNSUPPORTED),
    ("ambiguous", code::AMBIGUOUS_CREDENTIAL),
    ("not_connected", code::NO_CREDENTIAL),
    ("secret_required", code::SECRETS_REQUIRED),
    ("endpoint_refused", code::ENDPOINT_REFUSED),
    ("test_key", code::ENVIRONMENT_MISMATCH),
];

impl From<Error> for Problem {
    /// Makes the answer for a use case that has a shipment in its body, or no body: a courier's pointers into a shipment
    /// lead into the member `shipment`.
    ///
    /// | Error | Status |
    /// |---|---|
    /// | `NotFound` | 404 |
    /// | `Invalid` | 422 with pointers; 404 if all that is wrong are ids that name nothing |
    /// | `Conflict` | 409; the precise word stands in `errors` |
    /// | `SeveralLabels` | 409 with the labels' paths in `links` |
    /// | `Unsupported` | 422 |
    /// | `StillRunning` | 409 with `Retry-After` |
    /// | `KeyReused` | 422 |
    /// | `Courier` | as [`Problem::from_failure`] says |
    /// | `Plugin` | 502, 503, 504; 422 if the plugin does not offer it |
    /// | `Store` | 503 while the database is away, else 500 |
    /// | `Vault` | 500 |
    fn from(error: Error) -> Self {
        of_error(error, Self::from_failure)
    }
}

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        of_store(&error)
    }
}

impl Problem {
    /// Makes the answer for a use case whose body is what the courier's operation takes, below `member`: pickups,
    /// addresses, service points (`.map_err(|error| Problem::of_plain(error, ""))`).
    pub fn of_plain(error: Error, member: &str) -> Self {
        of_error(error, |failure| Self::from_plain_failure(failure, member))
    }

    /// Makes the answer for a use case that was asked by query parameters: wrong ones are 400, as everywhere.
    pub fn of_query(error: Error) -> Self {
        match error {
            Error::Invalid { problems } if kind(&problems).is_none() => invalid_parameters(field_errors(problems)),
            error => Self::of_plain(error, ""),
        }
    }
}

fn of_error(error: Error, of_failure: impl Fn(&Failure) -> Problem) -> Problem {
    match error {
        Error::NotFound(what) => Problem::not_found().detail(format!(
            "this merchant has no such {what}; check the id, and that the key is for the same data, live or test"
        )),
        Error::Invalid { problems } => invalid(problems),
        Error::Conflict { code, detail } => conflict(code, detail),
        Error::Unsupported { code, detail } => unsupported(code).detail(detail),
        Error::SeveralLabels { shipment, format, documents } => {
            let path = |id| format!("/v1/shipments/{shipment}/documents/{id}");
            let detail =
                format!("{} labels cannot be joined as {format}: fetch each, or one by parcel", documents.len());
            Problem::new(code::SEVERAL_LABELS).detail(detail).links(documents.into_iter().map(path).collect())
        }
        Error::StillRunning => Problem::new(code::IDEMPOTENCY_IN_PROGRESS).retry_after(STILL_RUNNING_WAIT),
        Error::KeyReused => Problem::new(code::IDEMPOTENCY_KEY_REUSED),
        Error::Courier { courier, failure } => with_name(of_failure(&failure), &courier, &failure),
        Error::Plugin(error) => of_plugin(&error),
        Error::Vault(error) => Problem::internal(&error),
        Error::Store(error) => of_store(&error),
    }
}

fn invalid(problems: Vec<Fault>) -> Problem {
    let kind = kind(&problems);
    let errors = field_errors(problems);
    match (kind, errors.first()) {
        (Some(kind), Some(first)) => Problem::new(kind).detail(first.detail.clone()).errors(errors),
        _ => Problem::invalid_body(errors),
    }
}

fn kind(problems: &[Fault]) -> Option<Code> {
    let all = |word: &str| problems.iter().all(|problem| problem.code == word);
    KINDS.iter().find(|(word, _)| all(word)).map(|(_, kind)| *kind)
}

fn field_errors(problems: Vec<Fault>) -> Vec<FieldError> {
    problems.into_iter().map(|problem| FieldError::new(problem.pointer, problem.code, problem.detail)).collect()
}

fn conflict(word: &str, detail: String) -> Problem {
    let code = match word {
        "duplicate_credential" => code::DUPLICATE,
        _ => code::CONFLICT,
    };
    Problem::new(code).error("", word, &detail).detail(detail)
}

fn unsupported(word: &str) -> Problem {
    Problem::new(match word {
        "no_test_environment" => code::NO_TEST_ENVIRONMENT,
        _ => code::UNSUPPORTED,
    })
}

fn with_name(problem: Problem, courier: &CourierId, failure: &Failure) -> Problem {
    problem.detail(format!("{courier}: {}", failure.message))
}

fn of_plugin(error: &CallError) -> Problem {
    let (code, courier) = match error {
        CallError::NotOffered { courier, .. } => (code::UNSUPPORTED, courier),
        CallError::DeadlineExceeded { courier, .. } => (code::PLUGIN_TIMEOUT, courier),
        CallError::Busy { courier, .. } => (code::PLUGIN_BUSY, courier),
        CallError::Trap { courier, .. }
        | CallError::LimitExceeded { courier, .. }
        | CallError::BadResult { courier, .. } => (code::PLUGIN_FAILED, courier),
    };
    // What exactly broke stands in the plugin call's log line: it is for the operator, and may be in the plugin's own words.
    let problem = Problem::new(code);
    match error {
        CallError::NotOffered { capability, .. } => {
            problem.detail(format!("{courier} offers no {capability} to this account"))
        }
        CallError::Busy { .. } => {
            problem.detail(format!("the plugin of {courier} has too many calls at once")).retry_after(BUSY_WAIT)
        }
        _ => problem.detail(format!("the plugin of {courier} failed: {}", error.as_str())),
    }
}

fn of_store(error: &store::Error) -> Problem {
    match error {
        store::Error::Unavailable(_) => {
            tracing::error!(%error, "the database is away");
            Problem::new(code::UNAVAILABLE).retry_after(BUSY_WAIT)
        }
        store::Error::Conflict => Problem::new(code::DUPLICATE),
        store::Error::Corrupt(_) | store::Error::Schema(_) | store::Error::Database(_) => Problem::internal(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::failure::FailureKind;

    fn json(problem: &Problem) -> serde_json::Value {
        serde_json::from_slice(&problem.to_json()).unwrap()
    }

    fn courier() -> CourierId {
        "acme".parse().unwrap()
    }

    fn refusal() -> Failure {
        let mut failure = Failure::new(FailureKind::InvalidInput, "E17", "no such place");
        failure.problems = vec![Fault {
            pointer: "/recipient/city".to_owned(),
            code: "unknown".to_owned(),
            detail: "no such city".to_owned(),
        }];
        failure
    }

    #[test]
    fn every_error_has_its_status_and_code() {
        let busy = CallError::Busy { courier: courier(), version: "1".to_owned() };
        let conflict = |code| Error::Conflict { code, detail: "x".to_owned() };
        let unsupported = |code| Error::Unsupported { code, detail: "x".to_owned() };
        let cases = [
            (Error::NotFound("credential"), 404, "not_found"),
            (Error::invalid("/label", "required", "x"), 422, "invalid_body"),
            (Error::invalid("/credential_id", "ambiguous", "x"), 422, "ambiguous_credential"),
            (conflict("changed_meanwhile"), 409, "conflict"),
            (conflict("duplicate_credential"), 409, "duplicate"),
            (unsupported("unsupported"), 422, "unsupported"),
            (unsupported("no_test_environment"), 422, "no_test_environment"),
            (Error::StillRunning, 409, "idempotency_in_progress"),
            (Error::KeyReused, 422, "idempotency_key_reused"),
            (busy.into(), 503, "plugin_busy"),
            (store::Error::Conflict.into(), 409, "duplicate"),
            (store::Error::Corrupt("secret".to_owned()).into(), 500, "internal"),
        ];
        for (error, status, code) in cases {
            let words = error.to_string();
            let problem = Problem::from(error);
            assert_eq!((problem.status(), problem.code()), (status, code), "{words}");
        }
        assert_eq!(json(&Error::StillRunning.into())["retry_after_s"], 2);
    }

    #[test]
    fn internals_stay_inside() {
        let broken = CallError::BadResult { courier: courier(), version: "1".to_owned(), what: "hunter2".to_owned() };
        let problems = [Problem::from(Error::from(broken)), Problem::from(store::Error::Corrupt("hunter2".to_owned()))];
        for problem in problems {
            assert!(!json(&problem).to_string().contains("hunter2"));
        }
    }

    #[test]
    fn a_courier_s_refusal_names_the_courier_and_the_place() {
        let problem = json(&Error::courier(&courier(), refusal()).into());
        assert_eq!(problem["detail"], "acme: no such place");
        assert_eq!(problem["courier"], serde_json::json!({"code": "E17", "message": "no such place"}));
        assert_eq!(problem["errors"][0]["pointer"], "/shipment/recipient/city");
        let plain = Problem::of_plain(Error::courier(&courier(), refusal()), "/pickup");
        assert_eq!(json(&plain)["errors"][0]["pointer"], "/pickup/recipient/city");
    }

    #[test]
    fn wrong_query_parameters_are_a_400() {
        let problem = Problem::of_query(Error::invalid("/courier", "required", "x"));
        assert_eq!((problem.status(), json(&problem)["errors"][0]["pointer"].clone()), (400, "/courier".into()));
        let unknown = Problem::of_query(Error::invalid("/credential_id", "unknown_credential", "x"));
        assert_eq!((unknown.status(), unknown.code()), (404, "not_found"));
    }
}
