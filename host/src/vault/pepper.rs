//! The pepper of API key hashes.
//!
//! It is not derived from the root key but made once and wrapped under it, like a merchant's key: rotating the root key
//! must not make every API key invalid. Its associated data are `w1` and `api-key-pepper`.

use zeroize::ZeroizeOnDrop;

use super::envelope::associated_data;
use super::error::VaultError;
use super::key_bytes::{KEY_BYTES, KeyBytes, SubKey};
use super::root_key::RootKeys;
use crate::model::clock::Random;

const CURSOR_LABEL: &str = "crossdock/v1/cursor";

/// The key under which API keys are hashed, so that the database alone does not suffice to test a guess.
pub struct Pepper(KeyBytes);

impl Pepper {
    /// Makes the pepper of a new installation.
    pub fn generate(random: &dyn Random) -> Self {
        Self(KeyBytes::new(random))
    }

    pub(super) fn expose(&self) -> &[u8; KEY_BYTES] {
        self.0.expose()
    }

    /// Derives the key under which list cursors are signed: a rotation of the root key leaves them good, on every host.
    pub fn cursor_key(&self) -> SubKey {
        SubKey(self.0.derive(CURSOR_LABEL))
    }

    pub(super) fn bytes(&self) -> &KeyBytes {
        &self.0
    }
}

impl ZeroizeOnDrop for Pepper {}

assert_secret!(Pepper);

impl RootKeys {
    /// Wraps the pepper under the current root key, for `store`.
    pub fn wrap_pepper(&self, pepper: &Pepper, random: &dyn Random) -> Result<String, VaultError> {
        self.wrap_bytes(&place(), &pepper.0, random)
    }

    /// Unwraps the pepper.
    pub fn unwrap_pepper(&self, wrapped: &str) -> Result<Pepper, VaultError> {
        self.unwrap_bytes(&place(), wrapped).map(Pepper)
    }

    /// Wraps under the current root key what an older one wrapped; `None` if there is nothing to do.
    pub fn rewrap_pepper(&self, wrapped: &str, random: &dyn Random) -> Result<Option<String>, VaultError> {
        self.rewrap_bytes(&place(), wrapped, random)
    }
}

fn place() -> Vec<u8> {
    associated_data(&["w1", "api-key-pepper"])
}

#[cfg(test)]
mod tests {
    use super::super::root_key::RootKey;
    use super::*;
    use crate::model::clock::OsRandom;

    #[test]
    fn the_pepper_outlives_a_rotation_of_the_root_key() {
        let root = |byte| RootKey::from_slice(&[byte; 32]).unwrap();
        let pepper = Pepper::generate(&OsRandom);
        let wrapped = RootKeys::new(root(1), Vec::new()).wrap_pepper(&pepper, &OsRandom).unwrap();
        let during = RootKeys::new(root(2), vec![root(1)]);
        let rewrapped = during.rewrap_pepper(&wrapped, &OsRandom).unwrap().unwrap();
        let after = RootKeys::new(root(2), Vec::new());
        assert_eq!(after.unwrap_pepper(&rewrapped).unwrap().expose(), pepper.expose());
    }
}
