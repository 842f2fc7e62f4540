//! Every function that is declared, called once with each of the answers that any courier may give.

use std::sync::Arc;

use crossdock_cases::{Answer, CallFile, Case, Damage, Exchange, Harm, Player, damaged};
use crossdock_contract::description::{AccountKind, TestEnvironment};
use serde_json::Value;

use super::judge::{self, Given};
use super::run::{call_case, invoke_case};
use super::typed::Heard;
use super::{Check, Group, made_up};
use crate::model::failure::FailureKind;
use crate::plugin::{OPERATIONS, Plugin};

/// The same answer to all that a call asks: more requests than any call makes.
const ANSWERS: usize = 64;

/// Calls every operation of every account kind with made-up arguments, or a fixture's where there is one.
pub async fn check(plugin: &Arc<Plugin>, cases: &[Case]) -> Vec<Check> {
    let mut checks = Vec::new();
    for kind in &plugin.description().accounts {
        for operation in OPERATIONS {
            let (capability, _) = operation.split_once('.').expect("an operation has a capability");
            if plugin.offers(&kind.id, capability) && !kind.lacks.contains_key(operation) {
                let recorded = cases.iter().find(|case| is_fine(case, operation, kind));
                let case = recorded.cloned().unwrap_or_else(|| made_up_case(plugin, kind, operation));
                checks.push(check_operation(plugin, kind, case).await);
            }
        }
    }
    checks
}

fn is_fine(case: &Case, operation: &str, kind: &AccountKind) -> bool {
    case.call.operation == operation && case.call.account_kind == kind.id && case.expected.get("err").is_none()
}

fn made_up_case(plugin: &Plugin, kind: &AccountKind, operation: &str) -> Case {
    let mut call = CallFile::new(operation, made_up::arguments(plugin.description(), operation));
    call.account_kind.clone_from(&kind.id);
    call.fields = made_up::fields(kind);
    if kind.test == TestEnvironment::Host {
        call.environment = crossdock_cases::Environment::Test;
    }
    call.complete(plugin.description());
    Case::made_up(operation, call, Vec::new())
}

async fn check_operation(plugin: &Arc<Plugin>, kind: &AccountKind, case: Case) -> Check {
    let name = format!("{} of {}", case.call.operation, kind.id);
    let mut problems = Vec::new();
    let mut calls = 1;
    let args = match invoke_case(plugin, &with_answers(&case, &empty_object())).await.outcome {
        Ok(invoked) => invoked.args,
        Err(error) => {
            let problem = format!("when the courier answers {{}}: {error}");
            return Check::new(Group::Capabilities, name, calls, vec![problem]);
        }
    };
    for damage in answers() {
        calls += 1;
        let answered = with_answers(&case, &damage);
        let player = Player::with_answer(&answered, usize::MAX, damage.answer.clone());
        let ran = call_case(plugin, &case, player, &args).await;
        let when = format!("when the courier answers {}", damage.what);
        problems.extend(ran.played.refused().into_iter().map(|rule| format!("{when}: {rule}")));
        let asked = !ran.played.player().made().is_empty();
        match ran.outcome {
            Err(error) => problems.push(format!("{when}: {error}")),
            Ok(Heard::NoCall(flaw)) => problems.push(flaw),
            Ok(heard) if !asked => problems.extend(unsupported(&heard)),
            Ok(heard) => {
                let given = Given::every_answer(&case, damage.harm);
                problems.extend(judge::wrong(&given, &heard).map(|wrong| format!("{when}: {wrong}")));
            }
        }
    }
    problems.dedup();
    Check::new(Group::Capabilities, name, calls, problems)
}

/// What is declared and says that it is not there.
fn unsupported(heard: &Heard) -> Option<String> {
    let Heard::Failed(failures) = heard else { return None };
    let is_unsupported = failures.iter().any(|failure| failure.kind == FailureKind::Unsupported);
    is_unsupported
        .then(|| "it is declared, and answers unsupported without asking the courier: name it under `lacks`".to_owned())
}

fn with_answers(case: &Case, damage: &Damage) -> Case {
    let exchange = Exchange { request: Value::Null, answer: damage.answer.clone() };
    let mut answered = case.clone();
    answered.exchanges = vec![exchange; ANSWERS];
    answered
}

fn empty_object() -> Damage {
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    let answer = Answer { status: 200, headers, body: b"{}".to_vec() };
    Damage { kind: "an empty object", what: "{}".to_owned(), harm: Harm::Odd, answer: Ok(answer) }
}

/// What any courier may answer: nothing, a refusal, a limit, an outage.
fn answers() -> Vec<Damage> {
    let all = damaged(&empty_object().answer, 0).into_iter();
    let wanted = all.filter(|damage| {
        matches!(damage.harm, Harm::NoConnection | Harm::NoAnswer | Harm::Status(401 | 429 | 500 | 503))
    });
    std::iter::once(empty_object()).chain(wanted).collect()
}
