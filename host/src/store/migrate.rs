//! Migrations, embedded: all that are missing in one transaction, safe when two processes start at once.

use sha2::{Digest, Sha256};

use super::error::{Error, Result};
use super::{Db, Tx};

/// A step of the database's structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migration {
    /// From 1, without gaps.
    pub version: i64,
    /// The file's name.
    pub name: &'static str,
    /// For both databases.
    text: &'static str,
    /// For PostgreSQL alone, after `text`.
    postgres_text: &'static str,
}

macro_rules! migration {
    ($version:literal, $name:literal) => {
        migration!($version, $name, "")
    };
    ($version:literal, $name:literal, postgres $postgres:literal) => {
        migration!($version, $name, include_str!(concat!("../../../migrations/postgres/", $postgres)))
    };
    ($version:literal, $name:literal, $postgres_text:expr) => {
        Migration {
            version: $version,
            name: $name,
            text: include_str!(concat!("../../../migrations/", $name)),
            postgres_text: $postgres_text,
        }
    };
}

/// All migrations. One that was released is never edited: its checksum is compared.
const MIGRATIONS: &[Migration] = &[
    migration!(1, "0001_merchants.sql"),
    migration!(2, "0002_credentials.sql"),
    migration!(3, "0003_shipments.sql"),
    migration!(4, "0004_tracking.sql"),
    migration!(5, "0005_operations.sql", postgres "0005_row_security.sql"),
    migration!(6, "0006_shared_tokens.sql", postgres "0006_shared_tokens.sql"),
    migration!(7, "0007_plugins.sql", postgres "0007_plugins.sql"),
    migration!(8, "0008_recorded_calls.sql", postgres "0008_recorded_calls.sql"),
];

/// What the advisory lock is called; any number that nobody else uses.
const LOCK_KEY: i64 = 0x0c05_5d0c;

const CREATE_LIST: &str = "CREATE TABLE IF NOT EXISTS crossdock_migrations (
    version BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL
)";

/// The catalogues differ: each database is asked in its own way whether the list is there.
const HAS_LIST_ON_SQLITE: &str =
    "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'crossdock_migrations'";
const HAS_LIST_ON_POSTGRES: &str =
    "SELECT COUNT(*) FROM pg_class WHERE oid = to_regclass('crossdock_migrations') AND relkind = 'r'";

#[derive(sqlx::FromRow)]
struct Applied {
    version: i64,
    name: String,
    checksum: String,
}

impl Db {
    /// Brings the database's structure up to date; returns the names of what was applied.
    ///
    /// On PostgreSQL this needs the owner's connection, with the right to create roles unless they exist.
    ///
    /// # Errors
    ///
    /// `Schema` if the database is newer than this binary, or an applied migration was edited since.
    pub async fn migrate(&self) -> Result<Vec<&'static str>> {
        self.migrate_with(MIGRATIONS).await
    }

    /// Lists the migrations that are not applied yet.
    ///
    /// # Errors
    ///
    /// As [`Db::migrate`].
    pub async fn pending_migrations(&self) -> Result<Vec<&'static str>> {
        let mut tx = self.begin_unscoped().await?;
        let applied = if has_list(&mut tx).await? { list_applied(&mut tx).await? } else { Vec::new() };
        tx.rollback().await?;
        Ok(missing(MIGRATIONS, &applied)?.iter().map(|migration| migration.name).collect())
    }

    pub(super) async fn migrate_with(&self, migrations: &[Migration]) -> Result<Vec<&'static str>> {
        let mut tx = self.begin_unscoped().await?;
        if let Tx::Postgres(transaction) = &mut tx {
            // Whoever comes second waits here, however long the first takes.
            sqlx::raw_sql("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")
                .execute(&mut **transaction)
                .await?;
            sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(LOCK_KEY).execute(&mut **transaction).await?;
        }
        if !has_list(&mut tx).await? {
            on_tx!(&mut tx, |conn| sqlx::query(CREATE_LIST).execute(conn).await.map(|_| ()))?;
        }
        let applied = list_applied(&mut tx).await?;
        let missing = missing(migrations, &applied)?;
        for migration in missing {
            apply(&mut tx, migration).await?;
        }
        tx.commit().await?;
        Ok(missing.iter().map(|migration| migration.name).collect())
    }

    /// Begins a transaction outside any scope: row security then shows nothing of any merchant.
    async fn begin_unscoped(&self) -> Result<Tx> {
        match self {
            Self::Sqlite { writer, .. } => Ok(Tx::Sqlite(writer.begin_immediate().await?)),
            Self::Postgres(pool) => Ok(Tx::Postgres(pool.begin().await?)),
        }
    }
}

