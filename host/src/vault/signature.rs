//! Checks signatures without telling how wrong they are.

use crossdock_contract::description::HmacAlgorithm;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};

/// Says whether `signature` is the message's under `key`, compared in constant time.
pub fn verify_hmac(algorithm: HmacAlgorithm, key: &SecretString, message: &[u8], signature: &[u8]) -> bool {
    let key = key.expose_secret().as_bytes();
    match algorithm {
        HmacAlgorithm::Sha1 => verify::<Hmac<sha1::Sha1>>(key, message, signature),
        HmacAlgorithm::Sha256 => verify::<Hmac<sha2::Sha256>>(key, message, signature),
        HmacAlgorithm::Sha512 => verify::<Hmac<sha2::Sha512>>(key, message, signature),
    }
}

fn verify<M: Mac + KeyInit>(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    <M as KeyInit>::new_from_slice(key).is_ok_and(|mac| mac.chain_update(message).verify_slice(signature).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rfcs_vectors_hold() {
        // RFC 2202 and RFC 4231, test case 2.
        let (key, message) = (&SecretString::from("Jefe"), b"what do ya want for nothing?");
        let sha1 = hex::decode("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79").unwrap();
        let sha256 = hex::decode("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843").unwrap();
        assert!(verify_hmac(HmacAlgorithm::Sha1, key, message, &sha1));
        assert!(verify_hmac(HmacAlgorithm::Sha256, key, message, &sha256));
        assert!(!verify_hmac(HmacAlgorithm::Sha512, key, message, &sha256));
        assert!(!verify_hmac(HmacAlgorithm::Sha256, key, message, &sha256[..31]));
        assert!(!verify_hmac(HmacAlgorithm::Sha256, key, message, b""));
    }
}
