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
}

macro_rules! codes {
    ($($name:ident = $word:literal, $status:ident, $source:ident, $retryable:literal, $title:literal;)*) => {
        $(#[doc = concat!("`", $word, "`: ", $title, ".")]
        pub const $name: Code = Code {
            word: $word,
            status: StatusCode::$status,
            title: $title,
            source: Source::$source,
            retryable: $retryable,
        };)*

        /// Every code, in the order in which the documentation lists them.
        pub const ALL: &[Code] = &[$($name),*];
    };
}

codes! {
    // The request as such.
    MALFORMED_JSON = "malformed_json", BAD_REQUEST, Request, false, "The body is not JSON";
    INVALID_PARAMETER = "invalid_parameter", BAD_REQUEST, Request, false, "A query parameter is wrong";
    INVALID_HEADER = "invalid_header", BAD_REQUEST, Request, false, "A request header is wrong";
    INVALID_CURSOR = "invalid_cursor", BAD_REQUEST, Request, false, "The cursor does not belong to this list";
    IDEMPOTENCY_KEY_MISSING = "idempotency_key_missing", BAD_REQUEST, Request, false, "The Idempotency-Key header is required";
    IDEMPOTENCY_KEY_INVALID = "idempotency_key_invalid", BAD_REQUEST, Request, false, "The Idempotency-Key header is malformed";
    UNAUTHENTICATED = "unauthenticated", UNAUTHORIZED, Request, false, "A valid API key is required";
    MISSING_SCOPE = "missing_scope", FORBIDDEN, Request, false, "The API key lacks a scope";
    WRONG_KEY_KIND = "wrong_key_kind", FORBIDDEN, Request, false, "This kind of API key cannot do that";
    ADDRESS_NOT_ALLOWED = "address_not_allowed", FORBIDDEN, Request, false, "The API key may not be used from this address";
    MERCHANT_DISABLED = "merchant_disabled", FORBIDDEN, Request, false, "The merchant is disabled";
    NOT_FOUND = "not_found", NOT_FOUND, Request, false, "There is no such resource";
    METHOD_NOT_ALLOWED = "method_not_allowed", METHOD_NOT_ALLOWED, Request, false, "The resource does not know this method";
    CONFLICT = "conflict", CONFLICT, Request, false, "The resource's state forbids it";
    SEVERAL_LABELS = "several_labels", CONFLICT, Request, false, "The labels cannot be joined into one file";
    DUPLICATE = "duplicate", CONFLICT, Request, false, "It exists already";
    IDEMPOTENCY_IN_PROGRESS = "idempotency_in_progress", CONFLICT, Request, true, "A request with this Idempotency-Key is still running";
    PRECONDITION_FAILED = "precondition_failed", PRECONDITION_FAILED, Request, false, "The resource has changed since it was read";
    BODY_TOO_LARGE = "body_too_large", PAYLOAD_TOO_LARGE, Request, false, "The body is too large";
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE, Request, false, "The body must be application/json";
    INVALID_BODY = "invalid_body", UNPROCESSABLE_ENTITY, Request, false, "The body has wrong or missing fields";
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused", UNPROCESSABLE_ENTITY, Request, false, "The Idempotency-Key was used with another body";
    UNSUPPORTED = "unsupported", UNPROCESSABLE_ENTITY, Request, false, "The courier or this account does not offer it";
    NO_CREDENTIAL = "no_credential", UNPROCESSABLE_ENTITY, Request, false, "No connected account fits the request";
    AMBIGUOUS_CREDENTIAL = "ambiguous_credential", UNPROCESSABLE_ENTITY, Request, false, "Several connected accounts fit the request";
    NO_TEST_ENVIRONMENT = "no_test_environment", UNPROCESSABLE_ENTITY, Request, false, "The courier cannot be tested without spending money";
    ENVIRONMENT_MISMATCH = "environment_mismatch", UNPROCESSABLE_ENTITY, Request, false, "Test keys use test credentials, live keys production credentials";
    SECRETS_REQUIRED = "secrets_required", UNPROCESSABLE_ENTITY, Request, false, "Every secret must be given again";
    ENDPOINT_REFUSED = "endpoint_refused", UNPROCESSABLE_ENTITY, Request, false, "The base URL is not allowed";
    CREDENTIAL_TEST_FAILED = "credential_test_failed", UNPROCESSABLE_ENTITY, Request, false, "The account did not pass its test";
    QUOTA_EXCEEDED = "quota_exceeded", TOO_MANY_REQUESTS, Request, true, "Too many requests with this API key";
    // The courier.
    COURIER_AUTH = "courier_auth", UNPROCESSABLE_ENTITY, Courier, false, "The courier rejected the account";
    COURIER_NOT_FOUND = "courier_not_found", NOT_FOUND, Courier, false, "The courier does not know it";
    COURIER_INVALID_INPUT = "courier_invalid_input", UNPROCESSABLE_ENTITY, Courier, false, "The courier refused the request's data";
    COURIER_CONFLICT = "courier_conflict", CONFLICT, Courier, false, "The courier's state forbids it";
    COURIER_UNSUPPORTED = "courier_unsupported", UNPROCESSABLE_ENTITY, Courier, false, "The courier does not offer it";
    COURIER_UNEXPECTED_ANSWER = "courier_unexpected_answer", BAD_GATEWAY, Courier, false, "The courier's answer cannot be understood";
    COURIER_UNAVAILABLE = "courier_unavailable", BAD_GATEWAY, Courier, true, "The courier does not answer";
    COURIER_RATE_LIMITED = "courier_rate_limited", SERVICE_UNAVAILABLE, Courier, true, "The courier's rate limit is reached";
    COURIER_TIMEOUT = "courier_timeout", GATEWAY_TIMEOUT, Courier, true, "The courier did not answer in time";
    OUTCOME_UNKNOWN = "outcome_unknown", BAD_GATEWAY, Courier, false, "Whether the courier booked is not known yet";
    // The plugin and this host.
    PLUGIN_FAILED = "plugin_failed", BAD_GATEWAY, Plugin, false, "The courier's plugin failed";
    PLUGIN_TIMEOUT = "plugin_timeout", GATEWAY_TIMEOUT, Plugin, true, "The courier's plugin ran past its deadline";
    PLUGIN_BUSY = "plugin_busy", SERVICE_UNAVAILABLE, Platform, true, "The courier's plugin has too many calls at once";
    REDUCED_CAPACITY = "reduced_capacity", SERVICE_UNAVAILABLE, Platform, true, "The host has too much to do";
    UNAVAILABLE = "unavailable", SERVICE_UNAVAILABLE, Platform, true, "The host cannot answer now";
    TIMEOUT = "timeout", GATEWAY_TIMEOUT, Platform, true, "The host did not finish in time";
    INTERNAL = "internal", INTERNAL_SERVER_ERROR, Platform, true, "Something went wrong on the host";
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
