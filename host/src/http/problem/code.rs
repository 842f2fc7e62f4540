//! The table of problem codes: one place that says which status, title and blame each code has.

use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

/// Who has to do something about a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The caller: the request cannot succeed as it is.
    Request,
    /// This host.
    Platform,
    /// The courier answered so, or did not answer.
    Courier,
    /// The courier's plugin on this host.
    Plugin,
}

/// What a problem code means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// The machine word.
    pub word: &'static str,
    /// HTTP status.
    pub status: StatusCode,
    /// Short words for a person, the same for every occurrence.
    pub title: &'static str,
    /// Who has to act, unless an occurrence says otherwise.
    pub source: Source,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// What whoever meets it does about it; code stands in backticks.
    pub remedy: &'static str,
}

macro_rules! codes {
    ($($name:ident = $word:literal, $status:ident, $source:ident, $retryable:literal, $title:literal, $remedy:literal;)*) => {
        $(#[doc = concat!("`", $word, "`: ", $title, ".")]
        pub const $name: Code = Code {
            word: $word,
            status: StatusCode::$status,
            title: $title,
            source: Source::$source,
            retryable: $retryable,
            remedy: $remedy,
        };)*

        /// Every code, in the order in which the documentation lists them.
        pub const ALL: &[Code] = &[$($name),*];
    };
}

