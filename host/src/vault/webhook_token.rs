//! The unguessable part of a courier's webhook address, `/hooks/{courier}/{token}`.

use secrecy::SecretString;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::base62::{is_base62, push_random};
use crate::model::clock::Random;

/// Characters of a token: 32 of base 62 are 190 random bits, the convention asks for 160.
pub const LENGTH: usize = 32;

/// Makes a new token.
pub fn generate(random: &dyn Random) -> SecretString {
    let mut token = Zeroizing::new(String::with_capacity(LENGTH));
    push_random(&mut token, LENGTH, random);
    SecretString::from(token.as_str())
}

/// Tells whether text from an address can be a token at all, before it is looked up.
pub fn is_well_formed(token: &str) -> bool {
    token.len() == LENGTH && is_base62(token)
}

/// Returns what is stored and looked up: a plain hash suffices for 190 random bits, and tells no token to whoever reads
/// the database.
pub fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;
    use crate::model::clock::OsRandom;

    #[test]
    fn tokens_are_long_and_never_the_same() {
        let (first, second) = (generate(&OsRandom), generate(&OsRandom));
        assert!(is_well_formed(first.expose_secret()));
        assert_ne!(hash(first.expose_secret()), hash(second.expose_secret()));
        assert!(!is_well_formed("short") && !is_well_formed(&"-".repeat(LENGTH)));
    }
}
