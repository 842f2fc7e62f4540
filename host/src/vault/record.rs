//! Sealed records: a merchant's secrets as they stand in the database.
//!
//! `v1.<root_kid>.<merchant_key_version>.<alg>.<nonce>.<ciphertext>`, where
//!
//! - `root_kid` is the root key that wrapped the merchant's key when the record was sealed: it tells which root key a
//!   restored backup needs, and is not used to open (rotating the root key rewraps merchant keys, never records);
//! - `merchant_key_version` is decimal without leading zeroes;
//! - `alg` is `a256gcm-hkdf`;
//! - `nonce` is base64url of salt (32 bytes) and nonce (12 bytes), `ciphertext` base64url of commitment (32 bytes),
//!   ciphertext and tag (16 bytes): see `envelope.rs`.
//!
//! Associated data, each part behind its length: `v1`, purpose, merchant id, record id, field name, key version, root key
//! id. So a record opens at its own place only, and none of its parts can be changed.

use std::str::FromStr;

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::envelope::{ALGORITHM, Envelope, associated_data};
use super::error::VaultError;
use super::merchant_key::MerchantKey;
use super::root_key::Kid;
use crate::model::clock::Random;
use crate::model::id::MerchantId;

/// Version of the stored form.
const FORMAT: &str = "v1";

/// Label under which each record's key is derived.
const LABEL: &str = "crossdock/v1/record";

/// Where a sealed value belongs; it opens nowhere else.
#[derive(Debug, Clone, Copy)]
pub struct RecordPlace<'a> {
    /// What it is, such as `courier-credential` or `courier-token`.
    pub purpose: &'a str,
    /// Whose it is.
    pub merchant: &'a MerchantId,
    /// Id of the row it stands in.
    pub record: &'a str,
    /// Name of the field in that row.
    pub field: &'a str,
}

impl RecordPlace<'_> {
    fn associated(&self, version: u32, root_kid: &Kid) -> Vec<u8> {
        associated_data(&[
            FORMAT,
            self.purpose,
            self.merchant.as_str(),
            self.record,
            self.field,
            &version.to_string(),
            root_kid.as_str(),
        ])
    }
}

/// A stored value, taken apart but not opened.
pub struct Sealed {
    root_kid: Kid,
    key_version: u32,
    envelope: Envelope,
}

impl Sealed {
    /// Returns the version of the merchant's key that opens it.
    pub fn key_version(&self) -> u32 {
        self.key_version
    }

    /// Returns the root key that wrapped the merchant's key when this was sealed.
    pub fn root_kid(&self) -> &Kid {
        &self.root_kid
    }

    fn parse(text: &str) -> Result<Self, &'static str> {
        let parts: Vec<&str> = text.split('.').collect();
        let [format, root_kid, version, algorithm, nonce, ciphertext] = parts[..] else {
            return Err("it does not have 6 parts");
        };
        if format != FORMAT {
            return Err("its format is unknown");
        }
        if algorithm != ALGORITHM {
            return Err("its algorithm is unknown");
        }
        let key_version: u32 = version.parse().map_err(|_| "its key version is not a number")?;
        if key_version.to_string() != version {
            return Err("its key version is not written plainly");
        }
        Ok(Self { root_kid: root_kid.parse()?, key_version, envelope: Envelope::from_parts(nonce, ciphertext)? })
    }
}

impl FromStr for Sealed {
    type Err = VaultError;

    fn from_str(text: &str) -> Result<Self, VaultError> {
        Self::parse(text).map_err(|why| VaultError::Malformed { expected: "a sealed record", why })
    }
}

/// Seals a value for one place.
///
/// # Errors
///
/// `TooLarge` above 64 KiB.
pub fn seal(
    root_kid: &Kid,
    key: &MerchantKey,
    place: &RecordPlace<'_>,
    plaintext: &[u8],
    random: &dyn Random,
) -> Result<String, VaultError> {
    let associated = place.associated(key.version(), root_kid);
    let envelope = Envelope::seal(key.key(), LABEL, &associated, plaintext, random)?;
    Ok(format!("{FORMAT}.{root_kid}.{}.{ALGORITHM}.{}", key.version(), envelope.to_text()))
}

/// Seals a text for one place.
///
/// # Errors
///
/// As [`seal`].
pub fn seal_text(
    root_kid: &Kid,
    key: &MerchantKey,
    place: &RecordPlace<'_>,
    text: &SecretString,
    random: &dyn Random,
) -> Result<String, VaultError> {
    seal(root_kid, key, place, text.expose_secret().as_bytes(), random)
}

/// Opens a value at its place.
///
/// # Errors
///
/// `KeyVersion` if another version of the merchant's key is needed, `WrongKey` if it is another key of that version,
/// `NotAuthentic` if the value was changed or moved.
pub fn open(key: &MerchantKey, place: &RecordPlace<'_>, sealed: &str) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let sealed: Sealed = sealed.parse()?;
    if sealed.key_version != key.version() {
        return Err(VaultError::KeyVersion { needed: sealed.key_version, given: key.version() });
    }
    let associated = place.associated(sealed.key_version, &sealed.root_kid);
    sealed.envelope.open(key.key(), LABEL, &associated)
}

/// Opens a value that is text.
///
/// # Errors
///
/// As [`open`], and `NotText`.
pub fn open_text(key: &MerchantKey, place: &RecordPlace<'_>, sealed: &str) -> Result<SecretString, VaultError> {
    let opened = open(key, place, sealed)?;
    let text = std::str::from_utf8(&opened).map_err(|_| VaultError::NotText)?;
    Ok(SecretString::from(text))
}

/// Seals a value again under the newest version of the merchant's key; `None` if it already is.
///
/// # Errors
///
/// As [`open`], with `old` the key of the version that the value names.
pub fn reseal(
    root_kid: &Kid,
    old: &MerchantKey,
    new: &MerchantKey,
    place: &RecordPlace<'_>,
    sealed: &str,
    random: &dyn Random,
) -> Result<Option<String>, VaultError> {
    if sealed.parse::<Sealed>()?.key_version == new.version() {
        return Ok(None);
    }
    let opened = open(old, place, sealed)?;
    seal(root_kid, new, place, &opened, random).map(Some)
}

#[cfg(test)]
mod tests;
