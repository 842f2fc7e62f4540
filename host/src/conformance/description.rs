//! What a plugin says of itself, beyond what the gate looks at.

use std::sync::Arc;

use crossdock_cases::{CallFile, Case, Player};
use serde_json::Value;

use super::run::{account_of, call_of};
use super::wire::Played;
use super::{Check, Group};
use crate::plugin::{Plugin, Wire};

/// Checks that it says the same each time, that nothing exported is forgotten, and that a merchant is told what to type in.
pub async fn check(plugin: &Arc<Plugin>) -> Vec<Check> {
    let mut texts = Vec::new();
    let mut problems = Vec::new();
    for _ in 0..2 {
        match describe(plugin).await {
            Ok(text) => texts.push(text),
            Err(reason) => problems.push(reason),
        }
    }
    if let [one, other] = texts.as_slice()
        && one != other
    {
        problems.push("describe returned other bytes the second time".to_owned());
    }
    vec![
        Check::new(Group::Description, "the same bytes each time", 2, problems),
        Check::new(Group::Description, "every exported capability is given to an account kind", 0, not_given(plugin)),
        Check::new(Group::Description, "a merchant is told what to type in", 0, unexplained(plugin)),
    ]
}

async fn describe(plugin: &Arc<Plugin>) -> Result<String, String> {
    let mut call = CallFile::new("plugin.describe", Value::Null);
    call.complete(plugin.description());
    let player = Player::new(&Case::made_up("describe", call.clone(), Vec::new()));
    let played = Played::new(player, plugin.description(), &account_of(&call));
    let text = plugin.describe_again(call_of(&call, played as Arc<dyn Wire>)).await;
    text.map_err(|error| error.to_string())
}

fn not_given(plugin: &Plugin) -> Vec<String> {
    let is_given = |capability: &&String| {
        plugin.description().accounts.iter().any(|account| account.capabilities.contains(capability))
    };
    let forgotten = plugin.capabilities().iter().filter(|capability| !is_given(capability));
    forgotten
        .map(|capability| format!("{capability} is exported, and no account kind gives it: nobody can use it"))
        .collect()
}

fn unexplained(plugin: &Plugin) -> Vec<String> {
    let mut problems = Vec::new();
    for account in &plugin.description().accounts {
        for field in &account.fields {
            if field.help.is_none() && field.example.is_none() {
                problems.push(format!(
                    "the field {} of the account kind {} has neither help nor example",
                    field.key, account.id
                ));
            }
        }
    }
    problems
}
