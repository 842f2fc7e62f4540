//! How the edge finds API keys.

use crate::http::auth::{KeyLookup, KeyOwner, KeyRecord, LookupError};
use crate::http::rate_limit::RateOverrides;
use crate::service::api_keys::{FoundKey, KeyCache, find};

use super::App;

/// Finds keys in the database, and remembers them for a moment.
pub struct StoredKeys {
    app: App,
    cache: KeyCache,
}

impl StoredKeys {
    /// Remembers nothing yet.
    pub fn new(app: App) -> Self {
        Self {
            app,
            cache: KeyCache::default(),
        }
    }
}

#[async_trait::async_trait]
impl KeyLookup for StoredKeys {
    async fn find(&self, token: &str) -> Result<Option<KeyRecord>, LookupError> {
        let found = find(&self.app, &self.cache, token).await;
        let found = found.map_err(|error| LookupError(error.to_string()))?;
        Ok(found.map(record))
    }
}

fn record(found: FoundKey) -> KeyRecord {
    let (is_test, is_disabled) = (found.is_test, found.is_disabled);
    let owner = match found.merchant {
        Some(id) => KeyOwner::Merchant {
            id,
            is_test,
            is_disabled,
        },
        None => KeyOwner::Operator,
    };
    KeyRecord {
        id: found.id,
        owner,
        scopes: found.scopes,
        allowed_networks: found.networks,
        rates: RateOverrides {
            reads_per_minute: found.limits.reads_per_minute,
            lists_per_second: found.limits.lists_per_second,
            writes_per_minute: found.limits.writes_per_minute,
            write_burst_per_second: found.limits.burst,
        },
    }
}
