//! Answers to repeat: one record for each Idempotency-Key, written with the intent.

use jiff::Timestamp;

use super::columns::{Json, Micros, words};
use super::{Result, Tx};
use crate::model::id::{MerchantId, ShipmentId};

words! {
    /// How far a request is.
    IdempotencyState {
        /// It runs, or its process died.
        Running = "running",
        /// Its answer is kept.
        Done = "done",
        /// Its outcome is not known yet: the shipment says more.
        Unknown = "unknown",
    }
}

/// Which request: a merchant's key, for one method and path template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyPlace {
    /// What the merchant sent.
    pub key: String,
    /// The HTTP method.
    pub method: String,
    /// The path template.
    pub path: String,
}

/// A request that came before.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct IdempotencyRecord {
    /// SHA-256 of its canonical body in hex.
    pub fingerprint: String,
    /// How far it is.
    pub state: IdempotencyState,
    /// The answer's HTTP status.
    pub status: Option<i64>,
    /// The answer's headers.
    pub headers: Json<Vec<(String, String)>>,
    /// The answer's body.
    pub body: Option<Vec<u8>>,
    /// What it books.
    pub shipment_id: Option<ShipmentId>,
    /// When it came.
    #[sqlx(rename = "created_us", try_from = "Micros")]
    pub created_at: Timestamp,
    /// Until when it is repeated.
    #[sqlx(rename = "expires_us", try_from = "Micros")]
    pub expires_at: Timestamp,
}

/// What [`begin`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// The request is new and now recorded as running.
    New,
    /// It came before.
    Before(IdempotencyRecord),
}

/// Records a request as running unless it came before; one that expired and is not `unknown` is forgotten.
pub async fn begin(
    tx: &mut Tx,
    merchant: &MerchantId,
    place: &IdempotencyPlace,
    fingerprint: &str,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<Begun> {
    let rows = on_tx!(tx, |conn| {
        sqlx::query(
        "INSERT INTO idempotency (merchant_id, idempotency_key, method, path, fingerprint, state, headers, created_us,
                                  expires_us)
         VALUES ($1, $2, $3, $4, $5, 'running', '[]', $6, $7)
         ON CONFLICT (merchant_id, idempotency_key, method, path)
         DO UPDATE SET fingerprint = $5, state = 'running', status = NULL, headers = '[]', body = NULL,
                       shipment_id = NULL, created_us = $6, expires_us = $7
         WHERE idempotency.expires_us <= $6 AND idempotency.state <> 'unknown'"
    )
    .bind(merchant)
    .bind(&place.key)
    .bind(&place.method)
    .bind(&place.path)
    .bind(fingerprint)
    .bind(Micros(now))
    .bind(Micros(expires_at))
    .execute(conn)
    .await
    .map(|done| done.rows_affected())
    })?;
    if rows == 1 {
        return Ok(Begun::New);
    }
    let before = get(tx, merchant, place).await?;
    before.map(Begun::Before).ok_or_else(|| super::Error::Corrupt("an idempotency record vanished".to_owned()))
}

/// Finds a request that came before.
pub async fn get(tx: &mut Tx, merchant: &MerchantId, place: &IdempotencyPlace) -> Result<Option<IdempotencyRecord>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as(
        "SELECT fingerprint, state, status, headers, body, shipment_id, created_us, expires_us
         FROM idempotency
         WHERE merchant_id = $1 AND idempotency_key = $2 AND method = $3 AND path = $4"
    )
    .bind(merchant)
    .bind(&place.key)
    .bind(&place.method)
    .bind(&place.path)
    .fetch_optional(conn)
    .await)?)
}

/// Says which shipment a request books; in the transaction that writes the intent, after the shipment.
pub async fn link_shipment(
    tx: &mut Tx,
    merchant: &MerchantId,
    place: &IdempotencyPlace,
    shipment: &ShipmentId,
) -> Result<bool> {
    let rows = on_tx!(tx, |conn| sqlx::query(
        "UPDATE idempotency
         SET shipment_id = $5
         WHERE merchant_id = $1 AND idempotency_key = $2 AND method = $3 AND path = $4"
    )
    .bind(merchant)
    .bind(&place.key)
    .bind(&place.method)
    .bind(&place.path)
    .bind(shipment)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Keeps a request's answer; `Unknown` lets a later outcome replace it. `false` if it was done before.
pub async fn finish(
    tx: &mut Tx,
    merchant: &MerchantId,
    place: &IdempotencyPlace,
    state: IdempotencyState,
    status: u16,
    headers: &[(String, String)],
    body: &[u8],
) -> Result<bool> {
    let rows = on_tx!(tx, |conn| sqlx::query(
        "UPDATE idempotency
         SET state = $5, status = $6, headers = $7, body = $8
         WHERE merchant_id = $1 AND idempotency_key = $2 AND method = $3 AND path = $4 AND state <> 'done'"
    )
    .bind(merchant)
    .bind(&place.key)
    .bind(&place.method)
    .bind(&place.path)
    .bind(state)
    .bind(i64::from(status))
    .bind(Json(headers))
    .bind(body.to_vec())
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Marks the records of a shipment whose process died or whose outcome came later; returns how many.
pub async fn set_state_of_shipment(
    tx: &mut Tx,
    merchant: &MerchantId,
    shipment: &ShipmentId,
    state: IdempotencyState,
) -> Result<u64> {
    Ok(on_tx!(tx, |conn| sqlx::query(
        "UPDATE idempotency
         SET state = $3
         WHERE merchant_id = $1 AND shipment_id = $2 AND state <> 'done'"
    )
    .bind(merchant)
    .bind(shipment)
    .bind(state)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?)
}

/// Forgets a request that ended before anything was done for it, so that it may come again.
pub async fn forget(tx: &mut Tx, merchant: &MerchantId, place: &IdempotencyPlace) -> Result<()> {
    on_tx!(tx, |conn| sqlx::query(
        "DELETE FROM idempotency
         WHERE merchant_id = $1 AND idempotency_key = $2 AND method = $3 AND path = $4 AND state = 'running'"
    )
    .bind(merchant)
    .bind(&place.key)
    .bind(&place.method)
    .bind(&place.path)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Deletes at most `limit` expired records but `unknown` ones; returns how many. Maintenance only.
pub async fn delete_expired(tx: &mut Tx, now: Timestamp, limit: u32) -> Result<u64> {
    Ok(on_tx!(tx, |conn| sqlx::query(
        "DELETE FROM idempotency
         WHERE (merchant_id, idempotency_key, method, path) IN (
             SELECT merchant_id, idempotency_key, method, path
             FROM idempotency
             WHERE expires_us <= $1 AND state <> 'unknown'
             LIMIT $2)"
    )
    .bind(Micros(now))
    .bind(i64::from(limit))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?)
}
