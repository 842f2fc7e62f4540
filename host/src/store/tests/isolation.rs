//! Another merchant's rows do not exist: every function as merchant B with the ids of merchant A.

use super::filled::{Rows, fill};
use super::samples::*;
use crate::model::clock::OsRandom;
use crate::model::failure::{Failure, FailureKind};
use crate::model::id::*;
use crate::model::tracking::Status;
use crate::store::courier_calls::CourierCallFilter;
use crate::store::credential_tokens::{Release, SealedToken};
use crate::store::credentials::CredentialFilter;
use crate::store::idempotency::{Begun, IdempotencyState};
use crate::store::pickups::{PickupFilter, PickupOutcome, PickupState};
use crate::store::shipments::{BookedOutcome, Resolution, ShipmentFilter};
use crate::store::stores::Store;
use crate::store::testing::databases;
use crate::store::trackings::{News, TrackingDetail};
use crate::store::*;

#[tokio::test]
async fn another_merchants_rows_are_not_found() {
    for test_db in databases().await {
        let (a, b) = (merchant(&test_db.db).await, merchant(&test_db.db).await);
        let rows = fill(&test_db.db, &a).await;
        let mut tx = test_db.db.begin_read(&b).await.unwrap();
        let tx = &mut tx;
        assert_eq!(stores::get(tx, &b, &rows.shop).await.unwrap(), None, "{}", test_db.system);
        assert_eq!(api_keys::get(tx, &b, &rows.key).await.unwrap(), None);
        assert_eq!(credentials::get(tx, &b, &rows.credential.id).await.unwrap(), None);
        assert_eq!(credential_tokens::get(tx, &b, &rows.token).await.unwrap(), None);
        assert_eq!(shipments::get(tx, &b, &rows.shipment).await.unwrap(), None);
        assert_eq!(documents::get(tx, &b, &rows.document).await.unwrap(), None);
        assert_eq!(documents::content(tx, &b, &rows.document).await.unwrap(), None);
        assert_eq!(pickups::get(tx, &b, &rows.pickup).await.unwrap(), None);
        assert_eq!(trackings::get(tx, &b, &rows.tracking).await.unwrap(), None);
        assert_eq!(trackings::find(tx, &b, &courier(), "T1", false).await.unwrap(), None);
        assert_eq!(jobs::get(tx, &b, &rows.job).await.unwrap(), None);
        assert_eq!(idempotency::get(tx, &b, &rows.request).await.unwrap(), None);
        assert!(!credentials::is_referenced(tx, &b, &rows.credential.id).await.unwrap());
        assert!(parcels::list(tx, &b, &rows.shipment).await.unwrap().is_empty());
        assert!(documents::list(tx, &b, &rows.shipment).await.unwrap().is_empty());
        assert!(trackings::list_of_shipment(tx, &b, &rows.shipment).await.unwrap().is_empty());
        assert!(tracking_events::list(tx, &b, &rows.tracking, 9).await.unwrap().is_empty());
        assert!(merchant_keys::list(tx, &b).await.unwrap().is_empty());
        lists_are_empty(tx, &b).await;
    }
}

async fn lists_are_empty(tx: &mut Tx, b: &MerchantId) {
    let page = Page::first(10);
    assert!(stores::list(tx, b, &page).await.unwrap().rows.is_empty());
    assert!(api_keys::list(tx, b, &page).await.unwrap().rows.is_empty());
    assert!(jobs::list(tx, b, &page).await.unwrap().rows.is_empty());
    assert!(credentials::list(tx, b, &CredentialFilter::default(), &page).await.unwrap().rows.is_empty());
    assert!(credentials::list_sealed_before(tx, b, 9, 9).await.unwrap().is_empty());
    assert!(shipments::list(tx, b, &ShipmentFilter::default(), &page).await.unwrap().rows.is_empty());
    assert!(pickups::list(tx, b, &PickupFilter::default(), &page).await.unwrap().rows.is_empty());
    assert!(courier_calls::list(tx, b, &CourierCallFilter::default(), &page).await.unwrap().rows.is_empty());
    assert!(audit::list(tx, b, &audit::AuditFilter::default(), &page).await.unwrap().rows.is_empty());
}

