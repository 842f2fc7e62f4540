//! Access tokens of credentials, sealed, shared between hosts under a lease.

use jiff::Timestamp;

use super::columns::{Json, MaybeMicros, Micros};
use super::{Result, Tx};
use crate::model::failure::Failure;
use crate::model::id::{CredentialId, MerchantId};

/// Which token: of which credential, by which name, from which base URL, for which account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenPlace {
    /// Whose.
    pub credential_id: CredentialId,
    /// The token's name in the description.
    pub token: String,
    /// Where it came from: it goes nowhere else.
    pub base_url: String,
    /// A digest of the fields and secrets that it was fetched with: others never meet it.
    pub account: String,
}

/// A token, or the lease or cool-down that stands in its place.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CredentialToken {
    /// The token as the vault sealed it.
    pub sealed: Option<String>,
    /// Since when it holds.
    #[sqlx(rename = "fetched_us", try_from = "MaybeMicros")]
    pub fetched_at: Option<Timestamp>,
    /// Until when it holds.
    #[sqlx(rename = "expires_us", try_from = "MaybeMicros")]
    pub expires_at: Option<Timestamp>,
    /// Grows with every token: a late writer is told by it.
    pub version: i64,
    /// Who is fetching the next one.
    pub lease_owner: Option<String>,
    /// Until when it has the right to.
    #[sqlx(rename = "lease_until_us", try_from = "MaybeMicros")]
    pub lease_until: Option<Timestamp>,
    /// Why the last exchange gave no token.
    pub failure: Option<Json<Failure>>,
    /// Until when nothing is tried after it.
    #[sqlx(rename = "retry_us", try_from = "MaybeMicros")]
    pub retry_at: Option<Timestamp>,
}

/// A token on its way into the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedToken {
    /// The token as the vault sealed it.
    pub sealed: String,
    /// Under which version of the merchant's key.
    pub key_version: i64,
    /// Since when it holds.
    pub fetched_at: Timestamp,
    /// Until when it holds.
    pub expires_at: Timestamp,
}

/// How a lease ends without a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Release {
    /// Nothing was learned: whoever comes next may try.
    Unused,
    /// The exchange failed: nobody tries before `retry_at`. A token that the courier refused goes with it.
    Failed {
        /// Why.
        failure: Failure,
        /// Until when nothing is tried.
        retry_at: Timestamp,
        /// Whether the token that stands there was refused.
        is_token_refused: bool,
    },
}

/// Finds a token.
pub async fn get(tx: &mut Tx, merchant: &MerchantId, place: &TokenPlace) -> Result<Option<CredentialToken>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as(
        "SELECT sealed, fetched_us, expires_us, version, lease_owner, lease_until_us, failure, retry_us
         FROM credential_tokens
         WHERE merchant_id = $1 AND credential_id = $2 AND token = $3 AND base_url = $4 AND account = $5"
    )
    .bind(merchant)
    .bind(&place.credential_id)
    .bind(&place.token)
    .bind(&place.base_url)
    .bind(&place.account)
    .fetch_optional(conn)
    .await)?)
}

/// Takes the right to fetch a token; `None` while another holds it. Read the row that it returns: someone may have been faster.
pub async fn lease(
    tx: &mut Tx,
    merchant: &MerchantId,
    place: &TokenPlace,
    owner: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<CredentialToken>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as(
        "INSERT INTO credential_tokens (merchant_id, credential_id, token, base_url, account, version, lease_owner,
                                        lease_until_us)
         VALUES ($1, $2, $3, $4, $5, 0, $6, $8)
         ON CONFLICT (merchant_id, credential_id, token, base_url, account)
         DO UPDATE SET lease_owner = $6, lease_until_us = $8
         WHERE credential_tokens.lease_owner IS NULL OR credential_tokens.lease_until_us <= $7
         RETURNING sealed, fetched_us, expires_us, version, lease_owner, lease_until_us, failure, retry_us"
    )
    .bind(merchant)
    .bind(&place.credential_id)
    .bind(&place.token)
    .bind(&place.base_url)
    .bind(&place.account)
    .bind(owner)
    .bind(Micros(now))
    .bind(Micros(until))
    .fetch_optional(conn)
    .await)?)
}

