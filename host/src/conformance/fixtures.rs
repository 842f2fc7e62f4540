//! Recorded calls, replayed through the component; and the same call twice.

use std::collections::BTreeSet;
use std::sync::Arc;

use crossdock_cases::{Case, Player, differences};

use super::run::{call_case, invoke_case};
use super::typed::Heard;
use super::{Check, Group, UpdateError};
use crate::plugin::{InvokeError, OPERATIONS, Plugin};

/// Replays a case: requests and result must be as recorded, the same twice, and such as the host takes.
pub async fn check(plugin: &Arc<Plugin>, case: &Case) -> Vec<Check> {
    let first = invoke_case(plugin, case).await;
    let invoked = match first.outcome {
        Ok(invoked) => invoked,
        Err(error) => return vec![failed(case, vec![error.to_string()])],
    };
    let mut problems = first.played.player().problems();
    problems.extend(first.played.refused());
    problems.extend(differences("expected.json", &case.expected, &invoked.outcome));
    match call_case(plugin, case, Player::new(case), &invoked.args).await.outcome {
        Ok(Heard::NoCall(flaw)) => problems.push(format!("call.json is no call that a host makes: {flaw}")),
        Ok(_) => {}
        Err(error) => problems.push(format!("the host does not take the result: {error}")),
    }
    let second = invoke_case(plugin, case).await;
    let mut changes = Vec::new();
    match second.outcome {
        Ok(again) => {
            // Texts and not values: an order that changes is a change.
            let (one, other) = (invoked.outcome.to_string(), again.outcome.to_string());
            if one != other {
                changes.push(format!("the second call returned {other}, and the first {one}"));
            }
        }
        Err(error) => changes.push(format!("the second call gave no answer: {error}")),
    }
    if second.played.player().made() != first.played.player().made() {
        changes.push("the second call asked the courier something else".to_owned());
    }
    vec![Check::new(Group::Fixtures, &case.name, 2, problems), Check::new(Group::Deterministic, &case.name, 2, changes)]
}

/// A plugin without a recorded call shows nothing of what it does.
pub fn none(cases: &[Case]) -> Vec<Check> {
    let problem = "there is no fixture: record one with `crossdock plugin call … --save fixtures/<case>`, or write one";
    match cases {
        [] => vec![Check::new(Group::Fixtures, "there is one", 0, vec![problem.to_owned()])],
        _ => Vec::new(),
    }
}

/// Says which operations have no fixture.
pub fn warnings(plugin: &Plugin, cases: &[Case]) -> Vec<String> {
    let recorded: BTreeSet<&str> = cases.iter().map(|case| case.call.operation.as_str()).collect();
    let declared = OPERATIONS.into_iter().filter(|operation| {
        let (capability, _) = operation.split_once('.').expect("an operation has a capability");
        let kinds = plugin.description().accounts.iter();
        kinds.into_iter().any(|kind| plugin.offers(&kind.id, capability) && !kind.lacks.contains_key(*operation))
    });
    let missing = declared.filter(|operation| !recorded.contains(operation));
    missing.map(|operation| format!("no fixture calls {operation}: nothing shows that it works")).collect()
}

/// Writes what the plugin does into the case's files.
pub async fn update(plugin: &Arc<Plugin>, case: &Case) -> Result<(), UpdateError> {
    let ran = invoke_case(plugin, case).await;
    match ran.outcome {
        Ok(invoked) => Ok(case.write(&ran.played.player().made(), &invoked.outcome)?),
        Err(InvokeError::Call(error)) => Err(error.into()),
        Err(error) => Err(UpdateError::Call { case: case.name.clone(), reason: error.to_string() }),
    }
}

fn failed(case: &Case, problems: Vec<String>) -> Check {
    Check::new(Group::Fixtures, &case.name, 1, problems)
}