codes! {
    // The request as such.
    MALFORMED_JSON = "malformed_json", BAD_REQUEST, Request, false, "The body is not JSON",
        "Send one JSON object; the detail names line and column.";
    INVALID_PARAMETER = "invalid_parameter", BAD_REQUEST, Request, false, "A query parameter is wrong",
        "Correct the parameters that `errors` points at.";
    INVALID_HEADER = "invalid_header", BAD_REQUEST, Request, false, "A request header is wrong",
        "Correct the header that the detail names.";
    INVALID_CURSOR = "invalid_cursor", BAD_REQUEST, Request, false, "The cursor does not belong to this list",
        "Start again without `cursor`; keep path and filters as they were from page to page.";
    IDEMPOTENCY_KEY_MISSING = "idempotency_key_missing", BAD_REQUEST, Request, false, "The Idempotency-Key header is required",
        "Send a new random value, such as a UUID, with each intent, and the same one with its retries.";
    IDEMPOTENCY_KEY_INVALID = "idempotency_key_invalid", BAD_REQUEST, Request, false, "The Idempotency-Key header is malformed",
        "Send 1 to 255 visible ASCII characters, once.";
    UNAUTHENTICATED = "unauthenticated", UNAUTHORIZED, Request, false, "A valid API key is required",
        "Send `Authorization: Bearer <API key>` with a key that is neither expired nor revoked.";
    MISSING_SCOPE = "missing_scope", FORBIDDEN, Request, false, "The API key lacks a scope",
        "Use a key that has the scope which the detail names, or have one made.";
    WRONG_KEY_KIND = "wrong_key_kind", FORBIDDEN, Request, false, "This kind of API key cannot do that",
        "Use a merchant's key here; operators' keys open the operators' calls only.";
    ADDRESS_NOT_ALLOWED = "address_not_allowed", FORBIDDEN, Request, false, "The API key may not be used from this address",
        "Call from an address on the key's list, or have the list changed.";
    MERCHANT_DISABLED = "merchant_disabled", FORBIDDEN, Request, false, "The merchant is disabled",
        "Ask the operator of this host.";
    NOT_FOUND = "not_found", NOT_FOUND, Request, false, "There is no such resource",
        "Check the id and the kind of key: test keys do not see what is real, and nobody sees another merchant's.";
    METHOD_NOT_ALLOWED = "method_not_allowed", METHOD_NOT_ALLOWED, Request, false, "The resource does not know this method",
        "See `Allow` for the methods of this address.";
    CONFLICT = "conflict", CONFLICT, Request, false, "The resource's state forbids it",
        "Read the resource again; `errors[0].code` says what stands in the way.";
    SEVERAL_LABELS = "several_labels", CONFLICT, Request, false, "The labels cannot be joined into one file",
        "Fetch each label from `links`, or one with `?parcel=`.";
    DUPLICATE = "duplicate", CONFLICT, Request, false, "It exists already",
        "Use the one that exists, or another label.";
    IDEMPOTENCY_IN_PROGRESS = "idempotency_in_progress", CONFLICT, Request, true, "A request with this Idempotency-Key is still running",
        "Wait as `Retry-After` says and send the same request again; do not take a new key.";
    PRECONDITION_FAILED = "precondition_failed", PRECONDITION_FAILED, Request, false, "The resource has changed since it was read",
        "Read the resource again, decide again, and send its new `ETag`.";
    URI_TOO_LONG = "uri_too_long", URI_TOO_LONG, Request, false, "The address with its query is too long",
        "Send fewer or shorter query parameters.";
    HEADERS_TOO_LARGE = "headers_too_large", REQUEST_HEADER_FIELDS_TOO_LARGE, Request, false, "The request's headers are too large",
        "Send fewer or shorter headers.";
    BODY_TOO_LARGE = "body_too_large", PAYLOAD_TOO_LARGE, Request, false, "The body is too large",
        "Send less: 1 MiB is read.";
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE, Request, false, "The body must be application/json",
        "Send `Content-Type: application/json`.";
    INVALID_BODY = "invalid_body", UNPROCESSABLE_ENTITY, Request, false, "The body has wrong or missing fields",
        "Correct each member that `errors` points at (JSON Pointers into your body).";
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused", UNPROCESSABLE_ENTITY, Request, false, "The Idempotency-Key was used with another body",
        "Take a new key for a new intent; send the very same body for a retry.";
    UNSUPPORTED = "unsupported", UNPROCESSABLE_ENTITY, Request, false, "The courier or this account does not offer it",
        "Use another courier, account kind or option; `GET /v1/couriers/{courier}` says what each can do.";
    NO_CREDENTIAL = "no_credential", UNPROCESSABLE_ENTITY, Request, false, "No connected account fits the request",
        "Connect an account first (`POST /v1/credentials`), or name one that is connected.";
    AMBIGUOUS_CREDENTIAL = "ambiguous_credential", UNPROCESSABLE_ENTITY, Request, false, "Several connected accounts fit the request",
        "Set `credential_id` to one of those that the detail lists.";
    NO_TEST_ENVIRONMENT = "no_test_environment", UNPROCESSABLE_ENTITY, Request, false, "The courier cannot be tested without spending money",
        "Try this courier with a live key: it has no way to test.";
    ENVIRONMENT_MISMATCH = "environment_mismatch", UNPROCESSABLE_ENTITY, Request, false, "Test keys use test credentials, live keys production credentials",
        "Use a live key for production credentials and a test key for test ones.";
    SECRETS_REQUIRED = "secrets_required", UNPROCESSABLE_ENTITY, Request, false, "Every secret must be given again",
        "Give every secret field again with the change.";
    ENDPOINT_REFUSED = "endpoint_refused", UNPROCESSABLE_ENTITY, Request, false, "The base URL is not allowed",
        "Give a base URL whose address is public, or have the operator allow its network.";
    CREDENTIAL_TEST_FAILED = "credential_test_failed", UNPROCESSABLE_ENTITY, Request, false, "The account did not pass its test",
        "Correct the account's fields; `courier` says what it did not like. `\"test\": false` saves untested.";
    QUOTA_EXCEEDED = "quota_exceeded", TOO_MANY_REQUESTS, Request, true, "Too many requests with this API key",
        "Wait as `Retry-After` says; `violated-policies` names the quotas. Spread your requests, or ask for wider limits.";
    // The courier.
    COURIER_AUTH = "courier_auth", UNPROCESSABLE_ENTITY, Courier, false, "The courier rejected the account",
        "Test the account (`POST /v1/credentials/{id}/test`) and give its secrets anew; the courier may have blocked or expired them.";
    COURIER_NOT_FOUND = "courier_not_found", NOT_FOUND, Courier, false, "The courier does not know it",
        "Check the number or the id; new ones take hours until couriers know them.";
    COURIER_INVALID_INPUT = "courier_invalid_input", UNPROCESSABLE_ENTITY, Courier, false, "The courier refused the request's data",
        "Correct what `errors` points at; `courier` has its own code and words.";
    COURIER_CONFLICT = "courier_conflict", CONFLICT, Courier, false, "The courier's state forbids it",
        "Read the resource again: it may be too late at the courier.";
    COURIER_UNSUPPORTED = "courier_unsupported", UNPROCESSABLE_ENTITY, Courier, false, "The courier does not offer it",
        "Use another service or courier.";
    COURIER_UNEXPECTED_ANSWER = "courier_unexpected_answer", BAD_GATEWAY, Courier, false, "The courier's answer cannot be understood",
        "Nothing you can mend: tell the operator, with the `request_id`. The courier may have changed its API.";
    COURIER_UNAVAILABLE = "courier_unavailable", BAD_GATEWAY, Courier, true, "The courier does not answer",
        "Try again later; other couriers are not affected.";
    COURIER_RATE_LIMITED = "courier_rate_limited", SERVICE_UNAVAILABLE, Courier, true, "The courier's rate limit is reached",
        "Wait as `Retry-After` says: the limit is that of your account at the courier.";
    COURIER_TIMEOUT = "courier_timeout", GATEWAY_TIMEOUT, Courier, true, "The courier did not answer in time",
        "Try again later. A booking that timed out is not this problem but a shipment that is `unknown`.";
    OUTCOME_UNKNOWN = "outcome_unknown", BAD_GATEWAY, Courier, false, "Whether the courier booked is not known yet",
        "Do not send it again: look at the list, and ask the courier.";
    // The plugin and this host.
    PLUGIN_FAILED = "plugin_failed", BAD_GATEWAY, Plugin, false, "The courier's plugin failed",
        "Nothing you can mend: tell the operator, with the `request_id`.";
    PLUGIN_TIMEOUT = "plugin_timeout", GATEWAY_TIMEOUT, Plugin, true, "The courier's plugin ran past its deadline",
        "Try again; if it lasts, tell the operator.";
    PLUGIN_BUSY = "plugin_busy", SERVICE_UNAVAILABLE, Platform, true, "The courier's plugin has too many calls at once",
        "Try again in a second.";
    REDUCED_CAPACITY = "reduced_capacity", SERVICE_UNAVAILABLE, Platform, true, "The host has too much to do",
        "Wait as `Retry-After` says.";
    UNAVAILABLE = "unavailable", SERVICE_UNAVAILABLE, Platform, true, "The host cannot answer now",
        "Try again in a second; the host's database or the like is away.";
    TIMEOUT = "timeout", GATEWAY_TIMEOUT, Platform, true, "The host did not finish in time",
        "Try again; a booking with the same `Idempotency-Key`.";
    INTERNAL = "internal", INTERNAL_SERVER_ERROR, Platform, true, "Something went wrong on the host",
        "Try once more with the same `Idempotency-Key`; if it lasts, tell the operator, with the `request_id`.";
}

/// Page that documents the codes; each code is an anchor on it.
const PROBLEM_PAGE: &str = "/docs/problems";

impl Code {
    /// Returns the problem type's URI: registered ones where the field has them, else our documentation of the code.
    pub fn type_uri(&self) -> String {
        match self.word {
            "quota_exceeded" => "https://iana.org/assignments/http-problem-types#quota-exceeded".to_owned(),
            "reduced_capacity" => {
                "https://iana.org/assignments/http-problem-types#temporary-reduced-capacity".to_owned()
            }
            word => format!("{PROBLEM_PAGE}#{word}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_errors() {
        let mut words: Vec<_> = ALL.iter().map(|code| code.word).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), ALL.len());
        assert!(ALL.iter().all(|code| code.status.is_client_error() || code.status.is_server_error()));
    }
}
