//! A merchant's account at a courier, and what a plugin call may know of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Which of a courier's systems a credential is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// Real parcels, real money.
    Production,
    /// The courier's test system, or its production system with a flag.
    Test,
}

impl Environment {
    /// Returns the environment's word in the API and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Test => "test",
        }
    }

    /// Reads an environment's word.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "production" => Some(Self::Production),
            "test" => Some(Self::Test),
            _ => None,
        }
    }
}

/// What a plugin call may know of the credential that it works with: nothing secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountView {
    /// The account kind's id in the description.
    pub kind: String,
    /// Which system.
    pub environment: Environment,
    /// The plain fields.
    pub fields: BTreeMap<String, String>,
    /// Base URLs that the merchant set instead of the description's, by endpoint name.
    pub endpoints: BTreeMap<String, String>,
}

/// The account that a shipment was booked with, as it was then: nothing secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountUsed {
    /// What the merchant called it.
    pub label: String,
    /// The account kind's id in the description.
    pub kind: String,
    /// The plain fields, such as the customer number that is billed.
    pub fields: BTreeMap<String, String>,
}

/// What `auth.check` found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckedAccount {
    /// The courier's name for it.
    pub id: Option<String>,
    /// Its name.
    pub label: Option<String>,
    /// Documented in docs/PLUGINS.md.
    pub extensions: super::Extensions,
}
