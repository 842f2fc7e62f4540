//! Shares and renews tokens: one flight per credential, token and base URL.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;

use super::token_store::{StoredToken, TokenStore};
use crate::model::clock::{Clock, Random};
use crate::model::failure::{Failure, FailureKind};
use crate::model::id::{CredentialId, MerchantId};

/// A token is renewed when less than this remains (CONVENTIONS 7) …
const RENEW_BEFORE: SignedDuration = SignedDuration::from_mins(15);
/// … or less than this part of its lifetime: short-lived tokens would otherwise be renewed all the time.
const RENEW_BEFORE_PART: i32 = 5;
/// How long nothing is tried after a failed exchange (CONVENTIONS 7).
const COOL_DOWN: Duration = Duration::from_secs(30);
/// Most tokens held; the least used are fetched again.
const MAX_HELD: u64 = 50_000;

/// Whose token: a saved credential, or one that is only being tried.
pub struct TokenKey<'a> {
    /// Merchant and credential, where the credential is saved.
    pub owner: Option<(&'a MerchantId, &'a CredentialId)>,
    /// What tells these secrets from others: changed secrets never meet the old token.
    pub fingerprint: &'a str,
    /// The token's id in the description.
    pub token: &'a str,
    /// Where it comes from.
    pub base_url: &'a str,
}

/// All tokens of this process.
pub struct Tokens {
    clock: Arc<dyn Clock>,
    store: Arc<dyn TokenStore>,
    fingerprint_key: [u8; 32],
    slots: moka::sync::Cache<String, Arc<Slot>>,
}

#[derive(Default)]
struct Slot {
    held: Mutex<Option<StoredToken>>,
    flight: tokio::sync::Mutex<Flight>,
}

#[derive(Default)]
struct Flight {
    was_loaded: bool,
    failed: Option<(Failure, Timestamp)>,
}

impl Tokens {
    /// Makes an empty holder.
    pub fn new(clock: Arc<dyn Clock>, random: &dyn Random, store: Arc<dyn TokenStore>) -> Self {
        let mut fingerprint_key = [0; 32];
        random.fill(&mut fingerprint_key);
        Self { clock, store, fingerprint_key, slots: moka::sync::Cache::new(MAX_HELD) }
    }

    /// Makes what tells secrets from others, good in this process only.
    pub fn fingerprint<'a>(&self, parts: impl Iterator<Item = &'a str>) -> String {
        let mut mac =
            Hmac::<sha2::Sha256>::new_from_slice(&self.fingerprint_key).expect("HMAC takes keys of any length");
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        hex::encode(&mac.finalize().into_bytes()[..16])
    }

    /// Returns a token that is good, fetching one if need be. `rejected` is one that the courier just refused.
    ///
    /// # Errors
    ///
    /// What the exchange failed with, now or less than the cool-down ago.
    pub async fn get(
        &self,
        key: &TokenKey<'_>,
        rejected: Option<&SecretString>,
        deadline: Instant,
        fetch: impl AsyncFnOnce() -> Result<StoredToken, Failure>,
    ) -> Result<Arc<SecretString>, Failure> {
        let slot = self.slots.get_with(key.text(), Arc::default);
        if let Some(token) = slot.fresh(self.clock.now(), rejected) {
            return Ok(token);
        }
        let Ok(mut flight) = tokio::time::timeout_at(deadline, slot.flight.lock()).await else {
            return Err(Failure::new(FailureKind::Timeout, "token-timeout", "no token within the time that was left"));
        };
        if !flight.was_loaded {
            self.load(key, &slot).await;
            flight.was_loaded = true;
        }
        if let Some(token) = slot.fresh(self.clock.now(), rejected) {
            return Ok(token);
        }
        self.drop_rejected(key, &slot, rejected).await;
        self.renew(key, &slot, &mut flight, fetch).await
    }

    async fn renew(
        &self,
        key: &TokenKey<'_>,
        slot: &Slot,
        flight: &mut Flight,
        fetch: impl AsyncFnOnce() -> Result<StoredToken, Failure>,
    ) -> Result<Arc<SecretString>, Failure> {
        let now = self.clock.now();
        // A token near its end still serves while no new one can be had.
        let spare = slot.held().filter(|held| held.expires_at > now).map(|held| held.value);
        if let Some((failure, until)) = flight.failed.as_ref().filter(|(_, until)| *until > now) {
            let mut failure = failure.clone();
            failure.retry_after_ms = u64::try_from(until.duration_since(now).as_millis()).ok();
            return spare.ok_or(failure);
        }
        match fetch().await {
            Ok(token) => {
                flight.failed = None;
                slot.hold(Some(token.clone()));
                if let Some((merchant, credential)) = key.owner {
                    self.store.save(merchant, credential, key.token, key.base_url, &token).await;
                }
                Ok(token.value)
            }
            Err(failure) => {
                // A call that had little time left says nothing about the courier.
                if failure.kind != FailureKind::Timeout {
                    let asked = Duration::from_millis(failure.retry_after_ms.unwrap_or_default());
                    let pause = SignedDuration::try_from(COOL_DOWN.max(asked)).unwrap_or(SignedDuration::from_mins(1));
                    flight.failed = Some((failure.clone(), self.clock.now() + pause));
                }
                spare.ok_or(failure)
            }
        }
    }

    async fn load(&self, key: &TokenKey<'_>, slot: &Slot) {
        if let Some((merchant, credential)) = key.owner {
            slot.hold(self.store.load(merchant, credential, key.token, key.base_url).await);
        }
    }

    async fn drop_rejected(&self, key: &TokenKey<'_>, slot: &Slot, rejected: Option<&SecretString>) {
        let is_held = slot.held().is_some_and(|held| is_same(&held.value, rejected));
        if !is_held {
            return;
        }
        slot.hold(None);
        if let Some((merchant, credential)) = key.owner {
            self.store.forget(merchant, credential, key.token, key.base_url).await;
        }
    }
}

