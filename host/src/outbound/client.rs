//! Clients that dial checked addresses only, and one exchange with all its limits.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderValue, Method, header};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio_util::bytes::Bytes;
use url::{Host, Url};
use zeroize::Zeroizing;

use super::decode::{decode, is_undecodable};
use super::ssrf::{AddressPolicy, Blocked};
use crate::model::courier::CourierId;

/// Most clients kept: one per courier and origin, so room for some hundred couriers with overrides.
const MAX_CLIENTS: u64 = 1024;
/// Idle connections kept per origin: a busy host's concurrency towards one courier.
const MAX_IDLE_CONNECTIONS: usize = 32;
/// How long an idle connection is kept: shorter than common load balancers do (60 s).
const IDLE_TIMEOUT: Duration = Duration::from_secs(50);
/// Longest answer headers, in bytes (CONVENTIONS 4.5).
const MAX_HEADER_BYTES: usize = 32 * 1024;
/// Most addresses of a name that are looked at.
const MAX_ADDRESSES: usize = 32;
/// What the host can decode.
const ACCEPT_ENCODING: HeaderValue = HeaderValue::from_static("gzip, br, deflate");
const USER_AGENT: HeaderValue = HeaderValue::from_static(concat!("Crossdock/", env!("CARGO_PKG_VERSION")));

/// Resolves names: the system's resolver, or a test's.
#[async_trait::async_trait]
pub trait Lookup: Send + Sync {
    /// Returns a name's addresses.
    async fn lookup(&self, host: &str) -> std::io::Result<Vec<IpAddr>>;
}

/// The system's resolver.
pub struct SystemLookup;

#[async_trait::async_trait]
impl Lookup for SystemLookup {
    async fn lookup(&self, host: &str) -> std::io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect())
    }
}

/// A request that is ready to leave.
pub struct Outgoing {
    /// HTTP method.
    pub method: Method,
    /// Where to, with credentials in the query where the scheme wants it: never logged.
    pub url: Url,
    /// All headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Option<Zeroizing<Vec<u8>>>,
    /// How long the exchange may take.
    pub timeout: Duration,
    /// How large the answer may be, on the wire and decoded, in bytes.
    pub max_answer_bytes: usize,
}

/// An answer, decoded, with everything in it that the courier sent back.
pub struct Incoming {
    /// HTTP status.
    pub status: u16,
    /// As they came.
    pub headers: HeaderMap,
    /// Decoded.
    pub body: Vec<u8>,
    /// Size of the body on the wire.
    pub wire_bytes: u64,
}

/// Why there is no answer. Holds no URL: it may hold credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeError {
    /// An address that may not be dialled. Nothing was sent.
    #[error("{0}")]
    Blocked(#[from] Blocked),
    /// No connection. Nothing was sent.
    #[error("no connection to the courier")]
    Connect,
    /// The request could not be written. Nothing was sent.
    #[error("the request is not valid")]
    Invalid,
    /// No answer in time.
    #[error("no answer within the time that was left")]
    Timeout,
    /// The connection broke.
    #[error("the connection broke before the answer was complete")]
    Broken,
    /// More than may be read.
    #[error("the answer is too large")]
    TooLarge,
    /// Compressed in a way that the host does not know, or badly.
    #[error("the answer's encoding cannot be decoded")]
    Encoding,
}

impl ExchangeError {
    /// Whether the request may have reached the courier.
    pub fn was_sent(self) -> bool {
        !matches!(self, Self::Blocked(_) | Self::Connect | Self::Invalid)
    }
}

/// Clients by courier and origin: pools are never shared between couriers.
pub struct Clients {
    policy: Arc<AddressPolicy>,
    lookup: Arc<dyn Lookup>,
    connect_timeout: Duration,
    kept: moka::sync::Cache<ClientKey, reqwest::Client>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct ClientKey {
    courier: CourierId,
    is_https: bool,
    host: String,
    port: u16,
}

impl Clients {
    /// Makes an empty cache of clients.
    pub fn new(policy: Arc<AddressPolicy>, lookup: Arc<dyn Lookup>, connect_timeout: Duration) -> Self {
        Self { policy, lookup, connect_timeout, kept: moka::sync::Cache::new(MAX_CLIENTS) }
    }

