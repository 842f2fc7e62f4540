//! Which headers a plugin may set.

use crossdock_contract::description::{Description, Placement};

use super::request::{all_placements, refuse};
use crate::model::failure::Failure;

/// Most headers that a plugin sets.
const MAX_HEADERS: usize = 50;
/// Longest headers together, in bytes: servers refuse more.
const MAX_HEADER_BYTES: usize = 16 * 1024;
/// Headers that the host owns, or that would let a request mean something else than it says.
const REFUSED_HEADERS: &[&str] = &[
    // An answer in another character set is one that no scrubber reads.
    "accept-charset",
    "accept-encoding",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "cookie",
    "cookie2",
    "expect",
    "forwarded",
    "front-end-https",
    "host",
    "http2-settings",
    "if-range",
    "keep-alive",
    "range",
    "request-range",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-original-url",
    "x-real-ip",
    "x-rewrite-url",
];
const REFUSED_HEADER_PREFIXES: &[&str] = &["proxy-", "sec-", "x-forwarded-"];

/// Checks a request's headers: none of the host's, none that a scheme names, all of them valid.
pub fn check_headers(description: &Description, headers: &[(String, String)]) -> Result<(), Failure> {
    let bytes: usize = headers.iter().map(|(name, value)| name.len() + value.len()).sum();
    if headers.len() > MAX_HEADERS || bytes > MAX_HEADER_BYTES {
        return Err(refuse("headers-too-large", "more than 50 headers or 16 KiB of them"));
    }
    for (name, value) in headers {
        let name = name.to_ascii_lowercase();
        let is_placed = all_placements(description).any(|placement| match placement {
            Placement::Header { name: placed, .. } => placed.eq_ignore_ascii_case(&name),
            _ => false,
        });
        let is_ours = REFUSED_HEADERS.contains(&name.as_str())
            || REFUSED_HEADER_PREFIXES.iter().any(|prefix| name.starts_with(prefix));
        if is_placed || is_ours {
            return Err(refuse("refused-header", "the request sets a header that the host owns"));
        }
        let is_valid =
            http::HeaderName::from_bytes(name.as_bytes()).is_ok() && http::HeaderValue::from_str(value).is_ok();
        if !is_valid {
            return Err(refuse("bad-header", "a header's name or value is not valid"));
        }
    }
    Ok(())
}
