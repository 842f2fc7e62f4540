//! A courier's codes and what they mean.

use crate::types::Status;

/// A plain table of a courier's codes: `StatusTable::new(&[("31", Status::Exception), …])`.
///
/// Codes are compared without regard to ASCII case and surrounding blanks. The test kit checks that no code stands
/// twice ([`StatusTable::duplicates`]).
#[derive(Debug, Clone, Copy)]
pub struct StatusTable {
    rows: &'static [(&'static str, Status)],
}

impl StatusTable {
    /// Makes a table; a `const`.
    pub const fn new(rows: &'static [(&'static str, Status)]) -> Self {
        Self { rows }
    }

    /// The status of a code; `None` if the courier documents no such code.
    pub fn get(&self, code: &str) -> Option<Status> {
        let code = code.trim();
        // Nearly always the code is written as documented, and that is quick to see.
        let as_written = self.rows.iter().find(|(known, _)| *known == code);
        let row = as_written.or_else(|| self.rows.iter().find(|(known, _)| known.eq_ignore_ascii_case(code)));
        row.map(|(_, status)| *status)
    }

    /// The status of a code, `unknown` for a code that is not in the table.
    pub fn status(&self, code: &str) -> Status {
        self.get(code).unwrap_or(Status::Unknown)
    }

    /// The rows.
    pub fn rows(&self) -> &'static [(&'static str, Status)] {
        self.rows
    }

    /// The codes that stand more than once.
    pub fn duplicates(&self) -> Vec<&'static str> {
        let mut seen = std::collections::BTreeSet::new();
        self.rows.iter().map(|(code, _)| *code).filter(|code| !seen.insert(code.to_ascii_lowercase())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: StatusTable =
        StatusTable::new(&[("A1", Status::Accepted), ("D", Status::Delivered), ("a1", Status::Unknown)]);

    #[test]
    fn codes_are_found_whatever_their_case() {
        assert_eq!(TABLE.status(" d "), Status::Delivered);
        assert_eq!(TABLE.status("A1"), Status::Accepted);
        assert_eq!(TABLE.status("X"), Status::Unknown);
        assert_eq!(TABLE.duplicates(), ["a1"]);
    }
}
