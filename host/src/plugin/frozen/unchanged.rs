//! Contract 0.0.2, in which nothing is otherwise than in the newest: made up to prove that what did not change needs no line.

use std::sync::LazyLock;

use crossdock_contract::{Contract, NEWEST, PACKAGE};

use super::Frozen;

const VERSION: &str = "0.0.2";

static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
    let package = |version: &str| format!("package {PACKAGE}@{version};");
    let renamed = |text: &str| text.replacen(&package(NEWEST.version), &package(VERSION), 1);
    // Made once and kept for good, as a released version's text is.
    let wit = NEWEST.wit.iter().map(|(name, text)| (*name, &*renamed(text).leak())).collect::<Vec<_>>();
    Contract { version: VERSION, wit: wit.leak(), ..NEWEST }
});

/// The version.
pub struct Unchanged;

impl Frozen for Unchanged {
    fn contract(&self) -> &'static Contract {
        &CONTRACT
    }
}
