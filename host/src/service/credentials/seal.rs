//! Sealing a credential's secret fields under the merchant's key.

use std::collections::BTreeMap;

use crate::app::App;
use crate::model::id::{CredentialId, MerchantId};
use crate::service::connection::{CREDENTIAL_PURPOSE, open_secrets};
use crate::service::error::Result;
use crate::service::faults;
use crate::service::keyring::begin_under;
use crate::store::columns::Json;
use crate::store::credentials::{self, Credential};
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
    let root_keys = app.root_keys.get();
    let mut sealed = BTreeMap::new();
    for (field, secret) in secrets.iter() {
        let place = RecordPlace { purpose: CREDENTIAL_PURPOSE, merchant, record: id.as_str(), field };
        let text = vault::seal_text(root_keys.current_kid(), keys.active(), &place, secret, &*app.random)?;
        sealed.insert(field.to_owned(), text);
    }
    Ok((i64::from(keys.active().version()), sealed))
}

/// Seals a merchant's credentials again under the newest key; returns how many. Can be broken off and begun again at any point.
///
/// Begin it after the older version was demoted: nothing is sealed under it any more then, and what is left becomes less.
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
        done += reseal(app, merchant, &batch).await?;
        faults::reach("merchant_key.batch_resealed");
    }
}

/// Opens and seals a batch, then writes it in one transaction. A credential that was changed meanwhile comes again in the next one.
async fn reseal(app: &App, merchant: &MerchantId, batch: &[Credential]) -> Result<u64> {
    let mut resealed = Vec::with_capacity(batch.len());
    for credential in batch {
        let secrets = open_secrets(app, merchant, credential).await?;
        resealed.push((credential, seal(app, merchant, &credential.id, &secrets).await?));
    }
    let Some(version) = resealed.first().map(|(_, (version, _))| *version) else { return Ok(0) };
    let Some(mut tx) = begin_under(app, merchant, version).await? else { return Ok(0) };
    let mut done = 0;
    for (credential, (key_version, sealed)) in resealed.into_iter().filter(|(_, (own, _))| *own == version) {
        done += u64::from(credentials::reseal(&mut tx, merchant, credential, &Json(sealed), key_version).await?);
    }
    tx.commit().await?;
    Ok(done)
}
