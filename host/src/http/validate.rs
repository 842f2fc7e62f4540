//! Validation of request bodies: every fault in one answer, each with its pointer.

use jiff::civil::Date;
use serde_json::Value;

use super::country::is_country;
use super::currency::is_currency;
use super::json::escape;
use super::problem::{FieldError, MAX_FIELD_ERRORS, Problem};
use crate::model::money::Money;

/// Most digits before the point that any currency's parcel needs.
const MAX_AMOUNT_DIGITS: usize = 12;

/// Most digits after the point of any currency (the Tunisian dinar and its like have three).
const MAX_AMOUNT_DECIMALS: usize = 3;

/// A request body or query that can say what is wrong with it.
pub trait Validate {
    /// Adds what is wrong; `pointer` is the JSON Pointer to this value, empty for the whole.
    fn validate(&self, pointer: &str, findings: &mut Findings);
}

impl<T: Validate> Validate for Option<T> {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        if let Some(value) = self {
            value.validate(pointer, findings);
        }
    }
}

impl<T: Validate> Validate for Vec<T> {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        for (index, value) in self.iter().enumerate() {
            value.validate(&format!("{pointer}/{index}"), findings);
        }
    }
}

/// What was found wrong in a request.
#[derive(Debug, Default)]
pub struct Findings {
    errors: Vec<FieldError>,
}

impl Findings {
    /// Starts with nothing found.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns what was found.
    pub fn into_errors(self) -> Vec<FieldError> {
        self.errors
    }

    /// Gives the 422 answer if anything was found.
    pub fn finish(self) -> Result<(), Problem> {
        if self.errors.is_empty() { Ok(()) } else { Err(Problem::invalid_body(self.errors)) }
    }

    /// Adds an error.
    pub fn add(&mut self, pointer: &str, code: &str, detail: impl Into<String>) {
        if self.errors.len() < MAX_FIELD_ERRORS {
            self.errors.push(FieldError::new(pointer, code, detail));
        }
    }

    /// Checks text that must be there.
    pub fn required_text(&mut self, pointer: &str, text: &str, max_chars: usize) {
        if text.trim().is_empty() {
            self.add(pointer, "required", "is required");
        } else {
            self.text(pointer, text, max_chars);
        }
    }

    /// Checks text: its length, and that it has no control characters (labels and couriers' XML break on them).
    pub fn text(&mut self, pointer: &str, text: &str, max_chars: usize) {
        if text.chars().count() > max_chars {
            self.add(pointer, "too_long", format!("at most {max_chars} characters"));
        } else if text.chars().any(|char| char.is_control() && char != '\n' && char != '\t') {
            self.add(pointer, "invalid_text", "control characters are not allowed");
        }
    }

    /// Checks text that may be missing.
    pub fn optional_text(&mut self, pointer: &str, text: Option<&str>, max_chars: usize) {
        if let Some(text) = text {
            self.text(pointer, text, max_chars);
        }
    }

    /// Checks every text in a free JSON value, so that no control character gets past in one.
    pub fn inner_text(&mut self, pointer: &str, value: &Value, max_chars: usize) {
        match value {
            Value::String(text) => self.text(pointer, text, max_chars),
            Value::Array(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    self.inner_text(&format!("{pointer}/{index}"), element, max_chars);
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    let pointer = format!("{pointer}/{}", escape(name));
                    self.text(&pointer, name, max_chars);
                    self.inner_text(&pointer, member, max_chars);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Checks a number against its limits.
    pub fn range(&mut self, pointer: &str, value: u64, limits: std::ops::RangeInclusive<u64>) {
        if !limits.contains(&value) {
            let (least, most) = (limits.start(), limits.end());
            self.add(pointer, "out_of_range", format!("must be {least} to {most}"));
        }
    }

    /// Checks a number that may be missing.
    pub fn optional_range(&mut self, pointer: &str, value: Option<u32>, limits: std::ops::RangeInclusive<u64>) {
        if let Some(value) = value {
            self.range(pointer, value.into(), limits);
        }
    }

    /// Checks how many there are.
    pub fn count(&mut self, pointer: &str, count: usize, limits: std::ops::RangeInclusive<usize>) {
        if count > *limits.end() {
            self.add(pointer, "too_many", format!("at most {}", limits.end()));
        } else if count < *limits.start() {
            self.add(pointer, "required", format!("at least {}", limits.start()));
        }
    }

    /// Checks a country's code.
    pub fn country(&mut self, pointer: &str, code: &str) {
        if code.is_empty() {
            self.add(pointer, "required", "is required");
        } else if !is_country(code) {
            self.add(pointer, "invalid_country", "must be an ISO 3166-1 alpha-2 code such as SE");
        }
    }

    /// Checks a day.
    pub fn date(&mut self, pointer: &str, text: Option<&str>) {
        let Some(text) = text else { return };
        if text.len() != 10 || text.parse::<Date>().is_err() {
            self.add(pointer, "invalid_date", "must be a day as YYYY-MM-DD");
        }
    }

    /// Checks a word against those that are known.
    pub fn one_of(&mut self, pointer: &str, word: &str, known: &[&str]) {
        if word.is_empty() {
            self.add(pointer, "required", format!("one of {}", known.join(", ")));
        } else if !known.contains(&word) {
            self.add(pointer, "invalid_choice", format!("must be one of {}", known.join(", ")));
        }
    }

    /// Checks an amount: not negative, and within what couriers' fields hold.
    pub fn money(&mut self, pointer: &str, money: &Money) {
        let (whole, decimals) = money.amount.split_once('.').unwrap_or((&money.amount, "0"));
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_plain = is_digits(whole) && is_digits(decimals);
        if !is_plain || whole.len() > MAX_AMOUNT_DIGITS || decimals.len() > MAX_AMOUNT_DECIMALS {
            self.add(&format!("{pointer}/amount"), "invalid_money", "must be decimal text such as \"12.30\"");
        }
        if !is_currency(&money.currency) {
            self.add(&format!("{pointer}/currency"), "invalid_money", "must be an ISO 4217 code such as SEK");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_plain_decimal_text() {
        let fault_count = |amount: &str, currency: &str| {
            let mut findings = Findings::new();
            findings.money("", &Money { amount: amount.to_owned(), currency: currency.to_owned() });
            findings.into_errors().len()
        };
        assert_eq!(fault_count("12.30", "SEK"), 0);
        assert_eq!(fault_count("0", "EUR"), 0);
        for amount in ["", ".5", "5.", "1e3", "-1", "1,5", "1.2345", "1234567890123"] {
            assert_eq!(fault_count(amount, "SEK"), 1, "{amount}");
        }
        assert_eq!(fault_count("x", "sek"), 2);
    }

    #[test]
    fn days_and_texts_are_checked() {
        let mut findings = Findings::new();
        findings.date("/a", Some("2026-02-28"));
        findings.date("/b", Some("2026-02-30"));
        findings.text("/c", "tvåhundra", 9);
        findings.text("/d", "\u{0}", 9);
        let pointers: Vec<_> = findings.into_errors().into_iter().map(|error| error.pointer).collect();
        assert_eq!(pointers, ["/b", "/d"]);
    }
}
