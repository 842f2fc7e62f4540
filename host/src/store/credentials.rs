//! Merchants' accounts at couriers. Secrets come and go sealed; `vault` opens them.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::columns::{Json, MaybeMicros, Micros};
use super::{Listed, Page, Result, Tx};
use crate::model::courier::CourierId;
use crate::model::credential::Environment;
use crate::model::id::{CredentialId, MerchantId, StoreId};

/// How often `last_used` is written (µs): once a minute tells enough.
const LAST_USED_STEP_US: i64 = 60_000_000;

/// A merchant's account at a courier.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Credential {
    /// Its id.
    pub id: CredentialId,
    /// At which courier.
    pub courier: CourierId,
    /// For which shop; `None`: for all.
    pub store_id: Option<StoreId>,
    /// What the merchant calls it.
    pub label: String,
    /// The account kind's id in the description.
    pub account_kind: String,
    /// Which of the courier's systems.
    pub environment: Environment,
    /// Plain fields.
    pub fields: Json<BTreeMap<String, String>>,
    /// Base URLs instead of the description's, by endpoint name.
    pub endpoints: Json<BTreeMap<String, String>>,
    /// Secret fields, each sealed with its commitment.
    pub secrets: Json<BTreeMap<String, String>>,
    /// The version of the merchant's key that sealed them.
    pub key_version: i64,
    /// Grows with every change that a merchant makes: the ETag.
    pub version: i64,
    /// How its last test ended: `ok` or a failure kind's word.
    pub tested_outcome: Option<String>,
    /// Words on that for a person.
    pub tested_detail: Option<String>,
    /// When it was tested.
    #[sqlx(rename = "tested_us", try_from = "MaybeMicros")]
    pub tested_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    #[sqlx(rename = "last_used_us", try_from = "MaybeMicros")]
    pub last_used_at: Option<Timestamp>,
    /// Since when it is not used.
    #[sqlx(rename = "disabled_us", try_from = "MaybeMicros")]
    pub disabled_at: Option<Timestamp>,
    /// Since when it is here.
    #[sqlx(rename = "created_us", try_from = "Micros")]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[sqlx(rename = "updated_us", try_from = "Micros")]
    pub updated_at: Timestamp,
}

/// Which credentials to list; `None` is any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CredentialFilter {
    /// At which courier.
    pub courier: Option<CourierId>,
    /// For which shop.
    pub store_id: Option<StoreId>,
    /// Which system.
    pub environment: Option<Environment>,
}

macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT id, courier, store_id, label, account_kind, environment, fields, endpoints, secrets, key_version,
                    version, tested_outcome, tested_detail, tested_us, last_used_us, disabled_us, created_us, updated_us
             FROM credentials ",
            $tail
        )
    };
}

/// Adds a credential.
///
/// # Errors
///
/// `Conflict` if courier, store and label are those of another.
pub async fn insert(tx: &mut Tx, merchant: &MerchantId, credential: &Credential) -> Result<()> {
    on_tx!(tx, |conn| {
        sqlx::query(
            "INSERT INTO credentials (merchant_id, id, courier, store_id, label, account_kind, environment, fields,
                                  endpoints, secrets, key_version, version, tested_outcome, tested_detail, tested_us,
                                  last_used_us, disabled_us, created_us, updated_us)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
        )
        .bind(merchant)
        .bind(&credential.id)
        .bind(&credential.courier)
        .bind(&credential.store_id)
        .bind(&credential.label)
        .bind(&credential.account_kind)
        .bind(credential.environment)
        .bind(&credential.fields)
        .bind(&credential.endpoints)
        .bind(&credential.secrets)
        .bind(credential.key_version)
        .bind(credential.version)
        .bind(&credential.tested_outcome)
        .bind(&credential.tested_detail)
        .bind(MaybeMicros(credential.tested_at))
        .bind(MaybeMicros(credential.last_used_at))
        .bind(MaybeMicros(credential.disabled_at))
        .bind(Micros(credential.created_at))
        .bind(Micros(credential.updated_at))
        .execute(conn)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// Finds a credential.
pub async fn get(tx: &mut Tx, merchant: &MerchantId, id: &CredentialId) -> Result<Option<Credential>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as(select!("WHERE merchant_id = $1 AND id = $2"))
        .bind(merchant)
        .bind(id)
        .fetch_optional(conn)
        .await)?)
}

/// Whether courier, store and label are those of a credential. Another one may take them at any time: [`insert`] has the last word.
pub async fn is_label_taken(
    tx: &mut Tx,
    merchant: &MerchantId,
    courier: &CourierId,
    store: Option<&StoreId>,
    label: &str,
) -> Result<bool> {
    let found: Option<String> = on_tx!(tx, |conn| sqlx::query_scalar(
        "SELECT id
         FROM credentials
         WHERE merchant_id = $1 AND courier = $2 AND COALESCE(store_id, '') = $3 AND label = $4"
    )
    .bind(merchant)
    .bind(courier)
    .bind(store.map_or("", StoreId::as_str))
    .bind(label)
    .fetch_optional(conn)
    .await)?;
    Ok(found.is_some())
}

/// Lists credentials, newest first.
pub async fn list(
    tx: &mut Tx,
    merchant: &MerchantId,
    filter: &CredentialFilter,
    page: &Page,
) -> Result<Listed<Credential>> {
    let rows = on_tx!(tx, |conn| sqlx::query_as(select!(
        "WHERE merchant_id = $1
           AND ($2 IS NULL OR courier = $2)
           AND ($3 IS NULL OR store_id = $3)
           AND ($4 IS NULL OR environment = $4)
           AND disabled_us IS NULL
           AND ($5 IS NULL OR id < $5)
         ORDER BY id DESC
         LIMIT CAST($6 AS BIGINT)"
    ))
    .bind(merchant)
    .bind(&filter.courier)
    .bind(&filter.store_id)
    .bind(filter.environment)
    .bind(page.after.as_deref())
    .bind(page.probe())
    .fetch_all(conn)
    .await)?;
    Ok(page.cut(rows))
}

