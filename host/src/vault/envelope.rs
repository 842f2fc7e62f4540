//! The cipher under records and wrapped keys.
//!
//! From a 32-byte key and a fresh 32-byte salt, HKDF-SHA256 (the label as `info`) derives 64 bytes: an AES-256-GCM key
//! that encrypts this one value, and a 32-byte commitment to it. So the 96-bit random nonce never meets a key twice in
//! practice, and a ciphertext that opens under two keys (which GCM alone permits) is refused: the commitment is compared
//! first, in constant time.
//!
//! As text an envelope is two parts, base64url without padding: `salt (32) ‖ nonce (12)` and
//! `commitment (32) ‖ ciphertext ‖ tag (16)`.

use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::error::VaultError;
use super::key_bytes::KeyBytes;
use crate::model::clock::Random;

/// Name of this construction in stored values.
pub(super) const ALGORITHM: &str = "a256gcm-hkdf";

/// The most that one value may hold, in bytes: the largest is a courier's link or token, this is a multiple of both.
pub(super) const PLAINTEXT_MAX_BYTES: usize = 64 * 1024;

const SALT_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;
const COMMITMENT_BYTES: usize = 32;
const TAG_BYTES: usize = 16;

/// One encrypted value.
pub(super) struct Envelope {
    salt: [u8; SALT_BYTES],
    nonce: [u8; NONCE_BYTES],
    commitment: [u8; COMMITMENT_BYTES],
    ciphertext: Vec<u8>,
}

impl Envelope {
    /// Encrypts a value and binds it to `associated`.
    pub(super) fn seal(
        key: &KeyBytes,
        label: &str,
        associated: &[u8],
        plaintext: &[u8],
        random: &dyn Random,
    ) -> Result<Self, VaultError> {
        if plaintext.len() > PLAINTEXT_MAX_BYTES {
            return Err(VaultError::TooLarge { bytes: plaintext.len(), max: PLAINTEXT_MAX_BYTES });
        }
        let mut salt = [0; SALT_BYTES];
        let mut nonce = [0; NONCE_BYTES];
        random.fill(&mut salt);
        random.fill(&mut nonce);
        let (derived, commitment) = key.derive_two(Some(&salt), label);
        // Room for the tag from the start: growing would leave a copy of the plaintext behind.
        let mut buffer = Zeroizing::new(Vec::with_capacity(plaintext.len() + TAG_BYTES));
        buffer.extend_from_slice(plaintext);
        cipher(&derived)
            .encrypt_in_place(&Nonce::from(nonce), associated, &mut *buffer)
            .expect("64 KiB are within GCM's limit");
        Ok(Self { salt, nonce, commitment, ciphertext: std::mem::take(&mut *buffer) })
    }

    /// Decrypts the value.
    pub(super) fn open(self, key: &KeyBytes, label: &str, associated: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let (derived, commitment) = key.derive_two(Some(&self.salt), label);
        if !bool::from(commitment.ct_eq(&self.commitment)) {
            return Err(VaultError::WrongKey);
        }
        let mut buffer = Zeroizing::new(self.ciphertext);
        cipher(&derived)
            .decrypt_in_place(&Nonce::from(self.nonce), associated, &mut *buffer)
            .map_err(|_| VaultError::NotAuthentic)?;
        Ok(buffer)
    }

    /// Writes the two text parts, joined by a stop.
    pub(super) fn to_text(&self) -> String {
        let first = [self.salt.as_slice(), &self.nonce].concat();
        let second = [self.commitment.as_slice(), &self.ciphertext].concat();
        format!("{}.{}", BASE64_URL_SAFE_NO_PAD.encode(first), BASE64_URL_SAFE_NO_PAD.encode(second))
    }

    /// Reads the two text parts; the error says which of them is wrong.
    pub(super) fn from_parts(first: &str, second: &str) -> Result<Self, &'static str> {
        let first = BASE64_URL_SAFE_NO_PAD.decode(first).map_err(|_| "its nonce is not base64url")?;
        let second = BASE64_URL_SAFE_NO_PAD.decode(second).map_err(|_| "its ciphertext is not base64url")?;
        let (salt, nonce) = first.split_first_chunk().ok_or("its nonce is too short")?;
        let (commitment, ciphertext) = second.split_first_chunk().ok_or("its ciphertext is too short")?;
        if ciphertext.len() < TAG_BYTES {
            return Err("its ciphertext is too short");
        }
        let nonce = nonce.try_into().map_err(|_| "its nonce has the wrong length")?;
        Ok(Self { salt: *salt, nonce, commitment: *commitment, ciphertext: ciphertext.to_vec() })
    }
}

/// Joins the parts of associated data: each behind its length (64 bits, big-endian), so that no two lists look alike.
pub(super) fn associated_data(parts: &[&str]) -> Vec<u8> {
    let mut joined = Vec::new();
    for part in parts {
        joined.extend_from_slice(&(part.len() as u64).to_be_bytes());
        joined.extend_from_slice(part.as_bytes());
    }
    joined
}

fn cipher(key: &KeyBytes) -> Aes256Gcm {
    Aes256Gcm::new(key.expose().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::clock::OsRandom;

    #[test]
    fn another_key_fails_at_the_commitment_and_another_place_at_the_tag() {
        let key = KeyBytes::new(&OsRandom);
        let seal = || Envelope::seal(&key, "label", b"place", b"secret", &OsRandom).unwrap();
        assert_eq!(*seal().open(&key, "label", b"place").unwrap(), b"secret");
        let other = KeyBytes::new(&OsRandom);
        assert!(matches!(seal().open(&other, "label", b"place"), Err(VaultError::WrongKey)));
        assert!(matches!(seal().open(&key, "other", b"place"), Err(VaultError::WrongKey)));
        assert!(matches!(seal().open(&key, "label", b"other"), Err(VaultError::NotAuthentic)));
    }

    #[test]
    fn a_forged_commitment_does_not_help() {
        let key = KeyBytes::new(&OsRandom);
        let other = KeyBytes::new(&OsRandom);
        let mut envelope = Envelope::seal(&key, "label", b"place", b"secret", &OsRandom).unwrap();
        envelope.commitment = other.derive_two(Some(&envelope.salt), "label").1;
        let text = envelope.to_text();
        let read = |text: &str| {
            let (first, second) = text.split_once('.').unwrap();
            Envelope::from_parts(first, second).unwrap()
        };
        assert!(matches!(read(&text).open(&key, "label", b"place"), Err(VaultError::WrongKey)));
        assert!(matches!(read(&text).open(&other, "label", b"place"), Err(VaultError::NotAuthentic)));
    }

    #[test]
    fn every_seal_differs_and_too_much_is_refused() {
        let key = KeyBytes::new(&OsRandom);
        let seal = |bytes: &[u8]| Envelope::seal(&key, "label", b"", bytes, &OsRandom);
        assert_ne!(seal(b"same").unwrap().to_text(), seal(b"same").unwrap().to_text());
        assert!(seal(&vec![0; PLAINTEXT_MAX_BYTES]).is_ok());
        assert!(matches!(seal(&vec![0; PLAINTEXT_MAX_BYTES + 1]), Err(VaultError::TooLarge { .. })));
    }

    #[test]
    fn lists_of_parts_never_look_alike() {
        assert_ne!(associated_data(&["ab", "c"]), associated_data(&["a", "bc"]));
        assert_ne!(associated_data(&["a", ""]), associated_data(&["a"]));
    }
}
