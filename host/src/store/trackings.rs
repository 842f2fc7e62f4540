//! What couriers say of tracking numbers.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::columns::{Json, MaybeMicros, Micros};
use super::{Result, Tx};
use crate::model::Extensions;
use crate::model::courier::CourierId;
use crate::model::failure::Message;
use crate::model::id::{CredentialId, MerchantId, ShipmentId, TrackingId};
use crate::model::moment::{Moment, Window};
use crate::model::service_point::ServicePoint;
use crate::model::tracking::{Status, Tracking};

/// All that a courier says of a number but status, events and papers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "as in model::tracking::Tracking")]
pub struct TrackingDetail {
    /// Since when the status holds by MODEL's rules.
    pub status_since: Option<Timestamp>,
    pub incident_reason: Option<String>,
    pub courier_code: Option<String>,
    pub courier_text: Option<String>,
    pub status_at: Option<Moment>,
    pub estimated_delivery: Option<Window>,
    pub service: Option<String>,
    pub weight_grams: Option<u32>,
    pub signed_by: Option<String>,
    pub service_point: Option<ServicePoint>,
    pub pickup_deadline: Option<Moment>,
    pub pieces: Option<u32>,
    pub related_numbers: Vec<String>,
    pub messages: Vec<Message>,
    pub extensions: Extensions,
}

impl From<&Tracking> for TrackingDetail {
    fn from(tracking: &Tracking) -> Self {
        let tracking = tracking.clone();
        Self {
            status_since: None,
            incident_reason: tracking.incident_reason,
            courier_code: tracking.courier_code,
            courier_text: tracking.courier_text,
            status_at: tracking.status_at,
            estimated_delivery: tracking.estimated_delivery,
            service: tracking.service,
            weight_grams: tracking.weight_grams,
            signed_by: tracking.signed_by,
            service_point: tracking.service_point,
            pickup_deadline: tracking.pickup_deadline,
            pieces: tracking.pieces,
            related_numbers: tracking.related_numbers,
            messages: tracking.messages,
            extensions: tracking.extensions,
        }
    }
}

/// A tracked number.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct TrackingRow {
    /// Its id.
    pub id: TrackingId,
    /// At which courier.
    pub courier: CourierId,
    /// The number.
    pub number: String,
    /// Whether it was asked for with a test key.
    pub is_test: bool,
    /// The account that it is asked with.
    pub credential_id: CredentialId,
    /// The shipment, where it was booked here.
    pub shipment_id: Option<ShipmentId>,
    /// What holds by MODEL's rules.
    pub status: Status,
    /// The rest.
    pub detail: Json<TrackingDetail>,
    /// Grows with every change that a receiver of news should know.
    pub version: i64,
    /// When the courier last answered.
    #[sqlx(rename = "refreshed_us", try_from = "MaybeMicros")]
    pub refreshed_at: Option<Timestamp>,
    /// Since when it is here.
    #[sqlx(rename = "created_us", try_from = "Micros")]
    pub created_at: Timestamp,
    /// When it last changed.
    #[sqlx(rename = "updated_us", try_from = "Micros")]
    pub updated_at: Timestamp,
}

macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT id, courier, number, is_test, credential_id, shipment_id, status, detail, version, refreshed_us,
                    created_us, updated_us
             FROM trackings ",
            $tail
        )
    };
}

/// Adds a tracked number unless it is there; `true` if it is new.
pub async fn insert_new(tx: &mut Tx, merchant: &MerchantId, tracking: &TrackingRow) -> Result<bool> {
    let rows = on_tx!(tx, |conn| {
        sqlx::query(
        "INSERT INTO trackings (merchant_id, id, courier, number, is_test, credential_id, shipment_id, status, detail,
                                version, refreshed_us, created_us, updated_us)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         ON CONFLICT (merchant_id, courier, number, is_test) DO NOTHING"
    )
    .bind(merchant)
    .bind(&tracking.id)
    .bind(&tracking.courier)
    .bind(&tracking.number)
    .bind(tracking.is_test)
    .bind(&tracking.credential_id)
    .bind(&tracking.shipment_id)
    .bind(tracking.status)
    .bind(&tracking.detail)
    .bind(tracking.version)
    .bind(MaybeMicros(tracking.refreshed_at))
    .bind(Micros(tracking.created_at))
    .bind(Micros(tracking.updated_at))
    .execute(conn)
    .await
    .map(|done| done.rows_affected())
    })?;
    Ok(rows == 1)
}

/// Finds a tracked number by its id.
pub async fn get(tx: &mut Tx, merchant: &MerchantId, id: &TrackingId) -> Result<Option<TrackingRow>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as(select!("WHERE merchant_id = $1 AND id = $2"))
        .bind(merchant)
        .bind(id)
        .fetch_optional(conn)
        .await)?)
}

/// Finds what is known of a courier's number.
pub async fn find(
    tx: &mut Tx,
    merchant: &MerchantId,
    courier: &CourierId,
    number: &str,
    is_test: bool,
) -> Result<Option<TrackingRow>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as(select!(
        "WHERE merchant_id = $1 AND courier = $2 AND number = $3 AND is_test = $4"
    ))
    .bind(merchant)
    .bind(courier)
    .bind(number)
    .bind(is_test)
    .fetch_optional(conn)
    .await)?)
}

/// Lists a shipment's tracked numbers, oldest first.
pub async fn list_of_shipment(tx: &mut Tx, merchant: &MerchantId, shipment: &ShipmentId) -> Result<Vec<TrackingRow>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as(select!(
        "WHERE merchant_id = $1 AND shipment_id = $2
         ORDER BY id"
    ))
    .bind(merchant)
    .bind(shipment)
    .fetch_all(conn)
    .await)?)
}

/// What a courier's answer makes of a tracking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News<'a> {
    /// What now holds by MODEL's rules.
    pub status: Status,
    /// The rest.
    pub detail: &'a TrackingDetail,
    /// Whether a receiver of news should know: the version is then raised.
    pub is_changed: bool,
    /// When the courier answered.
    pub now: Timestamp,
}

/// Writes what the courier now says, if the row still has the version `expected`.
pub async fn update(
    tx: &mut Tx,
    merchant: &MerchantId,
    id: &TrackingId,
    expected: i64,
    news: &News<'_>,
) -> Result<bool> {
    let rows = on_tx!(tx, |conn| sqlx::query(
        "UPDATE trackings
         SET status = $4, detail = $5, version = version + $6, refreshed_us = $7,
             updated_us = CASE WHEN $6 = 0 THEN updated_us ELSE $7 END
         WHERE merchant_id = $1 AND id = $2 AND version = $3"
    )
    .bind(merchant)
    .bind(id)
    .bind(expected)
    .bind(news.status)
    .bind(Json(news.detail))
    .bind(i64::from(news.is_changed))
    .bind(Micros(news.now))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}
