//! A merchant's accounts at couriers: typed in once, tested, sealed, never shown again.

mod change;
mod create;
mod fields;
mod remove;
mod seal;
mod test;

pub use change::{CredentialChange, change};
pub use create::{Entered, NewCredential, create};
pub use remove::remove;
pub use seal::reseal_all;
pub use test::{TestCause, TestOutcome, test, test_unsaved};

use crate::app::App;
use crate::model::caller::Merchant;
use crate::model::credential::Environment;
use crate::model::id::CredentialId;
use crate::store::credentials::{self, Credential, CredentialFilter};
use crate::store::page::{Listed, Page};

use super::audit;
use super::connection::is_visible;
use super::error::{Error, Result};

/// Finds a merchant's credential; its secrets stay sealed. Reading one back is an audit event.
///
/// # Errors
///
/// `NotFound` if there is none, or it was removed.
pub async fn get(app: &App, merchant: &Merchant, id: &CredentialId) -> Result<Credential> {
    let credential = find(app, merchant, id).await?;
    let mut tx = app.db.begin(merchant.id()).await?;
    audit::write(app, &mut tx, merchant, "credential.read", id.as_str(), []).await?;
    tx.commit().await?;
    Ok(credential)
}

/// Lists a merchant's credentials, newest first.
pub async fn list(
    app: &App,
    merchant: &Merchant,
    mut filter: CredentialFilter,
    page: &Page,
) -> Result<Listed<Credential>> {
    if merchant.is_test() {
        filter.environment = Some(Environment::Test);
    }
    let mut tx = app.db.begin_read(merchant.id()).await?;
    Ok(credentials::list(&mut tx, merchant.id(), &filter, page).await?)
}

async fn find(app: &App, merchant: &Merchant, id: &CredentialId) -> Result<Credential> {
    let mut tx = app.db.begin_read(merchant.id()).await?;
    let found = credentials::get(&mut tx, merchant.id(), id).await?;
    found
        .filter(|stored| is_visible(merchant, stored) && stored.disabled_at.is_none())
        .ok_or(Error::NotFound("credential"))
}
