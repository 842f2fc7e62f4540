//! The conformance suite: whether a component keeps what the contract promises, in the real engine and without a network.
//!
//! It sees nothing but the component and its folder of recorded calls, so it holds for every language. What a plugin asks
//! is checked as `outbound` would, what it returns as `plugin` does for a merchant's call.

mod bad_answers;
mod capabilities;
mod description;
mod fixtures;
mod judge;
mod made_up;
mod report;
mod run;
mod typed;
mod wire;

use std::sync::Arc;

use crossdock_cases::{Case, CaseError};

use crate::plugin::{CallError, Plugin};

pub use made_up::arguments;
pub use report::{Check, Group, Report};
pub use run::{account_of, call_of, refused_by_host};
pub use wire::{Played, made};

/// Why fixtures could not be written. What a plugin does wrong in a check stands in the report.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// A fixture cannot be written.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// The plugin gave no answer to a call whose answer was to be written down.
    #[error(transparent)]
    Plugin(#[from] CallError),
    /// A case calls what cannot be called.
    #[error("fixture {case}: {reason}")]
    Call {
        /// The case's name.
        case: String,
        /// Why not.
        reason: String,
    },
}

/// Runs all checks; `is_thorough`: damages every member of every answer, not some of each. `step` hears what is run next.
pub async fn check(plugin: &Arc<Plugin>, cases: &[Case], is_thorough: bool, step: &dyn Fn(&str)) -> Report {
    let mut report = Report::of(plugin);
    step("the description");
    report.extend(description::check(plugin).await);
    step("a call of every capability");
    report.extend(capabilities::check(plugin, cases).await);
    for case in cases {
        step(&format!("fixture {}", case.name));
        report.extend(fixtures::check(plugin, case).await);
    }
    report.extend(fixtures::none(cases));
    report.warnings = fixtures::warnings(plugin, cases);
    let max_places = if is_thorough { bad_answers::ALL_PLACES } else { bad_answers::SOME_PLACES };
    let mut kinds = bad_answers::Kinds::default();
    for case in cases {
        step(&format!("bad answers to {}", case.name));
        bad_answers::check(plugin, case, max_places, &mut kinds).await;
    }
    report.extend(kinds.into_checks());
    report
}

/// Writes what the plugin does into the files of its fixtures, to be read before it is believed.
///
/// # Errors
///
/// A call gave no answer, or a file cannot be written.
pub async fn update(plugin: &Arc<Plugin>, cases: &[Case]) -> Result<(), UpdateError> {
    for case in cases {
        fixtures::update(plugin, case).await?;
    }
    Ok(())
}
