//! What can go wrong with keys and sealed records. No message holds a secret.

use std::io;
use std::path::PathBuf;

use super::root_key::Kid;

/// A record or a wrapped key that cannot be sealed or opened. Trying again never helps.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The stored text does not have the form it should have.
    #[error("stored value is not {expected}: {why}")]
    Malformed {
        /// What should stand there.
        expected: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Wrapped under a root key that this host does not have.
    #[error(
        "key is wrapped under root key {kid}, which this host does not have: put it into the host's root key file \
         (CROSSDOCK_ROOT_KEY_FILE, or CROSSDOCK_ROOT_KEY and a restart) and check with `crossdock doctor`"
    )]
    UnknownRootKey {
        /// The root key that is needed.
        kid: Kid,
    },
    /// Another version of the merchant's key is needed.
    #[error("record is sealed under version {needed} of the merchant's key, not {given}")]
    KeyVersion {
        /// The version in the record.
        needed: u32,
        /// The version at hand.
        given: u32,
    },
    /// The commitment differs: sealed under a key that is not this one.
    #[error("value was sealed under another key")]
    WrongKey,
    /// The key is right, yet the value was changed, or it was moved here from another place.
    #[error("sealed value was changed or belongs to another place")]
    NotAuthentic,
    /// What was opened should have been text.
    #[error("sealed value is not text")]
    NotText,
    /// Too much to seal.
    #[error("{bytes} bytes are too much to seal, the limit is {max}")]
    TooLarge {
        /// Given.
        bytes: usize,
        /// Allowed.
        max: usize,
    },
    /// A key service did not answer or refused.
    #[error("key service failed: {0}")]
    KeyService(String),
}

/// No usable root key: the host does not start.
#[derive(Debug, thiserror::Error)]
pub enum RootKeyError {
    /// None was given and none may be made.
    #[error(
        "no root key: make one with `openssl rand -base64 32 > /etc/crossdock/root-key` (mode 0600, back it up), then set \
         CROSSDOCK_ROOT_KEY_FILE=/etc/crossdock/root-key"
    )]
    Missing,
    /// Two sources, and no rule which of them the operator meant.
    #[error("both CROSSDOCK_ROOT_KEY and CROSSDOCK_ROOT_KEY_FILE are set: unset one of them")]
    Ambiguous,
    /// Not 32 bytes as base64 or hex.
    #[error(
        "{origin} holds no usable root key ({why}): it needs 32 random bytes as base64 or hex, the current key first, older \
         ones behind it; `openssl rand -base64 32` makes one"
    )]
    Invalid {
        /// Where it was read.
        origin: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The file cannot be read or written.
    #[error("cannot {act} root key file {path}: {source}", path = path.display())]
    File {
        /// `read` or `write`.
        act: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The key is not kept in a file, so that it cannot be replaced from here.
    #[error(
        "the root key comes from {origin}, which cannot be written: put a new key (`openssl rand -base64 32`) in front of the \
         old one there, restart, then run `crossdock root-key rotate --rewrap-only`"
    )]
    NotAFile {
        /// Where it comes from.
        origin: String,
    },
    /// More older keys than anybody needs.
    #[error("{origin} holds {count} root keys, the limit is {max}: remove those that no backup needs")]
    TooMany {
        /// Where they were read.
        origin: String,
        /// How many.
        count: usize,
        /// How many there may be.
        max: usize,
    },
    /// The database belongs to another root key.
    #[error(
        "wrong root key: the database was set up with root key {needed}, configured is {configured}; restore the file with key \
         {needed} from your backup, set CROSSDOCK_ROOT_KEY_FILE to it and check with `crossdock doctor`"
    )]
    Wrong {
        /// Stored in the database.
        needed: Kid,
        /// What this host has, comma-separated.
        configured: String,
    },
    /// The check's stored form cannot be read, or its MAC is wrong although the key's id is right.
    #[error(
        "the database's root key check is damaged: restore the database from a backup, or check with `crossdock doctor` which \
         credentials still open"
    )]
    CheckDamaged,
}
