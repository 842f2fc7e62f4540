//! Sealing a credential's secret fields under the merchant's key.

use std::collections::BTreeMap;

use crate::app::App;
use crate::model::id::{CredentialId, MerchantId};
use crate::service::connection::{CREDENTIAL_PURPOSE, open_secrets};
use crate::service::error::Result;
use crate::store::columns::Json;
use crate::store::credentials;
use crate::vault::{self, RecordPlace, Secrets};

/// Credentials that are sealed again in one transaction when a merchant's key is rotated.
const RESEAL_BATCH: u32 = 50;

/// Seals every secret field; returns the key's version with them.
pub async fn seal(
    app: &App,
    merchant: &MerchantId,
    id: &CredentialId,
    secrets: &Secrets,
) -> Result<(i64, BTreeMap<String, String>)> {
    let keys = app.keyring.of(app, merchant).await?;
    let mut sealed = BTreeMap::new();
    for (field, secret) in secrets.iter() {
        let place = RecordPlace { purpose: CREDENTIAL_PURPOSE, merchant, record: id.as_str(), field };
        let text = vault::seal_text(app.root_keys.current_kid(), keys.active(), &place, secret, &*app.random)?;
        sealed.insert(field.to_owned(), text);
    }
    Ok((i64::from(keys.active().version()), sealed))
}

/// Seals a merchant's credentials again under the newest key; returns how many. Can be broken off and begun again at any point.
pub async fn reseal_all(app: &App, merchant: &MerchantId) -> Result<u64> {
    let newest = i64::from(app.keyring.of(app, merchant).await?.active().version());
    let mut done = 0;
    loop {
        let mut tx = app.db.begin_read(merchant).await?;
        let batch = credentials::list_sealed_before(&mut tx, merchant, newest, RESEAL_BATCH).await?;
        drop(tx);
        if batch.is_empty() {
            return Ok(done);
        }
        for credential in &batch {
            let secrets = open_secrets(app, merchant, credential).await?;
            let (version, sealed) = seal(app, merchant, &credential.id, &secrets).await?;
            let mut tx = app.db.begin(merchant).await?;
            done += u64::from(credentials::reseal(&mut tx, merchant, credential, &Json(sealed), version).await?);
            tx.commit().await?;
        }
    }
}
