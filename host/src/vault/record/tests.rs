use jiff::Timestamp;
use proptest::prelude::*;
use secrecy::ExposeSecret;

use super::*;
use crate::model::clock::OsRandom;

fn merchant() -> MerchantId {
    MerchantId::new(Timestamp::UNIX_EPOCH, &OsRandom)
}

fn kid() -> Kid {
    "0123abcd".parse().unwrap()
}

fn place(merchant: &MerchantId) -> RecordPlace<'_> {
    RecordPlace { purpose: "courier-credential", merchant, record: "cred_1", field: "password" }
}

#[test]
fn a_record_opens_at_its_place_only() {
    let (owner, other) = (merchant(), merchant());
    let key = MerchantKey::generate(3, &OsRandom);
    let home = place(&owner);
    let sealed = seal(&kid(), &key, &home, b"hunter2", &OsRandom).unwrap();
    assert!(sealed.starts_with("v1.0123abcd.3.a256gcm-hkdf."));
    assert_eq!(open_text(&key, &home, &sealed).unwrap().expose_secret(), "hunter2");

    let elsewhere = [
        RecordPlace { purpose: "courier-token", ..home },
        RecordPlace { merchant: &other, ..home },
        RecordPlace { record: "cred_2", ..home },
        RecordPlace { field: "username", ..home },
        // The same letters, divided otherwise.
        RecordPlace { record: "cred_1p", field: "assword", ..home },
    ];
    for place in elsewhere {
        assert!(matches!(open(&key, &place, &sealed), Err(VaultError::NotAuthentic)), "{place:?}");
    }
}

#[test]
fn another_root_key_id_or_key_version_in_the_text_is_noticed() {
    let owner = merchant();
    let key = MerchantKey::generate(3, &OsRandom);
    let sealed = seal(&kid(), &key, &place(&owner), b"hunter2", &OsRandom).unwrap();
    let renamed = sealed.replacen("0123abcd", "0123abce", 1);
    assert!(matches!(open(&key, &place(&owner), &renamed), Err(VaultError::NotAuthentic)));

    let newer = sealed.replacen(".3.", ".4.", 1);
    let refused = open(&key, &place(&owner), &newer);
    assert!(matches!(refused, Err(VaultError::KeyVersion { needed: 4, given: 3 })));
    let stranger = MerchantKey::generate(4, &OsRandom);
    assert!(matches!(open(&stranger, &place(&owner), &newer), Err(VaultError::WrongKey)));
}

#[test]
fn the_key_version_is_bound_even_if_the_key_is_the_same() {
    let owner = merchant();
    let key = MerchantKey::generate(1, &OsRandom);
    let sealed = seal(&kid(), &key, &place(&owner), b"hunter2", &OsRandom).unwrap();
    let twin = MerchantKey::twin(&key, 2);
    let renumbered = sealed.replacen(".1.", ".2.", 1);
    assert!(matches!(open(&twin, &place(&owner), &renumbered), Err(VaultError::NotAuthentic)));
}

#[test]
fn malformed_text_says_why() {
    let owner = merchant();
    let key = MerchantKey::generate(1, &OsRandom);
    let sealed = seal(&kid(), &key, &place(&owner), b"", &OsRandom).unwrap();
    let (rest, ciphertext) = sealed.rsplit_once('.').unwrap();
    let broken = [
        String::new(),
        "plain text".to_owned(),
        sealed.replacen("v1", "v2", 1),
        sealed.replacen("a256gcm", "a128gcm", 1),
        sealed.replacen(".1.", ".01.", 1),
        sealed.replacen(".1.", ".x.", 1),
        format!("{rest}.{}", &ciphertext[..40]),
        format!("{sealed}=="),
        format!("{sealed}.more"),
    ];
    for text in broken {
        assert!(matches!(open(&key, &place(&owner), &text), Err(VaultError::Malformed { .. })), "{text}");
    }
}

#[test]
fn resealing_moves_to_the_new_version_once() {
    let owner = merchant();
    let (old, new) = (MerchantKey::generate(1, &OsRandom), MerchantKey::generate(2, &OsRandom));
    let home = place(&owner);
    let sealed = seal(&kid(), &old, &home, b"hunter2", &OsRandom).unwrap();
    let resealed = reseal(&kid(), &old, &new, &home, &sealed, &OsRandom).unwrap().unwrap();
    assert_eq!(resealed.parse::<Sealed>().unwrap().key_version(), 2);
    assert_eq!(*open(&new, &home, &resealed).unwrap(), b"hunter2");
    assert!(reseal(&kid(), &old, &new, &home, &resealed, &OsRandom).unwrap().is_none());
}

#[test]
fn bytes_that_are_not_text_are_told_apart() {
    let owner = merchant();
    let key = MerchantKey::generate(1, &OsRandom);
    let sealed = seal(&kid(), &key, &place(&owner), &[0xff, 0xfe], &OsRandom).unwrap();
    assert!(open(&key, &place(&owner), &sealed).is_ok());
    assert!(matches!(open_text(&key, &place(&owner), &sealed), Err(VaultError::NotText)));
}

proptest! {
    #[test]
    fn whatever_is_sealed_comes_back(
        plaintext in proptest::collection::vec(any::<u8>(), 0..2_000),
        version in 1u32..,
        purpose in ".{0,40}", record in ".{0,40}", field in ".{0,40}",
    ) {
        let owner = merchant();
        let key = MerchantKey::generate(version, &OsRandom);
        let place = RecordPlace { purpose: &purpose, merchant: &owner, record: &record, field: &field };
        let sealed = seal(&kid(), &key, &place, &plaintext, &OsRandom).unwrap();
        prop_assert_eq!(&*open(&key, &place, &sealed).unwrap(), &plaintext);
    }

    #[test]
    fn a_change_of_any_character_is_noticed(at in any::<proptest::sample::Index>(), to in "[0-9A-Za-z_.=-]") {
        let owner = merchant();
        let key = MerchantKey::generate(12, &OsRandom);
        let sealed = seal(&kid(), &key, &place(&owner), b"hunter2", &OsRandom).unwrap();
        let at = at.index(sealed.len());
        let mut changed = sealed.clone();
        changed.replace_range(at..=at, &to);
        prop_assume!(changed != sealed);
        prop_assert!(open(&key, &place(&owner), &changed).is_err());
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in ".{0,200}") {
        prop_assert!(text.parse::<Sealed>().is_err());
    }
}
