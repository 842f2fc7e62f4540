//! API keys: `cdk_live_` (or `cdk_test_`, `cdk_adm_`), 8 base62 characters public id, `_`, 32 base62 characters secret
//! (190 bits), 6 base62 characters CRC32 of everything before.
//!
//! The checksum lets us and scanners reject a typo without a look-up; the public id finds the row; the row holds an
//! HMAC-SHA-256 of the whole key under the installation's pepper. A slow hash would add cost and no safety.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::base62::{is_base62, push_random, six};
use super::pepper::Pepper;
use crate::model::clock::Random;

/// Finds API keys in source code, logs and pastes; publish it to secret scanners.
pub const SCANNING_REGEX: &str = r"\bcdk_(?:live|test|adm)_[0-9A-Za-z]{8}_[0-9A-Za-z]{38}\b";

/// Length of the public id.
pub const PUBLIC_ID_LENGTH: usize = 8;

const SECRET_LENGTH: usize = 32;
const CHECKSUM_LENGTH: usize = 6;

/// Longest key: that of a merchant.
const TOKEN_MAX_LENGTH: usize = "cdk_live_".len() + PUBLIC_ID_LENGTH + 1 + SECRET_LENGTH + CHECKSUM_LENGTH;

/// Whose key it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A merchant's, for real parcels.
    Live,
    /// A merchant's, for its test data.
    Test,
    /// An operator's.
    Admin,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Live, Self::Test, Self::Admin];

    /// Returns what keys of this kind begin with.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Live => "cdk_live_",
            Self::Test => "cdk_test_",
            Self::Admin => "cdk_adm_",
        }
    }

    /// Returns the kind's word in the database and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Test => "test",
            Self::Admin => "admin",
        }
    }

    /// Reads a kind's word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Text that is no API key. It is not repeated: it may be one with a typo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Not made like a key.
    #[error(
        "not an API key: one begins with cdk_live_, cdk_test_ or cdk_adm_ and 8 characters, `_`, 38 characters follow"
    )]
    Form,
    /// Made like a key, with a wrong letter.
    #[error("the API key has a typo: its checksum does not match")]
    Checksum,
}

/// A key as it was just made: the only time that it is known in full.
pub struct ApiKey {
    /// Whose.
    pub kind: Kind,
    /// Finds the row; not secret.
    pub public_id: String,
    /// The key, to be shown once.
    pub token: SecretString,
}

impl ApiKey {
    /// Makes a new key.
    pub fn generate(kind: Kind, random: &dyn Random) -> Self {
        let mut public_id = String::with_capacity(PUBLIC_ID_LENGTH);
        push_random(&mut public_id, PUBLIC_ID_LENGTH, random);
        let mut token = Zeroizing::new(String::with_capacity(TOKEN_MAX_LENGTH));
        token.push_str(kind.prefix());
        token.push_str(&public_id);
        token.push('_');
        push_random(&mut token, SECRET_LENGTH, random);
        let checksum = six(crc32fast::hash(token.as_bytes()));
        token.extend(checksum.iter().map(|byte| char::from(*byte)));
        Self { kind, public_id, token: SecretString::from(token.as_str()) }
    }

    /// Returns what is stored of it.
    pub fn hash(&self, pepper: &Pepper) -> [u8; 32] {
        hash(pepper, self.token.expose_secret())
    }
}

// Its only secret wipes itself.
impl zeroize::ZeroizeOnDrop for ApiKey {}

assert_secret!(ApiKey);

/// What a key says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parsed<'a> {
    /// Whose it claims to be.
    pub kind: Kind,
    /// Which row to compare with.
    pub public_id: &'a str,
}

/// Takes a key apart and checks its checksum; nothing is looked up.
pub fn parse(token: &str) -> Result<Parsed<'_>, ParseError> {
    let kind = Kind::ALL.into_iter().find(|kind| token.starts_with(kind.prefix())).ok_or(ParseError::Form)?;
    let (public_id, rest) = token[kind.prefix().len()..].split_once('_').ok_or(ParseError::Form)?;
    let lengths_fit = public_id.len() == PUBLIC_ID_LENGTH && rest.len() == SECRET_LENGTH + CHECKSUM_LENGTH;
    if !lengths_fit || !is_base62(public_id) || !is_base62(rest) {
        return Err(ParseError::Form);
    }
    // All of it is ASCII by now, so that any place divides characters.
    let (body, checksum) = token.split_at(token.len() - CHECKSUM_LENGTH);
    match six(crc32fast::hash(body.as_bytes())) == checksum.as_bytes() {
        true => Ok(Parsed { kind, public_id }),
        false => Err(ParseError::Checksum),
    }
}

fn hash(pepper: &Pepper, token: &str) -> [u8; 32] {
    let mac = Hmac::<Sha256>::new_from_slice(pepper.expose()).expect("HMAC takes keys of any length");
    mac.chain_update(token).finalize().into_bytes().into()
}

/// Compares a key with what is stored, in constant time.
pub fn verify(pepper: &Pepper, token: &str, stored: &[u8]) -> bool {
    hash(pepper, token).as_slice().ct_eq(stored).into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::clock::OsRandom;

    #[test]
    fn a_key_is_read_back_and_found_by_scanners() {
        let regex = regex_lite::Regex::new(SCANNING_REGEX).unwrap();
        for kind in Kind::ALL {
            let key = ApiKey::generate(kind, &OsRandom);
            let token = key.token.expose_secret();
            assert_eq!(parse(token).unwrap(), Parsed { kind, public_id: &key.public_id });
            assert_eq!(token.len(), kind.prefix().len() + 8 + 1 + 38);
            assert!(regex.is_match(&format!("key = \"{token}\"")));
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
        }
        assert!(!regex.is_match("cdk_live_short"));
    }

    #[test]
    fn the_checksum_is_of_everything_before() {
        // The last six characters were computed apart, with zlib.
        let token = "cdk_live_0123ABcd_0123456789ABCDEFGHIJKLMNOPQRSTUV1yseJh";
        assert!(parse(token).is_ok());
        assert_eq!(parse(&token.replace("live", "test")), Err(ParseError::Checksum));
        assert_eq!(parse(&token.replace("cdk", "cdx")), Err(ParseError::Form));
        assert_eq!(parse(&token[..token.len() - 1]), Err(ParseError::Form));
        assert_eq!(parse(&format!("{token} ")), Err(ParseError::Form));
    }

    #[test]
    fn only_the_whole_key_under_the_pepper_verifies() {
        let (pepper, other) = (Pepper::generate(&OsRandom), Pepper::generate(&OsRandom));
        let key = ApiKey::generate(Kind::Live, &OsRandom);
        let stored = hash(&pepper, key.token.expose_secret());
        assert!(verify(&pepper, key.token.expose_secret(), &stored));
        assert!(!verify(&other, key.token.expose_secret(), &stored));
        assert!(!verify(&pepper, &key.token.expose_secret()[1..], &stored));
        assert!(!verify(&pepper, key.token.expose_secret(), &stored[..31]));
    }

    proptest! {
        #[test]
        fn one_wrong_letter_is_always_noticed(at in any::<prop::sample::Index>(), letter in "[0-9A-Za-z]") {
            let key = ApiKey::generate(Kind::Test, &OsRandom);
            let token = key.token.expose_secret();
            let at = at.index(token.len());
            let mut changed = token.to_owned();
            changed.replace_range(at..=at, &letter);
            prop_assume!(changed != token);
            prop_assert!(parse(&changed).is_err());
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in "(cdk_live_)?.{0,60}") {
            prop_assert!(parse(&text).is_err());
        }
    }
}
