//! Secrets: sealed at rest, never `Debug`, never serialized, zeroed after use.

use std::collections::BTreeMap;

use secrecy::SecretString;

/// The secret fields of a credential by their keys.
pub struct Secrets(BTreeMap<String, SecretString>);

impl Secrets {
    /// Makes secrets of pairs of key and value.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, SecretString)>) -> Self {
        Self(pairs.into_iter().collect())
    }

    /// Returns the secret with this key.
    pub fn get(&self, key: &str) -> Option<&SecretString> {
        self.0.get(key)
    }

    /// Goes through all of them in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &SecretString)> {
        self.0.iter()
    }
}
