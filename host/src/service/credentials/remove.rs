//! Disconnecting an account: its secrets are gone at once, its history stays.

use std::collections::BTreeMap;

use crate::app::App;
use crate::model::caller::Merchant;
use crate::model::id::CredentialId;
use crate::service::audit;
use crate::service::error::{Error, Result};
use crate::store::columns::Json;
use crate::store::credential_tokens;
use crate::store::credentials::{self, Credential};

use super::find;

/// Removes a credential. Shipments that were booked with it stay readable.
///
/// # Errors
///
/// `NotFound`, or `Conflict` if it is not the version that the caller saw.
pub async fn remove(app: &App, merchant: &Merchant, id: &CredentialId, expected_version: Option<i64>) -> Result<()> {
    let before = find(app, merchant, id).await?;
    let expected = expected_version.unwrap_or(before.version);
    let now = app.clock.now();
    let after = Credential {
        // The label is free for the next one.
        label: format!("removed {id}"),
        secrets: Json(BTreeMap::new()),
        endpoints: Json(BTreeMap::new()),
        disabled_at: Some(now),
        updated_at: now,
        version: before.version + 1,
        ..before
    };
    let mut tx = app.db.begin(merchant.id()).await?;
    if !credentials::update(&mut tx, merchant.id(), &after, expected).await? {
        let detail = "the credential was changed by somebody else; read it again".to_owned();
        return Err(Error::Conflict { code: "changed_meanwhile", detail });
    }
    credential_tokens::forget_all(&mut tx, merchant.id(), id).await?;
    audit::write(app, &mut tx, merchant, "credential.deleted", id.as_str(), []).await?;
    Ok(tx.commit().await?)
}
