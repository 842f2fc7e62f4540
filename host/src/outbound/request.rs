//! What a plugin may ask for: a declared endpoint, a declared route, a path that means what it says, no header of ours.

use crossdock_contract::description::{Description, Endpoint, Placement, Scheme};
use percent_encoding::percent_decode_str;
use url::Url;

use super::endpoint::base_url;
use super::request_headers::check_headers;
use crate::model::credential::AccountView;
use crate::model::exchange::CourierRequest;
use crate::model::failure::{Failure, FailureKind};

/// Longest path below the base URL, in bytes: twice what common servers take.
const MAX_PATH_BYTES: usize = 4096;
/// Most query parameters; far above any courier's search form.
const MAX_QUERY_PAIRS: usize = 200;
/// Longest query before encoding, in bytes: servers refuse more.
const MAX_QUERY_BYTES: usize = 16 * 1024;
/// Largest body, in bytes: a booking of 100 parcels with customs papers in it.
const MAX_BODY_BYTES: usize = 5 * 1024 * 1024;
/// Most `keep` entries; a booking has labels, invoices and receipts.
const MAX_KEEPS: usize = 20;

/// Endpoint, address and scheme of a request that keeps the rules.
pub struct Checked<'a> {
    /// The declared endpoint.
    pub endpoint: &'a Endpoint,
    /// Its base URL for this account.
    pub base: Url,
    /// What authenticates it; empty: nothing does.
    pub placements: Vec<&'a Placement>,
}

/// Checks a plugin's request against its description.
///
/// # Errors
///
/// `invalid-input` with a code that names the rule. Nothing had been sent.
pub fn check<'a>(
    description: &'a Description,
    account: &AccountView,
    request: &'a CourierRequest,
) -> Result<Checked<'a>, Failure> {
    let endpoint = description
        .endpoints
        .iter()
        .find(|endpoint| endpoint.name == request.endpoint)
        .ok_or_else(|| refuse("unknown-endpoint", "the description names no such endpoint"))?;
    let base = base_url(description, account, endpoint)
        .ok_or_else(|| refuse("no-address", "the endpoint has no address in this environment"))?;
    let placements = match endpoint.schemes.get(&account.kind) {
        None => Vec::new(),
        Some(id) => {
            find_scheme(description, id)?.placements_for(request.method.as_str(), &request.path).collect::<Vec<_>>()
        }
    };
    check_path(&request.path, &placements)?;
    if !is_routed(endpoint, request.method.as_str(), &request.path) {
        return Err(refuse("undeclared-route", "no declared route has this method and path"));
    }
    if leads_to_token(description, account, &base, &request.path) {
        return Err(refuse("token-path", "tokens are fetched by the host only"));
    }
    check_query(description, &request.query)?;
    check_headers(description, &request.headers)?;
    if request.body.as_ref().is_some_and(|body| body.len() > MAX_BODY_BYTES) {
        return Err(refuse("body-too-large", "the body is larger than 5 MiB"));
    }
    if request.keep.len() > MAX_KEEPS {
        return Err(refuse("too-many-keeps", "more than 20 values to keep"));
    }
    Ok(Checked { endpoint, base, placements })
}

/// Joins base URL and path, and makes sure that parsing has changed neither.
pub fn join(base: &Url, path: &str) -> Result<Url, Failure> {
    let base_path = base.path().trim_end_matches('/');
    let wanted = format!("{base_path}{path}");
    let joined = format!("{}{wanted}", base.origin().ascii_serialization());
    let url = Url::parse(&joined).map_err(|_| refuse("bad-path", "path and base URL make no URL"))?;
    let is_same = url.origin() == base.origin()
        && url.path() == wanted
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if is_same { Ok(url) } else { Err(refuse("bad-path", "the path does not survive parsing unchanged")) }
}

/// Says whether a route of the endpoint has this method and path: segment by segment, as written.
pub fn is_routed(endpoint: &Endpoint, method: &str, path: &str) -> bool {
    endpoint.routes.iter().any(|route| route.covers(method, path))
}

