//! Shipments with their idempotency records.

use super::deliveries::parcel;
use super::samples::*;
use crate::model::clock::OsRandom;
use crate::model::failure::{Failure, FailureKind};
use crate::model::id::*;
use crate::model::money::{Money, Price};
use crate::store::idempotency::{self, Begun, IdempotencyPlace, IdempotencyState};
use crate::store::shipments::{self, BookedOutcome, Resolution, ShipmentFilter, ShipmentState};
use crate::store::testing::databases;
use crate::store::{Error, Json, Page, credentials, documents, parcels};

fn place() -> IdempotencyPlace {
    IdempotencyPlace { key: "k1".to_owned(), method: "POST".to_owned(), path: "/v1/shipments".to_owned() }
}

#[tokio::test]
async fn intent_record_and_shipment_are_written_together_and_repeated() {
    for test_db in databases().await {
        let merchant = merchant(&test_db.db).await;
        let credential = saved_credential(&test_db.db, &merchant).await;
        let new = shipment(&credential, 0);
        let mut tx = test_db.db.begin(&merchant).await.unwrap();
        let begun = idempotency::begin(&mut tx, &merchant, &place(), "f1", at(0), at(100)).await.unwrap();
        assert_eq!(begun, Begun::New);
        shipments::insert(&mut tx, &merchant, &new).await.unwrap();
        assert!(idempotency::link_shipment(&mut tx, &merchant, &place(), &new.id).await.unwrap());
        tx.commit().await.unwrap();

        let mut tx = test_db.db.begin(&merchant).await.unwrap();
        let begun = idempotency::begin(&mut tx, &merchant, &place(), "f2", at(1), at(101)).await.unwrap();
        let Begun::Before(record) = begun else { panic!("{}: taken for new", test_db.system) };
        assert_eq!((record.fingerprint.as_str(), record.state), ("f1", IdempotencyState::Running));
        assert_eq!(record.shipment_id, Some(new.id.clone()));
        let headers = [("location".to_owned(), "/v1/shipments/1".to_owned())];
        let done = IdempotencyState::Done;
        assert!(idempotency::finish(&mut tx, &merchant, &place(), done, 201, &headers, b"{}").await.unwrap());
        assert!(!idempotency::finish(&mut tx, &merchant, &place(), done, 500, &[], b"no").await.unwrap());
        let record = idempotency::get(&mut tx, &merchant, &place()).await.unwrap().unwrap();
        assert_eq!((record.status, record.body.as_deref()), (Some(201), Some(b"{}".as_slice())));
        assert_eq!(record.headers.0, headers);
        let begun = idempotency::begin(&mut tx, &merchant, &place(), "f3", at(100), at(200)).await.unwrap();
        assert_eq!(begun, Begun::New, "an expired record makes room");
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn one_of_two_requests_with_the_same_key_at_once_is_new() {
    for test_db in databases().await {
        let merchant = merchant(&test_db.db).await;
        let requests = (0..6).map(|request| {
            let (db, merchant) = (test_db.db.clone(), merchant.clone());
            tokio::spawn(async move {
                let mut tx = db.begin(&merchant).await.unwrap();
                let fingerprint = format!("f{request}");
                let begun = idempotency::begin(&mut tx, &merchant, &place(), &fingerprint, at(0), at(100)).await;
                let is_new = begun.unwrap() == Begun::New;
                tx.commit().await.unwrap();
                is_new
            })
        });
        let begun = futures::future::join_all(requests).await;
        let new = begun.into_iter().map(Result::unwrap).filter(|is_new| *is_new).count();
        assert_eq!(new, 1, "{}", test_db.system);
    }
}

#[tokio::test]
async fn the_first_outcome_of_a_shipment_wins() {
    for test_db in databases().await {
        let merchant = merchant(&test_db.db).await;
        let credential = saved_credential(&test_db.db, &merchant).await;
        let id = saved_shipment(&test_db.db, &merchant, &credential).await;
        let failure = Failure::new(FailureKind::Timeout, "timeout", "no answer");
        let price = Price {
            total: Money { amount: "12.30".to_owned(), currency: "SEK".to_owned() },
            tax_included: None,
            own_price: true,
            charges: Vec::new(),
        };
        let booked = BookedOutcome {
            courier_shipment_id: "C1".to_owned(),
            price: Some(price.clone()),
            extensions: vec![("a".to_owned(), "b".to_owned())],
            ..BookedOutcome::default()
        };
        let mut tx = test_db.db.begin(&merchant).await.unwrap();
        assert!(!shipments::record_cancelled(&mut tx, &merchant, &id, &[], at(1)).await.unwrap());
        assert!(shipments::record_unknown(&mut tx, &merchant, &id, &failure, Some(at(30)), at(1)).await.unwrap());
        assert!(shipments::record_settle_attempt(&mut tx, &merchant, &id, 0, Some(at(99)), at(30)).await.unwrap());
        assert!(!shipments::record_settle_attempt(&mut tx, &merchant, &id, 0, None, at(30)).await.unwrap());
        assert!(shipments::record_booked(&mut tx, &merchant, &id, &booked, at(40)).await.unwrap());
        assert!(!shipments::record_failed(&mut tx, &merchant, &id, &failure, at(41)).await.unwrap());
        assert!(!shipments::record_unknown(&mut tx, &merchant, &id, &failure, None, at(41)).await.unwrap());
        let row = shipments::get(&mut tx, &merchant, &id).await.unwrap().unwrap();
        assert_eq!((row.state, row.version, row.settle_attempt), (ShipmentState::Booked, 4, 1));
        assert_eq!((row.price, row.failure, row.settle_next_at), (Some(Json(price)), None, None));
        assert_eq!((row.service.as_deref(), row.created_at, row.updated_at), (Some("standard"), at(0), at(40)));
        assert!(shipments::record_cancelled(&mut tx, &merchant, &id, &[], at(50)).await.unwrap());
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn an_unknown_shipment_is_found_and_resolved_by_hand() {
    for test_db in databases().await {
        let merchant = merchant(&test_db.db).await;
        let credential = saved_credential(&test_db.db, &merchant).await;
        let id = saved_shipment(&test_db.db, &merchant, &credential).await;
        let mut tx = test_db.db.begin_maintenance_read().await.unwrap();
        assert!(shipments::list_unsettled(&mut tx, at(0), 10).await.unwrap().is_empty());
        let found = shipments::list_unsettled(&mut tx, at(1), 10).await.unwrap();
        assert_eq!((&found[0].merchant_id, &found[0].id), (&merchant, &id), "{}", test_db.system);
        drop(tx);
        let failure = Failure::new(FailureKind::Timeout, "timeout", "no answer");
        let mut tx = test_db.db.begin(&merchant).await.unwrap();
        let (how, by) = (Resolution::BookedAs, "key_1");
        assert!(!shipments::resolve(&mut tx, &merchant, &id, how, Some("C1"), by, at(2)).await.unwrap());
        assert!(shipments::record_unknown(&mut tx, &merchant, &id, &failure, None, at(1)).await.unwrap());
        assert!(shipments::resolve(&mut tx, &merchant, &id, how, Some("C1"), by, at(2)).await.unwrap());
        let row = shipments::get(&mut tx, &merchant, &id).await.unwrap().unwrap();
        assert_eq!((row.state, row.resolution), (ShipmentState::Booked, Some(Resolution::BookedAs)));
    }
}

#[tokio::test]
async fn shipments_are_paged_and_filtered() {
    for test_db in databases().await {
        let merchant = merchant(&test_db.db).await;
        let credential = saved_credential(&test_db.db, &merchant).await;
        let rows: Vec<_> = (0..5).map(|seconds| shipment(&credential, seconds)).collect();
        let mut tx = test_db.db.begin(&merchant).await.unwrap();
        for row in &rows {
            shipments::insert(&mut tx, &merchant, row).await.unwrap();
        }
        parcels::insert(&mut tx, &merchant, &parcel(&rows[1].id)).await.unwrap();
        let mut page = Page::first(2);
        let mut seen = Vec::new();
        loop {
            let listed = shipments::list(&mut tx, &merchant, &ShipmentFilter::default(), &page).await.unwrap();
            seen.extend(listed.rows.into_iter().map(|row| row.id));
            if !listed.has_more {
                break;
            }
            page.after = seen.last().map(ToString::to_string);
        }
        let newest_first: Vec<_> = rows.iter().rev().map(|row| row.id.clone()).collect();
        assert_eq!(seen, newest_first, "{}", test_db.system);

        let all = ShipmentFilter::default();
        let filters = [
            (ShipmentFilter { tracking_number: Some("T1".to_owned()), ..all.clone() }, vec![1]),
            (ShipmentFilter { reference: Some("order-3".to_owned()), ..all.clone() }, vec![3]),
            (ShipmentFilter { created_from: Some(at(1)), created_before: Some(at(3)), ..all.clone() }, vec![2, 1]),
            (ShipmentFilter { state: Some(ShipmentState::Booked), ..all.clone() }, vec![]),
            (ShipmentFilter { is_test: Some(true), ..all.clone() }, vec![]),
            (ShipmentFilter { courier: Some("other".parse().unwrap()), ..all }, vec![]),
        ];
        for (filter, expected) in filters {
            let listed = shipments::list(&mut tx, &merchant, &filter, &Page::first(10)).await.unwrap();
            let ids: Vec<_> = listed.rows.into_iter().map(|row| row.id).collect();
            let expected: Vec<_> = expected.into_iter().map(|place: usize| rows[place].id.clone()).collect();
            assert_eq!(ids, expected, "{filter:?}");
        }
        let twin = shipments::NewShipment { id: ShipmentId::new(at(9), &OsRandom), ..rows[0].clone() };
        assert!(matches!(shipments::insert(&mut tx, &merchant, &twin).await, Err(Error::Conflict)));
    }
}

#[tokio::test]
async fn parcels_and_papers_of_a_page_come_at_once_and_nobody_else_s() {
    for test_db in databases().await {
        let (owner, other) = (merchant(&test_db.db).await, merchant(&test_db.db).await);
        let credential = saved_credential(&test_db.db, &owner).await;
        let first = saved_shipment(&test_db.db, &owner, &credential).await;
        let second = saved_shipment(&test_db.db, &owner, &credential).await;
        let mut tx = test_db.db.begin(&owner).await.unwrap();
        for shipment in [&first, &second] {
            documents::insert(&mut tx, &owner, &document(shipment), Some(b"bytes")).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut tx = test_db.db.begin(&owner).await.unwrap();
        let both = documents::list_of(&mut tx, &owner, &[&first, &second]).await.unwrap();
        assert_eq!(both.len(), 2, "{}", test_db.system);
        let one = documents::list_of(&mut tx, &owner, &[&second]).await.unwrap();
        assert_eq!(one.iter().map(|row| &row.shipment_id).collect::<Vec<_>>(), [&second]);
        assert!(documents::list_of(&mut tx, &owner, &[]).await.unwrap().is_empty());
        assert!(parcels::list_of(&mut tx, &owner, &[&first, &second]).await.unwrap().is_empty());
        let stolen = documents::list_of(&mut tx, &other, &[&first, &second]).await.unwrap();
        assert!(stolen.is_empty(), "another merchant's papers do not exist");
        for (label, expected) in [("main", true), ("spare", false)] {
            let taken = credentials::is_label_taken(&mut tx, &owner, &courier(), None, label).await.unwrap();
            assert_eq!(taken, expected, "{}: {label}", test_db.system);
        }
    }
}