#[tokio::test]
async fn another_merchants_rows_are_not_changed() {
    for test_db in databases().await {
        let (a, b) = (merchant(&test_db.db).await, merchant(&test_db.db).await);
        let rows = fill(&test_db.db, &a).await;
        let failure = Failure::new(FailureKind::Timeout, "timeout", "no answer");
        let mut scoped = test_db.db.begin(&b).await.unwrap();
        let tx = &mut scoped;
        let id = &rows.credential.id;
        assert!(!credentials::update(tx, &b, &rows.credential, 1).await.unwrap(), "{}", test_db.system);
        assert!(!credentials::record_test(tx, &b, id, "ok", None, at(1)).await.unwrap());
        assert!(!credentials::touch(tx, &b, id, at(1)).await.unwrap());
        assert!(!credentials::reseal(tx, &b, &rows.credential, &Json::default(), 2).await.unwrap());
        assert!(!credentials::delete(tx, &b, id, 1).await.unwrap());
        let sealed = SealedToken { sealed: "x".to_owned(), key_version: 1, fetched_at: at(0), expires_at: at(100) };
        assert!(!credential_tokens::save(tx, &b, &rows.token, "me", 1, &sealed).await.unwrap());
        assert!(!credential_tokens::renew(tx, &b, &rows.token, "me", at(90)).await.unwrap());
        assert!(!credential_tokens::release(tx, &b, &rows.token, "me", &Release::Unused).await.unwrap());
        assert_eq!(credential_tokens::forget_sealed_before(tx, &b, 9).await.unwrap(), 0);
        credential_tokens::forget_all(tx, &b, id).await.unwrap();
        assert_eq!(recorded_calls::forget_sealed_before(tx, &b, 9).await.unwrap(), 0);
        let shipment = &rows.shipment;
        assert!(!shipments::record_booked(tx, &b, shipment, &BookedOutcome::default(), at(1)).await.unwrap());
        assert!(!shipments::record_failed(tx, &b, shipment, &failure, at(1)).await.unwrap());
        assert!(!shipments::record_unknown(tx, &b, shipment, &failure, None, at(1)).await.unwrap());
        assert!(!shipments::record_settle_attempt(tx, &b, shipment, 0, None, at(1)).await.unwrap());
        assert!(!shipments::record_cancelled(tx, &b, shipment, &[], at(1)).await.unwrap());
        assert!(!shipments::resolve(tx, &b, shipment, Resolution::NotBooked, None, "b", at(1)).await.unwrap());
        let outcome = PickupOutcome { state: PickupState::Failed, pickup: None, failure: None };
        assert!(!pickups::update(tx, &b, &rows.pickup, 1, &outcome, at(1)).await.unwrap());
        let detail = TrackingDetail::default();
        let news = News { status: Status::Delivered, detail: &detail, is_changed: true, now: at(1) };
        assert!(!trackings::update(tx, &b, &rows.tracking, 1, &news).await.unwrap());
        assert!(!jobs::cancel(tx, &b, &rows.job, at(1)).await.unwrap());
        let done = IdempotencyState::Done;
        assert!(!idempotency::finish(tx, &b, &rows.request, done, 200, &[], b"").await.unwrap());
        assert!(!idempotency::link_shipment(tx, &b, &rows.request, shipment).await.unwrap());
        assert_eq!(idempotency::set_state_of_shipment(tx, &b, shipment, done).await.unwrap(), 0);
        idempotency::forget(tx, &b, &rows.request).await.unwrap();
        let begun = idempotency::begin(tx, &b, &rows.request, "g", at(0), at(100)).await.unwrap();
        assert_eq!(begun, Begun::New, "the same key is another merchant's own");
        assert_eq!(merchant_keys::raise_min_decryption_version(tx, &b, 9).await.unwrap(), 0);
        scoped.commit().await.unwrap();
        is_as_filled(&test_db.db, &a, &rows).await;
    }
}

