//! Tests on both databases.
