//! Exchanges credentials for a token. What the courier answers here stays here: it is neither logged nor shown.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crossdock_contract::description::{Grant, Lifetime, Placement, TokenBody, TokenExchange};
use http::{HeaderMap, HeaderValue, Method, header};
use jiff::SignedDuration;
use secrecy::SecretString;
use tokio::time::Instant;
use url::form_urlencoded;
use zeroize::{Zeroize, Zeroizing};

use super::client::{ExchangeError, Incoming, Outgoing};
use super::endpoint::base_url;
use super::placement::{Draft, apply};
use super::record::Sent;
use super::request::refuse;
use super::retry_after::retry_after;
use super::session::Session;
use super::token::Wish;
use super::token_store::{StoredToken, TokenPlace};
use super::values::Values;
use crate::model::failure::{Failure, FailureKind};

/// Largest answer of a token endpoint, in bytes: signed tokens with many claims are some 10 kB.
const MAX_ANSWER_BYTES: usize = 256 * 1024;
/// Longest token, in bytes: longer ones fit into no header.
const MAX_TOKEN_BYTES: usize = 16 * 1024;
/// Longest time for an exchange; a slower token endpoint counts as down.
const EXCHANGE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a token is used whose answer does not say, in seconds.
const UNKNOWN_LIFETIME_S: u64 = 300;
/// Longest lifetime that is believed, in seconds: 30 days.
const MAX_LIFETIME_S: u64 = 30 * 86_400;

/// Tokens by their ids.
pub type TokenMap = BTreeMap<String, Arc<SecretString>>;

impl Session {
    /// Returns every token that the placements want. `rejected` are those that the courier just refused.
    pub(super) async fn tokens_for(
        &self,
        placements: &[&Placement],
        rejected: &TokenMap,
        deadline: Instant,
    ) -> Result<TokenMap, Failure> {
        let mut tokens = TokenMap::new();
        for id in token_ids(placements) {
            let exchange = self.spec.description.tokens.iter().find(|token| token.id == id);
            let exchange = exchange.ok_or_else(|| refuse("unknown-token", "the scheme's token is not declared"))?;
            let base = self.token_base(exchange)?;
            let wish = Wish {
                place: TokenPlace {
                    owner: self.spec.merchant.clone().zip(self.spec.credential.clone()),
                    account: self.fingerprint().to_owned(),
                    token: id.to_owned(),
                    base_url: base.into(),
                },
                renew_before: exchange.renew_before_s.map(|seconds| SignedDuration::from_secs(i64::from(seconds))),
                rejected: rejected.get(id).map(|token| &**token),
                is_manual: self.spec.is_manual,
                deadline,
            };
            let token = self.outbound.tokens.get(&wish, async || self.fetch_token(exchange, deadline).await);
            let token = token.await?;
            self.learn([&*token]);
            tokens.insert(id.to_owned(), token);
        }
        Ok(tokens)
    }

    fn token_base(&self, exchange: &TokenExchange) -> Result<url::Url, Failure> {
        let endpoint = self.spec.description.endpoints.iter().find(|endpoint| endpoint.name == exchange.endpoint);
        endpoint
            .and_then(|endpoint| base_url(&self.spec.description, &self.spec.account, endpoint))
            .ok_or_else(|| refuse("no-address", "the token's endpoint has no address in this environment"))
    }

    async fn fetch_token(&self, exchange: &TokenExchange, deadline: Instant) -> Result<StoredToken, Failure> {
        let base = self.token_base(exchange)?;
        let mut draft = start_draft(exchange);
        let tokens = TokenMap::new();
        let values = Values {
            description: &self.spec.description,
            account: &self.spec.account,
            secrets: &self.spec.secrets,
            host: &self.spec.host_values,
            tokens: &tokens,
        };
        let written = apply(&mut draft, &exchange.placements.iter().collect::<Vec<_>>(), &values)?;
        self.learn_texts(&written);
        let left = deadline.saturating_duration_since(Instant::now());
        let outgoing = Outgoing {
            method: Method::POST,
            url: draft.url(&base)?,
            headers: draft.headers,
            body: draft.body,
            timeout: left.min(EXCHANGE_TIMEOUT),
            max_answer_bytes: MAX_ANSWER_BYTES,
        };
        let sent = Sent::token(self, exchange, outgoing.body.as_ref().map_or(0, |body| body.len()));
        let outcome = self.outbound.clients.exchange(&self.spec.courier, outgoing).await;
        let token = match &outcome {
            Ok(answer) => self.read_token(exchange, answer),
            Err(error) => Err(no_answer(*error, left)),
        };
        let failure = token.as_ref().err();
        sent.finish(self, outcome.as_ref().ok(), failure);
        if let Ok(mut answer) = outcome {
            answer.body.zeroize();
        }
        token
    }

