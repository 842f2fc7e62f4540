//! One call of a recorded case, in a fresh sandbox.

use std::sync::Arc;
use std::time::Duration;

use crossdock_cases::{CallFile, Case, Environment as RecordedEnvironment, Player};
use serde_json::Value;

use super::typed::{self, Heard};
use super::wire::Played;
use crate::model::credential::{AccountView, Environment};
use crate::plugin::{Call, CallError, InvokeError, Invoked, Plugin, Wire};

/// What one call did.
pub struct Ran<T> {
    /// What came of it.
    pub outcome: T,
    /// What it asked the courier.
    pub played: Arc<Played>,
}

/// Returns the account that a case's call is for.
pub fn account_of(call: &CallFile) -> AccountView {
    AccountView {
        kind: call.account_kind.clone(),
        environment: match call.environment {
            RecordedEnvironment::Production => Environment::Production,
            RecordedEnvironment::Test => Environment::Test,
        },
        fields: call.fields.clone(),
        endpoints: call.endpoint_urls.clone(),
    }
}

/// Makes the surroundings of a case's call.
pub fn call_of(call: &CallFile, wire: Arc<dyn Wire>) -> Call {
    Call {
        account: account_of(call),
        locale: call.locale.clone(),
        now: call.now,
        call_id: call.call_id.clone(),
        deadline: Duration::from_millis(call.time_left_ms),
        wire,
        merchant: None,
        endpoint_urls: call.endpoint_urls.clone(),
    }
}

/// Calls the plugin by name; the outcome is what the guest returned.
pub async fn invoke_case(plugin: &Arc<Plugin>, case: &Case) -> Ran<Result<Invoked, InvokeError>> {
    let played = Played::new(Player::new(case), plugin.description(), &account_of(&case.call));
    let call = call_of(&case.call, Arc::clone(&played) as Arc<dyn Wire>);
    let outcome = plugin.invoke(call, &case.call.operation, &case.call.arguments()).await;
    Ran { outcome, played }
}

/// Calls the plugin as a merchant's request would, with complete arguments; the outcome is what the host makes of it.
pub async fn call_case(
    plugin: &Arc<Plugin>,
    case: &Case,
    player: Player,
    args: &Value,
) -> Ran<Result<Heard, CallError>> {
    let played = Played::new(player, plugin.description(), &account_of(&case.call));
    let call = call_of(&case.call, Arc::clone(&played) as Arc<dyn Wire>);
    let outcome = typed::call(plugin, call, &case.call.operation, args).await;
    Ran { outcome, played }
}

/// Says why the host would not take what a plugin made of a recorded call; `None`: it would.
pub async fn refused_by_host(plugin: &Arc<Plugin>, case: &Case, args: &Value) -> Option<String> {
    match call_case(plugin, case, Player::new(case), args).await.outcome {
        Ok(Heard::NoCall(flaw)) => Some(flaw),
        Ok(_) => None,
        Err(error) => Some(error.to_string()),
    }
}
