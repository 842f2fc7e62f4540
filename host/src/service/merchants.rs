//! Merchants, as the operator manages them.

use crate::app::App;
use crate::model::id::MerchantId;
use crate::store::merchants::{self, Merchant};
use crate::store::page::{Listed, Page};

use super::audit;
use super::error::{Error, Result};

/// Adds a merchant.
///
/// # Errors
///
/// `Invalid` if the name is empty.
pub async fn create(app: &App, name: &str) -> Result<Merchant> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Error::invalid("/name", "required", "a merchant has a name"));
    }
    let now = app.clock.now();
    let merchant =
        Merchant { id: MerchantId::new(now, &*app.random), name: name.to_owned(), disabled_at: None, created_at: now };
    let mut tx = app.db.begin_maintenance().await?;
    merchants::insert(&mut tx, &merchant).await?;
    audit::write_as_operator(app, &mut tx, Some(&merchant.id), "merchant.created", merchant.id.as_str(), []).await?;
    tx.commit().await?;
    Ok(merchant)
}

/// Lists merchants, newest first.
pub async fn list(app: &App, page: &Page) -> Result<Listed<Merchant>> {
    let mut tx = app.db.begin_maintenance_read().await?;
    Ok(merchants::list(&mut tx, page).await?)
}

/// Disables a merchant: its keys are refused from now on, its data stays.
///
/// # Errors
///
/// `NotFound` if there is none.
pub async fn disable(app: &App, id: &MerchantId) -> Result<()> {
    let mut tx = app.db.begin_maintenance().await?;
    if !merchants::set_disabled(&mut tx, id, Some(app.clock.now())).await? {
        return Err(Error::NotFound("merchant"));
    }
    audit::write_as_operator(app, &mut tx, Some(id), "merchant.disabled", id.as_str(), []).await?;
    Ok(tx.commit().await?)
}
