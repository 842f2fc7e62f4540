//! What happened to tracked parcels.

use jiff::Timestamp;

use super::columns::{Json, MaybeMicros, Micros};
use super::{Result, Tx};
use crate::model::id::{EventId, MerchantId, TrackingId};
use crate::model::moment::Moment;
use crate::model::tracking::TrackingEvent;

/// An event as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct TrackingEventRow {
    /// Its id.
    pub id: EventId,
    /// The event.
    pub event: Json<TrackingEvent>,
    /// When we first heard of it.
    #[sqlx(rename = "created_us", try_from = "Micros")]
    pub created_at: Timestamp,
}

/// Adds an event unless the courier sent it before; `true` if it is new.
pub async fn insert_new(
    tx: &mut Tx,
    merchant: &MerchantId,
    tracking: &TrackingId,
    id: &EventId,
    event: &TrackingEvent,
    now: Timestamp,
) -> Result<bool> {
    let occurred_at = event.occurred_at.as_ref().and_then(Moment::instant);
    let rows = on_tx!(tx, |conn| {
        sqlx::query(
        "INSERT INTO tracking_events (merchant_id, tracking_id, courier_key, id, status, occurred_us, event, created_us)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (merchant_id, tracking_id, courier_key) DO NOTHING"
    )
    .bind(merchant)
    .bind(tracking)
    .bind(&event.courier_key)
    .bind(id)
    .bind(event.status)
    .bind(MaybeMicros(occurred_at))
    .bind(Json(event))
    .bind(Micros(now))
    .execute(conn)
    .await
    .map(|done| done.rows_affected())
    })?;
    Ok(rows == 1)
}

/// Lists at most `limit` events in the order in which we heard of them; MODEL's rules order them by time.
pub async fn list(
    tx: &mut Tx,
    merchant: &MerchantId,
    tracking: &TrackingId,
    limit: u32,
) -> Result<Vec<TrackingEventRow>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as(
        "SELECT id, event, created_us
         FROM tracking_events
         WHERE merchant_id = $1 AND tracking_id = $2
         ORDER BY created_us, id
         LIMIT CAST($3 AS BIGINT)"
    )
    .bind(merchant)
    .bind(tracking)
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await)?)
}

/// Deletes at most `limit` events that we heard of before a time; returns how many. Maintenance only.
pub async fn delete_before(tx: &mut Tx, before: Timestamp, limit: u32) -> Result<u64> {
    Ok(on_tx!(tx, |conn| sqlx::query(
        "DELETE FROM tracking_events
         WHERE (merchant_id, tracking_id, courier_key) IN (
             SELECT merchant_id, tracking_id, courier_key
             FROM tracking_events
             WHERE created_us < $1
             LIMIT $2)"
    )
    .bind(Micros(before))
    .bind(i64::from(limit))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?)
}
