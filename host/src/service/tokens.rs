//! Couriers' access tokens, sealed in the database, shared by all calls of a credential on every host.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use jiff::Timestamp;

use crate::app::App;
use crate::model::id::{CredentialId, MerchantId};
use crate::outbound::{FailedExchange, KeptToken, LeaseEnd, StoredToken, TokenPlace, TokenStore, TokenStoreError};
use crate::store::credential_tokens::{self as rows, CredentialToken, Release, SealedToken};
use crate::vault::{self, RecordPlace, Sealed, SecretString, VaultError};

use super::error::{Error, Result};
use super::keyring::{SEAL_TRIES, begin_under, rotated_too_often};

/// What sealed tokens are called in their associated data.
const PURPOSE: &str = "courier-token";

/// Keeps tokens in the database. It is made before the `App` that it works with.
#[derive(Default)]
pub struct SealedTokens {
    app: OnceLock<App>,
}

/// A place of a credential that is saved.
struct Place<'a> {
    merchant: &'a MerchantId,
    row: rows::TokenPlace,
}

impl SealedTokens {
    /// Says what it works with; once.
    pub fn attach(&self, app: App) {
        // A second `attach` would be a second start: the first one stays.
        let _ = self.app.set(app);
    }

    fn app(&self) -> Result<&App, TokenStoreError> {
        self.app.get().ok_or_else(|| TokenStoreError("the host is not started yet".to_owned()))
    }
}

#[async_trait]
impl TokenStore for SealedTokens {
    async fn read(&self, place: &TokenPlace) -> Result<KeptToken, TokenStoreError> {
        let (app, place) = (self.app()?, Place::new(place)?);
        place.read(app).await.map_err(unshared)
    }

    async fn lease(
        &self,
        place: &TokenPlace,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<KeptToken>, TokenStoreError> {
        let (app, place) = (self.app()?, Place::new(place)?);
        place.lease(app, owner, now, until).await.map_err(unshared)
    }

    async fn renew(&self, place: &TokenPlace, owner: &str, until: Timestamp) -> Result<bool, TokenStoreError> {
        let (app, place) = (self.app()?, Place::new(place)?);
        place.renew(app, owner, until).await.map_err(unshared)
    }

    async fn save(
        &self,
        place: &TokenPlace,
        owner: &str,
        version: i64,
        token: &StoredToken,
    ) -> Result<bool, TokenStoreError> {
        let (app, place) = (self.app()?, Place::new(place)?);
        place.save(app, owner, version, token).await.map_err(unshared)
    }

    async fn release(&self, place: &TokenPlace, owner: &str, end: LeaseEnd) -> Result<(), TokenStoreError> {
        let (app, place) = (self.app()?, Place::new(place)?);
        place.release(app, owner, end).await.map_err(unshared)
    }
}

impl<'a> Place<'a> {
    fn new(place: &'a TokenPlace) -> Result<Self, TokenStoreError> {
        let owner = place.owner.as_ref();
        let (merchant, credential): (&MerchantId, &CredentialId) = owner
            .map(|(merchant, credential)| (merchant, credential))
            .ok_or_else(|| TokenStoreError("the credential is not saved".to_owned()))?;
        let row = rows::TokenPlace {
            credential_id: credential.clone(),
            token: place.token.clone(),
            base_url: place.base_url.clone(),
            account: place.account.clone(),
        };
        Ok(Self { merchant, row })
    }

    async fn read(&self, app: &App) -> Result<KeptToken> {
        let mut tx = app.db.begin_read(self.merchant).await?;
        let row = rows::get(&mut tx, self.merchant, &self.row).await?;
        drop(tx);
        match row {
            Some(row) => self.open(app, row).await,
            None => Ok(KeptToken::default()),
        }
    }

    async fn lease(&self, app: &App, owner: &str, now: Timestamp, until: Timestamp) -> Result<Option<KeptToken>> {
        let mut tx = app.db.begin(self.merchant).await?;
        let row = rows::lease(&mut tx, self.merchant, &self.row, owner, now, until).await?;
        tx.commit().await?;
        match row {
            Some(row) => self.open(app, row).await.map(Some),
            None => Ok(None),
        }
    }

