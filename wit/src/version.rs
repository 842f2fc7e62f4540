//! Versions of the contract: which of them name the same interfaces.

use std::cmp::Ordering;

/// Whether it is three numbers, and perhaps a pre-release or build after them.
pub fn is_version(text: &str) -> bool {
    let core = text.split(['-', '+']).next().unwrap_or_default();
    let is_number = |part: &str| !part.is_empty() && part.len() <= 9 && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-+".contains(&byte));
    text.len() <= 64 && is_plain && core.split('.').count() == 3 && core.split('.').all(is_number)
}

/// Returns the part of a version that decides whether two of them name the same interfaces, as the component model has it:
/// of `1.2.3` it is `1`, of `0.2.6` it is `0.2`, and `0.0.1` and pre-releases are themselves.
pub fn line(version: &str) -> &str {
    let is_zero = |part: Option<&str>| part == Some("0");
    let mut parts = version.split('.');
    let kept = match (is_zero(parts.next()), is_zero(parts.next())) {
        (false, _) => 1,
        (true, false) => 2,
        (true, true) => return version,
    };
    let end = version.match_indices('.').nth(kept - 1).map_or(version.len(), |(place, _)| place);
    if version.contains('-') { version } else { &version[..end] }
}

/// Whether two versions name the same interfaces: whatever was built against one is served by the other.
pub fn is_same_line(one: &str, other: &str) -> bool {
    line(one) == line(other)
}

/// Compares two versions by their numbers; a pre-release comes before its release.
pub fn compare(one: &str, other: &str) -> Ordering {
    let parts = |version: &str| {
        let (numbers, rest) = version.split_once(['-', '+']).unwrap_or((version, ""));
        let numbers: Vec<u64> = numbers.split('.').map(|number| number.parse().unwrap_or(u64::MAX)).collect();
        (numbers, !version.contains('-'), rest.to_owned())
    };
    parts(one).cmp(&parts(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_the_component_model_does() {
        assert!(is_same_line("0.1.7", "0.1.0"));
        assert_eq!(line("1.2.3"), "1");
        assert!(!is_same_line("0.2.0", "0.1.0"));
        assert_eq!(line("0.0.1"), "0.0.1");
        assert!(!is_same_line("0.1.0-rc.1", "0.1.0"));
    }

    #[test]
    fn versions_have_an_order() {
        for (older, newer) in [("0.0.1", "0.1.0"), ("0.9.0", "0.10.0"), ("0.1.0-rc.1", "0.1.0"), ("0.2.9", "1.0.0")] {
            assert_eq!(compare(older, newer), Ordering::Less, "{older} and {newer}");
            assert_eq!(compare(newer, older), Ordering::Greater, "{older} and {newer}");
        }
        assert_eq!(compare("0.1.0", "0.1.0"), Ordering::Equal);
    }

    #[test]
    fn what_is_no_version_is_told() {
        assert!(["0.1.0", "1.22.333", "0.1.0-rc.1", "1.0.0+build"].into_iter().all(is_version));
        assert!(["", "1", "1.0", "1.0.x", "0.1.0;", "0.1.0 world"].into_iter().all(|text| !is_version(text)));
    }
}
