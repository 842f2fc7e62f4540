//! Who wraps keys: the local root key, or a key service elsewhere.

use async_trait::async_trait;
use zeroize::Zeroizing;

use super::error::VaultError;
use super::root_key::{RootKey, RootKeys};
use crate::model::clock::OsRandom;

/// Wraps and unwraps keys. Called at start and at rotation only; answers are kept, failures are not.
///
/// A key management service implements it by a request; an operator then keeps the root key wrapped by it.
#[async_trait]
pub trait KeyWrapper: Send + Sync {
    /// Wraps a key and binds it to `context`.
    async fn wrap(&self, context: &[u8], key: &[u8]) -> Result<String, VaultError>;

    /// Unwraps what [`wrap`](Self::wrap) gave for the same `context`.
    async fn unwrap(&self, context: &[u8], wrapped: &str) -> Result<Zeroizing<Vec<u8>>, VaultError>;
}

#[async_trait]
impl KeyWrapper for RootKeys {
    async fn wrap(&self, context: &[u8], key: &[u8]) -> Result<String, VaultError> {
        let key = RootKey::from_slice(key).ok_or(NOT_A_KEY)?;
        self.wrap_bytes(context, key.key(), &OsRandom)
    }

    async fn unwrap(&self, context: &[u8], wrapped: &str) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let key = self.unwrap_bytes(context, wrapped)?;
        Ok(Zeroizing::new(key.expose().to_vec()))
    }
}

const NOT_A_KEY: VaultError = VaultError::Malformed { expected: "a key", why: "it is not 32 bytes long" };

impl RootKey {
    /// Unwraps a root key that is kept wrapped by a key service.
    ///
    /// # Errors
    ///
    /// `KeyService` if the service failed; `Malformed` if what it gave is not 32 bytes long.
    pub async fn unwrap_with(wrapper: &dyn KeyWrapper, wrapped: &str) -> Result<Self, VaultError> {
        let bytes = wrapper.unwrap(b"crossdock/root-key", wrapped).await?;
        Self::from_slice(&bytes).ok_or(NOT_A_KEY)
    }

    /// Wraps this root key by a key service, to be kept where a plain one would be.
    pub async fn wrap_with(&self, wrapper: &dyn KeyWrapper) -> Result<String, VaultError> {
        wrapper.wrap(b"crossdock/root-key", self.key().expose()).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_root_key_can_be_kept_wrapped() {
        let service = RootKeys::new(RootKey::generate(&OsRandom), Vec::new());
        let root = RootKey::generate(&OsRandom);
        let wrapped = root.wrap_with(&service).await.unwrap();
        assert_eq!(
            RootKey::unwrap_with(&service, &wrapped).await.map(|key| key.kid().clone()).ok(),
            Some(root.kid().clone())
        );
        assert!(matches!(service.unwrap(b"other", &wrapped).await, Err(VaultError::NotAuthentic)));
        assert!(matches!(service.wrap(b"", b"short").await, Err(VaultError::Malformed { .. })));
    }
}
