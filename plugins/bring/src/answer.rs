//! What all of Bring's APIs have in common when they refuse.

use crossdock_sdk::types::FailureKind;
use crossdock_sdk::{Failure, Response};

/// How much of a refusal's text is passed on.
const QUOTED_CHARS: usize = 300;

/// Bring's language code of the caller's language. `norwegian` is what the API calls it, in its own case.
pub fn language(language: &str, codes: [&'static str; 4]) -> &'static str {
    let [english, norwegian, swedish, danish] = codes;
    match language {
        "nb" | "nn" | "no" => norwegian,
        "sv" => swedish,
        "da" => danish,
        _ => english,
    }
}

/// The answer, unless it rejects the credential.
///
/// Tracking says 401 with text that begins `Unathorized` (CONFIRMED, Bring's spelling); booking and rates 400 with text
/// `Authentication failed` (REPORTED); the Shipment API 417. All forms are taken from every API.
pub fn authenticated(answer: Response) -> Result<Response, Failure> {
    let is_refused = matches!(answer.status(), 401 | 403);
    let is_json = matches!(answer.bytes().trim_ascii_start().first(), Some(b'{' | b'['));
    if is_json && !is_refused {
        return Ok(answer);
    }
    let words: String = answer.text().trim().chars().take(QUOTED_CHARS).collect();
    let lower = words.to_ascii_lowercase();
    let says_so =
        !is_json && ["authentication failed", "unathorized", "unauthorized"].iter().any(|mark| lower.contains(mark));
    if is_refused || says_so {
        let words = if is_json || words.is_empty() { "Bring rejects the credential".to_owned() } else { words };
        return Err(answer.failure_of(FailureKind::Auth, "not-authenticated", words));
    }
    Ok(answer)
}

/// The failure of an answer that says nothing better.
pub fn refused(answer: Response) -> Failure {
    let status = answer.status();
    match answer.error_for_status() {
        Err(failure) => failure,
        Ok(answer) => answer.failure_of(
            FailureKind::UnexpectedAnswer,
            format!("http-{status}"),
            "Bring answered something that is not documented",
        ),
    }
}
