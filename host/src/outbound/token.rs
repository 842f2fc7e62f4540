//! Shares and renews tokens: one exchange per credential, token and base URL, among all calls of all hosts.
//!
//! Calls of one process wait for each other in a slot; processes by a lease that the token store keeps. Whoever gets the lease
//! reads again before asking the courier, and whoever lost it meanwhile cannot overwrite what another stored.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout_at};

use super::token_lease::{Lease, end_of_lease};
use super::token_memory::MemoryTokens;
use super::token_store::{FailedExchange, KeptToken, LeaseEnd, StoredToken, TokenPlace, TokenStore, TokenStoreError};
use crate::model::clock::{Clock, Random};
use crate::model::failure::{Failure, FailureKind};
use crate::vault::is_same_secret;

/// A token is renewed when less than this remains (CONVENTIONS 7) …
const RENEW_BEFORE: SignedDuration = SignedDuration::from_mins(15);
/// … or less than this part of its lifetime: short-lived tokens would otherwise be renewed all the time.
const RENEW_BEFORE_PART: i32 = 5;
/// A description may ask for more, up to this part of the lifetime: beyond it every other call would fetch one.
const ASKED_BEFORE_PART: i32 = 2;
/// How long nothing is tried after a failed exchange (CONVENTIONS 7).
const COOL_DOWN: Duration = Duration::from_secs(30);
/// Most tokens held; the least used are read again.
const MAX_HELD: u64 = 50_000;
/// How often a host looks whether another one is done with its exchange, which takes some hundred milliseconds.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Length of a lease owner's name: 128 random bits.
const OWNER_BYTES: usize = 16;

/// Which token a call needs, and how badly.
pub struct Wish<'a> {
    /// Which.
    pub place: TokenPlace,
    /// How long before its end it is renewed, where the description says so.
    pub renew_before: Option<SignedDuration>,
    /// One that the courier just refused.
    pub rejected: Option<&'a SecretString>,
    /// Whether a person asks, who may have mended the cause of the last failure.
    pub is_manual: bool,
    /// How long the call can wait.
    pub deadline: Instant,
}

/// All tokens of this process, and the way to those of the others.
pub struct Tokens {
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    store: Arc<dyn TokenStore>,
    memory: Arc<dyn TokenStore>,
    slots: moka::sync::Cache<TokenPlace, Arc<Slot>>,
}

#[derive(Default)]
struct Slot {
    held: Mutex<Option<StoredToken>>,
    flight: tokio::sync::Mutex<()>,
}

/// What a call finds when it is its turn.
enum Turn {
    /// Nothing to do.
    Token(Arc<SecretString>),
    /// Nothing may be done.
    Failed(Failure),
    /// The courier is to be asked.
    Ours { lease: Lease, is_token_refused: bool },
}

impl Tokens {
    /// Makes an empty holder.
    pub fn new(clock: Arc<dyn Clock>, random: Arc<dyn Random>, store: Arc<dyn TokenStore>) -> Self {
        let memory = Arc::new(MemoryTokens::default());
        Self { clock, random, store, memory, slots: moka::sync::Cache::new(MAX_HELD) }
    }

    /// Returns a token that is good, fetching one if need be.
    ///
    /// # Errors
    ///
    /// What the exchange failed with, now or less than the cool-down ago, here or at another host.
    pub async fn get(
        &self,
        wish: &Wish<'_>,
        fetch: impl AsyncFnOnce() -> Result<StoredToken, Failure>,
    ) -> Result<Arc<SecretString>, Failure> {
        let slot = self.slots.get_with_by_ref(&wish.place, Arc::default);
        if let Some(token) = wish.fresh(slot.held(), self.clock.now()) {
            return Ok(token.value);
        }
        let _flight = match slot.flight.try_lock() {
            Ok(flight) => flight,
            Err(_) => {
                // A token near its end serves while another call renews it.
                if let Some(token) = wish.usable(slot.held(), self.clock.now()) {
                    return Ok(token.value);
                }
                timeout_at(wish.deadline, slot.flight.lock()).await.map_err(|_| no_time())?
            }
        };
        if let Some(token) = wish.fresh(slot.held(), self.clock.now()) {
            return Ok(token.value);
        }
        slot.drop_if(|token| wish.is_rejected(token));
        let shared = if wish.place.owner.is_some() { &self.store } else { &self.memory };
        let turn = match self.turn(shared, &slot, wish).await {
            Ok(turn) => turn,
            Err(error) => {
                tracing::warn!(%error, "this host fetches a token of its own");
                self.turn(&self.memory, &slot, wish).await.map_err(|error| unshared(&error))?
            }
        };
        match turn {
            Turn::Token(token) => Ok(token),
            Turn::Failed(failure) => Err(failure),
            Turn::Ours { lease, is_token_refused } => {
                let outcome = lease.hold_while(&*self.clock, fetch()).await;
                match outcome {
                    Ok(token) => Ok(self.keep(lease, &slot, wish, token).await),
                    Err(failure) => self.give_up(lease, is_token_refused, &slot, wish, failure).await,
                }
            }
        }
    }