    async fn renew(&self, app: &App, owner: &str, until: Timestamp) -> Result<bool> {
        let mut tx = app.db.begin(self.merchant).await?;
        let is_held = rows::renew(&mut tx, self.merchant, &self.row, owner, until).await?;
        tx.commit().await?;
        Ok(is_held)
    }

    async fn save(&self, app: &App, owner: &str, version: i64, token: &StoredToken) -> Result<bool> {
        for _ in 0..SEAL_TRIES {
            let sealed = self.seal(app, token).await?;
            let Some(mut tx) = begin_under(app, self.merchant, sealed.key_version).await? else { continue };
            let is_saved = rows::save(&mut tx, self.merchant, &self.row, owner, version, &sealed).await?;
            tx.commit().await?;
            return Ok(is_saved);
        }
        Err(rotated_too_often())
    }

    async fn release(&self, app: &App, owner: &str, end: LeaseEnd) -> Result<()> {
        let release = match end {
            LeaseEnd::Unused => Release::Unused,
            LeaseEnd::Failed { failed, is_token_refused } => {
                Release::Failed { failure: failed.failure, retry_at: failed.retry_at, is_token_refused }
            }
        };
        let mut tx = app.db.begin(self.merchant).await?;
        rows::release(&mut tx, self.merchant, &self.row, owner, &release).await?;
        Ok(tx.commit().await?)
    }

    async fn seal(&self, app: &App, token: &StoredToken) -> Result<SealedToken> {
        let keys = app.keyring.of(app, self.merchant).await?;
        let root_keys = app.root_keys.get();
        let field = self.field();
        let place = self.record(&field);
        let sealed = vault::seal_text(root_keys.current_kid(), keys.active(), &place, &token.value, &*app.random)?;
        let key_version = i64::from(keys.active().version());
        Ok(SealedToken { sealed, key_version, fetched_at: token.fetched_at, expires_at: token.expires_at })
    }

    /// What cannot be opened counts as not there: a new token is fetched, and takes its place.
    async fn open(&self, app: &App, row: CredentialToken) -> Result<KeptToken> {
        let token = match (&row.sealed, row.fetched_at, row.expires_at) {
            (Some(sealed), Some(fetched_at), Some(expires_at)) => match self.open_value(app, sealed).await {
                Ok(value) => Some(StoredToken { value, fetched_at, expires_at }),
                Err(Error::Vault(error)) => {
                    let credential = &self.row.credential_id;
                    tracing::warn!(%error, credential.id = %credential, "a kept token cannot be opened; a new one is fetched");
                    None
                }
                Err(error) => return Err(error),
            },
            _ => None,
        };
        let failed = row.failure.zip(row.retry_at);
        let failed = failed.map(|(failure, retry_at)| FailedExchange { failure: failure.0, retry_at });
        Ok(KeptToken { token, version: row.version, failed })
    }

    async fn open_value(&self, app: &App, sealed: &str) -> Result<Arc<SecretString>> {
        let version = sealed.parse::<Sealed>()?.key_version();
        let keys = app.keyring.with_version(app, self.merchant, version).await?;
        let key =
            keys.version(version).ok_or(VaultError::KeyVersion { needed: version, given: keys.active().version() })?;
        let field = self.field();
        Ok(Arc::new(vault::open_text(key, &self.record(&field), sealed)?))
    }

    /// A token opens only for the address that it came from and the account that it was fetched for.
    fn field(&self) -> String {
        format!("{} {} {}", self.row.token, self.row.base_url, self.row.account)
    }

    fn record<'b>(&'b self, field: &'b str) -> RecordPlace<'b> {
        RecordPlace { purpose: PURPOSE, merchant: self.merchant, record: self.row.credential_id.as_str(), field }
    }
}

fn unshared(error: Error) -> TokenStoreError {
    TokenStoreError(error.to_string())
}
