//! Base URLs: the description's for the call's environment, or what the merchant set instead.

use std::net::IpAddr;

use crossdock_contract::description::{Description, Endpoint, TestEnvironment};
use url::{Host, Url};

use super::ssrf::{AddressPolicy, Blocked};
use crate::model::credential::{AccountView, Environment};

/// Longest base URL, in bytes: longer ones are no courier's.
const MAX_BASE_URL_BYTES: usize = 2048;

/// Why a base URL that a merchant gave is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointRefused {
    /// Not `https://host/path`: no user, query, fragment, dots, or escapes of slashes.
    #[error("not a plain base URL such as https://api.example.com/v1")]
    NotPlain,
    /// It leads where nobody may go.
    #[error("{0}")]
    Blocked(#[from] Blocked),
}

/// Checks a base URL that a merchant gave for an endpoint: public https, or inside the operator's list (there http and any
/// port too), never one of the host's own listeners. A name's addresses are checked again whenever it is dialled.
///
/// # Errors
///
/// The rule that it breaks.
pub fn check_endpoint_override(text: &str, policy: &AddressPolicy) -> Result<Url, EndpointRefused> {
    let url = parse_base(text).ok_or(EndpointRefused::NotPlain)?;
    let is_https = url.scheme() == "https";
    let port = url.port_or_known_default().ok_or(EndpointRefused::NotPlain)?;
    match url.host().ok_or(EndpointRefused::NotPlain)? {
        Host::Ipv4(ip) => policy.check(ip.into(), port, is_https)?,
        Host::Ipv6(ip) => policy.check(ip.into(), port, is_https)?,
        Host::Domain(name) => check_name(name, port, is_https, policy)?,
    }
    Ok(url)
}

fn check_name(name: &str, port: u16, is_https: bool, policy: &AddressPolicy) -> Result<(), Blocked> {
    if name == "localhost" || name.ends_with(".localhost") {
        return policy.check(IpAddr::from([127, 0, 0, 1]), port, is_https);
    }
    let is_own = policy.own_listeners.iter().any(|listener| listener.port() == port);
    if is_own && !name.contains('.') {
        return Err(Blocked::OwnListener);
    }
    if !policy.allow_private_networks.is_empty() {
        // Only the resolver can tell whether the name is inside the list; it does, at every connection.
        return Ok(());
    }
    if !name.contains('.') || name.ends_with(".local") || name.ends_with(".internal") {
        return Err(Blocked::NotPublic);
    }
    // Any public address stands for the one that the name has now.
    policy.check(IpAddr::from([1, 1, 1, 1]), port, is_https)
}

/// Returns the base URL that this account's requests to the endpoint start with; `None` where its environment has none:
/// a test credential never falls back to production.
pub fn base_url(description: &Description, account: &AccountView, endpoint: &Endpoint) -> Option<Url> {
    if let Some(text) = account.endpoints.get(&endpoint.name) {
        return parse_base(text);
    }
    let kind = description.accounts.iter().find(|kind| kind.id == account.kind)?;
    let text = match (account.environment, kind.test) {
        (Environment::Production, _) | (Environment::Test, TestEnvironment::Flag) => Some(&endpoint.production),
        (Environment::Test, TestEnvironment::Host) => endpoint.test.as_ref(),
        (Environment::Test, TestEnvironment::None) => None,
    };
    parse_base(text?)
}

/// Reads a base URL, without its trailing slash in the path; `None` if it is not plain.
fn parse_base(text: &str) -> Option<Url> {
    let is_plain = text.len() <= MAX_BASE_URL_BYTES
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && !text.contains(['?', '#', '\\', '@', '%', '{', '}']);
    let url = Url::parse(text).ok().filter(|_| is_plain)?;
    let host = url.host_str()?;
    let path = url.path();
    let is_fine = matches!(url.scheme(), "https" | "http")
        && !host.ends_with('.')
        && !path.contains("//")
        // Parsing has resolved dots away; the text must not have held any.
        && text.trim_end_matches('/').ends_with(path.trim_end_matches('/'))
        && !text.contains("/..")
        && !text.contains("/./");
    is_fine.then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overrides_are_public_https_or_inside_the_list() {
        let closed = AddressPolicy::default();
        assert!(check_endpoint_override("https://api.example.com/v1/", &closed).is_ok());
        for text in [
            "http://api.example.com",
            "https://10.0.0.1",
            "https://0x7f000001/",
            "https://[::1]/",
            "https://localhost",
            "https://user@api.example.com",
            "https://api.example.com/?x",
            "https://api.example.com/a/../b",
            "https://api.example.com:22",
            "ftp://api.example.com",
            "https://router",
            "https://api.example.com./",
            "https://169.254.169.254/",
            "https://api.example.com/%2e%2e/x",
        ] {
            assert!(check_endpoint_override(text, &closed).is_err(), "{text}");
        }
        let open = AddressPolicy {
            allow_private_networks: vec!["127.0.0.0/8".parse().unwrap()],
            own_listeners: vec!["127.0.0.1:7000".parse().unwrap()],
        };
        assert!(check_endpoint_override("http://127.0.0.1:1234/bring", &open).is_ok());
        assert!(check_endpoint_override("http://127.0.0.1:7000/bring", &open).is_err());
        assert!(check_endpoint_override("http://localhost:7000/bring", &open).is_err());
        assert!(check_endpoint_override("http://10.0.0.1/", &open).is_err());
    }
}
