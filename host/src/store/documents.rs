//! Papers of shipments.

use jiff::Timestamp;

use super::columns::{Json, Micros};
use super::{Result, Tx};
use crate::model::id::{DocumentId, MerchantId, ShipmentId};

/// A paper without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct DocumentRow {
    /// Its id.
    pub id: DocumentId,
    /// Of which shipment.
    pub shipment_id: ShipmentId,
    /// As [`DocumentAbout::category`](crate::model::document::DocumentAbout).
    pub category: String,
    /// `pdf`, `zpl` and so on.
    pub format: String,
    /// Such as `A6`.
    pub page_size: Option<String>,
    /// Dots per inch.
    pub dpi: Option<i64>,
    /// The one parcel that it belongs to.
    pub tracking_number: Option<String>,
    /// How many bytes it has.
    pub size_bytes: i64,
    /// Their SHA-256 in hex.
    pub sha256: String,
    /// Where a large one stands in the object store.
    pub object_key: Option<String>,
    /// Since when it is here.
    #[sqlx(rename = "created_us", try_from = "Micros")]
    pub created_at: Timestamp,
}

/// The ids come as one parameter, a JSON list, which each database unpacks by a function of its own.
const LIST_OF_ON_SQLITE: &str =
    "SELECT id, shipment_id, category, format, page_size, dpi, tracking_number, size_bytes, sha256, object_key,
            created_us
     FROM documents
     WHERE merchant_id = $1 AND shipment_id IN (SELECT value FROM json_each($2))
     ORDER BY shipment_id, id";
const LIST_OF_ON_POSTGRES: &str =
    "SELECT id, shipment_id, category, format, page_size, dpi, tracking_number, size_bytes, sha256, object_key,
            created_us
     FROM documents
     WHERE merchant_id = $1 AND shipment_id IN (SELECT json_array_elements_text(CAST($2 AS JSON)))
     ORDER BY shipment_id, id";

/// Adds a paper; `content` is `None` if it stands in the object store.
pub async fn insert(tx: &mut Tx, merchant: &MerchantId, document: &DocumentRow, content: Option<&[u8]>) -> Result<()> {
    on_tx!(tx, |conn| {
        sqlx::query(
            "INSERT INTO documents (merchant_id, id, shipment_id, category, format, page_size, dpi, tracking_number,
                                size_bytes, sha256, content, object_key, created_us)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        )
        .bind(merchant)
        .bind(&document.id)
        .bind(&document.shipment_id)
        .bind(&document.category)
        .bind(&document.format)
        .bind(&document.page_size)
        .bind(document.dpi)
        .bind(&document.tracking_number)
        .bind(document.size_bytes)
        .bind(&document.sha256)
        .bind(content.map(<[u8]>::to_vec))
        .bind(&document.object_key)
        .bind(Micros(document.created_at))
        .execute(conn)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// Lists a shipment's papers, oldest first.
pub async fn list(tx: &mut Tx, merchant: &MerchantId, shipment: &ShipmentId) -> Result<Vec<DocumentRow>> {
    Ok(on_tx!(tx, |conn| {
        sqlx::query_as(
            "SELECT id, shipment_id, category, format, page_size, dpi, tracking_number, size_bytes, sha256, object_key,
                created_us
         FROM documents
         WHERE merchant_id = $1 AND shipment_id = $2
         ORDER BY id",
        )
        .bind(merchant)
        .bind(shipment)
        .fetch_all(conn)
        .await
    })?)
}

/// Lists the papers of several shipments at once, those of one together and in the order of [`list`].
pub async fn list_of(tx: &mut Tx, merchant: &MerchantId, shipments: &[&ShipmentId]) -> Result<Vec<DocumentRow>> {
    let text = tx.text(LIST_OF_ON_SQLITE, LIST_OF_ON_POSTGRES);
    Ok(on_tx!(tx, |conn| sqlx::query_as(text).bind(merchant).bind(Json(shipments)).fetch_all(conn).await)?)
}

/// Finds a paper.
pub async fn get(tx: &mut Tx, merchant: &MerchantId, id: &DocumentId) -> Result<Option<DocumentRow>> {
    Ok(on_tx!(tx, |conn| {
        sqlx::query_as(
            "SELECT id, shipment_id, category, format, page_size, dpi, tracking_number, size_bytes, sha256, object_key,
                created_us
         FROM documents
         WHERE merchant_id = $1 AND id = $2",
        )
        .bind(merchant)
        .bind(id)
        .fetch_optional(conn)
        .await
    })?)
}

/// Reads a paper's bytes; `None` if there is no such paper here or it stands in the object store.
pub async fn content(tx: &mut Tx, merchant: &MerchantId, id: &DocumentId) -> Result<Option<Vec<u8>>> {
    let content: Option<Option<Vec<u8>>> = on_tx!(tx, |conn| sqlx::query_scalar(
        "SELECT content
         FROM documents
         WHERE merchant_id = $1 AND id = $2"
    )
    .bind(merchant)
    .bind(id)
    .fetch_optional(conn)
    .await)?;
    Ok(content.flatten())
}
