//! Keyset pages, newest first: an id sorts by its time, so the last row's id is where the next page starts.

/// Which part of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// At most this many rows.
    pub limit: u32,
    /// Rows older than the one with this id; `None`: from the newest.
    pub after: Option<String>,
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Whether there are older ones.
    pub has_more: bool,
}

impl Page {
    /// Makes the first page.
    pub fn first(limit: u32) -> Self {
        Self { limit, after: None }
    }

    /// One row more than asked for: whether it comes says whether there are more.
    ///
    /// SQLite looks at a bound `LIMIT` when it plans, and plans again whenever another is bound, even the same; statements that
    /// run often write `LIMIT CAST($1 AS BIGINT)`, behind which it does not look.
    pub(super) fn probe(&self) -> i64 {
        i64::from(self.limit) + 1
    }

    /// Cuts off the row that was read as a probe.
    pub(super) fn cut<T>(&self, mut rows: Vec<T>) -> Listed<T> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        Listed { rows, has_more }
    }
}
