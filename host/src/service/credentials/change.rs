//! Changing an account. Whoever redirects it must know its secrets.

use std::collections::BTreeMap;

use crossdock_contract::Description;
use crossdock_contract::description::FieldKind;

use crate::app::App;
use crate::model::caller::Merchant;
use crate::model::credential::Environment;
use crate::model::failure::Problem;
use crate::model::id::{CredentialId, StoreId};
use crate::service::audit;
use crate::service::connection::{Connection, open_secrets, plugin};
use crate::service::error::{Error, Result};
use crate::service::keyring::{SEAL_TRIES, begin_under, rotated_too_often};
use crate::store;
use crate::store::columns::Json;
use crate::store::credential_tokens;
use crate::store::credentials::{self, Credential};
use crate::vault::{SecretString, Secrets, TypedIn};

use super::create::{check_label, check_store, duplicate};
use super::fields::{self, Entered};
use super::find;
use super::seal::seal;
use super::test::{TestOutcome, try_account};

/// What a merchant changes; `None` stays as it is. Not `Debug`: it holds secrets.
#[derive(Default)]
pub struct CredentialChange {
    /// Another label.
    pub label: Option<String>,
    /// Another shop; `Some(None)`: all.
    pub store: Option<Option<StoreId>>,
    /// Another account kind.
    pub account_kind: Option<String>,
    /// Another system.
    pub environment: Option<Environment>,
    /// Fields to set; an empty value removes an optional one.
    pub fields: BTreeMap<String, SecretString>,
    /// All base URLs instead of the description's.
    pub endpoints: Option<BTreeMap<String, String>>,
    /// The version that the caller saw.
    pub expected_version: Option<i64>,
    /// Whether the new state is tried before it is saved.
    pub is_tested: bool,
}

/// Changes a credential.
///
/// # Errors
///
/// `Conflict` with the code `changed_meanwhile` if it is not the version that the caller saw; `Invalid` with a pointer per missing secret if
/// endpoints, environment or account kind change: a leaked API key must not be able to redirect stored secrets.
pub async fn change(
    app: &App,
    merchant: &Merchant,
    id: &CredentialId,
    change: CredentialChange,
) -> Result<(Credential, Option<TestOutcome>)> {
    let before = find(app, merchant, id).await?;
    if change.expected_version.is_some_and(|expected| expected != before.version) {
        return Err(changed_meanwhile());
    }
    let plugin = plugin(app, &before.courier)?;
    let redirects = redirects(&before, &change);
    if redirects {
        require_every_secret(plugin.description(), &before, &change)?;
    }
    let label = change.label.unwrap_or_else(|| before.label.clone());
    check_label(&label)?;
    let store_id = change.store.unwrap_or_else(|| before.store_id.clone());
    check_store(app, merchant, store_id.as_ref()).await?;
    let touches_account = redirects || !change.fields.is_empty();
    let mut fields: BTreeMap<String, SecretString> =
        if redirects && change.account_kind.as_ref().is_some_and(|kind| *kind != before.account_kind) {
            BTreeMap::new()
        } else {
            before.fields.0.iter().map(|(key, value)| (key.clone(), value.clone().into())).collect()
        };
    if !redirects {
        let secrets = open_secrets(app, merchant.id(), &before).await?;
        fields.extend(secrets.iter().map(|(key, secret)| (key.to_owned(), secret.clone())));
    }
    fields.extend(change.fields);
    let entered = Entered {
        account_kind: Some(change.account_kind.unwrap_or_else(|| before.account_kind.clone())),
        environment: Some(change.environment.unwrap_or(before.environment)),
        fields,
        endpoints: change.endpoints.unwrap_or_else(|| before.endpoints.0.clone()),
    };
    let account = fields::check(app, merchant, plugin.description(), entered)?;
    let connection = Connection::unsaved(plugin, merchant, account.view.clone(), account.secrets);
    let outcome = if touches_account && change.is_tested {
        Some(try_account(app, &connection).await.into_result(connection.courier())?)
    } else {
        None
    };
    let now = app.clock.now();
    let mut after = Credential {
        label,
        store_id,
        account_kind: account.view.kind,
        environment: account.view.environment,
        fields: Json(account.view.fields),
        endpoints: Json(account.view.endpoints),
        version: before.version + 1,
        updated_at: now,
        ..before.clone()
    };
    if let Some(outcome) = &outcome {
        after.tested_outcome = Some(outcome.word().to_owned());
        after.tested_detail = outcome.detail();
        after.tested_at = Some(now);
    }
    write(app, merchant, &before, &mut after, connection.secrets(), touches_account).await?;
    Ok((after, outcome))
}

/// Seals and writes in one go: what a rotation has overtaken is sealed again.
async fn write(
    app: &App,
    merchant: &Merchant,
    before: &Credential,
    after: &mut Credential,
    secrets: &Secrets,
    touches_account: bool,
) -> Result<()> {
    for _ in 0..SEAL_TRIES {
        let (key_version, sealed) = seal(app, merchant.id(), &after.id, secrets).await?;
        let Some(mut tx) = begin_under(app, merchant.id(), key_version).await? else { continue };
        after.key_version = key_version;
        after.secrets = Json(sealed);
        match credentials::update(&mut tx, merchant.id(), after, before.version).await {
            Ok(true) => {}
            Ok(false) => return Err(changed_meanwhile()),
            Err(store::Error::Conflict) => return Err(duplicate(&after.courier, &after.label)),
            Err(error) => return Err(error.into()),
        }
        if touches_account {
            // Tokens of the old account or of another address are of no use, and must not be sent to the new one.
            credential_tokens::forget_all(&mut tx, merchant.id(), &after.id).await?;
        }
        let action = if touches_account { "credential.rotated" } else { "credential.changed" };
        audit::write(app, &mut tx, merchant, action, after.id.as_str(), []).await?;
        return Ok(tx.commit().await?);
    }
    Err(rotated_too_often())
}

fn redirects(before: &Credential, change: &CredentialChange) -> bool {
    change.account_kind.as_ref().is_some_and(|kind| *kind != before.account_kind)
        || change.environment.is_some_and(|environment| environment != before.environment)
        || change.endpoints.as_ref().is_some_and(|endpoints| *endpoints != before.endpoints.0)
}

fn require_every_secret(description: &Description, before: &Credential, change: &CredentialChange) -> Result<()> {
    let kind = change.account_kind.as_ref().unwrap_or(&before.account_kind);
    let Some(kind) = description.accounts.iter().find(|one| one.id == *kind) else { return Ok(()) };
    let is_missing = |key: &str| change.fields.get(key).is_none_or(|value| TypedIn::of(value).is_empty());
    let problems: Vec<Problem> = kind
        .fields
        .iter()
        .filter(|field| field.kind == FieldKind::Secret && is_missing(&field.key))
        .filter(|field| field.required || before.secrets.contains_key(&field.key))
        .map(|field| Problem {
            pointer: format!("/fields/{}", field.key),
            code: "secret_required".to_owned(),
            detail: format!("give {} again: endpoints, environment or account kind change", field.label),
        })
        .collect();
    if problems.is_empty() { Ok(()) } else { Err(Error::Invalid { problems }) }
}

fn changed_meanwhile() -> Error {
    Error::Conflict {
        code: "changed_meanwhile",
        detail: "the credential was changed by somebody else; read it again".to_owned(),
    }
}