/// Says whether base URL and path are where some token is fetched, however the path is written.
pub fn leads_to_token(description: &Description, account: &AccountView, base: &Url, path: &str) -> bool {
    let plain = |base: &Url, path: &str| {
        let whole = format!("{}{path}", base.path().trim_end_matches('/'));
        let decoded = percent_decode_str(&whole).decode_utf8_lossy().to_ascii_lowercase();
        // Some servers take path parameters out of every segment before they look where it leads.
        let segments = decoded.split('/').map(|segment| segment.split(';').next().unwrap_or_default());
        segments.filter(|segment| !segment.is_empty()).collect::<Vec<_>>().join("/")
    };
    description.tokens.iter().any(|token| {
        let endpoint = description.endpoints.iter().find(|endpoint| endpoint.name == token.endpoint);
        endpoint.and_then(|endpoint| base_url(description, account, endpoint)).is_some_and(|token_base| {
            token_base.origin() == base.origin() && plain(&token_base, &token.path) == plain(base, path)
        })
    })
}

/// Makes the failure of a request that breaks a rule.
pub fn refuse(code: &str, message: &str) -> Failure {
    Failure::new(FailureKind::InvalidInput, code, message)
}

/// Goes through every placement of the description, tokens' too.
pub fn all_placements(description: &Description) -> impl Iterator<Item = &Placement> {
    let schemes = description.schemes.iter().flat_map(|scheme| &scheme.placements);
    schemes.map(|placement| &placement.placement).chain(description.tokens.iter().flat_map(|token| &token.placements))
}

fn find_scheme<'a>(description: &'a Description, id: &str) -> Result<&'a Scheme, Failure> {
    // Loading has checked it; sending without authentication instead would be worse than failing.
    description
        .schemes
        .iter()
        .find(|scheme| scheme.id == id)
        .ok_or_else(|| refuse("unknown-scheme", "the endpoint's scheme is not declared"))
}

fn check_path(path: &str, placements: &[&Placement]) -> Result<(), Failure> {
    let bad = |message: &str| Err(refuse("bad-path", message));
    if path.len() > MAX_PATH_BYTES {
        return bad("the path is longer than 4096 bytes");
    }
    let Some(below) = path.strip_prefix('/') else {
        return bad("the path does not start with /");
    };
    if path.contains("..") {
        return bad("the path holds ..");
    }
    let mut segments = below.split('/').peekable();
    while let Some(segment) = segments.next() {
        if segment.is_empty() && segments.peek().is_some() {
            return bad("the path holds an empty segment");
        }
        if segment == "." {
            return bad("the path holds a dot segment");
        }
        if !is_plain_segment(segment) && !is_placeholder(segment, placements) {
            return bad("the path holds characters that are not allowed or not encoded");
        }
    }
    Ok(())
}

/// RFC 3986 `pchar`s only, and no escape of a dot, slash, backslash, percent sign or control character.
fn is_plain_segment(segment: &str) -> bool {
    let mut bytes = segment.bytes();
    while let Some(byte) = bytes.next() {
        let is_fine = match byte {
            b'%' => {
                let digits = [bytes.next().unwrap_or_default(), bytes.next().unwrap_or_default()];
                let escaped = std::str::from_utf8(&digits).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok());
                digits.iter().all(u8::is_ascii_hexdigit)
                    && escaped.is_some_and(|byte| byte >= b' ' && !matches!(byte, b'.' | b'/' | b'\\' | b'%' | 0x7f))
            }
            b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'&' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' | b':'
            | b'@' | b'\'' => true,
            other => other.is_ascii_alphanumeric(),
        };
        if !is_fine {
            return false;
        }
    }
    true
}

fn is_placeholder(segment: &str, placements: &[&Placement]) -> bool {
    let name = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    placements.iter().any(|placement| match placement {
        Placement::PathSegment { name: declared, .. } => Some(declared.as_str()) == name,
        _ => false,
    })
}

