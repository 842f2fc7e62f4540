//! Looking up the key of a request.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use ipnet::IpNet;
use moka::future::Cache;

use crate::app::App;
use crate::model::caller::Scope;
use crate::model::id::{ApiKeyId, MerchantId};
use crate::store::api_keys::{self, ApiKey, ApiKeyKind, KeyLimits};
use crate::store::merchants;
use crate::vault::api_key;

use super::networks;
use crate::service::error::{Error, Result};

/// How long a node believes what it read of a key: the longest time that a revoked key, or a key of a merchant that was
/// disabled, still works.
pub const CACHE_TTL: Duration = Duration::from_secs(15);

/// Keys that a node remembers: each is less than 1 KiB.
const CACHED_KEYS: u64 = 20_000;

/// How often a key's last use is written, in microseconds.
const TOUCH_STEP_US: i64 = 60_000_000;

/// A key that holds.
#[derive(Debug, Clone)]
pub struct FoundKey {
    /// Its id.
    pub id: ApiKeyId,
    /// Whose; `None`: the operator's.
    pub merchant: Option<MerchantId>,
    /// Whether its merchant was disabled.
    pub is_disabled: bool,
    /// Whether it is one for tests.
    pub is_test: bool,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// From where it may be used; empty: from anywhere.
    pub networks: Vec<IpNet>,
    /// Limits that differ from the default.
    pub limits: KeyLimits,
}

/// What a node knows of the keys that were used lately, by public part, so that a request costs no query.
#[derive(Clone)]
pub struct KeyCache {
    known: Cache<String, Arc<Known>>,
}

impl Default for KeyCache {
    fn default() -> Self {
        let known = Cache::builder().max_capacity(CACHED_KEYS).time_to_live(CACHE_TTL).build();
        Self { known }
    }
}

struct Known {
    found: FoundKey,
    row: ApiKey,
    touched_us: AtomicI64,
}

/// Returns what is known of a key that was sent; `None` if it is none of ours, or does not hold any more.
///
/// The key itself is compared on every call, in constant time; only its row is remembered.
///
/// # Errors
///
/// If the database cannot be asked, which says nothing about the key.
pub async fn find(app: &App, cache: &KeyCache, token: &str) -> Result<Option<FoundKey>> {
    // A typo costs no query.
    let Ok(parsed) = api_key::parse(token) else {
        return Ok(None);
    };
    let Some(known) = known(app, cache, parsed.public_id).await? else {
        return Ok(None);
    };
    let now = app.clock.now();
    let is_genuine = api_key::verify(&app.pepper, token, &known.row.hash);
    let is_over = known.row.revoked_at.is_some() || known.row.expires_at.is_some_and(|end| end <= now);
    if !is_genuine || is_over {
        return Ok(None);
    }
    touch(app, &known);
    Ok(Some(known.found.clone()))
}

/// Callers that ask for the same key at once share one query. Unknown keys are not remembered: a new one works at once.
async fn known(app: &App, cache: &KeyCache, public_id: &str) -> Result<Option<Arc<Known>>> {
    if let Some(known) = cache.known.get(public_id).await {
        return Ok(Some(known));
    }
    let loading = async { load(app, public_id).await?.ok_or(Error::NotFound("API key")) };
    match cache.known.try_get_with_by_ref(public_id, loading).await {
        Ok(known) => Ok(Some(known)),
        Err(error) => match Arc::try_unwrap(error) {
            Ok(Error::NotFound(_)) => Ok(None),
            Ok(error) => Err(error),
            Err(shared) if matches!(*shared, Error::NotFound(_)) => Ok(None),
            // Whoever holds the error itself reports it; this caller asks alone.
            Err(_) => Ok(load(app, public_id).await?),
        },
    }
}

async fn load(app: &App, public_id: &str) -> Result<Option<Arc<Known>>> {
    let mut tx = app.db.begin_maintenance_read().await?;
    let Some(row) = api_keys::find_by_public_id(&mut tx, public_id).await? else {
        return Ok(None);
    };
    let merchant = match &row.merchant_id {
        Some(id) => merchants::get(&mut tx, id).await?,
        None => None,
    };
    let found = FoundKey {
        id: row.id.clone(),
        // An owner that is gone is as good as disabled.
        is_disabled: row.merchant_id.is_some() && merchant.is_none_or(|merchant| merchant.disabled_at.is_some()),
        merchant: row.merchant_id.clone(),
        is_test: row.kind == ApiKeyKind::Test,
        // Words of a newer version give no right here.
        scopes: row.scopes.0.iter().filter_map(|word| Scope::parse(word)).collect(),
        networks: networks::read(&row.ip_allow_list.0)?,
        limits: row.limits.0.clone(),
    };
    let touched_us = row.last_used_at.map_or(i64::MIN, |at| at.as_microsecond());
    Ok(Some(Arc::new(Known { found, row, touched_us: AtomicI64::new(touched_us) })))
}

/// Writes the last use beside the request, at most once a minute for each key.
fn touch(app: &App, known: &Known) {
    let now = app.clock.now();
    let last_us = known.touched_us.load(Ordering::Relaxed);
    let now_us = now.as_microsecond();
    if now_us.saturating_sub(last_us) < TOUCH_STEP_US {
        return;
    }
    let exchange = known.touched_us.compare_exchange(last_us, now_us, Ordering::Relaxed, Ordering::Relaxed);
    if exchange.is_err() {
        return;
    }
    let (app, id) = (app.clone(), known.row.id.clone());
    tokio::spawn(async move {
        let written = async {
            let mut tx = app.db.begin_maintenance().await?;
            api_keys::touch(&mut tx, &id, now).await?;
            tx.commit().await
        };
        if let Err(error) = written.await {
            tracing::warn!(%error, key.id = %id, "a key's last use could not be written");
        }
    });
}
