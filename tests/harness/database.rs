//! A fresh database for one host.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use url::Url;

use crate::programs::variable;

/// The login that hosts serve under: it owns nothing, so that row security holds for it.
const LOGIN: &str = "crossdock_host_login";

/// Its password, in a throw-away cluster on loopback.
const PASSWORD: &str = "crossdock-host";

/// Which database a host works on.
#[derive(Debug, Clone)]
pub enum Database {
    /// The file in the host's data folder.
    Sqlite,
    /// A database of its own in the tests' cluster.
    Postgres {
        /// The owner's URL, for `crossdock migrate`.
        owner_url: String,
        /// The host's URL; its login exists once [`Database::prepare`] has run.
        url: String,
    },
}

impl Database {
    /// Returns one of each kind: what holds on one must hold on the other.
    ///
    /// # Panics
    ///
    /// When there is no cluster: nothing is skipped.
    pub async fn both() -> [Self; 2] {
        [Self::Sqlite, Self::postgres().await]
    }

    /// Makes an empty database in the cluster of `CROSSDOCK_TEST_POSTGRES_URL`.
    ///
    /// # Panics
    ///
    /// When there is no cluster.
    pub async fn postgres() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let superuser = variable("CROSSDOCK_TEST_POSTGRES_URL").and_then(|url| url.into_string().ok());
        let superuser = superuser.expect("CROSSDOCK_TEST_POSTGRES_URL is missing: `cargo xtask test` sets it");
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("host_{}_{number}", std::process::id());
        execute(&superuser, &format!("CREATE DATABASE {name}")).await;
        let mut owner: Url = superuser.parse().expect("the cluster's URL is one");
        owner.set_path(&name);
        let mut login = owner.clone();
        login.set_username(LOGIN).expect("a URL with a host takes a user");
        login.set_password(Some(PASSWORD)).expect("a URL with a host takes a password");
        Self::Postgres { owner_url: owner.into(), url: login.into() }
    }

    /// Returns the word for messages and snapshots.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres { .. } => "postgres",
        }
    }

    /// Makes the host's login. Its role is made by the migrations, so they come first.
    pub(crate) async fn prepare(&self) {
        let Self::Postgres { owner_url, .. } = self else {
            return;
        };
        // Logins belong to the cluster: another test may make this one at the same time.
        let statement = format!(
            "DO $$ BEGIN
                 CREATE ROLE {LOGIN} LOGIN PASSWORD '{PASSWORD}' IN ROLE crossdock_app;
             EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
             END $$"
        );
        execute(owner_url, &statement).await;
    }
}

async fn execute(url: &str, statement: &str) {
    let mut connection = PgConnection::connect(url).await.expect("the tests' cluster answers");
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.expect("the statement runs");
    connection.close().await.expect("the connection closes");
}