/// Writes what a merchant may change, if the row still has the version `expected`; `credential.version` is the new one.
///
/// # Errors
///
/// `Conflict` if courier, store and label are now those of another.
pub async fn update(tx: &mut Tx, merchant: &MerchantId, credential: &Credential, expected: i64) -> Result<bool> {
    let rows = on_tx!(tx, |conn| sqlx::query(
        "UPDATE credentials
         SET store_id = $4, label = $5, account_kind = $6, environment = $7, fields = $8, endpoints = $9,
             secrets = $10, key_version = $11, version = $12, tested_outcome = $13, tested_detail = $14,
             tested_us = $15, disabled_us = $16, updated_us = $17
         WHERE merchant_id = $1 AND id = $2 AND version = $3"
    )
    .bind(merchant)
    .bind(&credential.id)
    .bind(expected)
    .bind(&credential.store_id)
    .bind(&credential.label)
    .bind(&credential.account_kind)
    .bind(credential.environment)
    .bind(&credential.fields)
    .bind(&credential.endpoints)
    .bind(&credential.secrets)
    .bind(credential.key_version)
    .bind(credential.version)
    .bind(&credential.tested_outcome)
    .bind(&credential.tested_detail)
    .bind(MaybeMicros(credential.tested_at))
    .bind(MaybeMicros(credential.disabled_at))
    .bind(Micros(credential.updated_at))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Notes how a test ended; the version stays.
pub async fn record_test(
    tx: &mut Tx,
    merchant: &MerchantId,
    id: &CredentialId,
    outcome: &str,
    detail: Option<&str>,
    now: Timestamp,
) -> Result<bool> {
    let rows = on_tx!(tx, |conn| sqlx::query(
        "UPDATE credentials
         SET tested_outcome = $3, tested_detail = $4, tested_us = $5
         WHERE merchant_id = $1 AND id = $2"
    )
    .bind(merchant)
    .bind(id)
    .bind(outcome)
    .bind(detail)
    .bind(Micros(now))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Notes that a credential was used, at most once a minute; `true` if it was noted.
pub async fn touch(tx: &mut Tx, merchant: &MerchantId, id: &CredentialId, now: Timestamp) -> Result<bool> {
    let rows = on_tx!(tx, |conn| sqlx::query(
        "UPDATE credentials
         SET last_used_us = $3
         WHERE merchant_id = $1 AND id = $2 AND (last_used_us IS NULL OR last_used_us <= $4)"
    )
    .bind(merchant)
    .bind(id)
    .bind(Micros(now))
    .bind(now.as_microsecond() - LAST_USED_STEP_US)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Lists credentials that an older key than this version sealed, for sealing anew in batches.
pub async fn list_sealed_before(
    tx: &mut Tx,
    merchant: &MerchantId,
    key_version: i64,
    limit: u32,
) -> Result<Vec<Credential>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as(select!(
        "WHERE merchant_id = $1 AND key_version < $2
         ORDER BY id
         LIMIT $3"
    ))
    .bind(merchant)
    .bind(key_version)
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await)?)
}

/// Replaces the sealed secrets by the same ones under a newer key, unless the row changed since; the version stays.
pub async fn reseal(
    tx: &mut Tx,
    merchant: &MerchantId,
    credential: &Credential,
    secrets: &Json<BTreeMap<String, String>>,
    key_version: i64,
) -> Result<bool> {
    let rows = on_tx!(tx, |conn| sqlx::query(
        "UPDATE credentials
         SET secrets = $5, key_version = $6
         WHERE merchant_id = $1 AND id = $2 AND version = $3 AND key_version = $4"
    )
    .bind(merchant)
    .bind(&credential.id)
    .bind(credential.version)
    .bind(credential.key_version)
    .bind(secrets)
    .bind(key_version)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Whether shipments, pickups or trackings speak of a credential: it can then be disabled, not deleted.
pub async fn is_referenced(tx: &mut Tx, merchant: &MerchantId, id: &CredentialId) -> Result<bool> {
    let found: i64 = on_tx!(tx, |conn| sqlx::query_scalar(
        "SELECT CAST(CASE
             WHEN EXISTS (SELECT 1 FROM shipments WHERE merchant_id = $1 AND credential_id = $2) THEN 1
             WHEN EXISTS (SELECT 1 FROM pickups WHERE merchant_id = $1 AND credential_id = $2) THEN 1
             WHEN EXISTS (SELECT 1 FROM trackings WHERE merchant_id = $1 AND credential_id = $2) THEN 1
             WHEN EXISTS (SELECT 1 FROM counters WHERE merchant_id = $1 AND credential_id = $2) THEN 1
             ELSE 0
         END AS BIGINT)"
    )
    .bind(merchant)
    .bind(id)
    .fetch_one(conn)
    .await)?;
    Ok(found == 1)
}

/// Deletes a credential of the version `expected` and its tokens.
///
/// # Errors
///
/// `Database` if something still speaks of it: ask [`is_referenced`] first.
pub async fn delete(tx: &mut Tx, merchant: &MerchantId, id: &CredentialId, expected: i64) -> Result<bool> {
    let rows = on_tx!(tx, |conn| sqlx::query(
        "DELETE FROM credentials
         WHERE merchant_id = $1 AND id = $2 AND version = $3"
    )
    .bind(merchant)
    .bind(id)
    .bind(expected)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}