async fn has_list(tx: &mut Tx) -> Result<bool> {
    let text = tx.text(HAS_LIST_ON_SQLITE, HAS_LIST_ON_POSTGRES);
    let tables: i64 = on_tx!(tx, |conn| sqlx::query_scalar(text).fetch_one(conn).await)?;
    Ok(tables > 0)
}

async fn list_applied(tx: &mut Tx) -> Result<Vec<Applied>> {
    Ok(on_tx!(tx, |conn| sqlx::query_as(
        "SELECT version, name, checksum
         FROM crossdock_migrations
         ORDER BY version"
    )
    .fetch_all(conn)
    .await)?)
}

async fn apply(tx: &mut Tx, migration: &Migration) -> Result<()> {
    on_tx!(&mut *tx, |conn| sqlx::raw_sql(migration.text).execute(conn).await.map(|_| ()))?;
    if let Tx::Postgres(transaction) = &mut *tx {
        sqlx::raw_sql(migration.postgres_text).execute(&mut **transaction).await?;
    }
    on_tx!(tx, |conn| sqlx::query(
        "INSERT INTO crossdock_migrations (version, name, checksum)
         VALUES ($1, $2, $3)"
    )
    .bind(migration.version)
    .bind(migration.name)
    .bind(checksum(migration))
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Returns what is not applied yet, after checking that what is applied is what this binary knows.
fn missing<'a>(migrations: &'a [Migration], applied: &[Applied]) -> Result<&'a [Migration]> {
    for (place, row) in applied.iter().enumerate() {
        let Some(migration) = migrations.get(place) else {
            let words = format!(
                "the database is newer than this binary: it has migration {}; run the newer crossdock",
                row.name
            );
            return Err(Error::Schema(words));
        };
        if row.version != migration.version || row.checksum != checksum(migration) {
            let words = format!("migration {} in the database is not this binary's {}", row.name, migration.name);
            return Err(Error::Schema(words));
        }
    }
    Ok(&migrations[applied.len()..])
}

fn checksum(migration: &Migration) -> String {
    let mut hash = Sha256::new();
    hash.update(migration.text);
    hash.update([0]);
    hash.update(migration.postgres_text);
    hex::encode(hash.finalize())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What a later binary would know.
    pub fn newer() -> Vec<Migration> {
        let next = MIGRATIONS.len() as i64 + 1;
        let later = Migration {
            version: next,
            name: "9999_later.sql",
            text: "CREATE TABLE later (id TEXT NOT NULL PRIMARY KEY)",
            postgres_text: "",
        };
        MIGRATIONS.iter().copied().chain([later]).collect()
    }

    /// What a binary would know whose released migration somebody edited.
    pub fn edited() -> Vec<Migration> {
        let mut migrations = MIGRATIONS.to_vec();
        migrations[0].text = "SELECT 1";
        migrations
    }

    #[test]
    fn versions_have_no_gaps() {
        for (place, migration) in MIGRATIONS.iter().enumerate() {
            assert_eq!(migration.version, place as i64 + 1);
            assert!(migration.name.starts_with(&format!("{:04}_", migration.version)));
        }
    }
}