fn check_query(description: &Description, query: &[(String, String)]) -> Result<(), Failure> {
    let bytes: usize = query.iter().map(|(name, value)| name.len() + value.len()).sum();
    if query.len() > MAX_QUERY_PAIRS || bytes > MAX_QUERY_BYTES {
        return Err(refuse("query-too-large", "more than 200 query parameters or 16 KiB of them"));
    }
    let is_placed = |name: &str| {
        all_placements(description).any(|placement| match placement {
            Placement::Query { name: placed, .. } => placed.eq_ignore_ascii_case(name),
            _ => false,
        })
    };
    match query.iter().any(|(name, _)| is_placed(name)) {
        true => Err(refuse("refused-query", "the query names a parameter that authentication places")),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use crossdock_contract::description::is_below;

    use super::*;
    use crate::outbound::testing::{account, description, get};
    use proptest::prelude::*;

    #[test]
    fn paths_that_mean_something_else_are_refused() {
        let (description, account) = (description(), account());
        for path in [
            "/v1/../admin",
            "/v1/%2e%2e/admin",
            "/v1/%2E%2e/x",
            "/v1/a%2fb",
            "/v1/a%5Cb",
            "/v1/a\\b",
            "/v1//b",
            "//evil.example/x",
            "/v1/./b",
            "v1/b",
            "",
            "/v1/a?b=c",
            "/v1/a#b",
            "/v1/a b",
            "/v1/a\r\nx",
            "/v1/%252e%252e/x",
            "/v1/{key}",
            "/v1/%0d%0a",
            "/v1/..;/x",
            "/v1/%zz",
            "/v1/å",
            "https://evil.example/v1/x",
            "@evil.example/v1",
        ] {
            let failure = check(&description, &account, &get(path)).err().unwrap_or_else(|| panic!("{path} passed"));
            assert_eq!(failure.kind, FailureKind::InvalidInput, "{path}");
            assert!(!failure.request_sent);
        }
        for path in ["/v1/a", "/v1/a/", "/v1", "/v1/AB%20C/(x)"] {
            assert!(check(&description, &account, &get(path)).is_ok(), "{path}");
        }
        for path in ["/v10/a", "/admin", "/", "/oauth/token", "/v1/oauth;x/%74oken", "/v1/oauth/token/"] {
            assert!(check(&description, &account, &get(path)).is_err(), "{path}");
        }
    }

    #[test]
    fn headers_and_query_of_the_host_are_refused() {
        let (description, account) = (description(), account());
        for name in [
            "Authorization",
            "cookie",
            "HOST",
            "Range",
            "te",
            "X-Forwarded-For",
            "Proxy-Authorization",
            "x-demo-key",
            "a b",
        ] {
            let mut request = get("/v1/a");
            request.headers = vec![(name.to_owned(), "x".to_owned())];
            assert!(check(&description, &account, &request).is_err(), "{name}");
        }
        let mut request = get("/v1/a");
        request.query = vec![("APIKEY".to_owned(), "x".to_owned())];
        assert!(check(&description, &account, &request).is_err());
        request.query.clear();
        request.headers = vec![("accept".to_owned(), "application/json".to_owned())];
        assert!(check(&description, &account, &request).is_ok());
    }

    proptest! {
        #[test]
        fn whatever_the_path_the_request_stays_below_its_base(path in "\\PC{0,40}", head in "(/|/v1/|//|/%|/\\.)?") {
            let (description, account) = (description(), account());
            let path = format!("{head}{path}");
            if let Ok(checked) = check(&description, &account, &get(&path)) {
                let url = join(&checked.base, &path).unwrap();
                prop_assert_eq!(url.origin(), checked.base.origin());
                let below = format!("{}/v1", checked.base.path().trim_end_matches('/'));
                prop_assert!(is_below(url.path(), &below));
            }
        }
    }
}
