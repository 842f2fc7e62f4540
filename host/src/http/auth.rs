//! Who calls: API keys, the proofs that handlers take, and the scopes they ask for.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State};
use axum::http::header::{AUTHORIZATION, HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ipnet::IpNet;

use super::language;
use super::problem::{Problem, code};
use super::rate_limit::{Kind, RateLimiter, RateOverrides};
use crate::model::caller::{Admin, Merchant, Scope};
use crate::model::id::{ApiKeyId, MerchantId};
use crate::model::locale::Locale;

/// What every key of ours starts with.
const KEY_PREFIX: &str = "cdk_";

/// Longest key that is looked at, in bytes; ours have 56 or less.
const MAX_KEY_BYTES: usize = 128;

/// What is known of a key that exists, is not revoked, and has not expired.
#[derive(Debug, Clone)]
pub struct KeyRecord {
    /// The key's id.
    pub id: ApiKeyId,
    /// Whose it is.
    pub owner: KeyOwner,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// From where it may be used; empty: from anywhere.
    pub allowed_networks: Vec<IpNet>,
    /// Limits other than the usual.
    pub rates: RateOverrides,
}

/// Whose a key is.
#[derive(Debug, Clone)]
pub enum KeyOwner {
    /// A merchant's.
    Merchant {
        /// The merchant.
        id: MerchantId,
        /// Whether it is a key for tests.
        is_test: bool,
        /// Whether the merchant was disabled.
        is_disabled: bool,
    },
    /// An operator's.
    Operator,
}

/// A key could not be looked up now; which says nothing about the key.
#[derive(Debug, thiserror::Error)]
#[error("the key could not be looked up: {0}")]
pub struct LookupError(pub String);

/// Finds keys. The store's way and the tests' way.
#[async_trait::async_trait]
pub trait KeyLookup: Send + Sync {
    /// Returns what is known of a token, checked in constant time; `None` if it is not valid (any more).
    async fn find(&self, token: &str) -> Result<Option<KeyRecord>, LookupError>;
}

/// What authentication needs.
#[derive(Clone)]
pub struct Gate {
    /// Finds keys.
    pub keys: Arc<dyn KeyLookup>,
    /// Counts their requests.
    pub limiter: Arc<RateLimiter>,
}

/// Whom a response went to, left in its extensions for the log.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The merchant; none for operators.
    pub merchant: Option<MerchantId>,
    /// The key.
    pub key_id: ApiKeyId,
}

/// A checked key on its way to an extractor.
#[derive(Debug, Clone)]
enum Proof {
    Merchant(Merchant),
    Admin(Admin),
}

/// Lets requests with a valid key pass, within its limits, and tells the limits in every answer.
pub async fn check(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let ip = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip());
    let key = match find_key(&gate, request.headers(), ip).await {
        Ok(key) => key,
        Err(problem) => return problem.into_response(),
    };
    let kind = Kind::of(request.method(), request.extensions().get::<MatchedPath>().map(MatchedPath::as_str));
    let verdict = gate.limiter.take(&key.id, kind, &key.rates);
    let caller = caller(&key);
    let mut response = match (verdict.refusal(), prove(key, ip, language::wanted(request.headers()))) {
        (Some(problem), _) | (None, Err(problem)) => problem.into_response(),
        (None, Ok(proof)) => {
            request.extensions_mut().insert(proof);
            next.run(request).await
        }
    };
    verdict.write(response.headers_mut());
    response.extensions_mut().insert(caller);
    response
}

async fn find_key(gate: &Gate, headers: &HeaderMap, ip: Option<IpAddr>) -> Result<KeyRecord, Problem> {
    let token = bearer(headers)?;
    let found = gate.keys.find(token).await.map_err(|error| {
        tracing::error!(error = %error, "no key can be checked");
        Problem::new(code::UNAVAILABLE)
    })?;
    let key = found.ok_or_else(|| unauthenticated("the API key is unknown, expired or revoked; use another one"))?;
    let is_allowed = |net: &IpNet| ip.is_some_and(|ip| net.contains(&ip.to_canonical()));
    if !key.allowed_networks.is_empty() && !key.allowed_networks.iter().any(is_allowed) {
        return Err(Problem::new(code::ADDRESS_NOT_ALLOWED));
    }
    Ok(key)
}

