//! Access tokens of credentials, sealed, shared between instances under a lease.

use jiff::Timestamp;

use super::columns::{MaybeMicros, Micros};
use super::{Result, Tx};
use crate::model::id::{CredentialId, MerchantId};

/// Which token: of which credential, by which name, from which base URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenPlace {
    /// Whose.
    pub credential_id: CredentialId,
    /// The token's name in the description.
    pub token: String,
    /// Where it came from: it goes nowhere else.
    pub base_url: String,
}

/// A token, or the lease or cool-down that stands in its place.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CredentialToken {
    /// The token as the vault sealed it.
    pub sealed: Option<String>,
    /// How long it holds.
    #[sqlx(rename = "expires_us", try_from = "MaybeMicros")]
    pub expires_at: Option<Timestamp>,
    /// Grows with every token: a late writer is told by it.
    pub version: i64,
    /// Who is fetching the next one.
    pub lease_owner: Option<String>,
    /// Until when it has the right to.
    #[sqlx(rename = "lease_until_us", try_from = "MaybeMicros")]
    pub lease_until: Option<Timestamp>,
    /// When fetching last failed.
    #[sqlx(rename = "failed_us", try_from = "MaybeMicros")]
    pub failed_at: Option<Timestamp>,
}

/// Finds a token.
pub async fn get(tx: &mut Tx, merchant: &MerchantId, place: &TokenPlace) -> Result<Option<CredentialToken>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as(
        "SELECT sealed, expires_us, version, lease_owner, lease_until_us, failed_us
         FROM credential_tokens
         WHERE merchant_id = $1 AND credential_id = $2 AND token = $3 AND base_url = $4"
    )
    .bind(merchant)
    .bind(&place.credential_id)
    .bind(&place.token)
    .bind(&place.base_url)
    .fetch_optional(conn)
    .await)?)
}

/// Takes or renews the right to fetch a token; `None` while another holds it. Read the row that it returns: someone may have been faster.
pub async fn lease(
    tx: &mut Tx,
    merchant: &MerchantId,
    place: &TokenPlace,
    owner: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<CredentialToken>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as(
        "INSERT INTO credential_tokens (merchant_id, credential_id, token, base_url, version, lease_owner,
                                        lease_until_us)
         VALUES ($1, $2, $3, $4, 0, $5, $7)
         ON CONFLICT (merchant_id, credential_id, token, base_url)
         DO UPDATE SET lease_owner = $5, lease_until_us = $7
         WHERE credential_tokens.lease_owner IS NULL
            OR credential_tokens.lease_owner = $5
            OR credential_tokens.lease_until_us <= $6
         RETURNING sealed, expires_us, version, lease_owner, lease_until_us, failed_us"
    )
    .bind(merchant)
    .bind(&place.credential_id)
    .bind(&place.token)
    .bind(&place.base_url)
    .bind(owner)
    .bind(Micros(now))
    .bind(Micros(until))
    .fetch_optional(conn)
    .await)?)
}

/// Stores a fetched token and gives the lease back, if the row still has the version and the lease; `false`: it was lost.
pub async fn save(
    tx: &mut Tx,
    merchant: &MerchantId,
    place: &TokenPlace,
    owner: &str,
    expected: i64,
    sealed: &str,
    expires_at: Option<Timestamp>,
) -> Result<bool> {
    let rows = on_tx!(tx, |conn| sqlx::query(
        "UPDATE credential_tokens
         SET sealed = $7, expires_us = $8, version = version + 1, lease_owner = NULL, lease_until_us = NULL,
             failed_us = NULL
         WHERE merchant_id = $1 AND credential_id = $2 AND token = $3 AND base_url = $4
           AND lease_owner = $5 AND version = $6"
    )
    .bind(merchant)
    .bind(&place.credential_id)
    .bind(&place.token)
    .bind(&place.base_url)
    .bind(owner)
    .bind(expected)
    .bind(sealed)
    .bind(MaybeMicros(expires_at))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Gives the lease back without a token; `failed_at` starts the cool-down.
pub async fn release(
    tx: &mut Tx,
    merchant: &MerchantId,
    place: &TokenPlace,
    owner: &str,
    failed_at: Option<Timestamp>,
) -> Result<bool> {
    let rows = on_tx!(tx, |conn| sqlx::query(
        "UPDATE credential_tokens
         SET lease_owner = NULL, lease_until_us = NULL, failed_us = $6
         WHERE merchant_id = $1 AND credential_id = $2 AND token = $3 AND base_url = $4 AND lease_owner = $5"
    )
    .bind(merchant)
    .bind(&place.credential_id)
    .bind(&place.token)
    .bind(&place.base_url)
    .bind(owner)
    .bind(MaybeMicros(failed_at))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Stores a token whatever stood there, for an instance that is alone.
pub async fn put(
    tx: &mut Tx,
    merchant: &MerchantId,
    place: &TokenPlace,
    sealed: &str,
    expires_at: Option<Timestamp>,
) -> Result<()> {
    on_tx!(tx, |conn| {
        sqlx::query(
            "INSERT INTO credential_tokens (merchant_id, credential_id, token, base_url, sealed, expires_us, version)
         VALUES ($1, $2, $3, $4, $5, $6, 1)
         ON CONFLICT (merchant_id, credential_id, token, base_url)
         DO UPDATE SET sealed = $5, expires_us = $6, version = credential_tokens.version + 1, failed_us = NULL",
        )
        .bind(merchant)
        .bind(&place.credential_id)
        .bind(&place.token)
        .bind(&place.base_url)
        .bind(sealed)
        .bind(MaybeMicros(expires_at))
        .execute(conn)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// Forgets a token, as after a 401; a running lease stays.
pub async fn forget(tx: &mut Tx, merchant: &MerchantId, place: &TokenPlace) -> Result<()> {
    on_tx!(tx, |conn| sqlx::query(
        "UPDATE credential_tokens
         SET sealed = NULL, expires_us = NULL, version = version + 1
         WHERE merchant_id = $1 AND credential_id = $2 AND token = $3 AND base_url = $4"
    )
    .bind(merchant)
    .bind(&place.credential_id)
    .bind(&place.token)
    .bind(&place.base_url)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Forgets all tokens of a credential, as when its secrets change.
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
