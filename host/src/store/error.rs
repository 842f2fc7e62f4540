//! What can go wrong in the database.

/// A result of the store.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the database gave no result. After any error the transaction is of no use but to be dropped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A row with the same unique values is there already. The same statement will fail again.
    #[error("a row with the same unique values exists")]
    Conflict,
    /// The database could not be reached, or is too busy. Worth a retry.
    #[error("the database is not available: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// A stored value cannot be read: it was written by something else, or by a newer version.
    #[error("a stored value cannot be read: {0}")]
    Corrupt(String),
    /// The database's structure does not fit this binary, and neither retry nor another request helps.
    #[error("{0}")]
    Schema(String),
    /// The database refused the statement.
    #[error("the database refused a statement: {0}")]
    Database(#[source] sqlx::Error),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(refusal) if refusal.is_unique_violation() => Self::Conflict,
            sqlx::Error::Database(refusal) if refusal.code().is_some_and(|code| is_passing(&code)) => {
                Self::Unavailable(error)
            }
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Io(_)
            | sqlx::Error::Tls(_) => Self::Unavailable(error),
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Self::Corrupt(error.to_string()),
            _ => Self::Database(error),
        }
    }
}

/// Whether a refusal is one of the moment.
///
/// SQLite: 5 is busy, 6 is locked, their extended codes hold them in the low byte (sqlite.org/rescode.html, read 2026-11-21).
/// PostgreSQL: class 08 is the connection, 53 resources, 57 the operator, 40 a rollback, 55P03 a lock
/// (PostgreSQL 15, appendix A, read 2026-11-21).
fn is_passing(code: &str) -> bool {
    if code.len() == 5 {
        return ["08", "53", "57", "40"].contains(&&code[..2]) || code == "55P03";
    }
    code.parse::<u32>().is_ok_and(|number| matches!(number & 0xff, 5 | 6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_the_moment_are_told_from_final_ones() {
        assert!(is_passing("5"));
        assert!(is_passing("517"));
        assert!(is_passing("57014"));
        assert!(is_passing("40001"));
        assert!(!is_passing("1"));
        assert!(!is_passing("42P01"));
    }
}
