//! Bounds and shapes of what a guest returns.

use crate::model::Extensions;
use crate::plugin::guest_log::clean;
use crate::plugin::limits;
use crate::plugin::wire::Wire;

/// What breaks the contract in a result, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flawed {
    path: String,
    what: &'static str,
}

impl Flawed {
    /// Says what is wrong with the value itself.
    pub fn new(what: &'static str) -> Self {
        Self { path: String::new(), what }
    }

    /// Says in which member the value stands.
    #[must_use]
    pub fn within(mut self, member: &str) -> Self {
        self.path.insert_str(0, &format!("/{member}"));
        self
    }
}

impl std::fmt::Display for Flawed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.path.as_str() {
            "" => formatter.write_str(self.what),
            path => write!(formatter, "{path} {}", self.what),
        }
    }
}

/// Checks one call's result; knows how to take secrets out of a guest's words.
#[derive(Clone, Copy)]
pub struct Check<'a> {
    wire: &'a dyn Wire,
}

impl<'a> Check<'a> {
    /// Makes the check of one call.
    pub fn new(wire: &'a dyn Wire) -> Self {
        Self { wire }
    }

    /// Bounds a text, and puts blanks for the control characters in it: no courier means them, PostgreSQL takes no NUL, and a booking
    /// that exists must be kept.
    pub fn text(self, member: &str, text: String) -> Result<String, Flawed> {
        if text.len() > limits::MAX_TEXT_BYTES {
            return Err(Flawed::new("is too long").within(member));
        }
        // Nearly every text is plain ASCII, and every text of every result comes through here.
        let is_clean = text.bytes().all(|byte| matches!(byte, b' '..=b'~')) || !text.chars().any(is_noise);
        Ok(if is_clean { text } else { text.replace(is_noise, " ") })
    }

    /// Bounds a text that must not be empty.
    pub fn word(self, member: &str, text: String) -> Result<String, Flawed> {
        if text.is_empty() {
            return Err(Flawed::new("is empty").within(member));
        }
        self.text(member, text)
    }

    /// Bounds a text that may be missing.
    pub fn maybe(self, member: &str, text: Option<String>) -> Result<Option<String>, Flawed> {
        text.map(|text| self.text(member, text)).transpose()
    }

    /// Bounds a list of texts.
    pub fn texts(self, member: &str, texts: Vec<String>) -> Result<Vec<String>, Flawed> {
        self.list(member, texts, |check, text| check.text("", text))
    }

    /// Bounds a list, and turns each of its elements.
    pub fn list<G, M>(
        self,
        member: &str,
        list: Vec<G>,
        turn: impl Fn(Self, G) -> Result<M, Flawed>,
    ) -> Result<Vec<M>, Flawed> {
        if list.len() > limits::MAX_LIST {
            return Err(Flawed::new("has too many elements").within(member));
        }
        let turned = list.into_iter().enumerate().map(|(place, element)| {
            turn(self, element).map_err(|flawed| flawed.within(&place.to_string()).within(member))
        });
        turned.collect()
    }

    /// Turns a part that may be missing.
    pub fn part<G, M>(
        self,
        member: &str,
        part: Option<G>,
        turn: impl Fn(Self, G) -> Result<M, Flawed>,
    ) -> Result<Option<M>, Flawed> {
        part.map(|part| turn(self, part)).transpose().map_err(|flawed| flawed.within(member))
    }

    /// Bounds pairs of keys and values.
    pub fn extensions(self, extensions: Extensions) -> Result<Extensions, Flawed> {
        if extensions.len() > limits::MAX_EXTENSIONS {
            return Err(Flawed::new("has too many pairs").within("extensions"));
        }
        self.list("extensions", extensions, |check, (key, value)| {
            Ok((check.word("key", key)?, check.text("value", value)?))
        })
    }

    /// Checks a country: two capital letters.
    pub fn country(self, member: &str, country: Option<String>) -> Result<Option<String>, Flawed> {
        match &country {
            Some(code) if !is_country(code) => Err(Flawed::new("is no country of two capital letters").within(member)),
            _ => Ok(country),
        }
    }

    /// Cuts a guest's words, takes control characters and secrets out of them.
    pub fn words(self, words: &str, max_bytes: usize) -> String {
        if words.is_empty() {
            return String::new();
        }
        clean(&self.wire.scrub(words), max_bytes)
    }
}

/// Whether a character is neither read nor layout.
fn is_noise(letter: char) -> bool {
    letter.is_control() && !matches!(letter, '\n' | '\r' | '\t')
}

/// Whether it is two capital letters.
pub fn is_country(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Whether a text has this shape: `0` stands for any digit, everything else for itself.
pub fn has_shape(text: &str, shape: &str) -> bool {
    let fits = |(byte, wanted): (u8, u8)| {
        if wanted == b'0' { byte.is_ascii_digit() } else { byte == wanted }
    };
    text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flaw_names_its_place() {
        assert_eq!(Flawed::new("is empty").within("3").within("events").to_string(), "/events/3 is empty");
        assert_eq!(Flawed::new("is empty").to_string(), "is empty");
    }

    #[test]
    fn shapes_are_exact() {
        assert!(has_shape("2026-01-31T09:05:00", "0000-00-00T00:00:00"));
        assert!(!has_shape("2026-01-31 09:05:00", "0000-00-00T00:00:00"));
        assert!(is_country("NO") && !is_country("no") && !is_country("NOR"));
    }
}
