//! Migrating: twice, at once, and from a database that does not fit.

use crate::store::testing::{TestDb, databases, empty_postgres, empty_sqlite};
use crate::store::{Db, Error, migrate};

async fn empty_databases() -> Vec<TestDb> {
    vec![empty_sqlite().await, empty_postgres().await]
}

#[tokio::test]
async fn a_second_run_changes_nothing() {
    for test_db in empty_databases().await {
        let pending = test_db.db.pending_migrations().await.unwrap();
        assert_eq!(test_db.db.migrate().await.unwrap(), pending, "{}", test_db.system);
        assert!(!pending.is_empty());
        assert!(test_db.db.migrate().await.unwrap().is_empty());
        assert!(test_db.db.pending_migrations().await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn two_that_start_at_once_migrate_once() {
    for test_db in empty_databases().await {
        let other = Db::connect(&test_db.url).await.unwrap();
        let (one, two) = tokio::join!(test_db.db.migrate(), other.migrate());
        let applied = [one.unwrap().len(), two.unwrap().len()];
        assert!(applied.contains(&0) && applied[0] + applied[1] > 0, "{}: {applied:?}", test_db.system);
    }
}

#[tokio::test]
async fn a_newer_or_edited_database_is_refused() {
    for test_db in empty_databases().await {
        test_db.db.migrate_with(&migrate::tests::newer()).await.unwrap();
        let error = test_db.db.migrate().await.unwrap_err();
        assert!(matches!(&error, Error::Schema(words) if words.contains("newer")), "{error}");
        assert!(test_db.db.pending_migrations().await.is_err());
        assert!(matches!(test_db.db.migrate_with(&migrate::tests::edited()).await, Err(Error::Schema(_))));
    }
}

#[tokio::test]
async fn the_serving_login_sees_that_nothing_is_pending() {
    for test_db in databases().await {
        assert!(test_db.db.pending_migrations().await.unwrap().is_empty(), "{}", test_db.system);
        test_db.db.ping().await.unwrap();
    }
}
