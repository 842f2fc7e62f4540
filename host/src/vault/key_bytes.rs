//! 32 bytes of key, wiped when dropped.

use hkdf::Hkdf;
use secrecy::{ExposeSecret, SecretBox};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::model::clock::Random;

/// Length of every symmetric key here: AES-256 and HMAC-SHA-256.
pub(super) const KEY_BYTES: usize = 32;

/// A symmetric key; on the heap, so that moving it leaves no copies on the stack.
pub(super) struct KeyBytes(SecretBox<[u8; KEY_BYTES]>);

impl KeyBytes {
    pub(super) fn new(random: &dyn Random) -> Self {
        Self(SecretBox::init_with_mut(|bytes: &mut [u8; KEY_BYTES]| random.fill(bytes)))
    }

    /// Copies a key; `None` unless it is 32 bytes long.
    pub(super) fn from_slice(slice: &[u8]) -> Option<Self> {
        (slice.len() == KEY_BYTES)
            .then(|| Self(SecretBox::init_with_mut(|bytes: &mut [u8; KEY_BYTES]| bytes.copy_from_slice(slice))))
    }

    pub(super) fn expose(&self) -> &[u8; KEY_BYTES] {
        self.0.expose_secret()
    }

    /// Derives another key for one purpose: HKDF-SHA256 without salt, the label as `info`.
    pub(super) fn derive(&self, label: &str) -> Self {
        let (derived, _) = self.derive_two(None, label);
        derived
    }

    /// Derives a key and, as independent of it as two outputs of one HKDF are, 32 further bytes.
    pub(super) fn derive_two(&self, salt: Option<&[u8]>, label: &str) -> (Self, [u8; KEY_BYTES]) {
        let mut output = Zeroizing::new([0u8; 2 * KEY_BYTES]);
        Hkdf::<Sha256>::new(salt, self.expose())
            .expand(label.as_bytes(), &mut *output)
            .expect("64 bytes are within HKDF-SHA256's limit of 8160");
        let (key, rest) = output.split_at(KEY_BYTES);
        let mut second = [0u8; KEY_BYTES];
        second.copy_from_slice(rest);
        (Self::from_slice(key).expect("the first half has a key's length"), second)
    }
}

impl Zeroize for KeyBytes {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

// `SecretBox` wipes itself when dropped.
impl ZeroizeOnDrop for KeyBytes {}

/// A key derived from the root key for one purpose outside the vault.
pub struct SubKey(pub(super) KeyBytes);

impl SubKey {
    /// Shows the key to the one who computes with it.
    pub fn expose(&self) -> &[u8; KEY_BYTES] {
        self.0.expose()
    }
}

impl ZeroizeOnDrop for SubKey {}

assert_secret!(KeyBytes, SubKey);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::clock::OsRandom;

    #[test]
    fn wiping_leaves_zeroes() {
        let mut key = KeyBytes::new(&OsRandom);
        assert_ne!(key.expose(), &[0; KEY_BYTES]);
        key.zeroize();
        assert_eq!(key.expose(), &[0; KEY_BYTES]);
    }

    #[test]
    fn labels_and_salts_give_keys_of_their_own() {
        let key = KeyBytes::new(&OsRandom);
        assert_eq!(key.derive("a").expose(), key.derive("a").expose());
        assert_ne!(key.derive("a").expose(), key.derive("b").expose());
        let (first, commitment) = key.derive_two(Some(b"salt"), "a");
        assert_ne!(first.expose(), key.derive("a").expose());
        assert_ne!(first.expose(), &commitment);
    }

    #[test]
    fn only_32_bytes_are_a_key() {
        assert!(KeyBytes::from_slice(&[1; 31]).is_none());
        assert!(KeyBytes::from_slice(&[1; 33]).is_none());
        assert!(KeyBytes::from_slice(&[1; 32]).is_some());
    }
}
