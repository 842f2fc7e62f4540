//! API keys: made, listed, revoked and rotated by the operator, looked up for every request.

mod find;
mod networks;

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;

pub use find::{CACHE_TTL, FoundKey, KeyCache, find};

use crate::app::App;
use crate::model::caller::Scope;
use crate::model::id::{ApiKeyId, MerchantId};
use crate::store::Tx;
use crate::store::api_keys::{self, ApiKey, ApiKeyKind, KeyLimits};
use crate::store::columns::Json;
use crate::store::merchants;
use crate::store::page::{Listed, Page};
use crate::vault::api_key::{self, Kind};

use super::audit;
use super::error::{Error, Result};

/// Longest name, in characters.
const MAX_NAME_CHARACTERS: usize = 100;

/// Longest overlap of a rotation: a week is enough to put a key everywhere, and two keys are twice the risk.
const MAX_OVERLAP: SignedDuration = SignedDuration::from_hours(168);

/// A key to be made.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// Whose; `None`: the operator's.
    pub merchant: Option<MerchantId>,
    /// What it is for.
    pub kind: ApiKeyKind,
    /// What it may do; an operator's key has `admin` whatever stands here.
    pub scopes: Vec<Scope>,
    /// What its owner calls it.
    pub name: String,
    /// From when on it is refused; `None`: never.
    pub expires_at: Option<Timestamp>,
    /// Limits that differ from the default.
    pub limits: KeyLimits,
}

/// Makes a key. The second value is the key itself, which is never known again.
///
/// # Errors
///
/// `NotFound` if there is no such merchant, `Invalid` if owner, kind and scopes do not fit together.
pub async fn create(app: &App, new: NewKey) -> Result<(ApiKey, SecretString)> {
    check(app, &new)?;
    let scopes = match new.kind {
        ApiKeyKind::Admin => vec![Scope::Admin],
        ApiKeyKind::Live | ApiKeyKind::Test => new.scopes,
    };
    let (key, token) = generate(app, new.kind);
    let key = ApiKey {
        merchant_id: new.merchant,
        name: new.name.trim().to_owned(),
        scopes: Json(scopes.iter().map(|scope| scope.as_str().to_owned()).collect()),
        limits: Json(new.limits),
        expires_at: new.expires_at,
        ..key
    };
    let mut tx = app.db.begin_maintenance().await?;
    if let Some(merchant) = &key.merchant_id {
        merchants::get(&mut tx, merchant).await?.ok_or(Error::NotFound("merchant"))?;
    }
    api_keys::insert(&mut tx, &key).await?;
    write_audit(app, &mut tx, "key.created", &key).await?;
    tx.commit().await?;
    Ok((key, token))
}

/// Lists a merchant's keys, or everybody's, newest first.
pub async fn list(app: &App, merchant: Option<&MerchantId>, page: &Page) -> Result<Listed<ApiKey>> {
    let mut tx = app.db.begin_maintenance_read().await?;
    Ok(match merchant {
        Some(merchant) => api_keys::list(&mut tx, merchant, page).await?,
        None => api_keys::list_all(&mut tx, page).await?,
    })
}

/// Revokes a key for good, by its public part or its id. Nodes that know the key refuse it within
/// [`CACHE_TTL`]. Revoking it again changes nothing.
///
/// # Errors
///
/// `NotFound` if there is none.
pub async fn revoke(app: &App, public_id_or_id: &str) -> Result<ApiKey> {
    let now = app.clock.now();
    let mut tx = app.db.begin_maintenance().await?;
    let key = named(&mut tx, public_id_or_id).await?;
    if !api_keys::revoke(&mut tx, &key.public_id, now).await? {
        return Ok(key);
    }
    write_audit(app, &mut tx, "key.revoked", &key).await?;
    tx.commit().await?;
    Ok(ApiKey { revoked_at: Some(now), ..key })
}

