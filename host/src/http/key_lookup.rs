//! Keys of the database, for the edge's [`Gate`](super::auth::Gate).

use super::auth::{KeyLookup, KeyOwner, KeyRecord, LookupError};
use super::rate_limit::RateOverrides;
use crate::app::App;
use crate::service::api_keys::{self, FoundKey, KeyCache};
use crate::store::api_keys::KeyLimits;

/// Finds keys in the database, and remembers them for some seconds.
pub struct StoredKeys {
    app: App,
    cache: KeyCache,
}

impl StoredKeys {
    /// Starts with nothing remembered.
    pub fn new(app: App) -> Self {
        Self { app, cache: KeyCache::default() }
    }
}

#[async_trait::async_trait]
impl KeyLookup for StoredKeys {
    async fn find(&self, token: &str) -> Result<Option<KeyRecord>, LookupError> {
        let found = api_keys::find(&self.app, &self.cache, token).await;
        found.map(|found| found.map(record)).map_err(|error| LookupError(error.to_string()))
    }
}

fn record(found: FoundKey) -> KeyRecord {
    let owner = match found.merchant {
        Some(id) => KeyOwner::Merchant { id, is_test: found.is_test, is_disabled: found.is_disabled },
        None => KeyOwner::Operator,
    };
    KeyRecord {
        id: found.id,
        owner,
        scopes: found.scopes,
        allowed_networks: found.networks,
        rates: overrides(&found.limits),
    }
}

fn overrides(limits: &KeyLimits) -> RateOverrides {
    RateOverrides {
        reads_per_minute: limits.reads_per_minute,
        lists_per_second: limits.lists_per_second,
        writes_per_minute: limits.writes_per_minute,
        write_burst_per_second: limits.burst,
    }
}
