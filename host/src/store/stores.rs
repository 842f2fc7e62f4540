//! Merchants' shops.

use jiff::Timestamp;

use super::columns::Micros;
use super::{Listed, Page, Result, Tx};
use crate::model::id::{MerchantId, StoreId};

/// A merchant's shop.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Store {
    /// Its id.
    pub id: StoreId,
    /// Its name.
    pub name: String,
    /// Since when it is here.
    #[sqlx(rename = "created_us", try_from = "Micros")]
    pub created_at: Timestamp,
}

/// Adds a shop.
pub async fn insert(tx: &mut Tx, merchant: &MerchantId, store: &Store) -> Result<()> {
    on_tx!(tx, |conn| sqlx::query(
        "INSERT INTO stores (merchant_id, id, name, created_us)
         VALUES ($1, $2, $3, $4)"
    )
    .bind(merchant)
    .bind(&store.id)
    .bind(&store.name)
    .bind(Micros(store.created_at))
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Finds a shop.
pub async fn get(tx: &mut Tx, merchant: &MerchantId, id: &StoreId) -> Result<Option<Store>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as(
        "SELECT id, name, created_us
         FROM stores
         WHERE merchant_id = $1 AND id = $2"
    )
    .bind(merchant)
    .bind(id)
    .fetch_optional(conn)
    .await)?)
}

/// Lists shops, newest first.
pub async fn list(tx: &mut Tx, merchant: &MerchantId, page: &Page) -> Result<Listed<Store>> {
    let rows = on_tx!(tx, |conn| sqlx::query_as(
        "SELECT id, name, created_us
         FROM stores
         WHERE merchant_id = $1 AND ($2 IS NULL OR id < $2)
         ORDER BY id DESC
         LIMIT $3"
    )
    .bind(merchant)
    .bind(page.after.as_deref())
    .bind(page.probe())
    .fetch_all(conn)
    .await)?;
    Ok(page.cut(rows))
}