async fn is_as_filled(db: &Db, a: &MerchantId, rows: &Rows) {
    let mut tx = db.begin_read(a).await.unwrap();
    let tx = &mut tx;
    assert_eq!(credentials::get(tx, a, &rows.credential.id).await.unwrap().as_ref(), Some(&rows.credential));
    assert_eq!(shipments::get(tx, a, &rows.shipment).await.unwrap().unwrap().version, 1);
    assert_eq!(pickups::get(tx, a, &rows.pickup).await.unwrap().unwrap().version, 1);
    assert_eq!(trackings::get(tx, a, &rows.tracking).await.unwrap().unwrap().version, 1);
    assert!(credential_tokens::get(tx, a, &rows.token).await.unwrap().unwrap().sealed.is_some());
    assert_eq!(recorded_calls::list(tx, &courier(), 9).await.unwrap().len(), 1);
    let record = idempotency::get(tx, a, &rows.request).await.unwrap().unwrap();
    assert_eq!((record.state, record.fingerprint.as_str()), (IdempotencyState::Running, "f"));
}

#[tokio::test]
async fn rows_cannot_refer_to_another_merchants_rows() {
    for test_db in databases().await {
        let (a, b) = (merchant(&test_db.db).await, merchant(&test_db.db).await);
        let rows = fill(&test_db.db, &a).await;
        let mut tx = test_db.db.begin(&b).await.unwrap();
        let stolen = shipment(&rows.credential.id, 1);
        let error = shipments::insert(&mut tx, &b, &stolen).await.unwrap_err();
        assert!(matches!(error, Error::Database(_)), "{}: {error}", test_db.system);
        drop(tx);
        let mut tx = test_db.db.begin(&b).await.unwrap();
        assert!(documents::insert(&mut tx, &b, &document(&rows.shipment), None).await.is_err());
        drop(tx);
        let mut tx = test_db.db.begin(&b).await.unwrap();
        assert!(counters::allocate(&mut tx, &b, &rows.credential.id, "parcel", 1, 1).await.is_err());
    }
}

#[tokio::test]
async fn postgres_holds_the_scope_even_if_a_statement_forgets_it() {
    let test_db = testing::postgres().await;
    let (a, b) = (merchant(&test_db.db).await, merchant(&test_db.db).await);
    let rows = fill(&test_db.db, &a).await;
    let Tx::Postgres(mut tx) = test_db.db.begin(&b).await.unwrap() else { panic!("not PostgreSQL") };
    for (table, own) in [
        ("shipments", 0),
        ("credentials", 0),
        ("jobs", 0),
        ("courier_calls", 0),
        ("recorded_calls", 0),
        ("merchants", 1),
    ] {
        let text = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
        let seen: i64 = sqlx::query_scalar(text).fetch_one(&mut *tx).await.unwrap();
        assert_eq!(seen, own, "{table}");
    }
    let changed = sqlx::query("UPDATE shipments SET state = 'failed'").execute(&mut *tx).await.unwrap();
    assert_eq!(changed.rows_affected(), 0);
    drop(tx);

    // A function that is given A in B's scope finds nothing, and cannot write.
    let mut tx = test_db.db.begin(&b).await.unwrap();
    assert_eq!(shipments::get(&mut tx, &a, &rows.shipment).await.unwrap(), None);
    let shop = Store { id: StoreId::new(at(1), &OsRandom), name: "Shop".to_owned(), created_at: at(1) };
    assert!(stores::insert(&mut tx, &a, &shop).await.is_err());
    drop(tx);
    let mut tx = test_db.db.begin(&b).await.unwrap();
    assert!(recorded_calls::insert(&mut tx, &a, &recorded_call(&a, "tracking.track", 1)).await.is_err());
    drop(tx);

    // Without a scope there is nothing at all.
    let Db::Postgres(pool) = &test_db.db else { panic!("not PostgreSQL") };
    let seen: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM merchants").fetch_one(pool).await.unwrap();
    assert_eq!(seen, 0);
}
