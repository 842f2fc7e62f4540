//! Start-up's look at who we are on PostgreSQL: row security holds for none but an ordinary role.

use super::Db;
use super::error::{Error, Result};

/// What PostgreSQL says of our login.
#[derive(Debug, sqlx::FromRow)]
struct Login {
    name: String,
    is_superuser: bool,
    bypasses_row_security: bool,
    owns_tables: bool,
    is_app: bool,
    inherits_maintenance: bool,
    may_enter_maintenance: bool,
}

/// Asks about roles by `pg_has_role` only once they exist, since it fails on an unknown name.
const LOOK: &str = "
    SELECT CAST(session_user AS TEXT) AS name,
           me.rolsuper AS is_superuser,
           EXISTS (SELECT 1 FROM pg_roles r
                   WHERE r.rolbypassrls AND pg_has_role(session_user, r.oid, 'MEMBER')) AS bypasses_row_security,
           EXISTS (SELECT 1 FROM pg_class c
                   WHERE c.relkind IN ('r', 'p') AND c.relnamespace = CAST(current_schema() AS REGNAMESPACE)
                     AND pg_has_role(session_user, c.relowner, 'MEMBER')) AS owns_tables,
           EXISTS (SELECT 1 FROM pg_roles r
                   WHERE r.rolname = 'crossdock_app' AND pg_has_role(session_user, r.oid, 'USAGE')) AS is_app,
           EXISTS (SELECT 1 FROM pg_roles r
                   WHERE r.rolname = 'crossdock_maint'
                     AND pg_has_role(session_user, r.oid, 'USAGE')) AS inherits_maintenance,
           EXISTS (SELECT 1 FROM pg_roles r
                   WHERE r.rolname = 'crossdock_maint'
                     AND pg_has_role(session_user, r.oid, 'MEMBER')) AS may_enter_maintenance
    FROM pg_roles me
    WHERE me.rolname = session_user";

impl Db {
    /// Refuses a login for which row security would not hold; SQLite has no logins.
    ///
    /// # Errors
    ///
    /// `Schema` with the reason and what mends it.
    pub async fn check_role(&self) -> Result<()> {
        let Self::Postgres(pool) = self else {
            return Ok(());
        };
        let login: Login = sqlx::query_as(LOOK).fetch_one(pool).await?;
        match fault(&login) {
            None => Ok(()),
            Some(fault) => Err(Error::Schema(format!(
                "the database role {:?} {fault}: serve under a role of its own (CREATE ROLE … LOGIN; GRANT crossdock_app TO …)",
                login.name
            ))),
        }
    }
}

fn fault(login: &Login) -> Option<&'static str> {
    if login.is_superuser {
        return Some("is a superuser, whom row security does not bind");
    }
    if login.bypasses_row_security {
        return Some("has BYPASSRLS");
    }
    if login.owns_tables {
        return Some("owns tables or is a member of their owner");
    }
    if !login.is_app {
        return Some("is no member of crossdock_app, or does not inherit from it");
    }
    if login.inherits_maintenance {
        return Some("inherits crossdock_maint, so that every query would see all merchants");
    }
    if !login.may_enter_maintenance {
        return Some("may not enter crossdock_maint");
    }
    None
}
