//! The right to fetch a token, held while the courier is asked.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::token_store::{KeptToken, LeaseEnd, StoredToken, TokenPlace, TokenStore, TokenStoreError};
use crate::model::clock::Clock;

/// How long a host may be gone before another one fetches instead (CONVENTIONS 7).
const LEASE: Duration = Duration::from_secs(30);
/// How often a lease is renewed: two renewals may fail before it is lost.
const RENEW_EVERY: Duration = Duration::from_secs(10);

/// Returns when a lease that is taken or renewed now ends.
pub(super) fn end_of_lease(now: Timestamp) -> Timestamp {
    now + SignedDuration::try_from(LEASE).expect("30 s are within any range")
}

/// A lease. Given back when it is dropped, as when the caller hangs up in the middle.
pub(super) struct Lease {
    store: Arc<dyn TokenStore>,
    place: TokenPlace,
    owner: String,
    version: i64,
    is_over: bool,
}

impl Lease {
    /// Guards a lease that was taken; `version` is what stood there.
    pub(super) fn new(store: Arc<dyn TokenStore>, place: TokenPlace, owner: String, version: i64) -> Self {
        Self { store, place, owner, version, is_over: false }
    }

    /// Works on something while the lease is renewed.
    pub(super) async fn hold_while<T>(&self, clock: &dyn Clock, work: impl Future<Output = T>) -> T {
        tokio::select! {
            done = work => done,
            never = self.renew(clock) => match never {},
        }
    }

    async fn renew(&self, clock: &dyn Clock) -> Infallible {
        let mut ticks = interval_at(Instant::now() + RENEW_EVERY, RENEW_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            // One that was lost shows when the token is saved: the exchange itself is worth ending.
            if let Err(error) = self.store.renew(&self.place, &self.owner, end_of_lease(clock.now())).await {
                tracing::warn!(%error, "the lease on a token could not be renewed");
            }
        }
    }

    /// Returns what stands there now.
    pub(super) async fn read(&self) -> Result<KeptToken, TokenStoreError> {
        self.store.read(&self.place).await
    }

    /// Saves the token and ends the lease; `false`: another host took over, and what it wrote stays.
    pub(super) async fn save(&mut self, token: &StoredToken) -> Result<bool, TokenStoreError> {
        let saved = self.store.save(&self.place, &self.owner, self.version, token).await?;
        self.is_over = true;
        Ok(saved)
    }

    /// Ends the lease without a token.
    pub(super) async fn end(mut self, end: LeaseEnd) {
        match self.store.release(&self.place, &self.owner, end).await {
            Ok(()) => self.is_over = true,
            Err(error) => tracing::warn!(%error, "the lease on a token could not be given back; it ends by itself"),
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        // While the process ends there is nobody left to do it: the lease then ends by itself.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (store, place, owner) = (Arc::clone(&self.store), self.place.clone(), std::mem::take(&mut self.owner));
        runtime.spawn(async move {
            if let Err(error) = store.release(&place, &owner, LeaseEnd::Unused).await {
                tracing::warn!(%error, "the lease on a token could not be given back; it ends by itself");
            }
        });
    }
}
