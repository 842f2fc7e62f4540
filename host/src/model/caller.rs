//! Who calls: proofs that a key was checked, made at the edge and asked for by everything behind it.

use std::fmt;
use std::net::IpAddr;

use super::id::{ApiKeyId, MerchantId};
use super::locale::Locale;

/// What an API key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Read shipments, tracking, rates, calls.
    ShipmentsRead,
    /// Change shipments without spending money.
    ShipmentsWrite,
    /// Book: spends the merchant's money.
    LabelsBuy,
    /// Manage webhook endpoints.
    WebhooksManage,
    /// Connect, change and remove courier accounts.
    CredentialsWrite,
    /// Operate the host.
    Admin,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 6] = [
        Self::ShipmentsRead,
        Self::ShipmentsWrite,
        Self::LabelsBuy,
        Self::WebhooksManage,
        Self::CredentialsWrite,
        Self::Admin,
    ];

    /// Returns the scope's word in the API, on the command line and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ShipmentsRead => "shipments:read",
            Self::ShipmentsWrite => "shipments:write",
            Self::LabelsBuy => "labels:buy",
            Self::WebhooksManage => "webhooks:manage",
            Self::CredentialsWrite => "credentials:write",
            Self::Admin => "admin",
        }
    }

    /// Reads a scope's word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == word)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Proof that a merchant's key was checked. Every use case that touches a merchant's data takes one.
#[derive(Debug, Clone)]
pub struct Merchant {
    id: MerchantId,
    key_id: ApiKeyId,
    scopes: Vec<Scope>,
    is_test: bool,
    ip: Option<IpAddr>,
    locale: Locale,
}

impl Merchant {
    /// Makes the proof. Only whoever has just checked a key (`http::auth`) may call it, and tests.
    pub(crate) fn proven(
        id: MerchantId,
        key_id: ApiKeyId,
        scopes: Vec<Scope>,
        is_test: bool,
        ip: Option<IpAddr>,
    ) -> Self {
        Self { id, key_id, scopes, is_test, ip, locale: Locale::default() }
    }

    /// Says in which language couriers are asked for their words.
    #[must_use]
    pub(crate) fn speaking(mut self, locale: Locale) -> Self {
        self.locale = locale;
        self
    }

    /// Returns whose data it opens.
    pub fn id(&self) -> &MerchantId {
        &self.id
    }

    /// Returns the key that proved it, for the audit log.
    pub fn key_id(&self) -> &ApiKeyId {
        &self.key_id
    }

    /// Returns what the key may do.
    pub fn scopes(&self) -> &[Scope] {
        &self.scopes
    }

    /// Whether the key is one for tests: test credentials only.
    pub fn is_test(&self) -> bool {
        self.is_test
    }

    /// Returns where the call came from, for the audit log.
    pub fn ip(&self) -> Option<IpAddr> {
        self.ip
    }

    /// Returns the language in which couriers are asked for their words.
    pub fn locale(&self) -> &Locale {
        &self.locale
    }
}

/// Proof that an operator's key was checked.
#[derive(Debug, Clone)]
pub struct Admin {
    key_id: ApiKeyId,
    ip: Option<IpAddr>,
}

impl Admin {
    /// Makes the proof. Only whoever has just checked a key (`http::auth`) may call it, and tests.
    pub(crate) fn proven(key_id: ApiKeyId, ip: Option<IpAddr>) -> Self {
        Self { key_id, ip }
    }

    /// Returns the key that proved it, for the audit log.
    pub fn key_id(&self) -> &ApiKeyId {
        &self.key_id
    }

    /// Returns where the call came from, for the audit log.
    pub fn ip(&self) -> Option<IpAddr> {
        self.ip
    }
}
