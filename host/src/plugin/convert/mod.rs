//! The contract's types to ours and back: one module per version of the contract that is in use.

pub mod json;
pub mod v0_1;
