//! The merchants' API: one file per resource, and the bodies that they share.

pub mod body;