/// Holds a lease for longer; `false`: it was lost.
pub async fn renew(
    tx: &mut Tx,
    merchant: &MerchantId,
    place: &TokenPlace,
    owner: &str,
    until: Timestamp,
) -> Result<bool> {
    let rows = on_tx!(tx, |conn| sqlx::query(
        "UPDATE credential_tokens
         SET lease_until_us = $7
         WHERE merchant_id = $1 AND credential_id = $2 AND token = $3 AND base_url = $4 AND account = $5
           AND lease_owner = $6"
    )
    .bind(merchant)
    .bind(&place.credential_id)
    .bind(&place.token)
    .bind(&place.base_url)
    .bind(&place.account)
    .bind(owner)
    .bind(Micros(until))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Stores a fetched token and gives the lease back, if the row still has the version and the lease; `false`: it was lost.
pub async fn save(
    tx: &mut Tx,
    merchant: &MerchantId,
    place: &TokenPlace,
    owner: &str,
    expected: i64,
    token: &SealedToken,
) -> Result<bool> {
    let rows = on_tx!(tx, |conn| sqlx::query(
        "UPDATE credential_tokens
         SET sealed = $8, key_version = $9, fetched_us = $10, expires_us = $11, version = version + 1,
             lease_owner = NULL, lease_until_us = NULL, failure = NULL, retry_us = NULL
         WHERE merchant_id = $1 AND credential_id = $2 AND token = $3 AND base_url = $4 AND account = $5
           AND lease_owner = $6 AND version = $7"
    )
    .bind(merchant)
    .bind(&place.credential_id)
    .bind(&place.token)
    .bind(&place.base_url)
    .bind(&place.account)
    .bind(owner)
    .bind(expected)
    .bind(&token.sealed)
    .bind(token.key_version)
    .bind(Micros(token.fetched_at))
    .bind(Micros(token.expires_at))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Gives the lease back without a token; `false`: it was lost, and nothing was written.
pub async fn release(
    tx: &mut Tx,
    merchant: &MerchantId,
    place: &TokenPlace,
    owner: &str,
    release: &Release,
) -> Result<bool> {
    let (failure, retry_at, is_token_refused) = match release {
        Release::Unused => (None, None, false),
        Release::Failed { failure, retry_at, is_token_refused } => {
            (Some(Json(failure)), Some(*retry_at), *is_token_refused)
        }
    };
    let rows = on_tx!(tx, |conn| sqlx::query(
        "UPDATE credential_tokens
         SET lease_owner = NULL, lease_until_us = NULL,
             failure = COALESCE($7, failure), retry_us = COALESCE($8, retry_us),
             sealed = CASE WHEN $9 = 1 THEN NULL ELSE sealed END
         WHERE merchant_id = $1 AND credential_id = $2 AND token = $3 AND base_url = $4 AND account = $5
           AND lease_owner = $6"
    )
    .bind(merchant)
    .bind(&place.credential_id)
    .bind(&place.token)
    .bind(&place.base_url)
    .bind(&place.account)
    .bind(owner)
    .bind(failure)
    .bind(MaybeMicros(retry_at))
    .bind(i64::from(is_token_refused))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Forgets a merchant's tokens that an older key than this version sealed; leases and cool-downs stay.
pub async fn forget_sealed_before(tx: &mut Tx, merchant: &MerchantId, key_version: i64) -> Result<u64> {
    Ok(on_tx!(tx, |conn| sqlx::query(
        "UPDATE credential_tokens
         SET sealed = NULL, key_version = NULL, fetched_us = NULL, expires_us = NULL
         WHERE merchant_id = $1 AND key_version < $2"
    )
    .bind(merchant)
    .bind(key_version)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?)
}

/// Forgets all tokens of a credential, as when its secrets change; whoever is fetching one finds its lease gone.
pub async fn forget_all(tx: &mut Tx, merchant: &MerchantId, credential: &CredentialId) -> Result<()> {
    on_tx!(tx, |conn| sqlx::query(
        "DELETE FROM credential_tokens
         WHERE merchant_id = $1 AND credential_id = $2"
    )
    .bind(merchant)
    .bind(credential)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}
