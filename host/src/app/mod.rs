//! The application: its configuration, and how it ends.

pub mod config;
pub mod shutdown;

pub use config::Config;
