//! API keys, merchants' data keys, proofs of root keys.

use super::samples::{api_key, at, merchant};
use crate::model::clock::OsRandom;
use crate::model::id::ApiKeyId;
use crate::store::merchant_keys::{self, MerchantKeyRow, MerchantKeyState};
use crate::store::testing::databases;
use crate::store::vault_checks::{self, VaultCheck};
use crate::store::{Error, Page, api_keys, merchants};

#[tokio::test]
async fn a_key_is_found_touched_replaced_and_revoked() {
    for test_db in databases().await {
        let merchant = merchant(&test_db.db).await;
        let (key, admin) = (api_key(Some(&merchant), "AAAAAAAA"), api_key(None, "BBBBBBBB"));
        let mut tx = test_db.db.begin_maintenance().await.unwrap();
        api_keys::insert(&mut tx, &key).await.unwrap();
        api_keys::insert(&mut tx, &admin).await.unwrap();
        assert_eq!(api_keys::find_by_public_id(&mut tx, "AAAAAAAA").await.unwrap(), Some(key.clone()));
        assert_eq!(api_keys::find_by_public_id(&mut tx, "BBBBBBBB").await.unwrap(), Some(admin));
        assert_eq!(api_keys::list_all(&mut tx, &Page::first(1)).await.unwrap().rows.len(), 1);
        assert!(api_keys::touch(&mut tx, &key.id, at(0)).await.unwrap());
        assert!(!api_keys::touch(&mut tx, &key.id, at(59)).await.unwrap(), "{}", test_db.system);
        assert!(api_keys::touch(&mut tx, &key.id, at(60)).await.unwrap());
        let successor = ApiKeyId::new(at(1), &OsRandom);
        assert!(api_keys::replace(&mut tx, &key.id, &successor, at(100)).await.unwrap());
        assert!(!api_keys::replace(&mut tx, &key.id, &successor, at(200)).await.unwrap());
        assert!(api_keys::revoke(&mut tx, "AAAAAAAA", at(70)).await.unwrap());
        assert!(!api_keys::revoke(&mut tx, "AAAAAAAA", at(71)).await.unwrap());
        let row = api_keys::get(&mut tx, &merchant, &key.id).await.unwrap().unwrap();
        assert_eq!((row.revoked_at, row.expires_at, row.last_used_at), (Some(at(70)), Some(at(100)), Some(at(60))));
        let twin = api_key(Some(&merchant), "AAAAAAAA");
        assert!(matches!(api_keys::insert(&mut tx, &twin).await, Err(Error::Conflict)));
    }
}

#[tokio::test]
async fn a_merchant_is_disabled_and_enabled() {
    for test_db in databases().await {
        let merchant = merchant(&test_db.db).await;
        let mut tx = test_db.db.begin_maintenance().await.unwrap();
        assert!(merchants::set_disabled(&mut tx, &merchant, Some(at(5))).await.unwrap());
        let row = merchants::get(&mut tx, &merchant).await.unwrap().unwrap();
        assert_eq!(row.disabled_at, Some(at(5)), "{}", test_db.system);
        assert!(merchants::set_disabled(&mut tx, &merchant, None).await.unwrap());
        assert_eq!(merchants::list(&mut tx, &Page::first(5)).await.unwrap().rows.len(), 1);
    }
}

#[tokio::test]
async fn data_keys_are_rotated_and_rewrapped() {
    for test_db in databases().await {
        let merchant = merchant(&test_db.db).await;
        let key = |version| MerchantKeyRow {
            merchant_id: merchant.clone(),
            version,
            wrapped: format!("wrapped-{version}"),
            root_kid: "aaaaaaaa".to_owned(),
            state: MerchantKeyState::Active,
            created_at: at(version),
        };
        let mut tx = test_db.db.begin(&merchant).await.unwrap();
        merchant_keys::insert(&mut tx, &key(1)).await.unwrap();
        merchant_keys::demote_active(&mut tx, &merchant).await.unwrap();
        merchant_keys::insert(&mut tx, &key(2)).await.unwrap();
        let states = |rows: &[MerchantKeyRow]| rows.iter().map(|row| row.state).collect::<Vec<_>>();
        let rows = merchant_keys::list(&mut tx, &merchant).await.unwrap();
        assert_eq!(states(&rows), [MerchantKeyState::Active, MerchantKeyState::Decrypting], "{}", test_db.system);
        assert_eq!(merchant_keys::raise_min_decryption_version(&mut tx, &merchant, 2).await.unwrap(), 1);
        let rows = merchant_keys::list(&mut tx, &merchant).await.unwrap();
        assert_eq!(states(&rows), [MerchantKeyState::Active, MerchantKeyState::Retired]);
        tx.commit().await.unwrap();

        let mut tx = test_db.db.begin_maintenance().await.unwrap();
        for row in merchant_keys::list_not_wrapped_by(&mut tx, "bbbbbbbb", 10).await.unwrap() {
            assert!(merchant_keys::rewrap(&mut tx, &row, "bbbbbbbb", "anew").await.unwrap());
            assert!(!merchant_keys::rewrap(&mut tx, &row, "bbbbbbbb", "anew").await.unwrap());
        }
        assert!(merchant_keys::list_not_wrapped_by(&mut tx, "bbbbbbbb", 10).await.unwrap().is_empty());
        assert!(matches!(merchant_keys::insert(&mut tx, &key(2)).await, Err(Error::Conflict)));
    }
}

#[tokio::test]
async fn a_root_key_is_proved_once() {
    for test_db in databases().await {
        let check = VaultCheck {
            root_kid: "aaaaaaaa".to_owned(),
            check_value: "mac".to_owned(),
            pepper: "wrapped".to_owned(),
            created_at: at(0),
        };
        assert!(vault_checks::insert_new(&test_db.db, &check).await.unwrap());
        let forged = VaultCheck { check_value: "other".to_owned(), ..check.clone() };
        assert!(!vault_checks::insert_new(&test_db.db, &forged).await.unwrap());
        assert_eq!(vault_checks::list(&test_db.db).await.unwrap(), [check], "{}", test_db.system);
    }
}
