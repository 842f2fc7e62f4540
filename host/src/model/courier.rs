//! Couriers: data, never code of the host.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A courier's id as its plugin's description states it: `[a-z][a-z0-9-]{1,31}`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CourierId(String);

/// Text that cannot be a courier's id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be a courier's id as GET /v1/couriers lists them: 2 to 32 characters a-z, 0-9 and -, a letter first")]
pub struct InvalidCourierId;

impl CourierId {
    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CourierId {
    type Err = InvalidCourierId;

    fn from_str(text: &str) -> Result<Self, InvalidCourierId> {
        let starts_with_letter = text.starts_with(|first: char| first.is_ascii_lowercase());
        let is_plain = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if (2..=32).contains(&text.len()) && starts_with_letter && is_plain {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidCourierId)
        }
    }
}

impl TryFrom<String> for CourierId {
    type Error = InvalidCourierId;

    fn try_from(text: String) -> Result<Self, InvalidCourierId> {
        text.parse()
    }
}

impl From<CourierId> for String {
    fn from(id: CourierId) -> Self {
        id.0
    }
}

impl fmt::Display for CourierId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for CourierId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
