//! Proofs of root keys: whether the key at hand is the one that the data was sealed under.

use jiff::Timestamp;

use super::columns::Micros;
use super::{Db, Result, Tx};

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

/// What the advisory lock is called under which merchants' keys are wrapped; any number that nobody else uses.
const WRAPPING_LOCK_KEY: i64 = 0x0c05_5d0d;

/// Returns the newest root key, which stays the newest for all who wrap merchants' keys until the transaction ends.
pub async fn hold_newest(tx: &mut Tx) -> Result<Option<String>> {
    if let Tx::Postgres(transaction) = tx {
        // SQLite has one writer, and this transaction is it.
        sqlx::query("SELECT pg_advisory_xact_lock_shared($1)")
            .bind(WRAPPING_LOCK_KEY)
            .execute(&mut **transaction)
            .await?;
    }
    Ok(on_tx!(tx, |conn| sqlx::query_scalar(
        "SELECT root_kid
         FROM vault_checks
         ORDER BY created_us DESC, root_kid DESC
         LIMIT 1"
    )
    .fetch_optional(conn)
    .await)?)
}

/// Waits for all who wrap a merchant's key just now, and lets nobody begin until the transaction ends.
pub async fn lock_wrapping(tx: &mut Tx) -> Result<()> {
    if let Tx::Postgres(transaction) = tx {
        sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(WRAPPING_LOCK_KEY).execute(&mut **transaction).await?;
    }
    Ok(())
}
