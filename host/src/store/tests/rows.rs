//! Credentials and their tokens, counters, limits, logs, pickups.

use std::collections::{BTreeMap, BTreeSet};

use super::samples::*;
use crate::model::clock::OsRandom;
use crate::model::failure::{Failure, FailureKind};
use crate::model::id::{CredentialId, EventId, StoreId};
use crate::store::audit::{AuditEntry, AuditFilter};
use crate::store::courier_calls::CourierCallFilter;
use crate::store::credential_tokens::{Release, SealedToken, TokenPlace};
use crate::store::credentials::{Credential, CredentialFilter};
use crate::store::stores::Store;
use crate::store::testing::databases;
use crate::store::{
    Error, Json, Page, audit, counters, courier_calls, credential_tokens, credentials, limit_counters, stores,
};

#[tokio::test]
async fn courier_store_and_label_are_unique() {
    for test_db in databases().await {
        let merchant = merchant(&test_db.db).await;
        saved_credential(&test_db.db, &merchant).await;
        let mut tx = test_db.db.begin(&merchant).await.unwrap();
        assert!(matches!(credentials::insert(&mut tx, &merchant, &credential("main")).await, Err(Error::Conflict)));
        drop(tx);
        let shop = Store { id: StoreId::new(at(0), &OsRandom), name: "Shop".to_owned(), created_at: at(0) };
        let in_shop = || Credential { store_id: Some(shop.id.clone()), ..credential("main") };
        let mut tx = test_db.db.begin(&merchant).await.unwrap();
        stores::insert(&mut tx, &merchant, &shop).await.unwrap();
        credentials::insert(&mut tx, &merchant, &in_shop()).await.unwrap();
        credentials::insert(&mut tx, &merchant, &credential("other")).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = test_db.db.begin(&merchant).await.unwrap();
        let error = credentials::insert(&mut tx, &merchant, &in_shop()).await.unwrap_err();
        assert!(matches!(error, Error::Conflict), "{}: {error}", test_db.system);
        drop(tx);
        let mut tx = test_db.db.begin_read(&merchant).await.unwrap();
        let filter = CredentialFilter { store_id: Some(shop.id.clone()), ..CredentialFilter::default() };
        let listed = credentials::list(&mut tx, &merchant, &filter, &Page::first(10)).await.unwrap();
        assert_eq!(listed.rows.len(), 1);
        assert_eq!(stores::list(&mut tx, &merchant, &Page::first(10)).await.unwrap().rows, [shop]);
    }
}

#[tokio::test]
async fn a_credential_changes_by_version_and_is_resealed_without() {
    for test_db in databases().await {
        let merchant = merchant(&test_db.db).await;
        let id = saved_credential(&test_db.db, &merchant).await;
        let mut tx = test_db.db.begin(&merchant).await.unwrap();
        let mut row = credentials::get(&mut tx, &merchant, &id).await.unwrap().unwrap();
        row.label = "renamed".to_owned();
        row.version = 2;
        assert!(credentials::update(&mut tx, &merchant, &row, 1).await.unwrap());
        assert!(!credentials::update(&mut tx, &merchant, &row, 1).await.unwrap(), "{}", test_db.system);
        assert!(credentials::record_test(&mut tx, &merchant, &id, "auth", Some("wrong key"), at(5)).await.unwrap());
        assert!(credentials::touch(&mut tx, &merchant, &id, at(6)).await.unwrap());
        assert!(!credentials::touch(&mut tx, &merchant, &id, at(7)).await.unwrap());
        let old = credentials::list_sealed_before(&mut tx, &merchant, 2, 10).await.unwrap();
        let secrets = Json(BTreeMap::from([("key".to_owned(), "v2.sealed".to_owned())]));
        assert!(credentials::reseal(&mut tx, &merchant, &old[0], &secrets, 2).await.unwrap());
        assert!(credentials::list_sealed_before(&mut tx, &merchant, 2, 10).await.unwrap().is_empty());
        let row = credentials::get(&mut tx, &merchant, &id).await.unwrap().unwrap();
        assert_eq!((row.version, row.key_version, row.secrets), (2, 2, secrets));
        assert_eq!((row.tested_outcome.as_deref(), row.last_used_at), (Some("auth"), Some(at(6))));
        assert!(!credentials::is_referenced(&mut tx, &merchant, &id).await.unwrap());
        assert!(!credentials::delete(&mut tx, &merchant, &id, 1).await.unwrap());
        assert!(credentials::delete(&mut tx, &merchant, &id, 2).await.unwrap());
    }
}

