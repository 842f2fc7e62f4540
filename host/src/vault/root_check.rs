//! The start-up check: is this the root key that the database was set up with?
//!
//! Stored form: `c1.<root_kid>.<mac>`, the MAC an HMAC-SHA-256 of a constant under a key derived from the root key, as
//! base64url without padding. It is written when the database is set up and again when the root key is rotated.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::error::RootKeyError;
use super::root_key::{Kid, RootKey, RootKeys};

const FORMAT: &str = "c1";
const LABEL: &str = "crossdock/v1/root-check";
const CONSTANT: &[u8] = b"crossdock: this is the right root key";

/// Under which configured key a database's check was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckedUnder {
    /// The current one: all is well.
    Current,
    /// An older one: a rotation has begun and not ended; `crossdock root-key rotate --rewrap-only` ends it.
    Older,
}

impl RootKeys {
    /// Makes the value that [`verify_check`](Self::verify_check) compares with, under the current root key.
    pub fn check_value(&self) -> String {
        let root = self.current();
        format!("{FORMAT}.{}.{}", root.kid(), BASE64_URL_SAFE_NO_PAD.encode(mac(root).finalize().into_bytes()))
    }

    /// Compares a stored check with the configured keys.
    ///
    /// # Errors
    ///
    /// `Wrong` if the database belongs to a root key that is not configured, `CheckDamaged` if the value was changed.
    pub fn verify_check(&self, stored: &str) -> Result<CheckedUnder, RootKeyError> {
        let (kid, tag) = parse(stored).ok_or(RootKeyError::CheckDamaged)?;
        let Some(root) = self.find(&kid) else {
            let configured: Vec<&str> = self.kids().map(Kid::as_str).collect();
            return Err(RootKeyError::Wrong { needed: kid, configured: configured.join(", ") });
        };
        mac(root).verify_slice(&tag).map_err(|_| RootKeyError::CheckDamaged)?;
        match kid == *self.current_kid() {
            true => Ok(CheckedUnder::Current),
            false => Ok(CheckedUnder::Older),
        }
    }
}

fn mac(root: &RootKey) -> Hmac<Sha256> {
    let key = root.key().derive(LABEL);
    let mac = Hmac::<Sha256>::new_from_slice(key.expose()).expect("HMAC takes keys of any length");
    mac.chain_update(CONSTANT)
}

fn parse(stored: &str) -> Option<(Kid, Vec<u8>)> {
    let (kid, tag) = stored.strip_prefix(FORMAT)?.strip_prefix('.')?.split_once('.')?;
    Some((kid.parse().ok()?, BASE64_URL_SAFE_NO_PAD.decode(tag).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(byte: u8) -> RootKey {
        RootKey::from_slice(&[byte; 32]).unwrap()
    }

    #[test]
    fn the_right_key_passes_and_a_rotation_is_seen() {
        let before = RootKeys::new(root(1), Vec::new());
        let stored = before.check_value();
        assert_eq!(before.verify_check(&stored).unwrap(), CheckedUnder::Current);
        let during = RootKeys::new(root(2), vec![root(1)]);
        assert_eq!(during.verify_check(&stored).unwrap(), CheckedUnder::Older);
    }

    #[test]
    fn the_wrong_key_is_told_with_what_mends_it() {
        let stored = RootKeys::new(root(1), Vec::new()).check_value();
        let error = RootKeys::new(root(2), Vec::new()).verify_check(&stored).unwrap_err();
        let text = error.to_string();
        assert!(matches!(error, RootKeyError::Wrong { .. }));
        assert!(text.contains(root(1).kid().as_str()) && text.contains("crossdock doctor"), "{text}");
    }

    #[test]
    fn a_changed_check_is_damaged() {
        let keys = RootKeys::new(root(1), Vec::new());
        let stored = keys.check_value();
        let other = RootKeys::new(root(2), Vec::new()).check_value();
        let mixed = format!("{}.{}", &stored[..11], &other[12..]);
        for text in ["", "c1", "c2.x.y", &stored[..stored.len() - 4], &mixed] {
            assert!(matches!(keys.verify_check(text), Err(RootKeyError::CheckDamaged)), "{text}");
        }
    }
}
