//! Two pools behind one type, and transactions that carry their scope.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{PgPool, Postgres, Transaction};

use super::error::{Error, Result};
use super::sqlite_pool::{Lease, SqlitePool};
use crate::model::id::MerchantId;

/// How long SQLite waits for another process's lock: longer than any transaction of ours lasts.
const SQLITE_BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// SQLite's readers beside the one writer: WAL lets them run at once, and each costs a thread.
const SQLITE_READERS: u32 = 4;
/// PostgreSQL connections of one process: well below the server's default of 100, so that several nodes fit.
const POSTGRES_CONNECTIONS: u32 = 16;
/// How long a request waits for a connection before it is told that the database is too busy.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// PostgreSQL ends a statement that ran so long (ms): ours take milliseconds.
const STATEMENT_TIMEOUT_MS: &str = "30000";
/// PostgreSQL ends a transaction that did nothing for so long (ms): none of ours waits for the network.
const IDLE_IN_TRANSACTION_TIMEOUT_MS: &str = "10000";

/// Runs one expression on the connection of a [`Tx`], whichever database it is: the text of a query stands once.
macro_rules! on_tx {
    ($tx:expr, |$conn:ident| $body:expr) => {
        match $tx {
            $crate::store::Tx::Sqlite(transaction) => {
                let $conn = &mut **transaction;
                $body
            }
            $crate::store::Tx::SqliteRead(connection) => {
                let $conn = &mut **connection;
                $body
            }
            $crate::store::Tx::Postgres(transaction) => {
                let $conn = &mut **transaction;
                $body
            }
        }
    };
}

/// Runs one expression on a [`Db`]'s pool, outside any scope: for tables that are no merchant's.
macro_rules! on_db {
    ($db:expr, |$pool:ident| $body:expr) => {
        match $db {
            $crate::store::Db::Sqlite { writer, .. } => {
                let $pool = &mut *writer.acquire().await?;
                $body
            }
            $crate::store::Db::Postgres($pool) => $body,
        }
    };
}

/// Which database: `sqlite://<path>` or `postgres://…`.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file.
    Sqlite(PathBuf),
    /// A server; the text may hold a password.
    Postgres(String),
}

impl DatabaseUrl {
    /// Reads the configured URL, which may hold a password: the driver needs it in plain.
    ///
    /// # Errors
    ///
    /// `Schema` if it names neither kind of database.
    pub fn from_secret(url: &SecretString) -> Result<Self> {
        url.expose_secret().parse()
    }
}

impl FromStr for DatabaseUrl {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if let Some(path) = text.strip_prefix("sqlite://").filter(|path| !path.is_empty()) {
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err(Error::Schema("a database URL starts with sqlite:// or postgres://".to_owned()))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(formatter, "sqlite://{}", path.display()),
            Self::Postgres(_) => formatter.write_str("postgres://…"),
        }
    }
}

/// A database: SQLite inside the process, or a PostgreSQL server. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Db {
    /// One writing connection, since SQLite has one writer anyway, and several that read beside it.
    Sqlite {
        /// Begins `IMMEDIATE`, so that a transaction never fails half-way for want of the lock.
        writer: SqlitePool,
        /// Opened read-only.
        reader: SqlitePool,
    },
    /// One pool.
    Postgres(PgPool),
}

/// A transaction in one merchant's scope, or in that of maintenance. Rolled back unless committed.
#[derive(Debug)]
pub enum Tx {
    /// SQLite has no row security: the predicate in every statement is the scope.
    Sqlite(Lease),
    /// One of SQLite's readers, without a transaction: each statement sees its own moment, as PostgreSQL's do, and none is
    /// spent on a beginning and an end.
    SqliteRead(Lease),
    /// Row security holds the scope too.
    Postgres(Transaction<'static, Postgres>),
}

impl Db {
    /// Connects; makes the SQLite file if there is none.
    ///
    /// # Errors
    ///
    /// `Unavailable` if the database cannot be reached, `Database` if it refuses us.
    pub async fn connect(url: &DatabaseUrl) -> Result<Self> {
        match url {
            DatabaseUrl::Sqlite(path) => connect_sqlite(path).await,
            DatabaseUrl::Postgres(url) => connect_postgres(url).await,
        }
    }

    /// Begins a transaction that may write, in a merchant's scope.
    pub async fn begin(&self, merchant: &MerchantId) -> Result<Tx> {
        match self {
            Self::Sqlite { writer, .. } => Ok(Tx::Sqlite(writer.begin_immediate().await?)),
            Self::Postgres(pool) => begin_scoped(pool, merchant).await,
        }
    }

    /// Begins to read in a merchant's scope, each statement at its own moment: on SQLite it does not wait for the writer.
    pub async fn begin_read(&self, merchant: &MerchantId) -> Result<Tx> {
        match self {
            Self::Sqlite { reader, .. } => Ok(Tx::SqliteRead(reader.acquire().await?)),
            Self::Postgres(pool) => begin_scoped(pool, merchant).await,
        }
    }

    /// Begins a transaction that may write, across merchants: key look-up, jobs, retention, commands of the operator.
    pub async fn begin_maintenance(&self) -> Result<Tx> {
        match self {
            Self::Sqlite { writer, .. } => Ok(Tx::Sqlite(writer.begin_immediate().await?)),
            Self::Postgres(pool) => begin_as_maintenance(pool).await,
        }
    }

    /// Begins to read across merchants, each statement at its own moment: on SQLite it does not wait for the writer.
    pub async fn begin_maintenance_read(&self) -> Result<Tx> {
        match self {
            Self::Sqlite { reader, .. } => Ok(Tx::SqliteRead(reader.acquire().await?)),
            Self::Postgres(pool) => begin_as_maintenance(pool).await,
        }
    }

