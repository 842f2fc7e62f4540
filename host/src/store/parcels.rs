//! Parcels of booked shipments.

use jiff::Timestamp;

use super::columns::{Json, Micros};
use super::{Result, Tx};
use crate::model::Extensions;
use crate::model::courier::CourierId;
use crate::model::id::{MerchantId, ParcelId, ShipmentId};

/// A parcel.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ParcelRow {
    /// Its id.
    pub id: ParcelId,
    /// Of which shipment.
    pub shipment_id: ShipmentId,
    /// Its place in the order, from 0.
    pub position: i64,
    /// Whether it is for the way back.
    pub is_return: bool,
    /// Its number.
    pub tracking_number: Option<String>,
    /// Further numbers printed on it.
    pub barcodes: Json<Vec<String>>,
    /// Handed back to the plugin.
    pub extensions: Json<Extensions>,
    /// Since when it is here.
    #[sqlx(rename = "created_us", try_from = "Micros")]
    pub created_at: Timestamp,
}

/// The ids come as one parameter, a JSON list, which each database unpacks by a function of its own.
const LIST_OF_ON_SQLITE: &str =
    "SELECT id, shipment_id, position, is_return, tracking_number, barcodes, extensions, created_us
     FROM parcels
     WHERE merchant_id = $1 AND shipment_id IN (SELECT value FROM json_each($2))
     ORDER BY shipment_id, is_return, position";
const LIST_OF_ON_POSTGRES: &str =
    "SELECT id, shipment_id, position, is_return, tracking_number, barcodes, extensions, created_us
     FROM parcels
     WHERE merchant_id = $1 AND shipment_id IN (SELECT json_array_elements_text(CAST($2 AS JSON)))
     ORDER BY shipment_id, is_return, position";

/// Adds a parcel.
pub async fn insert(tx: &mut Tx, merchant: &MerchantId, parcel: &ParcelRow) -> Result<()> {
    on_tx!(tx, |conn| sqlx::query(
        "INSERT INTO parcels (merchant_id, id, shipment_id, position, is_return, tracking_number, barcodes,
                              extensions, created_us)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    )
    .bind(merchant)
    .bind(&parcel.id)
    .bind(&parcel.shipment_id)
    .bind(parcel.position)
    .bind(parcel.is_return)
    .bind(&parcel.tracking_number)
    .bind(&parcel.barcodes)
    .bind(&parcel.extensions)
    .bind(Micros(parcel.created_at))
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Lists a shipment's parcels: those there first, then those for the way back.
pub async fn list(tx: &mut Tx, merchant: &MerchantId, shipment: &ShipmentId) -> Result<Vec<ParcelRow>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as(
        "SELECT id, shipment_id, position, is_return, tracking_number, barcodes, extensions, created_us
         FROM parcels
         WHERE merchant_id = $1 AND shipment_id = $2
         ORDER BY is_return, position"
    )
    .bind(merchant)
    .bind(shipment)
    .fetch_all(conn)
    .await)?)
}

/// Lists the parcels of several shipments at once, those of one together and in the order of [`list`].
pub async fn list_of(tx: &mut Tx, merchant: &MerchantId, shipments: &[&ShipmentId]) -> Result<Vec<ParcelRow>> {
    let text = tx.text(LIST_OF_ON_SQLITE, LIST_OF_ON_POSTGRES);
    Ok(on_tx!(tx, |conn| sqlx::query_as(text).bind(merchant).bind(Json(shipments)).fetch_all(conn).await)?)
}

/// Finds the parcel that a courier gave a tracking number; the newest where it gave the number twice.
pub async fn find_by_number(
    tx: &mut Tx,
    merchant: &MerchantId,
    courier: &CourierId,
    number: &str,
    is_test: bool,
) -> Result<Option<ParcelRow>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as(
        "SELECT id, shipment_id, position, is_return, tracking_number, barcodes, extensions, created_us
         FROM parcels
         WHERE merchant_id = $1 AND tracking_number = $2
           AND EXISTS (
               SELECT 1
               FROM shipments
               WHERE shipments.merchant_id = parcels.merchant_id AND shipments.id = parcels.shipment_id
                 AND shipments.courier = $3 AND shipments.is_test = $4)
         ORDER BY id DESC
         LIMIT 1"
    )
    .bind(merchant)
    .bind(number)
    .bind(courier)
    .bind(is_test)
    .fetch_optional(conn)
    .await)?)
}
