//! `crossdock openapi`: the description of the API, for client generators and for whoever keeps it beside their code.

use std::io::Write as _;

use anyhow::Context as _;
use clap::Args;

use crate::http::openapi;

/// Prints the OpenAPI document; it needs no database and no key.
#[derive(Args)]
pub struct OpenapiArgs {}

/// Prints the document.
///
/// # Errors
///
/// When standard output is closed.
pub fn run(_: OpenapiArgs) -> anyhow::Result<()> {
    std::io::stdout().write_all(openapi::text().as_bytes()).context("the document could not be printed")
}
