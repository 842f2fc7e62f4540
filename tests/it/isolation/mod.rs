//! Another merchant's rows do not exist (CONVENTIONS 10, test 2): every route that the host describes, with another's ids.
//!
//! The routes come from the served OpenAPI document: one with an id that [`known`] does not know fails the test.

mod known;
mod owner;
mod walk;

use crossdock_tests::Database;

use crate::desk::Desk;
use owner::Owner;

#[tokio::test]
async fn another_merchants_ids_name_nothing_on_sqlite() {
    try_all(Database::Sqlite).await;
}

#[tokio::test]
async fn another_merchants_ids_name_nothing_on_postgres() {
    try_all(Database::postgres().await).await;
}

async fn try_all(database: Database) {
    let desk = Desk::open(database, &[]).await;
    let owner = Owner::settle(&desk).await;
    let other = desk.host.merchant("Other").await;
    let saved = walk::connect(&owner, &other).await;
    let before = owner.snapshot(&desk.client).await;
    let document = desk.client.get("/v1/openapi.json").await.expect(200).json();
    let (platform, operations): (Vec<_>, Vec<_>) =
        walk::operations(&document).into_iter().partition(walk::Operation::is_the_platforms);
    for operation in &platform {
        walk::is_closed_to_merchants(&other, operation).await;
    }
    assert!(operations.len() > 20, "the document describes {} operations", operations.len());
    for operation in &operations {
        walk::with_foreign_ids(&other, &owner, operation).await;
        walk::lists(&desk.client, &other, &owner, operation).await;
    }
    assert_eq!(owner.snapshot(&desk.client).await, before, "another merchant's requests changed something");
    walk::with_own_rows(&desk, &owner, &other, &saved).await;
}
