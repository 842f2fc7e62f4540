//! Where tokens outlive the process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use secrecy::SecretString;

use crate::model::id::{CredentialId, MerchantId};

/// A token as it is kept.
#[derive(Clone)]
pub struct StoredToken {
    /// The token.
    pub value: Arc<SecretString>,
    /// When it was fetched.
    pub fetched_at: Timestamp,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

/// Keeps tokens of saved credentials, bound to the base URL that they came from. Whoever changes a credential's secrets
/// forgets its tokens.
#[async_trait::async_trait]
pub trait TokenStore: Send + Sync {
    /// Returns a token that was saved.
    async fn load(
        &self,
        merchant: &MerchantId,
        credential: &CredentialId,
        token: &str,
        base_url: &str,
    ) -> Option<StoredToken>;
    /// Saves a token instead of the one before.
    async fn save(
        &self,
        merchant: &MerchantId,
        credential: &CredentialId,
        token: &str,
        base_url: &str,
        stored: &StoredToken,
    );
    /// Forgets a token that the courier refused.
    async fn forget(&self, merchant: &MerchantId, credential: &CredentialId, token: &str, base_url: &str);
}

type Key = (MerchantId, CredentialId, String, String);

/// Keeps tokens in memory: for tests and tools.
#[derive(Default)]
pub struct MemoryTokens(Mutex<HashMap<Key, StoredToken>>);

#[async_trait::async_trait]
impl TokenStore for MemoryTokens {
    async fn load(
        &self,
        merchant: &MerchantId,
        credential: &CredentialId,
        token: &str,
        base_url: &str,
    ) -> Option<StoredToken> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&key(merchant, credential, token, base_url)).cloned()
    }

    async fn save(
        &self,
        merchant: &MerchantId,
        credential: &CredentialId,
        token: &str,
        base_url: &str,
        stored: &StoredToken,
    ) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(key(merchant, credential, token, base_url), stored.clone());
    }

    async fn forget(&self, merchant: &MerchantId, credential: &CredentialId, token: &str, base_url: &str) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.remove(&key(merchant, credential, token, base_url));
    }
}

fn key(merchant: &MerchantId, credential: &CredentialId, token: &str, base_url: &str) -> Key {
    (merchant.clone(), credential.clone(), token.to_owned(), base_url.to_owned())
}
