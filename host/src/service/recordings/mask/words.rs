//! Words of the same shape: letters for letters of the same case and size, digits for digits.

use sha2::{Digest, Sha256};

/// Letters of two bytes with their capitals, as couriers' countries write them.
const SMALL: [char; 24] = [
    'à', 'á', 'â', 'ã', 'ä', 'å', 'æ', 'ç', 'è', 'é', 'ê', 'ë', 'ì', 'í', 'î', 'ï', 'ñ', 'ò', 'ó', 'ô', 'õ', 'ö', 'ø',
    'ü',
];
const CAPITAL: [char; 24] = [
    'À', 'Á', 'Â', 'Ã', 'Ä', 'Å', 'Æ', 'Ç', 'È', 'É', 'Ê', 'Ë', 'Ì', 'Í', 'Î', 'Ï', 'Ñ', 'Ò', 'Ó', 'Ô', 'Õ', 'Ö', 'Ø',
    'Ü',
];

/// How often another word is looked for, where chance gave the same one: beyond any bad luck.
const TRIES: u8 = 64;

/// Makes other words under one key: the same word, in whatever case, always becomes the same other word.
pub struct Words {
    key: [u8; 32],
}

impl Words {
    /// Takes a key. Whoever lacks it cannot try out which word became which.
    pub fn new(key: [u8; 32]) -> Self {
        Self { key }
    }

    /// Replaces the words that are meant; what stands between words stays.
    pub fn replace(&self, text: &str, is_meant: impl Fn(&str) -> bool) -> String {
        let mut replaced = String::with_capacity(text.len());
        for piece in pieces(text) {
            match piece.starts_with(char::is_alphanumeric) && is_meant(piece) {
                true => replaced.push_str(&self.other(piece)),
                false => replaced.push_str(piece),
            }
        }
        replaced
    }

    /// Returns another word of the same shape.
    fn other(&self, word: &str) -> String {
        let lower = word.to_lowercase();
        let mut other = String::new();
        for attempt in 0..TRIES {
            let letters = word.chars().zip(self.stream(&lower, attempt)).enumerate();
            other = letters.map(|(place, (letter, byte))| like(letter, byte, place == 0)).collect();
            if other.to_lowercase() != lower {
                break;
            }
        }
        other
    }

    /// Bytes that depend on the word and the key alone, as many as are asked for.
    fn stream(&self, lower: &str, attempt: u8) -> impl Iterator<Item = u8> {
        let start = Sha256::new_with_prefix(self.key).chain_update([attempt]).chain_update(lower.as_bytes());
        (0u32..).flat_map(move |block| start.clone().chain_update(block.to_be_bytes()).finalize())
    }
}

/// Splits a text into words and what stands between them.
pub fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let is_word = rest.chars().next()?.is_alphanumeric();
        let end = rest.find(|letter: char| letter.is_alphanumeric() != is_word).unwrap_or(rest.len());
        let (piece, behind) = rest.split_at(end);
        rest = behind;
        Some(piece)
    })
}

/// Returns the words of a text.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    pieces(text).filter(|piece| piece.starts_with(char::is_alphanumeric))
}

/// A letter or digit of the same kind, case and size in bytes.
fn like(letter: char, byte: u8, is_first: bool) -> char {
    let from = |first: u32, count: u32| char::from_u32(first + u32::from(byte) % count).unwrap_or(letter);
    match letter {
        // A number must stay one: none begins with a zero that did not before.
        '1'..='9' if is_first => from(u32::from('1'), 9),
        '0'..='9' => from(u32::from('0'), 10),
        'a'..='z' => from(u32::from('a'), 26),
        'A'..='Z' => from(u32::from('A'), 26),
        _ => match (letter.len_utf8(), letter.is_lowercase(), letter.is_uppercase()) {
            (2, true, _) => SMALL[usize::from(byte) % SMALL.len()],
            (2, _, true) => CAPITAL[usize::from(byte) % CAPITAL.len()],
            (2, ..) if letter.is_numeric() => from(0x0660, 10),
            (2, ..) => from(0x05d0, 27),
            (3, true, _) => char::from_u32(0x1e01 + 2 * (u32::from(byte) % 64)).unwrap_or(letter),
            (3, _, true) => char::from_u32(0x1e00 + 2 * (u32::from(byte) % 64)).unwrap_or(letter),
            (3, ..) => from(0x4e00, 256),
            (_, true, _) => from(0x1_0428, 40),
            (_, _, true) => from(0x1_0400, 40),
            _ => from(0x2_0000, 256),
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words_of(seed: u8) -> Words {
        Words::new([seed; 32])
    }

    fn kind(letter: char) -> (bool, bool, bool, usize) {
        (letter.is_alphanumeric(), letter.is_lowercase(), letter.is_uppercase(), letter.len_utf8())
    }

    proptest! {
        #[test]
        fn another_text_has_the_same_shape(text in "\\PC{0,60}", seed in any::<u8>()) {
            let other = words_of(seed).replace(&text, |_| true);
            prop_assert_eq!(other.len(), text.len());
            prop_assert_eq!(other.chars().count(), text.chars().count());
            for (one, two) in text.chars().zip(other.chars()) {
                prop_assert_eq!(kind(one), kind(two), "{} became {}", text, other);
                prop_assert_eq!(one.is_ascii_digit(), two.is_ascii_digit());
                if !one.is_alphanumeric() {
                    prop_assert_eq!(one, two);
                }
            }
            for (one, two) in words(&text).zip(words(&other)) {
                prop_assert_ne!(one.to_lowercase(), two.to_lowercase());
            }
        }

        #[test]
        fn the_same_word_becomes_the_same_word(word in "[A-Za-z0-9åäöÅÄÖ]{1,20}", seed in any::<u8>()) {
            let words = words_of(seed);
            let one = words.replace(&word, |_| true);
            let within = words.replace(&format!("<{}> & co.", word.to_uppercase()), |_| true);
            prop_assert!(within.starts_with(&format!("<{}> & ", one.to_uppercase())), "{} in {}", one, within);
        }

        #[test]
        fn a_number_stays_a_number(number in 1u64..1_000_000_000_000) {
            let other = words_of(1).replace(&number.to_string(), |_| true);
            prop_assert_eq!(other.parse::<u64>().unwrap().to_string(), other);
        }

        #[test]
        fn another_key_gives_other_words(word in "[a-z]{12,20}") {
            prop_assert_ne!(words_of(1).replace(&word, |_| true), words_of(2).replace(&word, |_| true));
        }
    }
}