    /// Waits until there is a token, or a reason why there is none, or the right to fetch one.
    async fn turn(&self, store: &Arc<dyn TokenStore>, slot: &Slot, wish: &Wish<'_>) -> Result<Turn, TokenStoreError> {
        let mut looks = interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            if timeout_at(wish.deadline, looks.tick()).await.is_err() {
                return Ok(Turn::Failed(no_time()));
            }
            let now = self.clock.now();
            let kept = store.read(&wish.place).await?;
            if let Some(turn) = wish.settle(&kept, slot, now) {
                return Ok(turn);
            }
            let owner = self.owner();
            if let Some(kept) = store.lease(&wish.place, &owner, now, end_of_lease(now)).await? {
                let lease = Lease::new(Arc::clone(store), wish.place.clone(), owner, kept.version);
                // Somebody may have been faster between the two questions.
                if let Some(turn) = wish.settle(&kept, slot, now) {
                    lease.end(LeaseEnd::Unused).await;
                    return Ok(turn);
                }
                let is_token_refused = kept.token.is_some_and(|token| wish.is_rejected(&token));
                return Ok(Turn::Ours { lease, is_token_refused });
            }
            if let Some(token) = wish.usable(kept.token.or_else(|| slot.held()), now) {
                return Ok(Turn::Token(token.value));
            }
        }
    }

    /// Shares a fetched token; if the lease was lost meanwhile, what the other host stored counts.
    async fn keep(&self, mut lease: Lease, slot: &Slot, wish: &Wish<'_>, token: StoredToken) -> Arc<SecretString> {
        let token = match lease.save(&token).await {
            Ok(true) => token,
            Ok(false) => self.stored_elsewhere(&lease, wish).await.unwrap_or(token),
            Err(error) => {
                tracing::warn!(%error, "a token could not be shared; other hosts fetch their own");
                token
            }
        };
        slot.hold(token.clone());
        token.value
    }

    /// Notes why there is no token, unless another host has got one meanwhile; one near its end still serves.
    async fn give_up(
        &self,
        lease: Lease,
        is_token_refused: bool,
        slot: &Slot,
        wish: &Wish<'_>,
        failure: Failure,
    ) -> Result<Arc<SecretString>, Failure> {
        if let Some(token) = self.stored_elsewhere(&lease, wish).await {
            lease.end(LeaseEnd::Unused).await;
            slot.hold(token.clone());
            return Ok(token.value);
        }
        let now = self.clock.now();
        // A call that had little time left says nothing about the courier.
        let end = if failure.kind == FailureKind::Timeout {
            LeaseEnd::Unused
        } else {
            let asked = Duration::from_millis(failure.retry_after_ms.unwrap_or_default());
            let pause = SignedDuration::try_from(COOL_DOWN.max(asked)).unwrap_or(SignedDuration::from_mins(1));
            let failed = FailedExchange { failure: failure.clone(), retry_at: now + pause };
            LeaseEnd::Failed { failed, is_token_refused }
        };
        lease.end(end).await;
        wish.usable(slot.held(), now).map(|token| token.value).ok_or(failure)
    }

    async fn stored_elsewhere(&self, lease: &Lease, wish: &Wish<'_>) -> Option<StoredToken> {
        let kept = lease.read().await.ok()?;
        wish.fresh(kept.token, self.clock.now())
    }

    fn owner(&self) -> String {
        let mut bytes = [0; OWNER_BYTES];
        self.random.fill(&mut bytes);
        hex::encode(bytes)
    }
}

impl Wish<'_> {
    /// What needs no exchange: a fresh token, or a failure that is too young to try again.
    fn settle(&self, kept: &KeptToken, slot: &Slot, now: Timestamp) -> Option<Turn> {
        if let Some(token) = self.fresh(kept.token.clone(), now) {
            slot.hold(token.clone());
            return Some(Turn::Token(token.value));
        }
        let failed = kept.failed.as_ref().filter(|failed| failed.retry_at > now && !self.is_manual)?;
        if let Some(token) = self.usable(kept.token.clone().or_else(|| slot.held()), now) {
            return Some(Turn::Token(token.value));
        }
        let mut failure = failed.failure.clone();
        failure.retry_after_ms = u64::try_from(failed.retry_at.duration_since(now).as_millis()).ok();
        Some(Turn::Failed(failure))
    }

    /// A token that needs no renewal yet.
    fn fresh(&self, token: Option<StoredToken>, now: Timestamp) -> Option<StoredToken> {
        token.filter(|token| token.expires_at.duration_since(now) > self.margin(token) && !self.is_rejected(token))
    }

    /// A token that still holds.
    fn usable(&self, token: Option<StoredToken>, now: Timestamp) -> Option<StoredToken> {
        token.filter(|token| token.expires_at > now && !self.is_rejected(token))
    }

    fn margin(&self, token: &StoredToken) -> SignedDuration {
        let lifetime = token.expires_at.duration_since(token.fetched_at);
        match self.renew_before {
            Some(asked) => asked.min(lifetime / ASKED_BEFORE_PART),
            None => RENEW_BEFORE.min(lifetime / RENEW_BEFORE_PART),
        }
    }

    fn is_rejected(&self, token: &StoredToken) -> bool {
        self.rejected.is_some_and(|rejected| is_same_secret(rejected, &token.value))
    }
}

impl Slot {
    fn held(&self) -> Option<StoredToken> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn drop_if(&self, is_worthless: impl FnOnce(&StoredToken) -> bool) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).take_if(|token| is_worthless(token));
    }

    fn hold(&self, token: StoredToken) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some(token);
    }
}

fn no_time() -> Failure {
    Failure::new(FailureKind::Timeout, "token-timeout", "no token within the time that was left")
}

fn unshared(error: &TokenStoreError) -> Failure {
    Failure::new(FailureKind::Unavailable, "token-unavailable", error.to_string())
}

#[cfg(test)]
#[path = "tests_token.rs"]
mod tests;
