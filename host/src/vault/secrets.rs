//! A credential's secret fields, opened for one call.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;
use zeroize::ZeroizeOnDrop;

/// Secret fields by the key that the courier's description gives them. Every value is wiped when dropped.
#[derive(Default)]
pub struct Secrets(BTreeMap<String, SecretString>);

impl Secrets {
    /// Collects fields; a later value replaces an earlier one of the same key.
    pub fn from_pairs<K, V>(pairs: impl IntoIterator<Item = (K, V)>) -> Self
    where
        K: Into<String>,
        V: Into<SecretString>,
    {
        Self(pairs.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }

    /// Adds a field, or replaces it.
    pub fn insert(&mut self, key: impl Into<String>, value: impl Into<SecretString>) {
        self.0.insert(key.into(), value.into());
    }

    /// Returns a field.
    pub fn get(&self, key: &str) -> Option<&SecretString> {
        self.0.get(key)
    }

    /// Lists the fields, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &SecretString)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Lists the fields' keys, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Lists keys and values in the clear, sorted by key.
    pub(super) fn exposed(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.expose_secret()))
    }

    /// Tells whether there is no field.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Compares two secrets in a time that does not depend on where they differ.
pub fn is_same_secret(one: &SecretString, other: &SecretString) -> bool {
    bool::from(one.expose_secret().as_bytes().ct_eq(other.expose_secret().as_bytes()))
}

// Every `SecretString` wipes itself when dropped; the keys are public words of the description.
impl ZeroizeOnDrop for Secrets {}

assert_secret!(Secrets);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_key_and_replaced() {
        let mut secrets = Secrets::from_pairs([("password", "one"), ("api_key", "two")]);
        secrets.insert("password", String::from("three"));
        assert_eq!(secrets.keys().collect::<Vec<_>>(), ["api_key", "password"]);
        assert_eq!(secrets.get("password").unwrap().expose_secret(), "three");
        assert!(secrets.get("missing").is_none());
        assert_eq!(secrets.iter().count(), 2);
        assert!(!secrets.is_empty() && Secrets::default().is_empty());
    }
}
