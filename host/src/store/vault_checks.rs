//! Proofs of root keys: whether the key at hand is the one that the data was sealed under.

use jiff::Timestamp;

use super::columns::Micros;
use super::{Db, Result};

/// What proves a root key.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct VaultCheck {
    /// Which root key.
    pub root_kid: String,
    /// The MAC of a constant under it.
    pub check_value: String,
    /// The pepper of API keys, wrapped by it.
    pub pepper: String,
    /// Since when it is here.
    #[sqlx(rename = "created_us", try_from = "Micros")]
    pub created_at: Timestamp,
}

/// Lists all root keys that were ever in use here, the newest last.
pub async fn list(db: &Db) -> Result<Vec<VaultCheck>> {
    Ok(on_db!(db, |pool| sqlx::query_as(
        "SELECT root_kid, check_value, pepper, created_us
         FROM vault_checks
         ORDER BY created_us, root_kid"
    )
    .fetch_all(pool)
    .await)?)
}

/// Adds a root key's proof unless it is there; `true` if it is new.
pub async fn insert_new(db: &Db, check: &VaultCheck) -> Result<bool> {
    let rows = on_db!(db, |pool| sqlx::query(
        "INSERT INTO vault_checks (root_kid, check_value, pepper, created_us)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (root_kid) DO NOTHING"
    )
    .bind(&check.root_kid)
    .bind(&check.check_value)
    .bind(&check.pepper)
    .bind(Micros(check.created_at))
    .execute(pool)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}