    /// Asks the database for the smallest answer: whether it is there.
    pub async fn ping(&self) -> Result<()> {
        on_db!(self, |pool| sqlx::query("SELECT 1").execute(pool).await.map(|_| ()))?;
        Ok(())
    }

    /// Closes all connections; SQLite then folds its log into the file.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, reader } => {
                reader.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Picks the text of a statement that must differ.
    pub(super) fn text(&self, on_sqlite: &'static str, on_postgres: &'static str) -> &'static str {
        match self {
            Self::Sqlite(_) | Self::SqliteRead(_) => on_sqlite,
            Self::Postgres(_) => on_postgres,
        }
    }

    /// Makes everything that was written last.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await?,
            Self::SqliteRead(_) => {}
            Self::Postgres(transaction) => transaction.commit().await?,
        }
        Ok(())
    }

    /// Takes everything back at once; dropping does the same a moment later.
    pub async fn rollback(self) -> Result<()> {
        match self {
            Self::Sqlite(transaction) => transaction.rollback().await?,
            Self::SqliteRead(_) => {}
            Self::Postgres(transaction) => transaction.rollback().await?,
        }
        Ok(())
    }
}

async fn connect_sqlite(path: &Path) -> Result<Db> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A booking that was paid for must survive a power cut.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(SQLITE_BUSY_TIMEOUT)
        .foreign_keys(true);
    let writer = SqlitePool::open(options.clone(), 1, ACQUIRE_TIMEOUT).await?;
    let options = options.create_if_missing(false).read_only(true);
    let reader = SqlitePool::open(options, SQLITE_READERS, ACQUIRE_TIMEOUT).await?;
    Ok(Db::Sqlite { writer, reader })
}

async fn connect_postgres(url: &str) -> Result<Db> {
    let options = url.parse::<PgConnectOptions>()?.application_name("crossdock").options([
        ("statement_timeout", STATEMENT_TIMEOUT_MS),
        ("idle_in_transaction_session_timeout", IDLE_IN_TRANSACTION_TIMEOUT_MS),
    ]);
    let pool = PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // The query below shows that the connection lives.
        .test_before_acquire(false)
        .before_acquire(|connection, _| Box::pin(async move { is_without_scope(connection).await }))
        .connect_with(options)
        .await?;
    Ok(Db::Postgres(pool))
}

/// Whether no merchant's scope was left behind on a connection: one with a scope is thrown away.
async fn is_without_scope(connection: &mut sqlx::PgConnection) -> sqlx::Result<bool> {
    let scope: String = sqlx::query_scalar("SELECT COALESCE(current_setting('app.merchant_id', true), '')")
        .fetch_one(connection)
        .await?;
    if !scope.is_empty() {
        tracing::error!("a database connection came back with a merchant's scope on it and is closed");
    }
    Ok(scope.is_empty())
}

async fn begin_scoped(pool: &PgPool, merchant: &MerchantId) -> Result<Tx> {
    let mut transaction = pool.begin().await?;
    sqlx::query("SELECT set_config('app.merchant_id', $1, true)").bind(merchant).execute(&mut *transaction).await?;
    Ok(Tx::Postgres(transaction))
}

async fn begin_as_maintenance(pool: &PgPool) -> Result<Tx> {
    // One round trip: both statements travel as one text.
    Ok(Tx::Postgres(pool.begin_with("BEGIN; SET LOCAL ROLE crossdock_maint").await?))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{postgres, sqlite};
    use super::*;

    #[test]
    fn a_url_names_the_database_and_is_never_shown() {
        let url: DatabaseUrl = "sqlite:///var/lib/x.db".parse().unwrap();
        assert_eq!(url, DatabaseUrl::Sqlite(PathBuf::from("/var/lib/x.db")));
        let url: DatabaseUrl = "postgres://me:hunter2@db/x".parse().unwrap();
        assert!(!format!("{url:?}").contains("hunter2"));
        assert!("mysql://db/x".parse::<DatabaseUrl>().is_err());
        assert!("sqlite://".parse::<DatabaseUrl>().is_err());
    }

    #[tokio::test]
    async fn sqlite_keeps_what_it_confirmed() {
        let Db::Sqlite { writer, reader } = &sqlite().await.db else { panic!("not SQLite") };
        let setting = async |text: &'static str| -> String {
            sqlx::query_scalar(text).fetch_one(&mut *writer.acquire().await.unwrap()).await.unwrap()
        };
        assert_eq!(setting("SELECT journal_mode FROM pragma_journal_mode").await, "wal");
        // 2 is FULL.
        assert_eq!(setting("SELECT CAST(synchronous AS TEXT) FROM pragma_synchronous").await, "2");
        assert_eq!(setting("SELECT CAST(foreign_keys AS TEXT) FROM pragma_foreign_keys").await, "1");
        let mut reading = reader.acquire().await.unwrap();
        assert!(sqlx::query("DELETE FROM jobs").execute(&mut *reading).await.is_err(), "the reader only reads");
    }

    #[tokio::test]
    async fn postgres_ends_what_takes_too_long() {
        let Db::Postgres(pool) = &postgres().await.db else { panic!("not PostgreSQL") };
        for name in ["statement_timeout", "idle_in_transaction_session_timeout"] {
            let value: String =
                sqlx::query_scalar("SELECT current_setting($1)").bind(name).fetch_one(pool).await.unwrap();
            assert!(["30s", "10s"].contains(&value.as_str()), "{name} is {value}");
        }
    }
}
