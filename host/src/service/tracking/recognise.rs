//! Which couriers a number could belong to, by pattern and check digit.

use std::sync::Arc;

use crossdock_contract::Description;
use crossdock_contract::description::CheckDigit;
use regex_lite::Regex;

use crate::plugin::{Plugin, Registry};

/// Longest number that is looked at, in characters: longer than any courier's; 34 is the longest known.
pub const MAX_NUMBER_LENGTH: usize = 64;

/// How sure a courier's pattern makes it; the greater the surer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likelihood {
    /// It looks like one.
    Pattern,
    /// It looks like one and its check digit is right.
    CheckDigit,
}

/// Writes a number as couriers do: upper case, without blanks and hyphens between its parts.
pub fn normalize(number: &str) -> String {
    number
        .chars()
        .filter(|character| !character.is_whitespace() && *character != '-')
        .flat_map(char::to_uppercase)
        .collect()
}

/// Whether a normalized number can be one at all: couriers print them, so they are visible ASCII.
pub fn is_number(number: &str) -> bool {
    (1..=MAX_NUMBER_LENGTH).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Returns the couriers that a number could belong to, the likeliest first. A number that looks like a courier's but whose check digit
/// is wrong is not that courier's.
pub fn candidates(registry: &Registry, number: &str) -> Vec<Arc<Plugin>> {
    let mut found: Vec<(Likelihood, Arc<Plugin>)> = registry
        .list()
        .into_iter()
        .filter_map(|plugin| Some((likelihood(plugin.description(), number)?, plugin)))
        .collect();
    found.sort_by(|left, right| right.0.cmp(&left.0).then_with(|| left.1.id().cmp(right.1.id())));
    found.into_iter().map(|(_, plugin)| plugin).collect()
}

/// Returns how likely a number is one of the courier's; `None`: it is not.
pub fn likelihood(description: &Description, number: &str) -> Option<Likelihood> {
    description
        .number_patterns
        .iter()
        .filter(|pattern| matches(&pattern.pattern, number) && pattern.check.accepts(number))
        .map(|pattern| if pattern.check == CheckDigit::None { Likelihood::Pattern } else { Likelihood::CheckDigit })
        .max()
}

fn matches(pattern: &str, number: &str) -> bool {
    Regex::new(&format!("^(?:{pattern})$")).is_ok_and(|regex| regex.is_match(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_couriers_do() {
        assert_eq!(normalize(" 1z ab12-3403 0000 0046 "), "1ZAB12340300000046");
        assert!(is_number("1ZAB12340300000046"));
        for wrong in ["", "A\u{0}", "ÅÄÖ", &"1".repeat(65)] {
            assert!(!is_number(wrong), "{wrong:?}");
        }
    }
}
