//! Where tokens are shared: between the calls of one host, and between hosts.

use std::sync::Arc;

use jiff::Timestamp;
use secrecy::SecretString;

use crate::model::failure::Failure;
use crate::model::id::{CredentialId, MerchantId};

/// Which token: whose, by which name, from where, and with which secrets.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenPlace {
    /// Merchant and credential; `None` while the credential is tried before it is saved.
    pub owner: Option<(MerchantId, CredentialId)>,
    /// A digest of fields and secrets: changed secrets never meet the old token.
    pub account: String,
    /// The token's id in the description.
    pub token: String,
    /// Where it comes from: it goes nowhere else.
    pub base_url: String,
}

/// A token as it is kept.
#[derive(Clone)]
pub struct StoredToken {
    /// The token.
    pub value: Arc<SecretString>,
    /// When it was fetched.
    pub fetched_at: Timestamp,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

/// Why the last exchange gave no token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedExchange {
    /// Why.
    pub failure: Failure,
    /// Until when nothing is tried.
    pub retry_at: Timestamp,
}

/// What stands at a place.
#[derive(Clone, Default)]
pub struct KeptToken {
    /// The token, good or not.
    pub token: Option<StoredToken>,
    /// Grows with every token: a late writer is told by it.
    pub version: i64,
    /// How the last exchange failed, unless a later one went well.
    pub failed: Option<FailedExchange>,
}

/// How a lease ends without a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeaseEnd {
    /// Nothing was learned: whoever comes next may try.
    Unused,
    /// The exchange failed. A token that the courier refused is forgotten with it.
    Failed {
        /// Why, and until when nothing is tried.
        failed: FailedExchange,
        /// Whether the token that stands there was refused.
        is_token_refused: bool,
    },
}

/// The place where tokens are shared does not answer; trying again may help.
#[derive(Debug, thiserror::Error)]
#[error("tokens cannot be shared now: {0}")]
pub struct TokenStoreError(pub String);

/// Keeps tokens, and the right to fetch the next one.
///
/// No function waits for a courier, and none holds anything in the database when it returns: a lease is a row with an end.
#[async_trait::async_trait]
pub trait TokenStore: Send + Sync {
    /// Returns what stands at a place.
    async fn read(&self, place: &TokenPlace) -> Result<KeptToken, TokenStoreError>;

    /// Takes the right to fetch until then, and returns what stands there now; `None` while another holds it.
    async fn lease(
        &self,
        place: &TokenPlace,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<KeptToken>, TokenStoreError>;

    /// Holds a lease for longer; `false`: it was lost.
    async fn renew(&self, place: &TokenPlace, owner: &str, until: Timestamp) -> Result<bool, TokenStoreError>;

    /// Saves a token and ends the lease, if it is still this owner's and no token was saved since `version`; `false`: it was lost.
    async fn save(
        &self,
        place: &TokenPlace,
        owner: &str,
        version: i64,
        token: &StoredToken,
    ) -> Result<bool, TokenStoreError>;

    /// Ends a lease without a token; does nothing if it was lost.
    async fn release(&self, place: &TokenPlace, owner: &str, end: LeaseEnd) -> Result<(), TokenStoreError>;
}
