//! Couriers' access tokens, sealed in the database, shared by all calls of a credential.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use jiff::Timestamp;

use crate::app::App;
use crate::model::id::{CredentialId, MerchantId};
use crate::outbound::{StoredToken, TokenStore};
use crate::store::credential_tokens::{self, TokenPlace};
use crate::vault::{self, ExposeSecret, RecordPlace, Sealed, SecretString, VaultError};

use super::error::Result;

/// What sealed tokens are called in their associated data.
const PURPOSE: &str = "courier-token";

/// Keeps tokens in the database. It is made before the `App` that it works with.
#[derive(Default)]
pub struct SealedTokens {
    app: OnceLock<App>,
}

impl SealedTokens {
    /// Says what it works with; once.
    pub fn attach(&self, app: App) {
        // A second `attach` would be a second start: the first one stays.
        let _ = self.app.set(app);
    }
}

#[async_trait]
impl TokenStore for SealedTokens {
    async fn load(
        &self,
        merchant: &MerchantId,
        credential: &CredentialId,
        token: &str,
        base_url: &str,
    ) -> Option<StoredToken> {
        let app = self.app.get()?;
        read(app, merchant, &place(credential, token, base_url)).await.unwrap_or_else(|error| {
            tracing::warn!(%error, credential.id = %credential, "a kept token cannot be read; a new one is fetched");
            None
        })
    }

    async fn save(
        &self,
        merchant: &MerchantId,
        credential: &CredentialId,
        token: &str,
        base_url: &str,
        fetched: &StoredToken,
    ) {
        let Some(app) = self.app.get() else { return };
        if let Err(error) = write(app, merchant, &place(credential, token, base_url), fetched).await {
            tracing::warn!(%error, credential.id = %credential, "a token could not be kept; other calls fetch their own");
        }
    }

    async fn forget(&self, merchant: &MerchantId, credential: &CredentialId, token: &str, base_url: &str) {
        let Some(app) = self.app.get() else { return };
        if let Err(error) = erase(app, merchant, &place(credential, token, base_url)).await {
            tracing::warn!(%error, credential.id = %credential, "a token that the courier refused could not be forgotten");
        }
    }
}

async fn read(app: &App, merchant: &MerchantId, place: &TokenPlace) -> Result<Option<StoredToken>> {
    let mut tx = app.db.begin_read(merchant).await?;
    let row = credential_tokens::get(&mut tx, merchant, place).await?;
    drop(tx);
    let Some((sealed, expires_at)) = row.and_then(|row| Some((row.sealed?, row.expires_at?))) else { return Ok(None) };
    let version = sealed.parse::<Sealed>()?.key_version();
    let keys = app.keyring.with_version(app, merchant, version).await?;
    let key =
        keys.version(version).ok_or(VaultError::KeyVersion { needed: version, given: keys.active().version() })?;
    let field = field(place);
    let opened = vault::open_text(key, &record(merchant, place, &field), &sealed)?;
    Ok(unpack(&opened).map(|(fetched_at, value)| StoredToken { value, fetched_at, expires_at }))
}

async fn write(app: &App, merchant: &MerchantId, place: &TokenPlace, token: &StoredToken) -> Result<()> {
    let keys = app.keyring.of(app, merchant).await?;
    let field = field(place);
    let packed = pack(token);
    let sealed = vault::seal_text(
        app.root_keys.current_kid(),
        keys.active(),
        &record(merchant, place, &field),
        &packed,
        &*app.random,
    )?;
    let mut tx = app.db.begin(merchant).await?;
    credential_tokens::put(&mut tx, merchant, place, &sealed, Some(token.expires_at)).await?;
    Ok(tx.commit().await?)
}

async fn erase(app: &App, merchant: &MerchantId, place: &TokenPlace) -> Result<()> {
    let mut tx = app.db.begin(merchant).await?;
    credential_tokens::forget(&mut tx, merchant, place).await?;
    Ok(tx.commit().await?)
}

fn place(credential: &CredentialId, token: &str, base_url: &str) -> TokenPlace {
    TokenPlace { credential_id: credential.clone(), token: token.to_owned(), base_url: base_url.to_owned() }
}

/// The time of fetching is sealed with the token: how early it is renewed depends on how long it lives.
fn pack(token: &StoredToken) -> SecretString {
    SecretString::from(format!("{} {}", token.fetched_at.as_microsecond(), token.value.expose_secret()))
}

fn unpack(opened: &SecretString) -> Option<(Timestamp, Arc<SecretString>)> {
    let (fetched_us, value) = opened.expose_secret().split_once(' ')?;
    let fetched_at = Timestamp::from_microsecond(fetched_us.parse().ok()?).ok()?;
    Some((fetched_at, Arc::new(SecretString::from(value))))
}

/// A token opens only for the address that it came from.
fn field(place: &TokenPlace) -> String {
    format!("{} {}", place.token, place.base_url)
}

fn record<'a>(merchant: &'a MerchantId, place: &'a TokenPlace, field: &'a str) -> RecordPlace<'a> {
    RecordPlace { purpose: PURPOSE, merchant, record: place.credential_id.as_str(), field }
}
