//! Endpoints, schemes, tokens and limits: what goes where, and with which secret.

use super::{Flaws, shapes};
use crate::Description;
use crate::description::{
    AccountKind, HostValue, Lifetime, LimitScope, Placement, RateLimit, Route, Scheme, TokenExchange, Value,
};

/// Methods that a plugin may use.
const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/// Headers that no scheme may name: they decide where a message goes and where it ends, and the host writes them.
const HOST_HEADERS: &[&str] = &[
    "host",
    "connection",
    "content-length",
    "transfer-encoding",
    "te",
    "trailer",
    "upgrade",
    "expect",
    "keep-alive",
    "accept-encoding",
    "content-encoding",
    "range",
    "cookie",
    "forwarded",
    "via",
];

/// Shortest placeholder, characters: a shorter one could occur in a body by chance.
const MIN_PLACEHOLDER: usize = 8;

/// Longest window of a limit, seconds: a month.
const MAX_WINDOW_S: u32 = 31 * 86_400;

/// Lifetimes of a token, seconds: less could not be shared, more is a mistake.
const TOKEN_LIFETIME_S: std::ops::RangeInclusive<u64> = 30..=365 * 86_400;

/// Checks them all.
pub fn check(description: &Description, flaws: &mut Flaws) {
    check_endpoints(description, flaws);
    check_schemes(description, flaws);
    check_tokens(description, flaws);
    check_document_hosts(description, flaws);
    for (place, limit) in description.limits.iter().enumerate() {
        check_limit(description, limit, &format!("/limits/{place}"), flaws);
    }
}

fn check_endpoints(description: &Description, flaws: &mut Flaws) {
    flaws.expect_unique("/endpoints", "/name", description.endpoints.iter().map(|endpoint| endpoint.name.as_str()));
    for (place, endpoint) in description.endpoints.iter().enumerate() {
        let at = format!("/endpoints/{place}");
        flaws.expect(shapes::is_name(&endpoint.name), format!("{at}/name"), "1 to 32 characters a-z, 0-9 and -");
        let urls = [("production", Some(&endpoint.production)), ("test", endpoint.test.as_ref())];
        for (member, url) in urls {
            if let Some(flaw) = url.and_then(|url| shapes::base_url_flaw(url)) {
                flaws.expect(false, format!("{at}/{member}"), flaw);
            }
        }
        // An endpoint of tokens alone has none: the plugin must not be able to call it.
        let serves_tokens = description.tokens.iter().any(|token| token.endpoint == endpoint.name);
        flaws.expect(serves_tokens || !endpoint.routes.is_empty(), format!("{at}/routes"), "at least one route");
        for (number, route) in endpoint.routes.iter().enumerate() {
            check_route(route, &format!("{at}/routes/{number}"), flaws);
        }
        for (kind, scheme) in &endpoint.schemes {
            let pointer = format!("{at}/schemes/{kind}");
            let account = description.accounts.iter().find(|account| account.id == *kind);
            flaws.expect(account.is_some(), &pointer, format!("there is no account kind {kind:?}"));
            let scheme = description.schemes.iter().find(|declared| declared.id == *scheme);
            flaws.expect(scheme.is_some(), &pointer, "there is no such scheme");
            if let (Some(account), Some(scheme)) = (account, scheme) {
                let placements = scheme.placements.iter().map(|placement| &placement.placement);
                check_has_fields(description, account, placements, &pointer, flaws);
            }
        }
    }
}

fn check_route(route: &Route, at: &str, flaws: &mut Flaws) {
    flaws.expect(!route.methods.is_empty(), format!("{at}/methods"), "at least one method");
    check_methods(&route.methods, at, flaws);
    flaws.expect(shapes::is_path(&route.path_prefix), format!("{at}/path_prefix"), "a plain path from / on");
}

fn check_methods(methods: &[String], at: &str, flaws: &mut Flaws) {
    for (number, method) in methods.iter().enumerate() {
        let is_method = METHODS.contains(&method.as_str());
        flaws.expect(is_method, format!("{at}/methods/{number}"), format!("one of {}", METHODS.join(", ")));
    }
}