/// Makes a key with the same rights; the old one ends after the overlap, or earlier if it would have.
///
/// # Errors
///
/// `NotFound` if there is no such key, `Conflict` if it was revoked, replaced, or has expired, `Invalid` if the overlap is negative or
/// longer than a week.
pub async fn rotate(app: &App, public_id_or_id: &str, overlap: SignedDuration) -> Result<(ApiKey, SecretString)> {
    if overlap.is_negative() || overlap > MAX_OVERLAP {
        return Err(Error::invalid("/overlap", "out_of_range", "an overlap is 0 to 168 hours"));
    }
    let now = app.clock.now();
    let mut tx = app.db.begin_maintenance().await?;
    let old = named(&mut tx, public_id_or_id).await?;
    if old.expires_at.is_some_and(|end| end <= now) {
        return Err(ended());
    }
    let (new, token) = generate(app, old.kind);
    let new = ApiKey {
        merchant_id: old.merchant_id.clone(),
        name: old.name.clone(),
        scopes: old.scopes.clone(),
        ip_allow_list: old.ip_allow_list.clone(),
        limits: old.limits.clone(),
        expires_at: old.expires_at,
        ..new
    };
    api_keys::insert(&mut tx, &new).await?;
    let ends_at = now.saturating_add(overlap).unwrap_or(Timestamp::MAX);
    let ends_at = old.expires_at.map_or(ends_at, |end| end.min(ends_at));
    if !api_keys::replace(&mut tx, &old.id, &new.id, ends_at).await? {
        return Err(ended());
    }
    write_audit(app, &mut tx, "key.rotated", &new).await?;
    tx.commit().await?;
    Ok((new, token))
}

fn check(app: &App, new: &NewKey) -> Result<()> {
    if (new.kind == ApiKeyKind::Admin) != new.merchant.is_none() {
        let detail = "an operator's key has no merchant, and every other key has one";
        return Err(Error::invalid("/merchant", "invalid_owner", detail));
    }
    if new.kind != ApiKeyKind::Admin && (new.scopes.is_empty() || new.scopes.contains(&Scope::Admin)) {
        let detail = "a merchant's key has at least one scope, and none of them is admin";
        return Err(Error::invalid("/scopes", "invalid_scopes", detail));
    }
    if new.name.chars().count() > MAX_NAME_CHARACTERS || new.name.chars().any(char::is_control) {
        let detail = format!("a name has at most {MAX_NAME_CHARACTERS} characters");
        return Err(Error::invalid("/name", "invalid_format", detail));
    }
    if new.expires_at.is_some_and(|end| end <= app.clock.now()) {
        return Err(Error::invalid("/expires_at", "out_of_range", "that time is over"));
    }
    Ok(())
}

/// Makes a key and the row of one that may do nothing yet.
fn generate(app: &App, kind: ApiKeyKind) -> (ApiKey, SecretString) {
    let now = app.clock.now();
    let vault_kind = match kind {
        ApiKeyKind::Live => Kind::Live,
        ApiKeyKind::Test => Kind::Test,
        ApiKeyKind::Admin => Kind::Admin,
    };
    let made = api_key::ApiKey::generate(vault_kind, &*app.random);
    let row = ApiKey {
        id: ApiKeyId::new(now, &*app.random),
        merchant_id: None,
        public_id: made.public_id.clone(),
        hash: made.hash(&app.pepper).to_vec(),
        kind,
        name: String::new(),
        scopes: Json(Vec::new()),
        ip_allow_list: Json(Vec::new()),
        limits: Json(KeyLimits::default()),
        replaced_by: None,
        expires_at: None,
        revoked_at: None,
        last_used_at: None,
        created_at: now,
    };
    (row, made.token)
}

async fn named(tx: &mut Tx, public_id_or_id: &str) -> Result<ApiKey> {
    let found = match public_id_or_id.parse::<ApiKeyId>() {
        Ok(id) => api_keys::find_by_id(tx, &id).await?,
        Err(_) => api_keys::find_by_public_id(tx, public_id_or_id).await?,
    };
    found.ok_or(Error::NotFound("API key"))
}

fn ended() -> Error {
    Error::Conflict {
        code: "key_ended",
        detail: "the key was revoked or replaced, or has expired; create a new one".to_owned(),
    }
}

async fn write_audit(app: &App, tx: &mut Tx, action: &str, key: &ApiKey) -> Result<()> {
    let details = [("public_id", key.public_id.as_str())];
    audit::write_as_operator(app, tx, key.merchant_id.as_ref(), action, key.id.as_str(), details).await
}
