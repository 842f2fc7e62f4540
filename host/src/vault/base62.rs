//! Base 62: digits, capitals, small letters.

use zeroize::Zeroizing;

use crate::model::clock::Random;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The largest multiple of 62 in a byte: bytes from here on are thrown away, else the first letters came too often.
const FAIR: u8 = 248;

/// Bytes drawn at once.
const DRAW_BYTES: usize = 64;

/// Adds random characters of equal likelihood, 5.95 bits each. The text should have room, so that it is not moved.
pub(super) fn push_random(text: &mut String, count: usize, random: &dyn Random) {
    let mut left = count;
    let mut draw = Zeroizing::new([0u8; DRAW_BYTES]);
    while left > 0 {
        random.fill(&mut *draw);
        for byte in draw.iter().filter(|byte| **byte < FAIR).take(left) {
            text.push(char::from(ALPHABET[usize::from(byte % 62)]));
            left -= 1;
        }
    }
}

/// Writes a number as 6 characters, the highest first; 62^6 is more than 2^32.
pub(super) fn six(number: u32) -> [u8; 6] {
    let mut left = number;
    let mut digits = [0u8; 6];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[(left % 62) as usize];
        left /= 62;
    }
    digits
}

pub(super) fn is_base62(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::clock::OsRandom;

    #[test]
    fn numbers_are_padded() {
        assert_eq!(&six(0), b"000000");
        assert_eq!(&six(62), b"000010");
        assert_eq!(&six(u32::MAX), b"4gfFC3");
    }

    #[test]
    fn random_text_has_its_length_and_all_letters() {
        let mut text = String::new();
        push_random(&mut text, 5_000, &OsRandom);
        assert_eq!(text.len(), 5_000);
        assert!(is_base62(&text));
        assert!(ALPHABET.iter().all(|letter| text.as_bytes().contains(letter)));
    }
}
