//! Connecting an account.

use crate::app::App;
use crate::model::caller::Merchant;
use crate::model::courier::CourierId;
use crate::model::id::{CredentialId, StoreId};
use crate::service::audit;
use crate::service::connection::{Connection, plugin};
use crate::service::error::{Error, Result};
use crate::service::keyring::{SEAL_TRIES, begin_under, rotated_too_often};
use crate::service::selection::unknown_store;
use crate::store;
use crate::store::columns::Json;
use crate::store::credentials::{self, Credential};
use crate::store::stores;
use crate::vault::Secrets;

use super::fields::{self, Account};
use super::seal::seal;
use super::test::{TestOutcome, try_account};

pub use super::fields::Entered;

/// Longest label, in characters.
const MAX_LABEL_CHARACTERS: usize = 100;

/// What a merchant connects. Not `Debug`: it holds secrets.
pub struct NewCredential {
    /// At which courier.
    pub courier: CourierId,
    /// For which shop; `None`: for all.
    pub store: Option<StoreId>,
    /// What the merchant calls it.
    pub label: String,
    /// What was typed in.
    pub entered: Entered,
    /// Whether it is tried first, and not saved if the courier rejects it.
    pub is_tested: bool,
}

/// Saves a credential, tested unless the merchant said otherwise.
///
/// # Errors
///
/// `Invalid` with a pointer per wrong field, `Conflict` if courier, store and label are those of another, `Courier` or `Plugin` if the test
/// failed: nothing is saved then.
pub async fn create(app: &App, merchant: &Merchant, new: NewCredential) -> Result<(Credential, Option<TestOutcome>)> {
    let plugin = plugin(app, &new.courier).map_err(|_| unknown_courier(&new.courier))?;
    check_label(&new.label)?;
    check_store(app, merchant, new.store.as_ref()).await?;
    let account = fields::check(app, merchant, plugin.description(), new.entered)?;
    let Account { view, secrets } = account;
    // Asked before the courier is: its limits are not spent on what cannot be saved.
    let mut tx = app.db.begin_read(merchant.id()).await?;
    if credentials::is_label_taken(&mut tx, merchant.id(), &new.courier, new.store.as_ref(), &new.label).await? {
        return Err(duplicate(&new.courier, &new.label));
    }
    drop(tx);
    let id = CredentialId::new(app.clock.now(), &*app.random);
    let connection = Connection::unsaved(plugin, merchant, view.clone(), secrets);
    let outcome =
        if new.is_tested { Some(try_account(app, &connection).await.into_result(connection.courier())?) } else { None };
    let now = app.clock.now();
    let mut credential = Credential {
        id,
        courier: new.courier,
        store_id: new.store,
        label: new.label,
        account_kind: view.kind,
        environment: view.environment,
        fields: Json(view.fields),
        endpoints: Json(view.endpoints),
        secrets: Json::default(),
        key_version: 0,
        version: 1,
        tested_outcome: outcome.as_ref().map(|outcome| outcome.word().to_owned()),
        tested_detail: outcome.as_ref().and_then(TestOutcome::detail),
        tested_at: outcome.as_ref().map(|_| now),
        last_used_at: None,
        disabled_at: None,
        created_at: now,
        updated_at: now,
    };
    insert(app, merchant, &mut credential, connection.secrets()).await?;
    Ok((credential, outcome))
}

/// Seals and writes in one go: what a rotation has overtaken is sealed again.
async fn insert(app: &App, merchant: &Merchant, credential: &mut Credential, secrets: &Secrets) -> Result<()> {
    for _ in 0..SEAL_TRIES {
        let (key_version, sealed) = seal(app, merchant.id(), &credential.id, secrets).await?;
        let Some(mut tx) = begin_under(app, merchant.id(), key_version).await? else { continue };
        credential.key_version = key_version;
        credential.secrets = Json(sealed);
        match credentials::insert(&mut tx, merchant.id(), credential).await {
            Ok(()) => {}
            Err(store::Error::Conflict) => return Err(duplicate(&credential.courier, &credential.label)),
            Err(error) => return Err(error.into()),
        }
        let details = [("courier", credential.courier.as_str())];
        audit::write(app, &mut tx, merchant, "credential.created", credential.id.as_str(), details).await?;
        return Ok(tx.commit().await?);
    }
    Err(rotated_too_often())
}

pub(super) fn check_label(label: &str) -> Result<()> {
    let length = label.chars().count();
    if length == 0 || length > MAX_LABEL_CHARACTERS || label.chars().any(char::is_control) {
        let detail = format!("a label has 1 to {MAX_LABEL_CHARACTERS} characters");
        return Err(Error::invalid("/label", "invalid_format", detail));
    }
    Ok(())
}

pub(super) async fn check_store(app: &App, merchant: &Merchant, store: Option<&StoreId>) -> Result<()> {
    let Some(id) = store else { return Ok(()) };
    let mut tx = app.db.begin_read(merchant.id()).await?;
    match stores::get(&mut tx, merchant.id(), id).await? {
        Some(_) => Ok(()),
        None => Err(unknown_store(id)),
    }
}

pub(super) fn duplicate(courier: &CourierId, label: &str) -> Error {
    let detail = format!(
        "an account at {courier} with the label {label:?} is connected to this store; choose another label or change that one"
    );
    Error::Conflict { code: "duplicate_credential", detail }
}

fn unknown_courier(courier: &CourierId) -> Error {
    Error::invalid(
        "/courier",
        "unknown_courier",
        format!("no courier {courier} is installed; GET /v1/couriers lists them"),
    )
}
