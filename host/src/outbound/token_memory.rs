//! Tokens of this process alone: of credentials that are not saved, of tools and tests, and while the database is away.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use super::token_store::{KeptToken, LeaseEnd, StoredToken, TokenPlace, TokenStore, TokenStoreError};

/// Most places remembered; the least used are forgotten, and their tokens fetched again.
const MAX_PLACES: u64 = 10_000;

/// Keeps tokens in memory.
pub struct MemoryTokens(moka::sync::Cache<TokenPlace, Arc<Mutex<Row>>>);

#[derive(Default)]
struct Row {
    kept: KeptToken,
    lease: Option<(String, Timestamp)>,
}

impl Default for MemoryTokens {
    fn default() -> Self {
        Self(moka::sync::Cache::new(MAX_PLACES))
    }
}

impl MemoryTokens {
    fn row(&self, place: &TokenPlace) -> Arc<Mutex<Row>> {
        self.0.get_with_by_ref(place, Arc::default)
    }
}

#[async_trait::async_trait]
impl TokenStore for MemoryTokens {
    async fn read(&self, place: &TokenPlace) -> Result<KeptToken, TokenStoreError> {
        Ok(locked(&self.row(place)).kept.clone())
    }

    async fn lease(
        &self,
        place: &TokenPlace,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<KeptToken>, TokenStoreError> {
        let row = self.row(place);
        let mut row = locked(&row);
        if row.lease.as_ref().is_some_and(|(_, end)| *end > now) {
            return Ok(None);
        }
        row.lease = Some((owner.to_owned(), until));
        Ok(Some(row.kept.clone()))
    }

    async fn renew(&self, place: &TokenPlace, owner: &str, until: Timestamp) -> Result<bool, TokenStoreError> {
        let row = self.row(place);
        let mut row = locked(&row);
        let is_owner = row.is_owned_by(owner);
        if is_owner {
            row.lease = Some((owner.to_owned(), until));
        }
        Ok(is_owner)
    }

    async fn save(
        &self,
        place: &TokenPlace,
        owner: &str,
        version: i64,
        token: &StoredToken,
    ) -> Result<bool, TokenStoreError> {
        let row = self.row(place);
        let mut row = locked(&row);
        if !row.is_owned_by(owner) || row.kept.version != version {
            return Ok(false);
        }
        *row = Row { kept: KeptToken { token: Some(token.clone()), version: version + 1, failed: None }, lease: None };
        Ok(true)
    }

    async fn release(&self, place: &TokenPlace, owner: &str, end: LeaseEnd) -> Result<(), TokenStoreError> {
        let row = self.row(place);
        let mut row = locked(&row);
        if !row.is_owned_by(owner) {
            return Ok(());
        }
        row.lease = None;
        if let LeaseEnd::Failed { failed, is_token_refused } = end {
            row.kept.failed = Some(failed);
            if is_token_refused {
                row.kept.token = None;
            }
        }
        Ok(())
    }
}

impl Row {
    fn is_owned_by(&self, owner: &str) -> bool {
        self.lease.as_ref().is_some_and(|(held_by, _)| held_by == owner)
    }
}

fn locked(row: &Mutex<Row>) -> MutexGuard<'_, Row> {
    row.lock().unwrap_or_else(PoisonError::into_inner)
}