    /// Says whether an origin is a literal address inside the operator's list, where plain http is allowed.
    pub fn is_listed(&self, url: &Url) -> bool {
        let ip: IpAddr = match url.host() {
            Some(Host::Ipv4(ip)) => ip.into(),
            Some(Host::Ipv6(ip)) => ip.into(),
            _ => return false,
        };
        self.policy.allow_private_networks.iter().any(|network| network.contains(&ip))
    }

    /// Sends a request and reads the whole answer within its limits.
    ///
    /// # Errors
    ///
    /// See [`ExchangeError`].
    pub async fn exchange(&self, courier: &CourierId, outgoing: Outgoing) -> Result<Incoming, ExchangeError> {
        let timeout = outgoing.timeout;
        match tokio::time::timeout(timeout, self.exchange_untimed(courier, outgoing)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(ExchangeError::Timeout),
        }
    }

    async fn exchange_untimed(&self, courier: &CourierId, outgoing: Outgoing) -> Result<Incoming, ExchangeError> {
        let client = self.client(courier, &outgoing.url)?;
        let is_head = outgoing.method == Method::HEAD;
        let mut request = reqwest::Request::new(outgoing.method, outgoing.url);
        *request.headers_mut() = outgoing.headers;
        request.headers_mut().insert(header::ACCEPT_ENCODING, ACCEPT_ENCODING);
        request.headers_mut().entry(header::USER_AGENT).or_insert(USER_AGENT);
        if let Some(body) = outgoing.body {
            // The bytes stay in their carrier and are zeroed when the connection lets go of them.
            *request.body_mut() = Some(Bytes::from_owner(body).into());
        }
        let mut response = client.execute(request).await.map_err(|error| explain(&error))?;
        let headers = std::mem::take(response.headers_mut());
        let header_bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
        if header_bytes > MAX_HEADER_BYTES {
            return Err(ExchangeError::TooLarge);
        }
        let status = response.status().as_u16();
        if !is_head && is_undecodable(&headers) {
            return Err(ExchangeError::Encoding);
        }
        let mut wire = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| ExchangeError::Broken)? {
            if wire.len() + chunk.len() > outgoing.max_answer_bytes {
                return Err(ExchangeError::TooLarge);
            }
            wire.extend_from_slice(&chunk);
        }
        let wire_bytes = wire.len() as u64;
        let body = decode(&headers, wire, outgoing.max_answer_bytes).await?;
        Ok(Incoming { status, headers, body, wire_bytes })
    }

    fn client(&self, courier: &CourierId, url: &Url) -> Result<reqwest::Client, ExchangeError> {
        let is_https = url.scheme() == "https";
        let port = url.port_or_known_default().ok_or(ExchangeError::Invalid)?;
        // The connector does not ask a resolver for literal addresses.
        match url.host().ok_or(ExchangeError::Invalid)? {
            Host::Ipv4(ip) => self.policy.check(ip.into(), port, is_https)?,
            Host::Ipv6(ip) => self.policy.check(ip.into(), port, is_https)?,
            Host::Domain(_) => {}
        }
        let host = url.host_str().ok_or(ExchangeError::Invalid)?.to_owned();
        let key = ClientKey { courier: courier.clone(), is_https, host, port };
        if let Some(client) = self.kept.get(&key) {
            return Ok(client);
        }
        let resolver =
            CheckedResolver { policy: Arc::clone(&self.policy), lookup: Arc::clone(&self.lookup), port, is_https };
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_gzip()
            .no_brotli()
            .no_deflate()
            .connect_timeout(self.connect_timeout)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .pool_max_idle_per_host(MAX_IDLE_CONNECTIONS)
            .http2_max_header_list_size(MAX_HEADER_BYTES as u32)
            .dns_resolver(resolver)
            .build()
            .map_err(|error| {
                tracing::error!(courier = %courier, error = %error, "no HTTP client could be made");
                ExchangeError::Connect
            })?;
        self.kept.insert(key, client.clone());
        Ok(client)
    }
}