#[tokio::test]
async fn a_late_owner_cannot_overwrite_a_token() {
    for test_db in databases().await {
        let merchant = merchant(&test_db.db).await;
        let place = token_place(saved_credential(&test_db.db, &merchant).await);
        let mut tx = test_db.db.begin(&merchant).await.unwrap();
        let late = credential_tokens::lease(&mut tx, &merchant, &place, "one", at(0), at(30)).await.unwrap().unwrap();
        assert!(credential_tokens::lease(&mut tx, &merchant, &place, "two", at(29), at(60)).await.unwrap().is_none());
        assert!(credential_tokens::renew(&mut tx, &merchant, &place, "one", at(35)).await.unwrap());
        assert!(credential_tokens::lease(&mut tx, &merchant, &place, "two", at(34), at(60)).await.unwrap().is_none());
        let lease = credential_tokens::lease(&mut tx, &merchant, &place, "two", at(35), at(65)).await.unwrap().unwrap();
        assert_eq!(lease.sealed, None);
        assert!(!credential_tokens::renew(&mut tx, &merchant, &place, "one", at(90)).await.unwrap());
        let mut save = async |owner, version, text: &str| {
            let token =
                SealedToken { sealed: text.to_owned(), key_version: 1, fetched_at: at(36), expires_at: at(3600) };
            credential_tokens::save(&mut tx, &merchant, &place, owner, version, &token).await.unwrap()
        };
        assert!(!save("one", late.version, "late").await, "{}", test_db.system);
        assert!(save("two", lease.version, "fresh").await);
        assert!(!save("two", lease.version, "again").await);
        let row = credential_tokens::get(&mut tx, &merchant, &place).await.unwrap().unwrap();
        assert_eq!((row.sealed.as_deref(), row.expires_at, row.lease_owner), (Some("fresh"), Some(at(3600)), None));
    }
}

#[tokio::test]
async fn a_failed_exchange_is_kept_beside_the_token_and_each_account_has_its_own() {
    for test_db in databases().await {
        let merchant = merchant(&test_db.db).await;
        let place = token_place(saved_credential(&test_db.db, &merchant).await);
        let other = TokenPlace { account: "other".to_owned(), ..place.clone() };
        let mut tx = test_db.db.begin(&merchant).await.unwrap();
        let lease = credential_tokens::lease(&mut tx, &merchant, &place, "one", at(0), at(30)).await.unwrap().unwrap();
        let token = SealedToken { sealed: "t".to_owned(), key_version: 1, fetched_at: at(0), expires_at: at(100) };
        assert!(credential_tokens::save(&mut tx, &merchant, &place, "one", lease.version, &token).await.unwrap());
        assert_eq!(credential_tokens::get(&mut tx, &merchant, &other).await.unwrap(), None, "{}", test_db.system);

        let failure = Failure::new(FailureKind::Auth, "token-refused", "no");
        let failed =
            |is_token_refused| Release::Failed { failure: failure.clone(), retry_at: at(60), is_token_refused };
        for is_token_refused in [false, true] {
            credential_tokens::lease(&mut tx, &merchant, &place, "one", at(30), at(60)).await.unwrap().unwrap();
            let release = failed(is_token_refused);
            assert!(credential_tokens::release(&mut tx, &merchant, &place, "one", &release).await.unwrap());
            let row = credential_tokens::get(&mut tx, &merchant, &place).await.unwrap().unwrap();
            assert_eq!(row.failure.map(|failure| failure.0), Some(failure.clone()));
            assert_eq!((row.retry_at, row.sealed.is_none()), (Some(at(60)), is_token_refused));
        }
        let lease = credential_tokens::lease(&mut tx, &merchant, &place, "two", at(70), at(90)).await.unwrap().unwrap();
        assert!(lease.failure.is_some(), "whoever takes the lease is told");
        assert!(credential_tokens::save(&mut tx, &merchant, &place, "two", lease.version, &token).await.unwrap());
        let row = credential_tokens::get(&mut tx, &merchant, &place).await.unwrap().unwrap();
        assert_eq!((row.failure, row.retry_at), (None, None), "a token ends the pause");

        assert_eq!(credential_tokens::forget_sealed_before(&mut tx, &merchant, 1).await.unwrap(), 0);
        assert_eq!(credential_tokens::forget_sealed_before(&mut tx, &merchant, 2).await.unwrap(), 1);
        assert_eq!(credential_tokens::get(&mut tx, &merchant, &place).await.unwrap().unwrap().sealed, None);
        credential_tokens::forget_all(&mut tx, &merchant, &place.credential_id).await.unwrap();
        assert_eq!(credential_tokens::get(&mut tx, &merchant, &place).await.unwrap(), None);
    }
}

fn token_place(credential_id: CredentialId) -> TokenPlace {
    TokenPlace {
        credential_id,
        token: "main".to_owned(),
        base_url: "https://a.test".to_owned(),
        account: "digest".to_owned(),
    }
}

