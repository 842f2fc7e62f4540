//! In which language a courier's words are wanted.

use std::sync::Arc;

/// Longest tag that is taken, in characters: what RFC 5646 (4.4.1) asks of whoever limits tags.
const MAX_CHARS: usize = 35;

/// The language where nobody says another: couriers everywhere have English.
const DEFAULT: &str = "en";

/// A language tag such as `nb-NO` (BCP 47).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locale(Arc<str>);

impl Locale {
    /// Reads a tag; `None` unless it is a language, perhaps with a script, a region and the like.
    pub fn parse(tag: &str) -> Option<Self> {
        let mut parts = tag.split('-');
        let is_language =
            |part: &str| matches!(part.len(), 2..=3) && part.bytes().all(|byte| byte.is_ascii_alphabetic());
        let is_part = |part: &str| matches!(part.len(), 1..=8) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let is_tag = tag.len() <= MAX_CHARS && parts.next().is_some_and(is_language) && parts.all(is_part);
        is_tag.then(|| Self(tag.into()))
    }

    /// Returns the tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Locale {
    fn default() -> Self {
        Self(DEFAULT.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_language_tags_are_read() {
        for tag in ["sv", "nb-NO", "zh-Hant-TW", "de-1996"] {
            assert_eq!(Locale::parse(tag).unwrap().as_str(), tag);
        }
        for tag in ["", "*", "x", "english", "sv_SE", "sv-", "sv-å", &format!("sv{}", "-abcdefgh".repeat(4))] {
            assert_eq!(Locale::parse(tag), None, "{tag}");
        }
    }
}