    fn read_token(&self, exchange: &TokenExchange, answer: &Incoming) -> Result<StoredToken, Failure> {
        let now = self.outbound.clock.now();
        if !(200..300).contains(&answer.status) {
            let (kind, code, message) = match answer.status {
                400 | 401 | 403 => {
                    (FailureKind::Auth, "token-refused", "the courier gave no token for this credential")
                }
                429 => {
                    (FailureKind::RateLimited, "token-rate-limit", "the courier limits how often tokens are fetched")
                }
                500.. => (FailureKind::Unavailable, "token-unavailable", "the courier cannot give tokens now"),
                _ => (FailureKind::UnexpectedAnswer, "token-answer", "the courier's token endpoint gave no token"),
            };
            let mut failure = Failure::new(kind, code, message);
            failure.courier_status = Some(answer.status);
            failure.retry_after_ms =
                retry_after(&answer.headers, now).and_then(|wait| u64::try_from(wait.as_millis()).ok());
            return Err(failure);
        }
        let unreadable = || {
            let message = "the courier's token endpoint answered something without a token";
            let mut failure = Failure::new(FailureKind::UnexpectedAnswer, "token-answer", message);
            failure.courier_status = Some(answer.status);
            failure
        };
        let mut body: serde_json::Value = serde_json::from_slice(&answer.body).map_err(|_| unreadable())?;
        let lifetime_s = match &exchange.lifetime {
            Lifetime::FixedS(seconds) => *seconds,
            Lifetime::Pointer(pointer) => seconds(body.pointer(pointer)).unwrap_or(UNKNOWN_LIFETIME_S),
        };
        let Some(serde_json::Value::String(text)) =
            body.pointer_mut(&exchange.token_pointer).map(serde_json::Value::take)
        else {
            return Err(unreadable());
        };
        let text = Zeroizing::new(text);
        let is_fine =
            (1..=MAX_TOKEN_BYTES).contains(&text.len()) && text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        if !is_fine {
            return Err(unreadable());
        }
        let lifetime = SignedDuration::from_secs(lifetime_s.clamp(1, MAX_LIFETIME_S).cast_signed());
        let value = Arc::new(SecretString::from(text.as_str()));
        Ok(StoredToken { value, fetched_at: now, expires_at: now + lifetime })
    }
}

/// Returns the ids of the tokens that some placements write, each once.
pub fn token_ids<'a>(placements: &[&'a Placement]) -> Vec<&'a str> {
    use crossdock_contract::description::Value;
    let mut ids = Vec::new();
    for placement in placements {
        let values = match placement {
            Placement::Basic { user, password } => vec![user, password],
            Placement::Header { value, .. }
            | Placement::Query { value, .. }
            | Placement::Form { value, .. }
            | Placement::Json { value, .. }
            | Placement::Template { value, .. }
            | Placement::PathSegment { value, .. } => vec![value],
        };
        for value in values {
            if let Value::Token(id) = value
                && !ids.contains(&id.as_str())
            {
                ids.push(id.as_str());
            }
        }
    }
    ids
}

fn start_draft(exchange: &TokenExchange) -> Draft {
    let grant = match exchange.grant {
        Grant::ClientCredentials => "client_credentials",
        Grant::Password => "password",
    };
    // A placement may write it otherwise, for couriers that have their own word.
    let is_placed = exchange.placements.iter().any(|placement| match placement {
        Placement::Form { name, .. } => name == "grant_type",
        Placement::Json { pointer, .. } => pointer == "/grant_type",
        _ => false,
    });
    let (content_type, body) = match exchange.body {
        TokenBody::Form if is_placed => ("application/x-www-form-urlencoded", String::new()),
        TokenBody::Form => {
            let body = form_urlencoded::Serializer::new(String::new()).append_pair("grant_type", grant).finish();
            ("application/x-www-form-urlencoded", body)
        }
        TokenBody::Json if is_placed => ("application/json", "{}".to_owned()),
        TokenBody::Json => ("application/json", format!("{{\"grant_type\":\"{grant}\"}}")),
    };
    let headers = HeaderMap::from_iter([
        (header::ACCEPT, HeaderValue::from_static("application/json")),
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
    ]);
    Draft {
        path: Zeroizing::new(exchange.path.clone()),
        query: Vec::new(),
        headers,
        body: Some(Zeroizing::new(body.into_bytes())),
    }
}

fn no_answer(error: ExchangeError, left: Duration) -> Failure {
    match error {
        ExchangeError::Timeout if left < EXCHANGE_TIMEOUT => {
            Failure::new(FailureKind::Timeout, "token-timeout", "no token within the time that was left")
        }
        other => Failure::new(FailureKind::Unavailable, "token-unavailable", format!("no token: {other}")),
    }
}

fn seconds(value: Option<&serde_json::Value>) -> Option<u64> {
    match value? {
        serde_json::Value::Number(number) => number.as_u64().or_else(|| number.as_f64().map(|seconds| seconds as u64)),
        serde_json::Value::String(text) => text.trim().parse::<f64>().ok().map(|seconds| seconds as u64),
        _ => None,
    }
}
