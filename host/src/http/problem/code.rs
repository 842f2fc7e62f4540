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
    /// What the caller can do, where an occurrence does not say it better.
    pub advice: &'static str,
    /// Who has to act, unless an occurrence says otherwise.
    pub source: Source,
    /// Whether the same request may succeed later.
    pub retryable: bool,
}

macro_rules! codes {
    ($($name:ident = $word:literal, $status:ident, $source:ident, $retryable:literal, $title:literal, $advice:literal;)*) => {
        $(#[doc = concat!("`", $word, "`: ", $title, ".")]
        pub const $name: Code = Code {
            word: $word,
            status: StatusCode::$status,
            title: $title,
            advice: $advice,
            source: Source::$source,
            retryable: $retryable,
        };)*

        /// Every code, in the order in which the documentation lists them.
        pub const ALL: &[Code] = &[$($name),*];
    };
}

codes! {
    // The request as such.
    MALFORMED_JSON = "malformed_json", BAD_REQUEST, Request, false, "The body is not JSON",
        "send one JSON object, encoded as UTF-8";
    INVALID_PARAMETER = "invalid_parameter", BAD_REQUEST, Request, false, "A query parameter is wrong",
        "correct the query parameters that errors names; /docs lists those of each address";
    INVALID_HEADER = "invalid_header", BAD_REQUEST, Request, false, "A request header is wrong",
        "correct the header and send the request again";
    INVALID_CURSOR = "invalid_cursor", BAD_REQUEST, Request, false, "The cursor does not belong to this list",
        "start again without a cursor; a cursor belongs to one list with one set of filters";
    IDEMPOTENCY_KEY_MISSING = "idempotency_key_missing", BAD_REQUEST, Request, false, "The Idempotency-Key header is required",
        "send a new random value, such as a UUID, with each intent, and the same one with its retries";
    IDEMPOTENCY_KEY_INVALID = "idempotency_key_invalid", BAD_REQUEST, Request, false, "The Idempotency-Key header is malformed",
        "send the header once, with 1 to 255 visible ASCII characters such as a UUID";
    UNAUTHENTICATED = "unauthenticated", UNAUTHORIZED, Request, false, "A valid API key is required",
        "send the header Authorization: Bearer <API key>";
    MISSING_SCOPE = "missing_scope", FORBIDDEN, Request, false, "The API key lacks a scope",
        "use a key that has the scope";
    WRONG_KEY_KIND = "wrong_key_kind", FORBIDDEN, Request, false, "This kind of API key cannot do that",
        "use a merchant's key for a merchant's data, an operator's key to operate the host";
    ADDRESS_NOT_ALLOWED = "address_not_allowed", FORBIDDEN, Request, false, "The API key may not be used from this address",
        "call from a network that the key allows, or have the key's networks changed";
    MERCHANT_DISABLED = "merchant_disabled", FORBIDDEN, Request, false, "The merchant is disabled",
        "ask the operator of this host to enable the merchant again";
    NOT_FOUND = "not_found", NOT_FOUND, Request, false, "There is no such resource",
        "check the id and its prefix; the resource's list shows what there is";
    METHOD_NOT_ALLOWED = "method_not_allowed", METHOD_NOT_ALLOWED, Request, false, "The resource does not know this method",
        "use one of the methods that the header Allow names";
    CONFLICT = "conflict", CONFLICT, Request, false, "The resource's state forbids it",
        "read the resource again, then decide";
    DUPLICATE = "duplicate", CONFLICT, Request, false, "It exists already",
        "change the one that exists, or choose another name";
    IDEMPOTENCY_IN_PROGRESS = "idempotency_in_progress", CONFLICT, Request, true, "A request with this Idempotency-Key is still running",
        "send the same request again after the time in Retry-After; it gets the first one's answer";
    PRECONDITION_FAILED = "precondition_failed", PRECONDITION_FAILED, Request, false, "The resource has changed since it was read",
        "read it again, then change it with the new ETag";
    URI_TOO_LONG = "uri_too_long", URI_TOO_LONG, Request, false, "The address with its query is too long",
        "send fewer or shorter query parameters";
    HEADERS_TOO_LARGE = "headers_too_large", REQUEST_HEADER_FIELDS_TOO_LARGE, Request, false, "The request's headers are too large",
        "send fewer or shorter headers";
    BODY_TOO_LARGE = "body_too_large", PAYLOAD_TOO_LARGE, Request, false, "The body is too large",
        "send a smaller body";
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE, Request, false, "The body must be application/json",
        "send the header Content-Type: application/json and a JSON body, without Content-Encoding";
    INVALID_BODY = "invalid_body", UNPROCESSABLE_ENTITY, Request, false, "The body has wrong or missing fields",
        "correct the members that errors names; /docs describes each";
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused", UNPROCESSABLE_ENTITY, Request, false, "The Idempotency-Key was used with another body",
        "send a new Idempotency-Key with a new intent; the old one stands for the body that it came with first";
    UNSUPPORTED = "unsupported", UNPROCESSABLE_ENTITY, Request, false, "The courier or this account does not offer it",
        "GET /v1/couriers/{courier} tells what the courier offers to which kind of account";
    NO_CREDENTIAL = "no_credential", UNPROCESSABLE_ENTITY, Request, false, "No connected account fits the request",
        "connect an account with POST /v1/credentials; GET /v1/credentials lists those that are";
    AMBIGUOUS_CREDENTIAL = "ambiguous_credential", UNPROCESSABLE_ENTITY, Request, false, "Several connected accounts fit the request",
        "name the account in credential_id";
    NO_TEST_ENVIRONMENT = "no_test_environment", UNPROCESSABLE_ENTITY, Request, false, "The courier cannot be tested without spending money",
        "use a live key and a production account, or another courier";
    ENVIRONMENT_MISMATCH = "environment_mismatch", UNPROCESSABLE_ENTITY, Request, false, "Test keys use test credentials, live keys production credentials",
        "use an account of the key's own kind";
    SECRETS_REQUIRED = "secrets_required", UNPROCESSABLE_ENTITY, Request, false, "Every secret must be given again",
        "send every secret field again together with the change";
    ENDPOINT_REFUSED = "endpoint_refused", UNPROCESSABLE_ENTITY, Request, false, "The base URL is not allowed",
        "use a public https address, or have the operator allow the network";
    CREDENTIAL_TEST_FAILED = "credential_test_failed", UNPROCESSABLE_ENTITY, Request, false, "The account did not pass its test",
        "check what was typed in against what the courier handed out";
    QUOTA_EXCEEDED = "quota_exceeded", TOO_MANY_REQUESTS, Request, true, "Too many requests with this API key",
        "wait for the time in Retry-After; the RateLimit headers tell what is left";
    // The courier.
    COURIER_AUTH = "courier_auth", UNPROCESSABLE_ENTITY, Courier, false, "The courier rejected the account",
        "check the account with POST /v1/credentials/{id}/test, then replace what the courier rejects";
    COURIER_NOT_FOUND = "courier_not_found", NOT_FOUND, Courier, false, "The courier does not know it",
        "check the number; couriers may need some hours before they know a new one";
    COURIER_INVALID_INPUT = "courier_invalid_input", UNPROCESSABLE_ENTITY, Courier, false, "The courier refused the request's data",
        "change what the courier names in its message";
    COURIER_CONFLICT = "courier_conflict", CONFLICT, Courier, false, "The courier's state forbids it",
        "read the courier's message; the state of things there forbids it";
    COURIER_UNSUPPORTED = "courier_unsupported", UNPROCESSABLE_ENTITY, Courier, false, "The courier does not offer it",
        "choose another service or format, or another courier";
    COURIER_UNEXPECTED_ANSWER = "courier_unexpected_answer", BAD_GATEWAY, Courier, false, "The courier's answer cannot be understood",
        "try again later; if it stays so the courier's plugin needs an update";
    COURIER_UNAVAILABLE = "courier_unavailable", BAD_GATEWAY, Courier, true, "The courier does not answer",
        "try again later";
    COURIER_RATE_LIMITED = "courier_rate_limited", SERVICE_UNAVAILABLE, Courier, true, "The courier's rate limit is reached",
        "wait for the time in Retry-After, or a minute where there is none";
    COURIER_TIMEOUT = "courier_timeout", GATEWAY_TIMEOUT, Courier, true, "The courier did not answer in time",
        "try again later";
    OUTCOME_UNKNOWN = "outcome_unknown", BAD_GATEWAY, Courier, false, "Whether the courier booked is not known yet",
        "do not book again; the host asks the courier, and the shipment shows the outcome";
    // The plugin and this host.
    PLUGIN_FAILED = "plugin_failed", BAD_GATEWAY, Plugin, false, "The courier's plugin failed",
        "tell the operator of this host the request_id";
    PLUGIN_TIMEOUT = "plugin_timeout", GATEWAY_TIMEOUT, Plugin, true, "The courier's plugin ran past its deadline",
        "try again later; tell the operator of this host if it stays so";
    PLUGIN_BUSY = "plugin_busy", SERVICE_UNAVAILABLE, Platform, true, "The courier's plugin has too many calls at once",
        "try again after the time in Retry-After";
    REDUCED_CAPACITY = "reduced_capacity", SERVICE_UNAVAILABLE, Platform, true, "The host has too much to do",
        "try again after the time in Retry-After";
    UNAVAILABLE = "unavailable", SERVICE_UNAVAILABLE, Platform, true, "The host cannot answer now",
        "try again after the time in Retry-After";
    TIMEOUT = "timeout", GATEWAY_TIMEOUT, Platform, true, "The host did not finish in time",
        "read the resource before trying again: it may have been done meanwhile";
    INTERNAL = "internal", INTERNAL_SERVER_ERROR, Platform, true, "Something went wrong on the host",
        "try again; if it stays so tell the operator of this host the request_id";
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
        assert!(ALL.iter().all(|code| !code.advice.is_empty() && !code.advice.ends_with('.')));
    }
}
