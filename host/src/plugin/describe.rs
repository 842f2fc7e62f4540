//! Asking a plugin what it is, before anything else is asked of it.

use std::time::Instant;

use crossdock_contract::Description;
use crossdock_contract::check;

use super::call::{Outcome, what_failed, within};
use super::engine::Engine;
use super::error::LoadFault;
use super::limits::{self, Limits};
use super::ready::Ready;
use super::sandbox::{NoImports, Sandbox};

/// Runs `describe` in a sandbox where no import works, and reads what it returns.
///
/// # Errors
///
/// [`LoadFault::Describe`] if it does not return a text in time; else as [`read`].
pub(super) async fn describe(engine: &Engine, ready: &Ready, contract: &str) -> Result<Description, LoadFault> {
    let deadline = Instant::now() + limits::DESCRIBE_DEADLINE;
    let of_describe = Limits { cpu_budget: limits::DESCRIBE_CPU_BUDGET, ..engine.limits().clone() };
    let mut store = Sandbox::store(engine, &of_describe, None, None, deadline);
    store.data_mut().cpu.start();
    let outcome = within(deadline, ready.describe(&mut store)).await;
    let reason = match outcome {
        Outcome::Returned(text) => return read(&text, contract),
        Outcome::Failed(error) if error.is::<NoImports>() => "it asked the host for something".to_owned(),
        Outcome::Failed(error) => match what_failed(store.data(), &error) {
            Ok(limit) => format!("it passed its limit on {limit}"),
            Err(reason) => reason,
        },
        Outcome::Panicked => "a function of the host broke off".to_owned(),
        Outcome::TimedOut => format!("it did not return within {} ms", limits::DESCRIBE_DEADLINE.as_millis()),
    };
    Err(LoadFault::Describe(reason))
}

/// Reads and checks the description of a plugin that was built against this version of the contract.
///
/// # Errors
///
/// [`LoadFault::DescriptionSyntax`] if it is no such document, [`LoadFault::Description`] if it contradicts itself.
pub(super) fn read(text: &str, contract: &str) -> Result<Description, LoadFault> {
    if text.len() > limits::MAX_DESCRIPTION_BYTES {
        let reason = format!("it is longer than {} bytes", limits::MAX_DESCRIPTION_BYTES);
        return Err(LoadFault::Describe(reason));
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let description: Description = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        LoadFault::DescriptionSyntax { path: error.path().to_string(), reason: error.inner().to_string() }
    })?;
    json.end().map_err(|error| LoadFault::DescriptionSyntax { path: ".".to_owned(), reason: error.to_string() })?;
    match check::check_against(&description, contract) {
        flaws if flaws.is_empty() => Ok(description),
        flaws => Err(LoadFault::Description(flaws)),
    }
}
