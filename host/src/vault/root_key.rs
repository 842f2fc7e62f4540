//! Root keys: the top of the hierarchy. The current one wraps, older ones still unwrap.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};
use zeroize::ZeroizeOnDrop;

use super::envelope::{ALGORITHM, Envelope};
use super::error::VaultError;
use super::key_bytes::{KeyBytes, SubKey};
use crate::model::clock::Random;

/// Format of a wrapped key.
const WRAPPED_FORMAT: &str = "w1";

/// Label under which the key that wraps is derived.
const WRAP_LABEL: &str = "crossdock/v1/wrap";

/// Length of a root key's id: 32 bits of hash, enough to tell an operator's handful of keys apart.
const KID_LENGTH: usize = 8;

/// A root key's id: the first 8 hex digits of the key's SHA-256. Not secret.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Kid(String);

impl Kid {
    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Kid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for Kid {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        match text.len() == KID_LENGTH && text.bytes().all(is_hex) {
            true => Ok(Self(text.to_owned())),
            false => Err("its root key id is not 8 hex digits"),
        }
    }
}

/// What a key derived from the root key is for. A derived key changes when the root key is rotated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubKeyPurpose {
    /// MAC of compiled plugins: after a rotation they are compiled anew.
    CompiledCache,
}

impl SubKeyPurpose {
    fn label(self) -> &'static str {
        match self {
            Self::CompiledCache => "crossdock/v1/compiled-cache",
        }
    }
}

/// One root key.
pub struct RootKey {
    kid: Kid,
    key: KeyBytes,
}

impl RootKey {
    /// Makes a new root key.
    pub fn generate(random: &dyn Random) -> Self {
        Self::new(KeyBytes::new(random))
    }

    /// Copies a root key; `None` unless it is 32 bytes long.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        KeyBytes::from_slice(bytes).map(Self::new)
    }

    /// Returns the key's id.
    pub fn kid(&self) -> &Kid {
        &self.kid
    }

    fn new(key: KeyBytes) -> Self {
        let mut text = hex::encode(Sha256::digest(key.expose()));
        text.truncate(KID_LENGTH);
        Self { kid: Kid(text), key }
    }

    pub(super) fn key(&self) -> &KeyBytes {
        &self.key
    }
}

impl ZeroizeOnDrop for RootKey {}

/// The current root key and older ones, kept until everything under them is rewrapped and no backup needs them.
pub struct RootKeys {
    current: RootKey,
    older: Vec<RootKey>,
}

impl RootKeys {
    /// Joins the current key with older ones.
    pub fn new(current: RootKey, older: Vec<RootKey>) -> Self {
        Self { current, older }
    }

    /// Returns the id of the key that wraps.
    pub fn current_kid(&self) -> &Kid {
        &self.current.kid
    }

    /// Lists the ids, the current one first.
    pub fn kids(&self) -> impl Iterator<Item = &Kid> {
        self.all().map(RootKey::kid)
    }

    /// Whether one of the keys has this id.
    pub fn knows(&self, kid: &str) -> bool {
        self.kids().any(|known| known.as_str() == kid)
    }

    /// Derives a key for one purpose from the current root key.
    pub fn sub_key(&self, purpose: SubKeyPurpose) -> SubKey {
        SubKey(self.current.key.derive(purpose.label()))
    }

    pub(super) fn current(&self) -> &RootKey {
        &self.current
    }

    pub(super) fn find(&self, kid: &Kid) -> Option<&RootKey> {
        self.all().find(|key| key.kid == *kid)
    }

    fn all(&self) -> impl Iterator<Item = &RootKey> {
        std::iter::once(&self.current).chain(&self.older)
    }

    /// Wraps a key under the current root key: `w1.<root_kid>.<alg>.<nonce>.<ciphertext>`, the last two as in `envelope.rs`.
    pub(super) fn wrap_bytes(
        &self,
        associated: &[u8],
        key: &KeyBytes,
        random: &dyn Random,
    ) -> Result<String, VaultError> {
        let envelope = Envelope::seal(&self.current.key, WRAP_LABEL, associated, key.expose(), random)?;
        Ok(format!("{WRAPPED_FORMAT}.{}.{ALGORITHM}.{}", self.current.kid, envelope.to_text()))
    }

    /// Unwraps a key under whichever root key it names.
    pub(super) fn unwrap_bytes(&self, associated: &[u8], wrapped: &str) -> Result<KeyBytes, VaultError> {
        let (kid, envelope) = parse_wrapped(wrapped).map_err(malformed)?;
        let root = self.find(&kid).ok_or(VaultError::UnknownRootKey { kid })?;
        let opened = envelope.open(&root.key, WRAP_LABEL, associated)?;
        KeyBytes::from_slice(&opened).ok_or_else(|| malformed("the key in it is not 32 bytes long"))
    }

    /// Wraps again what an older root key wrapped; `None` if the current one did.
    pub(super) fn rewrap_bytes(
        &self,
        associated: &[u8],
        wrapped: &str,
        random: &dyn Random,
    ) -> Result<Option<String>, VaultError> {
        let (kid, _) = parse_wrapped(wrapped).map_err(malformed)?;
        if kid == self.current.kid {
            return Ok(None);
        }
        let key = self.unwrap_bytes(associated, wrapped)?;
        self.wrap_bytes(associated, &key, random).map(Some)
    }
}

impl ZeroizeOnDrop for RootKeys {}

assert_secret!(RootKey, RootKeys);

fn parse_wrapped(wrapped: &str) -> Result<(Kid, Envelope), &'static str> {
    let parts: Vec<&str> = wrapped.split('.').collect();
    let [format, kid, algorithm, nonce, ciphertext] = parts[..] else {
        return Err("it does not have 5 parts");
    };
    if format != WRAPPED_FORMAT {
        return Err("its format is unknown");
    }
    if algorithm != ALGORITHM {
        return Err("its algorithm is unknown");
    }
    Ok((kid.parse()?, Envelope::from_parts(nonce, ciphertext)?))
}

fn malformed(why: &'static str) -> VaultError {
    VaultError::Malformed { expected: "a wrapped key", why }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::clock::OsRandom;

    #[test]
    fn the_id_is_the_start_of_the_hash() {
        let key = RootKey::from_slice(&[0; 32]).unwrap();
        assert_eq!(key.kid().as_str(), "66687aad");
        assert!("66687aad".parse::<Kid>().is_ok());
        assert!("66687AAD".parse::<Kid>().is_err() && "66687aa".parse::<Kid>().is_err());
        assert!(RootKey::from_slice(&[0; 31]).is_none());
    }

    #[test]
    fn each_purpose_has_a_key_of_its_own() {
        let keys = RootKeys::new(RootKey::generate(&OsRandom), Vec::new());
        let cache = keys.sub_key(SubKeyPurpose::CompiledCache);
        assert_eq!(cache.expose(), keys.sub_key(SubKeyPurpose::CompiledCache).expose());
        assert_ne!(cache.expose(), keys.current.key.expose());
    }

    #[test]
    fn a_wrapped_key_of_another_length_is_refused() {
        let keys = RootKeys::new(RootKey::generate(&OsRandom), Vec::new());
        let short = Envelope::seal(&keys.current.key, WRAP_LABEL, b"", &[7; 16], &OsRandom).unwrap();
        let wrapped = format!("w1.{}.{ALGORITHM}.{}", keys.current.kid, short.to_text());
        assert!(matches!(keys.unwrap_bytes(b"", &wrapped), Err(VaultError::Malformed { .. })));
    }
}
