//! Cuts secrets out of what a guest, the log or a call record gets to see.
//!
//! A secret is looked for in every spelling at once, with a shift table over pairs of bytes (Wu and Manber): most of an answer is
//! skipped, building the table costs less than hashing the secrets, and everything that holds a secret can be zeroed.

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::spelling::{Spelling, spellings};

/// Shorter secrets are replaced only where they are a whole value: as a part of other words they would be noise.
pub const MIN_ANYWHERE_BYTES: usize = 8;
/// What stands in a secret's place.
const FILLER: u8 = b'*';
/// What stands in the place of digits, so that a JSON number stays one.
const DIGIT_FILLER: u8 = b'9';
/// Size of the shift table; pairs of bytes are folded into it.
const TABLE: usize = 4096;

/// Knows the secrets of one call.
pub struct Scrubber {
    /// All at least `MIN_ANYWHERE_BYTES` long; longest first.
    anywhere: Vec<Spelling>,
    /// Shorter ones, of secrets that are shorter.
    whole: Vec<Spelling>,
    /// How far a search may move when it sees a pair of bytes; zero: some pattern's first bytes may end here.
    shifts: Box<[u8; TABLE]>,
}

impl Scrubber {
    /// Makes a scrubber for these secrets; empty ones are ignored.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let mut anywhere: Vec<Spelling> = Vec::new();
        let mut whole: Vec<Spelling> = Vec::new();
        for secret in secrets {
            let list = if secret.len() < MIN_ANYWHERE_BYTES { &mut whole } else { &mut anywhere };
            list.extend(
                spellings(secret)
                    .into_iter()
                    .filter(|spelling| secret.len() < MIN_ANYWHERE_BYTES || spelling.len() >= MIN_ANYWHERE_BYTES),
            );
        }
        anywhere.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        anywhere.dedup();
        whole.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        whole.dedup();
        let mut shifts = Box::new([(MIN_ANYWHERE_BYTES - 1) as u8; TABLE]);
        for pattern in &anywhere {
            for end in 1..MIN_ANYWHERE_BYTES {
                let shift = &mut shifts[slot(pattern[end - 1], pattern[end])];
                *shift = (*shift).min((MIN_ANYWHERE_BYTES - 1 - end) as u8);
            }
        }
        Self { anywhere, whole, shifts }
    }

    /// Replaces every secret in a body by filler of the same length; `true` if there was one.
    pub fn body(&self, body: &mut [u8]) -> bool {
        let mut found = self.find_anywhere(body);
        for spelling in &self.whole {
            find_whole_values(body, spelling, &mut found);
        }
        fill(body, &found)
    }

    /// Replaces every secret in a header's value by filler of the same length.
    pub fn header(&self, value: &mut [u8]) -> bool {
        let found = self.find_anywhere(value);
        let trimmed = value.trim_ascii();
        // A scheme's word before it does not make a short secret less of one.
        let last_word = trimmed.rsplit(|byte| *byte == b' ').next().unwrap_or_default();
        let is_short =
            self.whole.iter().any(|spelling| spelling.as_slice() == trimmed || spelling.as_slice() == last_word);
        if is_short {
            value.fill(FILLER);
            return true;
        }
        fill(value, &found)
    }

    /// Replaces every secret in text for a log or a failure.
    pub fn text(&self, text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        if !self.body(&mut bytes) {
            return text.to_owned();
        }
        // A secret starts and ends between characters, so this only guards against base64 of half a character.
        String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }

    fn find_anywhere(&self, text: &[u8]) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        if self.anywhere.is_empty() {
            return found;
        }
        let mut end = MIN_ANYWHERE_BYTES - 1;
        while end < text.len() {
            let shift = usize::from(self.shifts[slot(text[end - 1], text[end])]);
            if shift > 0 {
                end += shift;
                continue;
            }
            let start = end + 1 - MIN_ANYWHERE_BYTES;
            if let Some(pattern) = self.anywhere.iter().find(|pattern| text[start..].starts_with(pattern)) {
                found.push((start, start + pattern.len()));
            }
            // One step only: secrets may overlap.
            end += 1;
        }
        found
    }
}

fn slot(first: u8, second: u8) -> usize {
    (usize::from(first) << 4 ^ usize::from(second)) % TABLE
}

fn fill(text: &mut [u8], found: &[(usize, usize)]) -> bool {
    for &(start, end) in found {
        let is_number = text[start..end].iter().all(|byte| byte.is_ascii_digit() || *byte == DIGIT_FILLER);
        text[start..end].fill(if is_number { DIGIT_FILLER } else { FILLER });
    }
    !found.is_empty()
}

/// Finds a short secret where it is the whole of a JSON value, of an XML element or attribute, or of the body.
fn find_whole_values(body: &[u8], secret: &[u8], found: &mut Vec<(usize, usize)>) {
    let mut from = 0;
    while let Some(offset) = position(&body[from..], secret) {
        let start = from + offset;
        let end = start + secret.len();
        if is_whole_value(body, start, end) {
            found.push((start, end));
        }
        from = start + 1;
    }
}

