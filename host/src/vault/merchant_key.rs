//! A merchant's data keys: made here, wrapped under the root key, kept by `store` with their version.
//!
//! Wrapped form: `w1.<root_kid>.<alg>.<nonce>.<ciphertext>`; its associated data are `w1`, `merchant-key`, the
//! merchant's id and the version, so that a key copied to another merchant or version does not open.

use zeroize::ZeroizeOnDrop;

use super::envelope::associated_data;
use super::error::VaultError;
use super::key_bytes::KeyBytes;
use super::root_key::RootKeys;
use crate::model::clock::Random;
use crate::model::id::MerchantId;

/// One version of a merchant's data key.
pub struct MerchantKey {
    version: u32,
    key: KeyBytes,
}

impl MerchantKey {
    /// Makes a key; a merchant's first has version 1, each rotation the next.
    pub fn generate(version: u32, random: &dyn Random) -> Self {
        Self { version, key: KeyBytes::new(random) }
    }

    /// Returns the version.
    pub fn version(&self) -> u32 {
        self.version
    }

    pub(super) fn key(&self) -> &KeyBytes {
        &self.key
    }

    /// The same bytes under another version, to show that the version is bound by itself.
    #[cfg(test)]
    pub(super) fn twin(key: &Self, version: u32) -> Self {
        let bytes = KeyBytes::from_slice(key.key.expose()).expect("a key has a key's length");
        Self { version, key: bytes }
    }
}

impl ZeroizeOnDrop for MerchantKey {}

assert_secret!(MerchantKey);

impl RootKeys {
    /// Wraps a merchant's key under the current root key, for `store`.
    pub fn wrap_merchant_key(
        &self,
        merchant: &MerchantId,
        key: &MerchantKey,
        random: &dyn Random,
    ) -> Result<String, VaultError> {
        self.wrap_bytes(&place(merchant, key.version), &key.key, random)
    }

    /// Unwraps a merchant's key.
    ///
    /// # Errors
    ///
    /// `UnknownRootKey` if its root key is not configured; `NotAuthentic` if it is another merchant's or version's.
    pub fn unwrap_merchant_key(
        &self,
        merchant: &MerchantId,
        version: u32,
        wrapped: &str,
    ) -> Result<MerchantKey, VaultError> {
        let key = self.unwrap_bytes(&place(merchant, version), wrapped)?;
        Ok(MerchantKey { version, key })
    }

    /// Wraps under the current root key what an older one wrapped; `None` if there is nothing to do.
    pub fn rewrap_merchant_key(
        &self,
        merchant: &MerchantId,
        version: u32,
        wrapped: &str,
        random: &dyn Random,
    ) -> Result<Option<String>, VaultError> {
        self.rewrap_bytes(&place(merchant, version), wrapped, random)
    }
}

fn place(merchant: &MerchantId, version: u32) -> Vec<u8> {
    associated_data(&["w1", "merchant-key", merchant.as_str(), &version.to_string()])
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::root_key::RootKey;
    use super::*;
    use crate::model::clock::OsRandom;

    fn merchant() -> MerchantId {
        MerchantId::new(Timestamp::UNIX_EPOCH, &OsRandom)
    }

    #[test]
    fn a_key_opens_for_its_merchant_and_version_only() {
        let keys = RootKeys::new(RootKey::generate(&OsRandom), Vec::new());
        let (owner, other) = (merchant(), merchant());
        let key = MerchantKey::generate(1, &OsRandom);
        let wrapped = keys.wrap_merchant_key(&owner, &key, &OsRandom).unwrap();
        let opened = keys.unwrap_merchant_key(&owner, 1, &wrapped).unwrap();
        assert_eq!(opened.key.expose(), key.key.expose());
        assert!(matches!(keys.unwrap_merchant_key(&other, 1, &wrapped), Err(VaultError::NotAuthentic)));
        assert!(matches!(keys.unwrap_merchant_key(&owner, 2, &wrapped), Err(VaultError::NotAuthentic)));
    }

    #[test]
    fn rotation_rewraps_once_and_the_older_key_is_then_needless() {
        let old_bytes = [3; 32];
        let old = || RootKey::from_slice(&old_bytes).unwrap();
        let new = || RootKey::from_slice(&[4; 32]).unwrap();
        let before = RootKeys::new(old(), Vec::new());
        let (owner, key) = (merchant(), MerchantKey::generate(7, &OsRandom));
        let wrapped = before.wrap_merchant_key(&owner, &key, &OsRandom).unwrap();

        let during = RootKeys::new(new(), vec![old()]);
        assert!(during.unwrap_merchant_key(&owner, 7, &wrapped).is_ok());
        let rewrapped = during.rewrap_merchant_key(&owner, 7, &wrapped, &OsRandom).unwrap().unwrap();
        assert!(during.rewrap_merchant_key(&owner, 7, &rewrapped, &OsRandom).unwrap().is_none());

        let after = RootKeys::new(new(), Vec::new());
        assert_eq!(after.unwrap_merchant_key(&owner, 7, &rewrapped).unwrap().key.expose(), key.key.expose());
        let refused = after.unwrap_merchant_key(&owner, 7, &wrapped);
        assert!(matches!(refused, Err(VaultError::UnknownRootKey { kid }) if kid == *old().kid()));
    }

    #[test]
    fn a_root_key_id_that_was_swapped_fails_at_the_commitment() {
        let keys = RootKeys::new(RootKey::generate(&OsRandom), vec![RootKey::generate(&OsRandom)]);
        let (owner, key) = (merchant(), MerchantKey::generate(1, &OsRandom));
        let wrapped = keys.wrap_merchant_key(&owner, &key, &OsRandom).unwrap();
        let older = keys.kids().nth(1).unwrap().as_str();
        let swapped = wrapped.replacen(keys.current_kid().as_str(), older, 1);
        assert!(matches!(keys.unwrap_merchant_key(&owner, 1, &swapped), Err(VaultError::WrongKey)));
    }
}
