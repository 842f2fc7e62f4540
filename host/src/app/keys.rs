//! How the edge finds API keys.

use crate::http::auth::{KeyLookup, KeyRecord, LookupError};

use super::App;

/// Finds keys in the database.
pub struct StoredKeys(pub App);

#[async_trait::async_trait]
impl KeyLookup for StoredKeys {
    async fn find(&self, _token: &str) -> Result<Option<KeyRecord>, LookupError> {
        Ok(None)
    }
}