fn bearer(headers: &HeaderMap) -> Result<&str, Problem> {
    let header = headers.get(AUTHORIZATION).ok_or_else(|| unauthenticated("send Authorization: Bearer <API key>"))?;
    let token = header.to_str().ok().and_then(|text| {
        let (scheme, token) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    match token {
        Some(token) if token.starts_with(KEY_PREFIX) && token.len() <= MAX_KEY_BYTES => Ok(token),
        _ => Err(unauthenticated(
            "the header Authorization holds no API key of this host; send Bearer and the key, cdk_…",
        )),
    }
}

fn unauthenticated(detail: &str) -> Problem {
    let challenge = HeaderValue::from_static("Bearer realm=\"crossdock\"");
    Problem::new(code::UNAUTHENTICATED).detail(detail).header(WWW_AUTHENTICATE, challenge)
}

fn caller(key: &KeyRecord) -> Caller {
    let merchant = match &key.owner {
        KeyOwner::Merchant { id, .. } => Some(id.clone()),
        KeyOwner::Operator => None,
    };
    Caller { merchant, key_id: key.id.clone() }
}

fn prove(key: KeyRecord, ip: Option<IpAddr>, locale: Locale) -> Result<Proof, Problem> {
    match key.owner {
        KeyOwner::Merchant { is_disabled: true, .. } => Err(Problem::new(code::MERCHANT_DISABLED)),
        KeyOwner::Merchant { id, is_test, .. } => {
            Ok(Proof::Merchant(Merchant::proven(id, key.id, key.scopes, is_test, ip).speaking(locale)))
        }
        KeyOwner::Operator => Ok(Proof::Admin(Admin::proven(key.id, ip))),
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Merchant {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match parts.extensions.get::<Proof>() {
            Some(Proof::Merchant(merchant)) => Ok(merchant.clone()),
            Some(Proof::Admin(_)) => {
                Err(Problem::new(code::WRONG_KEY_KIND).detail("this is an operator's key; a merchant's is needed"))
            }
            None => Err(unauthenticated("send Authorization: Bearer <API key>")),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Admin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match parts.extensions.get::<Proof>() {
            Some(Proof::Admin(admin)) => Ok(admin.clone()),
            Some(Proof::Merchant(_)) => {
                Err(Problem::new(code::WRONG_KEY_KIND).detail("this is a merchant's key; an operator's is needed"))
            }
            None => Err(unauthenticated("send Authorization: Bearer <API key>")),
        }
    }
}

macro_rules! rights {
    ($($(#[$doc:meta])* $name:ident = $scope:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name(pub Merchant);

        impl<S: Send + Sync> FromRequestParts<S> for $name {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
                let merchant = Merchant::from_request_parts(parts, state).await?;
                require(&merchant, Scope::$scope)?;
                Ok(Self(merchant))
            }
        }
    )*};
}

rights! {
    /// A merchant whose key has the scope `shipments:read`.
    MayReadShipments = ShipmentsRead;
    /// A merchant whose key has the scope `shipments:write`.
    MayWriteShipments = ShipmentsWrite;
    /// A merchant whose key has the scope `labels:buy`.
    MayBuyLabels = LabelsBuy;
    /// A merchant whose key has the scope `webhooks:manage`.
    MayManageWebhooks = WebhooksManage;
    /// A merchant whose key has the scope `credentials:write`.
    MayWriteCredentials = CredentialsWrite;
}

fn require(merchant: &Merchant, scope: Scope) -> Result<(), Problem> {
    if merchant.scopes().contains(&scope) {
        return Ok(());
    }
    Err(Problem::new(code::MISSING_SCOPE).detail(format!("the key needs the scope {scope}; use one that has it")))
}