impl TokenKey<'_> {
    fn text(&self) -> String {
        let owner = self.owner.map(|(merchant, credential)| format!("{merchant}/{credential}")).unwrap_or_default();
        format!("{owner}/{}/{}/{}", self.fingerprint, self.token, self.base_url)
    }
}

impl Slot {
    fn held(&self) -> Option<StoredToken> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn hold(&self, token: Option<StoredToken>) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = token;
    }

    fn fresh(&self, now: Timestamp, rejected: Option<&SecretString>) -> Option<Arc<SecretString>> {
        let held = self.held()?;
        let lifetime = held.expires_at.duration_since(held.fetched_at);
        let margin = RENEW_BEFORE.min(lifetime / RENEW_BEFORE_PART);
        let is_fresh = held.expires_at.duration_since(now) > margin && !is_same(&held.value, rejected);
        is_fresh.then_some(held.value)
    }
}

fn is_same(token: &SecretString, other: Option<&SecretString>) -> bool {
    other.is_some_and(|other| other.expose_secret() == token.expose_secret())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::clock::OsRandom;
    use crate::outbound::testing::MovedClock;
    use crate::outbound::token_store::MemoryTokens;
    use std::sync::atomic::{AtomicU32, Ordering};

    const KEY: TokenKey<'static> =
        TokenKey { owner: None, fingerprint: "f", token: "oauth", base_url: "https://a.example" };

    fn token(text: &str, clock: &MovedClock, seconds: i64) -> StoredToken {
        let now = clock.now();
        StoredToken {
            value: Arc::new(SecretString::from(text.to_owned())),
            fetched_at: now,
            expires_at: now + SignedDuration::from_secs(seconds),
        }
    }

    #[tokio::test]
    async fn fifty_callers_share_one_flight_and_a_token_near_its_end_is_renewed() {
        let clock = Arc::new(MovedClock::default());
        let tokens = Tokens::new(clock.clone(), &OsRandom, Arc::new(MemoryTokens::default()));
        let flights = AtomicU32::new(0);
        let soon = Instant::now() + Duration::from_secs(5);
        let fetch = async || {
            let flight = flights.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            Ok(token(&format!("token-{flight}"), &clock, 100))
        };
        let all = futures::future::join_all((0..50).map(|_| tokens.get(&KEY, None, soon, fetch))).await;
        assert_eq!(flights.load(Ordering::SeqCst), 1);
        let first = all[0].clone().unwrap();
        assert!(all.iter().all(|one| one.as_ref().unwrap().expose_secret() == first.expose_secret()));
        clock.advance_s(79);
        assert_eq!(tokens.get(&KEY, None, soon, fetch).await.unwrap().expose_secret(), "token-0");
        clock.advance_s(1);
        assert_eq!(tokens.get(&KEY, None, soon, fetch).await.unwrap().expose_secret(), "token-1");
        let renewed = tokens.get(&KEY, Some(&SecretString::from("token-1")), soon, fetch).await.unwrap();
        assert_eq!(renewed.expose_secret(), "token-2");
        let shared = tokens.get(&KEY, Some(&SecretString::from("token-1")), soon, fetch).await.unwrap();
        assert_eq!(shared.expose_secret(), "token-2", "somebody else has renewed it");
    }

    #[tokio::test]
    async fn a_failure_is_not_repeated_for_30_seconds() {
        let clock = Arc::new(MovedClock::default());
        let tokens = Tokens::new(clock.clone(), &OsRandom, Arc::new(MemoryTokens::default()));
        let tries = AtomicU32::new(0);
        let soon = Instant::now() + Duration::from_secs(5);
        let refused = async || {
            tries.fetch_add(1, Ordering::SeqCst);
            Err(Failure::new(FailureKind::Auth, "token-refused", "no"))
        };
        for _ in 0..3 {
            assert_eq!(tokens.get(&KEY, None, soon, refused).await.err().unwrap().kind, FailureKind::Auth);
        }
        assert_eq!(tries.load(Ordering::SeqCst), 1);
        clock.advance_s(30);
        assert!(tokens.get(&KEY, None, soon, refused).await.is_err());
        assert_eq!(tries.load(Ordering::SeqCst), 2);
    }
}
