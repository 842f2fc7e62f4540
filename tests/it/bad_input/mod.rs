//! Bad input, from callers and from couriers: each gets exactly one clear problem document, and the host goes on serving.

mod bodies;
mod booking_faults;
mod courier_faults;
mod damage;
mod fields;
mod idempotency;
mod judge;
mod keys;
pub mod places;
mod requests;
mod slow;

use crossdock_tests::Database;

use crate::desk::Desk;

#[tokio::test]
async fn every_wrong_request_gets_one_clear_problem_on_sqlite() {
    all_of_the_callers(Database::Sqlite).await;
}

#[tokio::test]
async fn every_wrong_request_gets_one_clear_problem_on_postgres() {
    all_of_the_callers(Database::postgres().await).await;
}

/// What callers get wrong. One host serves all of it, as it would have to.
async fn all_of_the_callers(database: Database) {
    let desk = Desk::open(database, &[]).await;
    let account = desk.connect("ups").await;
    bodies::all(&desk).await;
    fields::all(&desk, &account).await;
    requests::all(&desk).await;
    keys::all(&desk, &account).await;
    judge::is_well(&desk).await;
    let booked = desk.couriers.bookings("ups").await;
    assert!(booked.is_empty(), "a wrong request booked: {booked:?}");
    idempotency::all(&desk, &account).await;
    judge::is_well(&desk).await;
}
