//! The fixture test kit.
