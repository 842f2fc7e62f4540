//! Recorded answers, damaged: a plugin survives each, and says what happened.

use std::collections::BTreeMap;
use std::sync::Arc;

use crossdock_cases::{Answer, Case, Damage, Harm, LONG_TEXT, Player, damaged};
use serde_json::{Value, json};

use super::judge::{self, Given};
use super::run::{call_case, invoke_case};
use super::typed::Heard;
use super::{Check, Group};
use crate::plugin::Plugin;

/// Places of a JSON answer that are damaged one by one: enough to meet every kind of member, and soon done.
pub const SOME_PLACES: usize = 12;
/// As many as the SDK's own kit damages: longer answers repeat themselves.
pub const ALL_PLACES: usize = 400;

/// What the host says of a text past its limit: it refuses the result in order, and the plugin did nothing wrong.
const TOO_LONG: &str = "is too long";

/// What was found so far, by kind of damage.
#[derive(Debug, Default)]
pub struct Kinds(BTreeMap<&'static str, Found>);

#[derive(Debug, Default)]
struct Found {
    calls: u32,
    problems: Vec<String>,
}

impl Kinds {
    /// Makes a check of each kind.
    pub fn into_checks(self) -> Vec<Check> {
        let checks = self.0.into_iter();
        checks.map(|(kind, found)| Check::new(Group::BadAnswers, kind, found.calls, found.problems)).collect()
    }

    fn add(&mut self, kind: &'static str, at: &str, mut problems: Vec<String>) {
        if kind == LONG_TEXT {
            problems.retain(|problem| !problem.contains(TOO_LONG));
        }
        let found = self.0.entry(kind).or_default();
        found.calls += 1;
        found.problems.extend(problems.into_iter().map(|problem| format!("{at}: {problem}")));
    }
}

/// Damages every answer of a case in turn; of a push, its body.
pub async fn check(plugin: &Arc<Plugin>, case: &Case, max_places: usize, kinds: &mut Kinds) {
    // What does not even run is told by the replay.
    let Ok(invoked) = invoke_case(plugin, case).await.outcome else {
        return;
    };
    if case.call.operation == "webhooks.receive" {
        check_push(plugin, case, &invoked.args, max_places, kinds).await;
    }
    for (place, exchange) in case.exchanges.iter().enumerate() {
        for damage in damaged(&exchange.answer, max_places) {
            let at = format!("{}, answer {}, {}", case.name, place + 1, damage.what);
            let given = Given::one_answer(case, place, damage.harm);
            let player = Player::with_answer(case, place, damage.answer);
            let problems = call(plugin, case, player, &invoked.args, &given).await;
            kinds.add(damage.kind, &at, problems);
        }
    }
}

async fn check_push(plugin: &Arc<Plugin>, case: &Case, args: &Value, max_places: usize, kinds: &mut Kinds) {
    let bytes = args.pointer("/request/body").and_then(Value::as_array).into_iter().flatten();
    let body = bytes.filter_map(|byte| u8::try_from(byte.as_u64()?).ok()).collect();
    let push = Ok(Answer { status: 200, headers: Vec::new(), body });
    let bodies =
        damaged(&push, max_places).into_iter().filter(|damage| matches!(damage.harm, Harm::Odd | Harm::Unreadable));
    for Damage { kind, what, answer, .. } in bodies {
        let Ok(answer) = answer else { continue };
        let mut args = args.clone();
        args["request"]["body"] = json!(answer.body);
        let given = Given::every_answer(case, Harm::Odd);
        let problems = call(plugin, case, Player::with_answer(case, usize::MAX, push.clone()), &args, &given).await;
        kinds.add(kind, &format!("{}, the push, {what}", case.name), problems);
    }
}

async fn call(plugin: &Arc<Plugin>, case: &Case, player: Player, args: &Value, given: &Given<'_>) -> Vec<String> {
    let ran = call_case(plugin, case, player, args).await;
    let mut problems = ran.played.refused();
    match ran.outcome {
        Err(error) => problems.push(error.to_string()),
        // The replay told of it.
        Ok(Heard::NoCall(_)) => {}
        Ok(heard) => {
            // A plugin that asked once more has heard more than this answer.
            let asked_more = ran.played.player().made().len() > case.exchanges.len();
            let given = Given { is_only_answer: given.is_only_answer && !asked_more, ..*given };
            problems.extend(judge::wrong(&given, &heard));
        }
    }
    problems
}
