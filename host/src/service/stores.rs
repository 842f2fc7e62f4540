//! A merchant's shops.

use crate::app::App;
use crate::model::caller::Merchant;
use crate::model::id::StoreId;
use crate::store::stores::{self, Store};

use super::audit;
use super::error::{Error, Result};

/// Longest name, in characters.
const MAX_NAME_CHARACTERS: usize = 200;

/// Adds a shop.
///
/// # Errors
///
/// `Invalid` if the name is empty or too long.
pub async fn create(app: &App, merchant: &Merchant, name: &str) -> Result<Store> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME_CHARACTERS || name.chars().any(char::is_control) {
        return Err(Error::invalid(
            "/name",
            "invalid_format",
            format!("a name has 1 to {MAX_NAME_CHARACTERS} characters"),
        ));
    }
    let now = app.clock.now();
    let store = Store { id: StoreId::new(now, &*app.random), name: name.to_owned(), created_at: now };
    let mut tx = app.db.begin(merchant.id()).await?;
    stores::insert(&mut tx, merchant.id(), &store).await?;
    audit::write(app, &mut tx, merchant, "store.created", store.id.as_str(), []).await?;
    tx.commit().await?;
    Ok(store)
}