/// Every field that a scheme writes for an account kind, directly or through a token, must be one of that kind's.
fn check_has_fields<'a>(
    description: &Description,
    account: &AccountKind,
    placements: impl Iterator<Item = &'a Placement>,
    pointer: &str,
    flaws: &mut Flaws,
) {
    for value in placements.flat_map(values) {
        match value {
            Value::Field(key) => {
                let has = account.fields.iter().any(|field| field.key == *key);
                flaws.expect(has, pointer, format!("account kind {:?} has no field {key:?}", account.id));
            }
            Value::Token(id) => {
                let Some(token) = description.tokens.iter().find(|token| token.id == *id) else {
                    continue;
                };
                let written = token.placements.iter().flat_map(values).filter_map(|value| match value {
                    Value::Field(key) => Some(key),
                    _ => None,
                });
                for key in written {
                    let has = account.fields.iter().any(|field| field.key == *key);
                    flaws.expect(has, pointer, format!("token {id:?} needs a field {key:?} of this account kind"));
                }
            }
            Value::Host(_) | Value::Constant(_) => {}
        }
    }
}

fn check_schemes(description: &Description, flaws: &mut Flaws) {
    flaws.expect_unique("/schemes", "/id", description.schemes.iter().map(|scheme| scheme.id.as_str()));
    for (place, scheme) in description.schemes.iter().enumerate() {
        let at = format!("/schemes/{place}");
        flaws.expect(shapes::is_name(&scheme.id), format!("{at}/id"), "1 to 32 characters a-z, 0-9 and -");
        check_placements(description, scheme.placements.iter().map(|placement| &placement.placement), &at, true, flaws);
        for (number, placement) in scheme.placements.iter().enumerate() {
            for (order, route) in placement.routes.iter().enumerate() {
                check_placement_route(
                    description,
                    scheme,
                    route,
                    &format!("{at}/placements/{number}/routes/{order}"),
                    flaws,
                );
            }
        }
    }
}

/// A route that no request of the scheme can take would leave a credential out in silence.
fn check_placement_route(description: &Description, scheme: &Scheme, route: &Route, at: &str, flaws: &mut Flaws) {
    check_route(route, at, flaws);
    let authenticated =
        description.endpoints.iter().filter(|endpoint| endpoint.schemes.values().any(|named| *named == scheme.id));
    let declared: Vec<&Route> = authenticated.flat_map(|endpoint| &endpoint.routes).collect();
    let is_within =
        route.methods.iter().all(|method| declared.iter().any(|known| known.covers(method, &route.path_prefix)));
    flaws.expect(is_within, at, "within a route of an endpoint with this scheme");
}

fn check_tokens(description: &Description, flaws: &mut Flaws) {
    flaws.expect_unique("/tokens", "/id", description.tokens.iter().map(|token| token.id.as_str()));
    for (place, token) in description.tokens.iter().enumerate() {
        let at = format!("/tokens/{place}");
        flaws.expect(shapes::is_name(&token.id), format!("{at}/id"), "1 to 32 characters a-z, 0-9 and -");
        let has_endpoint = description.endpoints.iter().any(|endpoint| endpoint.name == token.endpoint);
        flaws.expect(has_endpoint, format!("{at}/endpoint"), "there is no such endpoint");
        flaws.expect(shapes::is_path(&token.path), format!("{at}/path"), "a plain path from / on");
        check_answer(token, &at, flaws);
        check_placements(description, token.placements.iter(), &at, false, flaws);
    }
}

fn check_answer(token: &TokenExchange, at: &str, flaws: &mut Flaws) {
    flaws.expect(shapes::is_pointer(&token.token_pointer), format!("{at}/token_pointer"), "a JSON Pointer");
    let (is_sound, detail) = match &token.lifetime {
        Lifetime::Pointer(pointer) => (shapes::is_pointer(pointer), "a JSON Pointer"),
        Lifetime::FixedS(seconds) => (TOKEN_LIFETIME_S.contains(seconds), "30 seconds to a year"),
    };
    flaws.expect(is_sound, format!("{at}/lifetime"), detail);
}

fn check_placements<'a>(
    description: &Description,
    placements: impl ExactSizeIterator<Item = &'a Placement>,
    at: &str,
    may_hold_tokens: bool,
    flaws: &mut Flaws,
) {
    flaws.expect(placements.len() > 0, format!("{at}/placements"), "at least one placement");
    for (number, placement) in placements.enumerate() {
        let at = format!("{at}/placements/{number}");
        check_place(placement, &at, flaws);
        for value in values(placement) {
            check_value(description, value, &at, may_hold_tokens, flaws);
        }
    }
}