fn is_whole_value(body: &[u8], start: usize, end: usize) -> bool {
    let (before, after) = (&body[..start], &body[end..]);
    let quoted = [b'"', b'\''].iter().any(|quote| before.last() == Some(quote) && after.first() == Some(quote));
    // Strings inside a JSON string.
    let quoted_twice = before.ends_with(b"\\\"") && after.starts_with(b"\\\"");
    let left = before.trim_ascii_end().last();
    let right = after.trim_ascii_start().first();
    let is_element = left == Some(&b'>') && right == Some(&b'<');
    let is_number = matches!(left, Some(b':' | b'[' | b',')) && matches!(right, Some(b',' | b']' | b'}'));
    let is_cdata = before.ends_with(b"<![CDATA[") && after.starts_with(b"]]>");
    let is_all = left.is_none() && right.is_none();
    quoted || quoted_twice || is_element || is_number || is_cdata || is_all
}

fn position(text: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut from = 0;
    while let Some(offset) = text[from..].iter().position(|byte| *byte == first) {
        let start = from + offset;
        if text[start..].starts_with(wanted) {
            return Some(start);
        }
        from = start + 1;
    }
    None
}

/// Collects the secrets of a call without repetitions.
#[derive(Default)]
pub struct SecretList(Vec<Zeroizing<String>>);

impl SecretList {
    /// Adds a secret; `false` if it was known.
    pub fn add_secret(&mut self, secret: &SecretString) -> bool {
        self.add(secret.expose_secret())
    }

    /// Adds a secret's spelling as it was written; `false` if it was known.
    pub fn add(&mut self, secret: &str) -> bool {
        let is_new = !secret.is_empty() && !self.0.iter().any(|known| known.as_str() == secret);
        if is_new {
            self.0.push(Zeroizing::new(secret.to_owned()));
        }
        is_new
    }

    /// Makes a scrubber for all of them.
    pub fn scrubber(&self) -> Scrubber {
        Scrubber::new(self.0.iter().map(|secret| secret.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
    use proptest::prelude::*;

    fn scrubbed(secrets: &[&str], body: &str) -> String {
        let mut bytes = body.as_bytes().to_vec();
        Scrubber::new(secrets.iter().copied()).body(&mut bytes);
        assert_eq!(bytes.len(), body.len());
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn short_secrets_are_replaced_only_as_whole_values() {
        assert_eq!(
            scrubbed(&["abc"], r#"{"a":"abc","b":"abcd","c":["abc"]}"#),
            r#"{"a":"***","b":"abcd","c":["***"]}"#
        );
        assert_eq!(scrubbed(&["1234"], r#"{"a":1234,"b":12345}"#), r#"{"a":9999,"b":12345}"#);
        assert_eq!(scrubbed(&["abc"], "<a b='abc'> abc <c>xabc</c></a>"), "<a b='***'> *** <c>xabc</c></a>");
        assert_eq!(scrubbed(&["abc"], "abc"), "***");
        assert_eq!(scrubbed(&["abc"], r#"{"a":"YWJj","b":"FiY"}"#), r#"{"a":"****","b":"FiY"}"#);
        assert_eq!(scrubbed(&["abc"], "an abc book"), "an abc book");
        let mut header = b"Token abc".to_vec();
        assert!(Scrubber::new(["abc"]).header(&mut header));
        assert_eq!(header, b"*********");
    }

    #[test]
    fn overlapping_secrets_leave_nothing_behind() {
        assert_eq!(scrubbed(&["aaaabbbb", "bbbbcccc"], "xaaaabbbbccccx"), "x************x");
        assert_eq!(scrubbed(&["12345678"], "x 12345678 y"), "x 99999999 y");
        assert_eq!(scrubbed(&[""], "nothing"), "nothing");
    }

    #[test]
    fn a_secret_inside_foreign_base64_is_found() {
        for user in ["", "u", "us", "use"] {
            let sent = STANDARD.encode(format!("{user}:hunter22-secret"));
            let left = scrubbed(&["hunter22-secret"], &sent);
            let stars = left.bytes().filter(|byte| *byte == FILLER).count();
            assert!(stars + 3 >= "hunter22-secret".len() * 8 / 6, "{left}");
        }
    }

    proptest! {
        #[test]
        fn no_spelling_survives(secret in "[ -~åß€]{8,40}", left in "[ -~]{0,30}", right in "[ -~]{0,30}") {
            let percent = percent_encoding::utf8_percent_encode(&secret, percent_encoding::NON_ALPHANUMERIC).to_string();
            let unreserved: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
            let json = serde_json::to_string(&secret).unwrap();
            let spellings = [
                secret.clone(),
                STANDARD.encode(&secret), STANDARD_NO_PAD.encode(&secret),
                URL_SAFE.encode(&secret), URL_SAFE_NO_PAD.encode(&secret),
                unreserved,
                percent,
                hex::encode(&secret),
                json[1..json.len() - 1].to_owned(),
                quick_escape(&secret),
            ];
            for spelling in spellings {
                let body = format!("{left}{spelling}{right}");
                let mut bytes = body.clone().into_bytes();
                prop_assert!(Scrubber::new([secret.as_str()]).body(&mut bytes), "{}", spelling);
                prop_assert_eq!(bytes.len(), body.len());
                prop_assert!(position(&bytes, spelling.as_bytes()).is_none(), "{}", spelling);
            }
        }

        #[test]
        fn what_holds_no_secret_stays(body in "[a-f0-9\"{}:, ]{0,400}") {
            prop_assert_eq!(scrubbed(&["Zq-secret-value", "QQ"], &body), body);
        }
    }

    fn quick_escape(text: &str) -> String {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;")
            .replace('\'', "&apos;")
    }
}