/// Resolves names for one origin and lets through only what may be dialled there.
struct CheckedResolver {
    policy: Arc<AddressPolicy>,
    lookup: Arc<dyn Lookup>,
    port: u16,
    is_https: bool,
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (policy, lookup, port, is_https) =
            (Arc::clone(&self.policy), Arc::clone(&self.lookup), self.port, self.is_https);
        Box::pin(async move {
            let addresses = lookup.lookup(name.as_str()).await?;
            let mut refused = None;
            let mut allowed = Vec::new();
            for ip in addresses.into_iter().take(MAX_ADDRESSES) {
                match policy.check(ip, port, is_https) {
                    Ok(()) => allowed.push(SocketAddr::new(ip, port)),
                    Err(blocked) => refused = Some(blocked),
                }
            }
            match (allowed.is_empty(), refused) {
                (true, Some(blocked)) => Err(Box::new(Refusal(blocked)) as Box<dyn std::error::Error + Send + Sync>),
                _ => Ok(Box::new(allowed.into_iter()) as Addrs),
            }
        })
    }
}

/// Carries the reason through reqwest's errors.
#[derive(Debug)]
struct Refusal(Blocked);

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl std::error::Error for Refusal {}

fn explain(error: &reqwest::Error) -> ExchangeError {
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if let Some(Refusal(blocked)) = cause.downcast_ref() {
            return ExchangeError::Blocked(*blocked);
        }
        source = cause.source();
    }
    if error.is_connect() {
        ExchangeError::Connect
    } else if error.is_builder() {
        ExchangeError::Invalid
    } else if error.is_timeout() {
        ExchangeError::Timeout
    } else {
        ExchangeError::Broken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::str::FromStr;

    struct Fixed(Vec<IpAddr>);

    #[async_trait::async_trait]
    impl Lookup for Fixed {
        async fn lookup(&self, _: &str) -> std::io::Result<Vec<IpAddr>> {
            Ok(self.0.clone())
        }
    }

    proptest! {
        /// Whatever a name resolves to, the connector is given no address that is blocked.
        #[test]
        fn no_resolver_answer_leads_to_a_blocked_range(
            answers in proptest::collection::vec(any::<IpAddr>(), 0..8),
            near in proptest::collection::vec((0u8..=255, 0u8..=255), 0..8),
            port in any::<u16>(),
            is_https in any::<bool>(),
        ) {
            let mut answers = answers;
            for (first, last) in near {
                answers.push(IpAddr::from([first, 0, 0, last]));
                answers.push(IpAddr::from([0, 0, 0, 0, 0, 0xffff, u16::from(first) << 8, u16::from(last)]));
            }
            let policy = Arc::new(AddressPolicy::default());
            let resolver = CheckedResolver { policy, lookup: Arc::new(Fixed(answers)), port, is_https };
            let resolved = futures::executor::block_on(resolver.resolve(Name::from_str("api.example.com").unwrap()));
            for address in resolved.into_iter().flatten() {
                prop_assert!(!super::super::ssrf::is_blocked(address.ip()));
                prop_assert!(is_https && [443, 80, 8443, 8080].contains(&address.port()));
            }
        }

        /// Whatever notation a literal address has, it is checked before a client exists.
        #[test]
        fn no_literal_in_any_notation_leads_to_a_blocked_range(ip in any::<u32>(), form in 0..4) {
            let address = std::net::Ipv4Addr::from(ip);
            let host = match form {
                0 => address.to_string(),
                1 => format!("{ip}"),
                2 => format!("0x{ip:x}"),
                _ => format!("[::ffff:{address}]"),
            };
            let url = Url::parse(&format!("https://{host}/")).unwrap();
            let clients = Clients::new(Arc::default(), Arc::new(Fixed(vec![])), Duration::from_secs(1));
            if super::super::ssrf::is_blocked(IpAddr::V4(address)) {
                prop_assert!(matches!(clients.client(&"demo".parse().unwrap(), &url), Err(ExchangeError::Blocked(_))));
            }
        }
    }
}
