//! Merchants: the tenants.

use jiff::Timestamp;

use super::columns::{MaybeMicros, Micros};
use super::{Listed, Page, Result, Tx};
use crate::model::id::MerchantId;

/// A merchant.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Merchant {
    /// Its id.
    pub id: MerchantId,
    /// Its name.
    pub name: String,
    /// Since when its keys are refused.
    #[sqlx(rename = "disabled_us", try_from = "MaybeMicros")]
    pub disabled_at: Option<Timestamp>,
    /// Since when it is here.
    #[sqlx(rename = "created_us", try_from = "Micros")]
    pub created_at: Timestamp,
}

/// Adds a merchant. Maintenance only.
pub async fn insert(tx: &mut Tx, merchant: &Merchant) -> Result<()> {
    on_tx!(tx, |conn| sqlx::query(
        "INSERT INTO merchants (id, name, disabled_us, created_us)
         VALUES ($1, $2, $3, $4)"
    )
    .bind(&merchant.id)
    .bind(&merchant.name)
    .bind(MaybeMicros(merchant.disabled_at))
    .bind(Micros(merchant.created_at))
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Finds a merchant.
pub async fn get(tx: &mut Tx, merchant: &MerchantId) -> Result<Option<Merchant>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as(
        "SELECT id, name, disabled_us, created_us
         FROM merchants
         WHERE id = $1"
    )
    .bind(merchant)
    .fetch_optional(conn)
    .await)?)
}

/// Lists merchants, newest first. Maintenance only.
pub async fn list(tx: &mut Tx, page: &Page) -> Result<Listed<Merchant>> {
    let rows = on_tx!(tx, |conn| sqlx::query_as(
        "SELECT id, name, disabled_us, created_us
         FROM merchants
         WHERE ($1 IS NULL OR id < $1)
         ORDER BY id DESC
         LIMIT $2"
    )
    .bind(page.after.as_deref())
    .bind(page.probe())
    .fetch_all(conn)
    .await)?;
    Ok(page.cut(rows))
}

/// Disables a merchant, or with `None` enables it again; `false` if there is none. Maintenance only.
pub async fn set_disabled(tx: &mut Tx, merchant: &MerchantId, disabled_at: Option<Timestamp>) -> Result<bool> {
    let rows = on_tx!(tx, |conn| sqlx::query(
        "UPDATE merchants
         SET disabled_us = $2
         WHERE id = $1"
    )
    .bind(merchant)
    .bind(MaybeMicros(disabled_at))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}
