//! What a merchant types in, looked at before anybody knows which of it is secret. No answer here holds the value.

use regex_lite::Regex;
use secrecy::{ExposeSecret, SecretString};

/// A value as it was typed in.
#[derive(Clone, Copy)]
pub struct TypedIn<'a>(&'a SecretString);

impl<'a> TypedIn<'a> {
    /// Looks at a value.
    pub fn of(value: &'a SecretString) -> Self {
        Self(value)
    }

    /// Whether nothing was typed in.
    pub fn is_empty(self) -> bool {
        self.0.expose_secret().is_empty()
    }

    /// Whether it is a certain public text, such as the mask that the API shows.
    pub fn is_text(self, text: &str) -> bool {
        self.0.expose_secret() == text
    }

    /// Its length in bytes.
    pub fn bytes(self) -> usize {
        self.0.expose_secret().len()
    }

    /// Its length in characters.
    pub fn characters(self) -> usize {
        self.0.expose_secret().chars().count()
    }

    /// Whether it holds line ends, tabs or other control characters.
    pub fn has_control_characters(self) -> bool {
        self.0.expose_secret().chars().any(char::is_control)
    }

    /// Whether all of it matches a pattern; nothing matches one that is no regular expression.
    pub fn matches(self, pattern: &str) -> bool {
        Regex::new(&format!("^(?:{pattern})$")).is_ok_and(|regex| regex.is_match(self.0.expose_secret()))
    }

    /// Returns the value of a field that its description calls plain.
    pub fn to_plain(self) -> String {
        self.0.expose_secret().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_described_and_matched_as_a_whole() {
        let value = SecretString::from("åb1");
        let typed = TypedIn::of(&value);
        assert_eq!((typed.bytes(), typed.characters(), typed.is_empty()), (4, 3, false));
        assert!(typed.matches("[a-zå]+[0-9]") && !typed.matches("[a-zå]+") && !typed.matches("("));
        assert!(!typed.has_control_characters() && TypedIn::of(&SecretString::from("a\n")).has_control_characters());
        assert!(typed.is_text("åb1") && !typed.is_text("åb"));
    }
}
