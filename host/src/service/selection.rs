//! Which of a merchant's accounts a request is for.

use std::collections::BTreeSet;

use crate::app::App;
use crate::model::caller::Merchant;
use crate::model::courier::CourierId;
use crate::model::credential::Environment;
use crate::model::id::{CredentialId, StoreId};
use crate::store::credentials::{self, Credential, CredentialFilter};
use crate::store::page::Page;

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

/// Returns the merchant's accounts that are meant, in the order they were connected.
///
/// # Errors
///
/// `Invalid` if an account or a courier is named that the merchant has not connected.
pub async fn select(app: &App, merchant: &Merchant, selection: &Selection) -> Result<Vec<Credential>> {
    let connected: Vec<Credential> = read(app, merchant, selection)
        .await?
        .into_iter()
        .filter(|stored| is_visible(merchant, stored) && stored.disabled_at.is_none())
        .filter(|stored| selection.store.is_none() || stored.store_id.is_none() || stored.store_id == selection.store)
        .collect();
    for (index, id) in selection.credentials.iter().enumerate() {
        if !connected.iter().any(|stored| stored.id == *id) {
            return Err(Error::invalid(
                format!("/credential_ids/{index}"),
                "unknown_credential",
                format!("there is no credential {id}"),
            ));
        }
    }
    for (index, courier) in selection.couriers.iter().enumerate() {
        if !connected.iter().any(|stored| stored.courier == *courier) {
            let detail = match selection.credentials.is_empty() {
                true => format!("no account at {courier} is connected"),
                false => format!("the named account is not one at {courier}"),
            };
            return Err(Error::invalid(format!("/couriers/{index}"), "not_connected", detail));
        }
    }
    Ok(connected
        .into_iter()
        .filter(|stored| selection.couriers.is_empty() || selection.couriers.contains(&stored.courier))
        .collect())
}

/// Reads what could be meant, each by its name: among all of a merchant's accounts a named one may be far from the newest.
async fn read(app: &App, merchant: &Merchant, selection: &Selection) -> Result<Vec<Credential>> {
    let mut tx = app.db.begin_read(merchant.id()).await?;
    let mut found = Vec::new();
    if !selection.credentials.is_empty() {
        let ids: BTreeSet<&CredentialId> = selection.credentials.iter().collect();
        for id in ids {
            found.extend(credentials::get(&mut tx, merchant.id(), id).await?);
        }
        return Ok(found);
    }
    let environment = merchant.is_test().then_some(Environment::Test);
    let named: BTreeSet<Option<&CourierId>> = match selection.couriers.is_empty() {
        true => BTreeSet::from([None]),
        false => selection.couriers.iter().map(Some).collect(),
    };
    for courier in named {
        let filter = CredentialFilter { courier: courier.cloned(), environment, ..CredentialFilter::default() };
        found.extend(credentials::list(&mut tx, merchant.id(), &filter, &Page::first(MAX_ACCOUNTS)).await?.rows);
    }
    found.truncate(usize::try_from(MAX_ACCOUNTS).unwrap_or(usize::MAX));
    Ok(found)
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
    found.pop().ok_or_else(|| Error::invalid("/courier", "not_connected", "no such account is connected"))
}

/// In these requests the members are called `credential_id` and `courier`.
fn singular(error: Error) -> Error {
    let Error::Invalid { mut problems } = error else {
        return error;
    };
    for problem in &mut problems {
        problem.pointer =
            problem.pointer.replace("/credential_ids/0", "/credential_id").replace("/couriers/0", "/courier");
    }
    Error::Invalid { problems }
}
