//! A merchant's key is rotated while two hosts save credentials and use them; it is killed on the way, and ended.

use crossdock_tests::{Client, Database};
use futures::future::{join_all, join3};
use serde_json::Value;

use super::{error, expect_all_open, object};
use crate::desk::{Account, Desk};

/// A courier whose account can be tested with one cheap call.
const COURIER: &str = "bring";
/// Credentials that each host saves while the key is rotated.
const SAVES: usize = 12;
/// Where the command is killed.
const PLACES: [&str; 3] = ["merchant_key.version_added", "merchant_key.batch_resealed", "merchant_key.all_resealed"];

#[tokio::test]
async fn a_rotation_beside_two_hosts_that_save_and_call_loses_nothing() {
    for database in Database::both().await {
        let word = database.word();
        let desk = Desk::open(database, &[]).await;
        let account = desk.connect(COURIER).await;
        let second = desk.host.beside().await;
        // Both hosts have the first version open.
        expect_all_open(&second, &desk.client).await;
        let rotate = ["merchant-key", "rotate", "--merchant", desk.client.merchant_id(), "--json"];
        let rotations = async {
            for version in 2..=4 {
                let rotated = object(&desk.host.ran(&rotate, &[]).await);
                assert_eq!(rotated["key_version"], version, "{word}");
            }
        };
        let other = desk.client.at(&second.base_url);
        join3(rotations, save(&desk.client, &account, "one"), save(&other, &account, "two")).await;
        let wanted = 1 + 2 * SAVES;
        assert_eq!(expect_all_open(&second, &desk.client).await, wanted, "{word}");
        // A host that knows nothing of older versions opens everything too: they are retired.
        let fresh = desk.host.beside().await;
        assert_eq!(expect_all_open(&fresh, &desk.client).await, wanted, "{word}");
    }
}

#[tokio::test]
async fn a_rotation_that_was_killed_is_ended_later_and_everything_opens_all_the_time() {
    for database in Database::both().await {
        let word = database.word();
        let desk = Desk::open(database, &[]).await;
        let account = desk.connect(COURIER).await;
        let merchant = desk.client.merchant_id();
        let rotate = ["merchant-key", "rotate", "--merchant", merchant, "--json"];
        for (index, place) in PLACES.into_iter().enumerate() {
            let killed = desk.host.ran(&rotate, &[("CROSSDOCK_DIE_AT", place)]).await;
            assert_eq!((killed.code, killed.out.as_str()), (None, ""), "{word} {place}: {killed:?}");
            save_one(&desk.client, &account, place).await;
            assert_eq!(expect_all_open(&desk.host, &desk.client).await, index + 2, "{word} {place}");
            let advice = object(&desk.host.ran(&["doctor", "--json"], &[]).await);
            assert!(advice.to_string().contains("--reseal-only"), "{word} {place}: {advice}");
            let ended = object(&desk.host.ran(&[&rotate[..], &["--reseal-only"]].concat(), &[]).await);
            assert_eq!(ended["key_version"], index + 2, "{word} {place}: no further version is made");
            let advice = object(&desk.host.ran(&["doctor", "--json"], &[]).await);
            assert!(!advice.to_string().contains("--reseal-only"), "{word} {place}: {advice}");
            assert_eq!(expect_all_open(&desk.host, &desk.client).await, index + 2, "{word} {place}");
        }
        let unknown = ["merchant-key", "rotate", "--merchant", "mer_01JD0000000000000000000000"];
        let words = error(&desk.host.ran(&unknown, &[]).await);
        assert!(words.contains("no such merchant"), "{words}");
    }
}

async fn save(client: &Client, account: &Account, name: &str) {
    join_all((0..SAVES).map(async |index| save_one(client, account, &format!("{name} {index}")).await)).await;
}

async fn save_one(client: &Client, account: &Account, label: &str) {
    let mut request = account.request.clone();
    request["label"] = Value::from(label);
    client.post("/v1/credentials", &request).await.expect(201);
}
