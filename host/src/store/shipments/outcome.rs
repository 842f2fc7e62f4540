//! A shipment's changes of state. Each holds only from the states that it names: the first writer wins.

use jiff::Timestamp;

use super::super::columns::{Json, MaybeMicros, Micros};
use super::super::{Result, Tx};
use super::Resolution;
use crate::model::Extensions;
use crate::model::failure::{Failure, Message, PartFailure};
use crate::model::id::{MerchantId, ShipmentId};
use crate::model::moment::Window;
use crate::model::money::Price;

/// What the courier confirmed, without parcels and papers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "as in Shipment")]
pub struct BookedOutcome {
    pub courier_shipment_id: String,
    /// `None` leaves the one that was asked for.
    pub service: Option<String>,
    pub price: Option<Price>,
    pub estimated_delivery: Option<Window>,
    pub tracking_link: Option<String>,
    pub messages: Vec<Message>,
    pub part_failures: Vec<PartFailure>,
    pub extensions: Extensions,
}

/// Notes that a shipment exists at the courier; `false` unless it was `intent` or `unknown`.
pub async fn record_booked(
    tx: &mut Tx,
    merchant: &MerchantId,
    id: &ShipmentId,
    outcome: &BookedOutcome,
    now: Timestamp,
) -> Result<bool> {
    let rows = on_tx!(tx, |conn| sqlx::query(
        "UPDATE shipments
         SET state = 'booked', courier_shipment_id = $3, service = COALESCE($4, service), price = $5,
             estimated_delivery = $6, tracking_link = $7, messages = $8, part_failures = $9, extensions = $10,
             failure = NULL, settle_next_us = NULL, version = version + 1, updated_us = $11
         WHERE merchant_id = $1 AND id = $2 AND state IN ('intent', 'unknown')"
    )
    .bind(merchant)
    .bind(id)
    .bind(&outcome.courier_shipment_id)
    .bind(&outcome.service)
    .bind(outcome.price.as_ref().map(Json))
    .bind(outcome.estimated_delivery.as_ref().map(Json))
    .bind(&outcome.tracking_link)
    .bind(Json(&outcome.messages))
    .bind(Json(&outcome.part_failures))
    .bind(Json(&outcome.extensions))
    .bind(Micros(now))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Notes that a shipment does not exist at the courier; `false` unless it was `intent` or `unknown`.
pub async fn record_failed(
    tx: &mut Tx,
    merchant: &MerchantId,
    id: &ShipmentId,
    failure: &Failure,
    now: Timestamp,
) -> Result<bool> {
    let rows = on_tx!(tx, |conn| sqlx::query(
        "UPDATE shipments
         SET state = 'failed', failure = $3, settle_next_us = NULL, version = version + 1, updated_us = $4
         WHERE merchant_id = $1 AND id = $2 AND state IN ('intent', 'unknown')"
    )
    .bind(merchant)
    .bind(id)
    .bind(Json(failure))
    .bind(Micros(now))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Notes that nobody knows whether a shipment exists, and when the courier is asked; `false` unless it was `intent`.
pub async fn record_unknown(
    tx: &mut Tx,
    merchant: &MerchantId,
    id: &ShipmentId,
    failure: &Failure,
    settle_next_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<bool> {
    let rows = on_tx!(tx, |conn| sqlx::query(
        "UPDATE shipments
         SET state = 'unknown', failure = $3, settle_next_us = $4, version = version + 1, updated_us = $5
         WHERE merchant_id = $1 AND id = $2 AND state = 'intent'"
    )
    .bind(merchant)
    .bind(id)
    .bind(Json(failure))
    .bind(MaybeMicros(settle_next_at))
    .bind(Micros(now))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Notes that the courier was asked in vain and when it is asked next (`None`: a person must resolve it);
/// `false` unless it was `unknown` with `attempt` askings before.
pub async fn record_settle_attempt(
    tx: &mut Tx,
    merchant: &MerchantId,
    id: &ShipmentId,
    attempt: i64,
    settle_next_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<bool> {
    let rows = on_tx!(tx, |conn| sqlx::query(
        "UPDATE shipments
         SET settle_attempt = $3 + 1, settle_next_us = $4, version = version + 1, updated_us = $5
         WHERE merchant_id = $1 AND id = $2 AND state = 'unknown' AND settle_attempt = $3"
    )
    .bind(merchant)
    .bind(id)
    .bind(attempt)
    .bind(MaybeMicros(settle_next_at))
    .bind(Micros(now))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Notes that a shipment was taken back; `false` unless it was `booked`.
pub async fn record_cancelled(
    tx: &mut Tx,
    merchant: &MerchantId,
    id: &ShipmentId,
    messages: &[Message],
    now: Timestamp,
) -> Result<bool> {
    let rows = on_tx!(tx, |conn| sqlx::query(
        "UPDATE shipments
         SET state = 'cancelled', messages = $3, version = version + 1, updated_us = $4
         WHERE merchant_id = $1 AND id = $2 AND state = 'booked'"
    )
    .bind(merchant)
    .bind(id)
    .bind(Json(messages))
    .bind(Micros(now))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Closes an unknown shipment by a person's word; `courier_shipment_id` for `BookedAs`. `false` unless it was `unknown`.
pub async fn resolve(
    tx: &mut Tx,
    merchant: &MerchantId,
    id: &ShipmentId,
    resolution: Resolution,
    courier_shipment_id: Option<&str>,
    actor: &str,
    now: Timestamp,
) -> Result<bool> {
    let state = match resolution {
        Resolution::BookedAs => super::ShipmentState::Booked,
        Resolution::NotBooked => super::ShipmentState::Failed,
    };
    let rows = on_tx!(tx, |conn| sqlx::query(
        "UPDATE shipments
         SET state = $3, resolution = $4, courier_shipment_id = $5, resolved_by = $6, settle_next_us = NULL,
             failure = CASE WHEN $3 = 'booked' THEN NULL ELSE failure END,
             version = version + 1, updated_us = $7
         WHERE merchant_id = $1 AND id = $2 AND state = 'unknown'"
    )
    .bind(merchant)
    .bind(id)
    .bind(state)
    .bind(resolution)
    .bind(courier_shipment_id)
    .bind(actor)
    .bind(Micros(now))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}
