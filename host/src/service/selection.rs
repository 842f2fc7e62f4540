//! Which of a merchant's accounts a request is for.

use crate::app::App;
use crate::model::caller::Merchant;
use crate::model::courier::CourierId;
use crate::model::credential::Environment;
use crate::model::id::{CredentialId, StoreId};
use crate::store::credentials::{self, Credential, CredentialFilter};
use crate::store::page::Page;
use crate::store::{Tx, stores};

use super::connection::is_visible;
use super::error::{Error, Result};

/// Most accounts that one request may go to: more would be a minute of waiting.
pub const MAX_ACCOUNTS: u32 = 50;

/// What the caller said about it.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// These accounts.
    pub credentials: Vec<CredentialId>,
    /// Accounts at these couriers; empty: at all.
    pub couriers: Vec<CourierId>,
    /// Accounts of this shop, and those of no shop.
    pub store: Option<StoreId>,
}

/// Returns the merchant's accounts that are meant, the newest first.
///
/// # Errors
///
/// `Invalid` if an account, a courier or a shop is named that does not exist, or that does not fit to the rest.
pub async fn select(app: &App, merchant: &Merchant, selection: &Selection) -> Result<Vec<Credential>> {
    for (index, courier) in selection.couriers.iter().enumerate() {
        if app.registry.get(courier).is_none() {
            let detail = format!("no courier {courier} is installed; GET /v1/couriers lists them");
            return Err(Error::invalid(format!("/couriers/{index}"), "unknown_courier", detail));
        }
    }
    let mut tx = app.db.begin_read(merchant.id()).await?;
    if let Some(store) = &selection.store
        && stores::get(&mut tx, merchant.id(), store).await?.is_none()
    {
        return Err(unknown_store(store));
    }
    if selection.credentials.is_empty() {
        at_couriers(&mut tx, merchant, selection).await
    } else {
        named(&mut tx, merchant, selection).await
    }
}

/// Says that a shop is not there.
pub fn unknown_store(id: &StoreId) -> Error {
    Error::invalid("/store_id", "unknown_store", format!("there is no store {id}; GET /v1/stores lists them"))
}

async fn named(tx: &mut Tx, merchant: &Merchant, selection: &Selection) -> Result<Vec<Credential>> {
    let mut found: Vec<Credential> = Vec::new();
    for (index, id) in selection.credentials.iter().enumerate() {
        let stored = credentials::get(tx, merchant.id(), id).await?.filter(|stored| is_usable(merchant, stored));
        let Some(stored) = stored else {
            let detail = format!("there is no credential {id}; GET /v1/credentials lists those that this key may use");
            return Err(Error::invalid(format!("/credential_ids/{index}"), "unknown_credential", detail));
        };
        if !is_of_store(&stored, selection.store.as_ref()) {
            let detail = format!("the credential {id} belongs to another store");
            return Err(Error::invalid(format!("/credential_ids/{index}"), "wrong_store", detail));
        }
        if !selection.couriers.is_empty() && !selection.couriers.contains(&stored.courier) {
            let detail = format!("the credential {id} is an account at {}; leave the courier out", stored.courier);
            return Err(Error::invalid("/couriers/0", "wrong_courier", detail));
        }
        // Whoever names an account twice means it once.
        if !found.iter().any(|one| one.id == stored.id) {
            found.push(stored);
        }
    }
    Ok(found)
}

async fn at_couriers(tx: &mut Tx, merchant: &Merchant, selection: &Selection) -> Result<Vec<Credential>> {
    let environment = merchant.is_test().then_some(Environment::Test);
    let filter = |courier| CredentialFilter { courier, environment, store_id: None };
    let page = Page::first(MAX_ACCOUNTS);
    if selection.couriers.is_empty() {
        let listed = credentials::list(tx, merchant.id(), &filter(None), &page).await?;
        return Ok(usable(merchant, selection, listed.rows));
    }
    let mut found: Vec<Credential> = Vec::new();
    for (index, courier) in selection.couriers.iter().enumerate() {
        let listed = credentials::list(tx, merchant.id(), &filter(Some(courier.clone())), &page).await?;
        let connected = usable(merchant, selection, listed.rows);
        if connected.is_empty() {
            let detail = format!("no account at {courier} is connected; POST /v1/credentials connects one");
            return Err(Error::invalid(format!("/couriers/{index}"), "not_connected", detail));
        }
        // A courier that is named twice is asked once.
        found.extend(connected.into_iter().filter(|_| !selection.couriers[..index].contains(courier)));
    }
    found.truncate(MAX_ACCOUNTS as usize);
    Ok(found)
}

fn usable(merchant: &Merchant, selection: &Selection, rows: Vec<Credential>) -> Vec<Credential> {
    let fits = |stored: &Credential| is_usable(merchant, stored) && is_of_store(stored, selection.store.as_ref());
    rows.into_iter().filter(fits).collect()
}

fn is_usable(merchant: &Merchant, stored: &Credential) -> bool {
    is_visible(merchant, stored) && stored.disabled_at.is_none()
}

/// Accounts of no shop are every shop's.
fn is_of_store(stored: &Credential, store: Option<&StoreId>) -> bool {
    store.is_none() || stored.store_id.is_none() || stored.store_id.as_ref() == store
}

/// Returns the one account that a request is for.
///
/// # Errors
///
/// `Invalid` if it could be several, or none; the message names them.
pub async fn select_one(
    app: &App,
    merchant: &Merchant,
    credential: Option<&CredentialId>,
    courier: Option<&CourierId>,
    store: Option<&StoreId>,
) -> Result<Credential> {
    if credential.is_none() && courier.is_none() {
        return Err(Error::invalid("/courier", "required", "name a courier or a credential_id"));
    }
    let selection = Selection {
        credentials: credential.cloned().into_iter().collect(),
        couriers: courier.cloned().into_iter().collect(),
        store: store.cloned(),
    };
    let mut found = select(app, merchant, &selection).await.map_err(singular)?;
    if found.len() > 1 {
        let ids: Vec<&str> = found.iter().map(|stored| stored.id.as_str()).collect();
        let detail = format!("several accounts could be meant; set credential_id to one of {}", ids.join(", "));
        return Err(Error::invalid("/credential_id", "ambiguous", detail));
    }
    let none = || {
        Error::invalid("/courier", "not_connected", "no such account is connected; POST /v1/credentials connects one")
    };
    found.pop().ok_or_else(none)
}

/// Puts pointers right for requests whose members are called `credential_id` and `courier`.
pub fn singular(error: Error) -> Error {
    let Error::Invalid { mut problems } = error else {
        return error;
    };
    for problem in &mut problems {
        problem.pointer =
            problem.pointer.replace("/credential_ids/0", "/credential_id").replace("/couriers/0", "/courier");
    }
    Error::Invalid { problems }
}
