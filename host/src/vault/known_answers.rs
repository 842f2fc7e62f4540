//! Known answers, computed apart with Python's `cryptography`: what is stored today must open for ever.

use std::sync::atomic::{AtomicU8, Ordering};

use crate::model::clock::Random;
use crate::model::id::MerchantId;
use crate::vault::{MerchantKey, Pepper, RecordPlace, RootKey, RootKeys, SubKeyPurpose, open, seal};

const RECORD: &str = "v1.0123abcd.1.a256gcm-hkdf.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKis.ODSrNQEQ4\
     jwe030iP8MFQ9r5icN66FctfTNwYHR14Gfj6XwHu2b9ZG4yoJCDYIOz0wVOO7dmUQ";

const WRAPPED: &str = "w1.8c0cc17a.a256gcm-hkdf.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKis.v1atFQo9k8M\
     l2srkwOKxMP17XkLzrLbYGDfaQ5eDhbRaT6TmRRc2AN28pO2I3IGtxXI1sc6e9Yzrq5nzjXlJuoChY1-2lqHG0FRpmP3ba20";

const CHECK: &str = "c1.8c0cc17a.fBaIcTF6ZVB7ilvKdZ4sb-YhzOP7LWpVMdWJAXsLtRo";

const CACHE_KEY: &str = "d3cbc7e69e18ecd8a6b34eea3c71a6589cd21e12d751677bb85d7ba9301504ca";

/// Of the pepper 0, 1, 2 and so on.
const CURSOR_KEY: &str = "1b5c584f1a4dbfbe2ca6cbb106b8e83a76541fb91473350bdb8005c2358cd24a";

/// Of `hunter2`, under the same pepper.
const FINGERPRINT: &str = "9e85b688247c8dff568bc7aef1cb8eb9";

/// 0, 1, 2 and so on.
#[derive(Default)]
struct Counting(AtomicU8);

impl Random for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.iter_mut().for_each(|byte| *byte = self.0.fetch_add(1, Ordering::Relaxed));
    }
}

fn merchant() -> MerchantId {
    format!("mer_{}", "0".repeat(26)).parse().unwrap()
}

fn root_keys() -> RootKeys {
    RootKeys::new(RootKey::from_slice(&[9; 32]).unwrap(), Vec::new())
}

fn merchant_key() -> MerchantKey {
    root_keys().unwrap_merchant_key(&merchant(), 1, WRAPPED).unwrap()
}

#[test]
fn a_wrapped_key_is_written_and_read_as_ever() {
    let again = root_keys().wrap_merchant_key(&merchant(), &merchant_key(), &Counting::default()).unwrap();
    assert_eq!(again, WRAPPED);
}

#[test]
fn a_record_is_written_and_read_as_ever() {
    let merchant = merchant();
    let place = RecordPlace { purpose: "courier-credential", merchant: &merchant, record: "cred_1", field: "password" };
    assert_eq!(*open(&merchant_key(), &place, RECORD).unwrap(), b"hunter2");
    let kid = "0123abcd".parse().unwrap();
    assert_eq!(seal(&kid, &merchant_key(), &place, b"hunter2", &Counting::default()).unwrap(), RECORD);
}

#[test]
fn check_and_derived_keys_are_as_ever() {
    assert_eq!(root_keys().check_value(), CHECK);
    assert_eq!(hex::encode(root_keys().sub_key(SubKeyPurpose::CompiledCache).expose()), CACHE_KEY);
    let pepper = Pepper::generate(&Counting::default());
    assert_eq!(hex::encode(pepper.cursor_key().expose()), CURSOR_KEY);
    assert_eq!(pepper.fingerprint_key().of_plain("hunter2"), FINGERPRINT);
}
