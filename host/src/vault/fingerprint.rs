//! Digests that tell values apart without telling them: the same on every host of an installation, and after a restart.
//!
//! Keyed (HMAC-SHA-256), so that the database alone does not suffice to test a guess. The key comes from the pepper, which
//! outlives rotations of the root key.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::ZeroizeOnDrop;

use super::key_bytes::KeyBytes;
use super::pepper::Pepper;
use super::secrets::Secrets;
use crate::model::clock::Random;

const LABEL: &str = "crossdock/v1/fingerprint";

/// Length of a digest: 128 bits, so that two accounts never share one by chance.
const DIGEST_BYTES: usize = 16;

/// The key of fingerprints.
pub struct FingerprintKey(KeyBytes);

impl FingerprintKey {
    /// Makes a key of its own, whose digests mean nothing elsewhere.
    pub fn generate(random: &dyn Random) -> Self {
        Self(KeyBytes::new(random))
    }

    /// Digests plain parts and every secret field: one other character anywhere gives another digest.
    pub fn of_account<'a>(&self, plain: impl IntoIterator<Item = &'a str>, secrets: &Secrets) -> String {
        let plain: Vec<&str> = plain.into_iter().collect();
        let secret = secrets.exposed().flat_map(|(key, value)| [key, value]);
        self.digest(["account"].into_iter().chain(plain).chain(["secrets"]).chain(secret))
    }

    /// Digests one value that is no secret.
    pub fn of_plain(&self, value: &str) -> String {
        self.digest(["value", value])
    }

    /// Digests a secret field; `None` if there is no such field.
    pub fn of_secret(&self, secrets: &Secrets, key: &str) -> Option<String> {
        let (_, value) = secrets.exposed().find(|(known, _)| *known == key)?;
        Some(self.digest(["value", value]))
    }

    fn digest<'a>(&self, parts: impl IntoIterator<Item = &'a str>) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.expose()).expect("HMAC takes keys of any length");
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        hex::encode(&mac.finalize().into_bytes()[..DIGEST_BYTES])
    }
}

impl ZeroizeOnDrop for FingerprintKey {}

assert_secret!(FingerprintKey);

impl Pepper {
    /// Derives the key of fingerprints.
    pub fn fingerprint_key(&self) -> FingerprintKey {
        FingerprintKey(self.bytes().derive(LABEL))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::clock::OsRandom;

    #[test]
    fn one_other_character_gives_another_digest_and_the_pepper_makes_it_the_same_everywhere() {
        let pepper = Pepper::generate(&OsRandom);
        let (here, there) = (pepper.fingerprint_key(), pepper.fingerprint_key());
        let secrets = |value: &str| Secrets::from_pairs([("password", value)]);
        let digest = here.of_account(["a", "b"], &secrets("one"));
        assert_eq!(digest, there.of_account(["a", "b"], &secrets("one")));
        assert_eq!(digest.len(), 2 * DIGEST_BYTES);
        assert_ne!(digest, here.of_account(["ab"], &secrets("one")));
        assert_ne!(digest, here.of_account(["a", "b"], &secrets("two")));
        assert_ne!(digest, FingerprintKey::generate(&OsRandom).of_account(["a", "b"], &secrets("one")));
        assert_eq!(here.of_secret(&secrets("one"), "password"), Some(here.of_plain("one")));
        assert_eq!(here.of_secret(&secrets("one"), "key"), None);
    }
}