#[tokio::test]
async fn a_counter_never_repeats() {
    for test_db in databases().await {
        let merchant = merchant(&test_db.db).await;
        let credential = saved_credential(&test_db.db, &merchant).await;
        let tasks = (0..8).map(|_| {
            let (db, merchant, credential) = (test_db.db.clone(), merchant.clone(), credential.clone());
            tokio::spawn(async move {
                let mut numbers = Vec::new();
                for count in 1..=5 {
                    let mut tx = db.begin(&merchant).await.unwrap();
                    let first =
                        counters::allocate(&mut tx, &merchant, &credential, "parcel", count, 1000).await.unwrap();
                    tx.commit().await.unwrap();
                    numbers.extend(first..first + i64::from(count));
                }
                numbers
            })
        });
        let numbers: Vec<i64> = futures::future::join_all(tasks).await.into_iter().flat_map(Result::unwrap).collect();
        let distinct: BTreeSet<_> = numbers.iter().copied().collect();
        assert_eq!(distinct, (1000..1000 + 8 * 15).collect(), "{}", test_db.system);
        assert_eq!(numbers.len(), distinct.len());
    }
}

#[tokio::test]
async fn a_daily_count_grows_and_begins_anew() {
    for test_db in databases().await {
        let mut tx = test_db.db.begin_maintenance().await.unwrap();
        for requests in [1, 2] {
            limit_counters::add(&mut tx, "day", at(0), requests).await.unwrap();
        }
        limit_counters::add(&mut tx, "day", at(86_400), 5).await.unwrap();
        let used = limit_counters::used(&mut tx, "day", at(0)).await.unwrap();
        assert_eq!(used, 3, "{}", test_db.system);
        assert_eq!(limit_counters::used(&mut tx, "hour", at(0)).await.unwrap(), 0);
        tx.commit().await.unwrap();
        let mut tx = test_db.db.begin_maintenance().await.unwrap();
        assert_eq!(limit_counters::delete_before(&mut tx, at(1), 10).await.unwrap(), 1);
        assert_eq!(limit_counters::used(&mut tx, "day", at(86_400)).await.unwrap(), 5);
    }
}

#[tokio::test]
async fn courier_calls_are_written_in_batches_and_filtered() {
    for test_db in databases().await {
        let merchant = merchant(&test_db.db).await;
        let outcomes = ["ok", "http_error"];
        let mut calls: Vec<_> =
            (0..450).map(|place| courier_call(Some(&merchant), place, outcomes[place as usize % 2])).collect();
        calls.push(courier_call(None, 0, "ok"));
        let mut tx = test_db.db.begin_maintenance().await.unwrap();
        courier_calls::insert_batch(&mut tx, &calls).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = test_db.db.begin_read(&merchant).await.unwrap();
        let filter = CourierCallFilter {
            outcome: Some("ok".to_owned()),
            started_before: Some(at(3)),
            ..CourierCallFilter::default()
        };
        let listed = courier_calls::list(&mut tx, &merchant, &filter, &Page::first(10)).await.unwrap();
        assert_eq!(listed.rows, [calls[2].clone(), calls[0].clone()], "{}", test_db.system);
        drop(tx);
        let mut tx = test_db.db.begin_maintenance().await.unwrap();
        assert_eq!(courier_calls::delete_before(&mut tx, at(1000), 400).await.unwrap(), 400);
        assert_eq!(courier_calls::delete_before(&mut tx, at(1000), 400).await.unwrap(), 51);
    }
}

#[tokio::test]
async fn an_act_is_logged_and_cannot_be_changed_by_a_merchants_work() {
    for test_db in databases().await {
        let merchant = merchant(&test_db.db).await;
        let entry = AuditEntry {
            id: EventId::new(at(0), &OsRandom),
            merchant_id: Some(merchant.clone()),
            actor: "key_1".to_owned(),
            action: "credential.created".to_owned(),
            subject: "cred_1".to_owned(),
            details: Json(BTreeMap::from([("label".to_owned(), "main".to_owned())])),
            source_ip: Some("192.0.2.1".to_owned()),
            at: at(0),
        };
        let mut tx = test_db.db.begin(&merchant).await.unwrap();
        audit::insert(&mut tx, &entry).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = test_db.db.begin(&merchant).await.unwrap();
        let filter = AuditFilter { subject: Some("cred_1".to_owned()), ..AuditFilter::default() };
        let listed = audit::list(&mut tx, &merchant, &filter, &Page::first(10)).await.unwrap();
        assert_eq!(listed.rows, [entry], "{}", test_db.system);
        let deleted = audit::delete_before(&mut tx, at(1), 10).await;
        assert_eq!(deleted.is_err(), test_db.system == "postgres");
        drop(tx);
        let mut tx = test_db.db.begin_maintenance().await.unwrap();
        assert_eq!(audit::delete_before(&mut tx, at(1), 10).await.unwrap(), 1);
    }
}
