//! What PostgreSQL itself says of row security and of logins.

use sqlx::{Connection, PgConnection};

use crate::store::testing::{login_url, postgres, run_as_owner};
use crate::store::{DatabaseUrl, Db, Error};

/// Tables that belong to no merchant. `merchants` is held by its own id.
const NO_MERCHANT: [&str; 7] = [
    "crossdock_migrations",
    "limit_counters",
    "merchants",
    "plugin_refusals",
    "plugin_versions",
    "plugins",
    "vault_checks",
];

#[derive(sqlx::FromRow)]
struct Table {
    name: String,
    has_merchant: bool,
    is_forced: bool,
    policies: i64,
}

#[tokio::test]
async fn every_merchant_table_has_forced_row_security_and_a_policy_for_each_role() {
    let test_db = postgres().await;
    let DatabaseUrl::Postgres(url) = &test_db.owner_url else { panic!("not PostgreSQL") };
    let mut connection = PgConnection::connect(url).await.unwrap();
    let tables: Vec<Table> = sqlx::query_as(
        "SELECT CAST(c.relname AS TEXT) AS name,
                EXISTS (SELECT 1 FROM pg_attribute a
                        WHERE a.attrelid = c.oid AND a.attname = 'merchant_id') AS has_merchant,
                c.relrowsecurity AND c.relforcerowsecurity AS is_forced,
                (SELECT COUNT(*) FROM pg_policy p JOIN pg_roles r ON p.polroles = ARRAY[r.oid]
                 WHERE p.polrelid = c.oid AND p.polqual IS NOT NULL AND p.polwithcheck IS NOT NULL
                   AND r.rolname IN ('crossdock_app', 'crossdock_maint')) AS policies
         FROM pg_class c
         WHERE c.relkind IN ('r', 'p') AND c.relnamespace = CAST('public' AS REGNAMESPACE)",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    assert!(tables.len() > 15);
    for table in tables {
        let is_listed = NO_MERCHANT.contains(&table.name.as_str());
        assert_ne!(table.has_merchant, is_listed, "{} must have a merchant_id or be listed", table.name);
        if table.has_merchant || table.name == "merchants" {
            assert!(table.is_forced, "{} has no forced row security", table.name);
            assert_eq!(table.policies, 2, "{} must have one policy for each role", table.name);
        }
    }
}

#[tokio::test]
async fn serving_is_refused_to_superuser_owner_and_bypass() {
    let test_db = postgres().await;
    test_db.db.check_role().await.unwrap();
    refused(&test_db.owner_url, "superuser").await;

    let owner = login(&test_db.owner_url, "owner", "").await;
    run_as_owner(&test_db.owner_url, &format!("ALTER TABLE stores OWNER TO {}", owner.0)).await;
    refused(&owner.1, "owns tables").await;

    let bypass = login(&test_db.owner_url, "bypass", "BYPASSRLS IN ROLE crossdock_app").await;
    refused(&bypass.1, "BYPASSRLS").await;
    let stranger = login(&test_db.owner_url, "stranger", "").await;
    refused(&stranger.1, "no member").await;
    let both = login(&test_db.owner_url, "both", "IN ROLE crossdock_app, crossdock_maint").await;
    refused(&both.1, "inherits crossdock_maint").await;
}

/// Makes a login of its own for this database, since roles are the cluster's.
async fn login(owner_url: &DatabaseUrl, word: &str, options: &str) -> (String, DatabaseUrl) {
    let DatabaseUrl::Postgres(url) = owner_url else { panic!("not PostgreSQL") };
    let database: url::Url = url.parse().unwrap();
    let name = format!("{}_{word}", &database.path()[1..]);
    run_as_owner(owner_url, &format!("CREATE ROLE {name} LOGIN PASSWORD 'x' {options}")).await;
    let url = login_url(owner_url, &name, "x");
    (name, url)
}

async fn refused(url: &DatabaseUrl, reason: &str) {
    let error = Db::connect(url).await.unwrap().check_role().await.unwrap_err();
    assert!(matches!(&error, Error::Schema(words) if words.contains(reason)), "{reason}: {error}");
}

#[tokio::test]
async fn a_connection_with_a_scope_left_on_it_is_thrown_away() {
    let test_db = postgres().await;
    let Db::Postgres(pool) = &test_db.db else { panic!("not PostgreSQL") };
    let mut connection = pool.acquire().await.unwrap();
    let stained: i32 = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut *connection).await.unwrap();
    sqlx::query("SELECT set_config('app.merchant_id', 'mer_x', false)").execute(&mut *connection).await.unwrap();
    drop(connection);
    for _ in 0..3 {
        let mut connection = pool.acquire().await.unwrap();
        let pid: i32 = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut *connection).await.unwrap();
        assert_ne!(pid, stained);
    }
}
