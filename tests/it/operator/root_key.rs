//! The root key is rotated beside hosts that serve: they notice, and whatever is killed on the way is ended later.

use std::fs;

use crossdock_tests::Database;

use super::{error, expect_all_open, object, one_object};
use crate::desk::Desk;

/// A courier whose account can be tested with one cheap call.
const COURIER: &str = "bring";
/// Where the command is killed.
const PLACES: [&str; 3] = ["root_key.file_written", "root_key.batch_written", "root_key.batch_committed"];

#[tokio::test]
async fn hosts_notice_a_new_root_key_and_a_killed_rotation_is_ended() {
    for database in Database::both().await {
        let word = database.word();
        let mut desk = Desk::open(database, &[]).await;
        desk.connect(COURIER).await;
        let file = desk.host.data_dir().join("root-key");
        for place in PLACES {
            let killed = desk.host.ran(&["root-key", "rotate", "--json"], &[("CROSSDOCK_DIE_AT", place)]).await;
            assert_eq!((killed.code, killed.out.as_str()), (None, ""), "{word} {place}: {killed:?}");
            expect_all_open(&desk.host, &desk.client).await;
            object(&desk.host.ran(&["root-key", "rotate", "--rewrap-only", "--json"], &[]).await);
            let doctor = object(&desk.host.ran(&["doctor", "--json"], &[]).await);
            assert!(!doctor.to_string().contains("--rewrap-only"), "{word} {place}: {doctor}");
            // A merchant whose key was never open here: its key is wrapped under a root key that this host has not seen.
            let newcomer = desk.host.merchant(place).await;
            newcomer.post("/v1/credentials", &desk.prepare(COURIER).await.request).await.expect(201);
            assert_eq!(expect_all_open(&desk.host, &newcomer).await, 1, "{word} {place}");
        }
        let rotated = object(&desk.host.ran(&["root-key", "rotate", "--json"], &[]).await);
        assert_eq!(rotated["older_kids"].as_array().map(Vec::len), Some(4), "{word}: {rotated}");
        assert_eq!(desk.client.get("/readyz").await.status, 200);
        // The newest key alone opens everything.
        let keys = fs::read_to_string(&file).unwrap();
        fs::write(&file, keys.lines().next().unwrap()).unwrap();
        desk.restart_with(&[]).await;
        assert_eq!(expect_all_open(&desk.host, &desk.client).await, 1, "{word}");
    }
}

#[tokio::test]
async fn the_wrong_root_key_changes_nothing_and_is_told_with_what_mends_it() {
    for database in Database::both().await {
        let word = database.word();
        let desk = Desk::open(database, &[]).await;
        desk.connect(COURIER).await;
        let file = desk.host.data_dir().join("root-key");
        let right = fs::read_to_string(&file).unwrap();
        let wrong = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n";
        fs::write(&file, wrong).unwrap();
        for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["merchant", "list"], &["root-key", "rotate"]] {
            let words = error(&desk.host.ran(command, &[]).await);
            assert!(words.contains("wrong root key") && words.contains("crossdock doctor"), "{word}: {words}");
        }
        assert_eq!(fs::read_to_string(&file).unwrap(), wrong, "{word}: no key was put in front of a wrong one");
        let doctor = desk.host.ran(&["doctor", "--json"], &[]).await;
        assert_eq!((doctor.code, one_object(&doctor)["ok"].as_bool()), (Some(1), Some(false)), "{word}");
        // The host that serves goes on with what it has.
        expect_all_open(&desk.host, &desk.client).await;
        fs::write(&file, right).unwrap();
        object(&desk.host.ran(&["merchant", "list", "--json"], &[]).await);
    }
}
