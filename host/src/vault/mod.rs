//! Secrets at rest: the key hierarchy, sealed records, API keys and the tokens of webhook addresses.
//!
//! A 32-byte **root key** ([`RootKeys`]) wraps one versioned **data key per merchant** ([`MerchantKey`]); each record is
//! sealed ([`seal`], [`open`]) under a key derived for it alone. What is written where, byte for byte, is described in
//! `envelope.rs` (the cipher), `record.rs` (records) and `merchant_key.rs` (wrapped keys).
//!
//! Nothing here is `Debug` or `Serialize` if it holds a secret, and all of it is overwritten when dropped.

#[macro_use]
pub(crate) mod guard;

pub mod api_key;
mod base62;
mod envelope;
mod error;
mod fingerprint;
mod key_bytes;
#[cfg(test)]
mod known_answers;
mod live_root_keys;
mod merchant_key;
mod pepper;
mod record;
mod root_check;
mod root_key;
mod root_source;
mod secrets;
mod signature;
mod typed_in;
pub mod webhook_token;
mod wrapper;

pub use error::{RootKeyError, VaultError};
pub use fingerprint::FingerprintKey;
pub use key_bytes::SubKey;
pub use live_root_keys::LiveRootKeys;
pub use merchant_key::MerchantKey;
pub use pepper::Pepper;
pub use record::{RecordPlace, Sealed, open, open_text, reseal, seal, seal_text};
pub use root_check::CheckedUnder;
pub use root_key::{Kid, RootKey, RootKeys, SubKeyPurpose};
pub use root_source::{
    LoadedRootKeys, RootKeyOrigin, RootKeySettings, add_root_key, has_development_key, load_root_keys,
};
pub use secrecy::{ExposeSecret, SecretString};
pub use secrets::{Secrets, is_same_secret};
pub use signature::verify_hmac;
pub use typed_in::TypedIn;
pub use wrapper::KeyWrapper;