fn check_place(placement: &Placement, at: &str, flaws: &mut Flaws) {
    match placement {
        Placement::Header { name, prefix, .. } => {
            check_header(name, &format!("{at}/name"), flaws);
            flaws.expect(shapes::is_line(prefix), format!("{at}/prefix"), "text on one line");
        }
        Placement::Query { name, .. } | Placement::Form { name, .. } => {
            flaws.expect(!name.is_empty() && shapes::is_line(name), format!("{at}/name"), "a name on one line");
        }
        Placement::Json { pointer, .. } => {
            flaws.expect(shapes::is_pointer(pointer), format!("{at}/pointer"), "a JSON Pointer");
        }
        Placement::Template { placeholder, .. } => {
            let is_long = placeholder.chars().count() >= MIN_PLACEHOLDER && shapes::is_line(placeholder);
            flaws.expect(is_long, format!("{at}/placeholder"), format!("at least {MIN_PLACEHOLDER} characters"));
        }
        Placement::PathSegment { name, .. } => {
            flaws.expect(shapes::is_key(name), format!("{at}/name"), "characters a-z, 0-9 and _, without braces");
        }
        Placement::Basic { .. } => {}
    }
}

/// A header that a scheme or a proof names.
pub(super) fn check_header(name: &str, pointer: &str, flaws: &mut Flaws) {
    let lower = name.to_ascii_lowercase();
    let is_ours = HOST_HEADERS.contains(&lower.as_str()) || lower.starts_with("proxy-") || lower.starts_with("sec-");
    flaws.expect(shapes::is_header_name(name), pointer, "a header's name");
    flaws.expect(!is_ours, pointer, format!("the host alone writes {lower:?}"));
}

fn check_value(description: &Description, value: &Value, at: &str, may_hold_tokens: bool, flaws: &mut Flaws) {
    match value {
        Value::Field(key) => {
            flaws.expect(has_field(description, key), at, format!("no account kind has a field {key:?}"));
        }
        Value::Token(id) => {
            flaws.expect(may_hold_tokens, at, "a token cannot be had with a token");
            flaws.expect(
                description.tokens.iter().any(|token| token.id == *id),
                at,
                format!("there is no token {id:?}"),
            );
        }
        Value::Host(HostValue::HandshakeSecret) => {
            let has = description.webhook.as_ref().is_some_and(|webhook| webhook.handshake.is_some());
            flaws.expect(has, at, "no handshake is declared");
        }
        Value::Host(_) => {}
        Value::Constant(text) => flaws.expect(shapes::is_line(text), at, "text on one line"),
    }
}

/// Whether any account kind has the field.
pub(super) fn has_field(description: &Description, key: &str) -> bool {
    description.accounts.iter().flat_map(|account| &account.fields).any(|field| field.key == key)
}

fn values(placement: &Placement) -> Vec<&Value> {
    match placement {
        Placement::Basic { user, password } => vec![user, password],
        Placement::Header { value, .. }
        | Placement::Query { value, .. }
        | Placement::Form { value, .. }
        | Placement::Json { value, .. }
        | Placement::Template { value, .. }
        | Placement::PathSegment { value, .. } => vec![value],
    }
}

fn check_document_hosts(description: &Description, flaws: &mut Flaws) {
    for (place, host) in description.document_hosts.iter().enumerate() {
        let name = host.strip_prefix("*.").unwrap_or(host);
        let pointer = format!("/document_hosts/{place}");
        flaws.expect(shapes::is_host(name), pointer, "a host such as labels.example.com, or *.example.com");
    }
}

fn check_limit(description: &Description, limit: &RateLimit, at: &str, flaws: &mut Flaws) {
    let has_endpoint = description.endpoints.iter().any(|endpoint| endpoint.name == limit.endpoint);
    flaws.expect(has_endpoint, format!("{at}/endpoint"), "there is no such endpoint");
    check_methods(&limit.methods, at, flaws);
    let is_path = limit.path_prefix.is_empty() || shapes::is_path(&limit.path_prefix);
    flaws.expect(is_path, format!("{at}/path_prefix"), "a plain path from / on");
    flaws.expect(limit.count.is_some() || limit.concurrent.is_some(), at, "a count, or how many at the same time");
    flaws.expect(limit.count.is_some() == limit.window_s.is_some(), at, "a count and its window go together");
    flaws.expect(limit.count != Some(0), format!("{at}/count"), "at least 1");
    flaws.expect(limit.concurrent != Some(0), format!("{at}/concurrent"), "at least 1");
    let is_window = limit.window_s.is_none_or(|seconds| (1..=MAX_WINDOW_S).contains(&seconds));
    flaws.expect(is_window, format!("{at}/window_s"), "1 second to 31 days");
    if let LimitScope::Field(key) = &limit.per {
        flaws.expect(has_field(description, key), format!("{at}/per"), format!("no account kind has a field {key:?}"));
    }
}
