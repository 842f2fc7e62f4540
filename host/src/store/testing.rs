//! Fresh databases for tests, on both systems. Not for production code.
//!
//! PostgreSQL is the cluster of `CROSSDOCK_TEST_POSTGRES_URL` (a superuser's URL), or one that this process starts and stops.

mod cluster;

use std::path::PathBuf;

use super::{DatabaseUrl, Db};
use crate::model::clock::{OsRandom, Random};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// The login that tests serve under: an ordinary member of `crossdock_app`, as in production.
const LOGIN: &str = "crossdock_test_login";
/// Its password, for a throw-away cluster on loopback.
const PASSWORD: &str = "crossdock-test";

/// A fresh, migrated database; dropped with its files when this is dropped.
#[derive(Debug)]
pub struct TestDb {
    /// Connected as the server connects.
    pub db: Db,
    /// `sqlite` or `postgres`.
    pub system: &'static str,
    /// What `db` is connected to.
    pub url: DatabaseUrl,
    /// The owner's way in on PostgreSQL, for migrations and the catalogue; the same as `url` on SQLite.
    pub owner_url: DatabaseUrl,
    _folder: Option<Folder>,
}

/// A folder that goes with its owner.
#[derive(Debug)]
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // What stays behind is the temporary folder's problem, not a test's.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Makes a fresh, migrated database on SQLite and on PostgreSQL.
///
/// # Panics
///
/// If either cannot be had: tests are never skipped.
pub async fn databases() -> Vec<TestDb> {
    vec![sqlite().await, postgres().await]
}

/// Makes a fresh, migrated SQLite database.
pub async fn sqlite() -> TestDb {
    let test_db = empty_sqlite().await;
    test_db.db.migrate().await.expect("SQLite migrates");
    test_db
}

/// Makes a fresh, migrated PostgreSQL database and connects to it as an ordinary role.
pub async fn postgres() -> TestDb {
    let empty = empty_postgres().await;
    empty.db.migrate().await.expect("PostgreSQL migrates");
    empty.db.close().await;
    let url = serving_url(&empty.owner_url).await;
    let db = Db::connect(&url).await.expect("PostgreSQL lets the test's login in");
    TestDb { db, url, system: empty.system, owner_url: empty.owner_url, _folder: None }
}

/// Makes a SQLite file without tables.
pub async fn empty_sqlite() -> TestDb {
    let folder = Folder(std::env::temp_dir().join(fresh_name()));
    std::fs::create_dir(&folder.0).expect("a folder for a test database");
    let url = DatabaseUrl::Sqlite(folder.0.join("test.db"));
    let db = Db::connect(&url).await.expect("SQLite opens a file");
    TestDb { db, system: "sqlite", url: url.clone(), owner_url: url, _folder: Some(folder) }
}

/// Makes a PostgreSQL database without tables and connects to it as its owner.
pub async fn empty_postgres() -> TestDb {
    let superuser = cluster::superuser_url().await;
    let name = fresh_name();
    run(&superuser, &format!("CREATE DATABASE {name}")).await;
    let url = DatabaseUrl::Postgres(with_database(&superuser, &name));
    let db = Db::connect(&url).await.expect("PostgreSQL opens a fresh database");
    TestDb { db, system: "postgres", url: url.clone(), owner_url: url, _folder: None }
}

/// Runs statements as the owner, outside row security.
///
/// # Panics
///
/// If a statement fails, or the URL is not PostgreSQL's.
pub async fn run_as_owner(owner_url: &DatabaseUrl, statements: &str) {
    let DatabaseUrl::Postgres(url) = owner_url else {
        panic!("only PostgreSQL has owners");
    };
    run(url, statements).await;
}

/// Returns a login's URL for the database of `owner_url`.
///
/// # Panics
///
/// If the URL is not PostgreSQL's.
pub fn login_url(owner_url: &DatabaseUrl, login: &str, password: &str) -> DatabaseUrl {
    let DatabaseUrl::Postgres(owner_url) = owner_url else {
        panic!("only PostgreSQL has logins");
    };
    let mut url: url::Url = owner_url.parse().expect("the test cluster's URL");
    url.set_username(login).expect("a URL with a host takes a user");
    url.set_password(Some(password)).expect("a URL with a host takes a password");
    DatabaseUrl::Postgres(url.into())
}

/// Makes the test's login, which may be made by another process at the same time.
async fn serving_url(owner_url: &DatabaseUrl) -> DatabaseUrl {
    let make = format!(
        "DO $$ BEGIN
             IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{LOGIN}') THEN
                 CREATE ROLE {LOGIN} LOGIN PASSWORD '{PASSWORD}' IN ROLE crossdock_app;
             END IF;
         EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
         END $$"
    );
    run_as_owner(owner_url, &make).await;
    login_url(owner_url, LOGIN, PASSWORD)
}

async fn run(url: &str, statements: &str) {
    let mut connection = PgConnection::connect(url).await.expect("the test cluster answers");
    sqlx::raw_sql(AssertSqlSafe(statements)).execute(&mut connection).await.expect("the statement runs");
    connection.close().await.expect("the connection closes");
}

fn fresh_name() -> String {
    let mut bytes = [0; 8];
    OsRandom.fill(&mut bytes);
    format!("crossdock_{}", hex::encode(bytes))
}

fn with_database(url: &str, name: &str) -> String {
    let mut url: url::Url = url.parse().expect("the test cluster's URL");
    url.set_path(name);
    url.into()
}
