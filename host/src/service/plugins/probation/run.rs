//! One recorded call, made again.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::wire::Replayed;
use crate::plugin::{CallError, Plugin, Wire};
use crate::service::recordings::call::RecordedCall;

/// Longest time of one call: no answer has to be waited for.
pub(super) const CALL_DEADLINE: Duration = Duration::from_secs(2);

/// What a version did with a recorded call.
pub(super) struct Ran {
    /// What it said.
    pub said: Result<Value, CallError>,
    /// What it asked the courier.
    pub requests: Vec<Value>,
    /// Requests that were not recorded.
    pub unknown: Vec<String>,
}

/// Makes a recorded call again.
pub(super) async fn run(plugin: &Arc<Plugin>, recorded: &RecordedCall) -> Ran {
    let wire = Replayed::new(plugin.description(), recorded);
    let call = recorded.facts.call(Arc::clone(&wire) as Arc<dyn Wire>, CALL_DEADLINE);
    let said = plugin.ask(call, &recorded.question).await;
    let (requests, unknown) = wire.asked();
    Ran { said, requests, unknown }
}

impl Ran {
    /// Says in what the version in charge does otherwise than when the call was recorded; `None`: it reproduces it.
    pub(super) fn differs_from_recorded(&self, recorded: &RecordedCall) -> Option<String> {
        if let Some(unknown) = self.unknown.first() {
            return Some(format!("it asks what was not recorded: {unknown}"));
        }
        match &self.said {
            Err(error) => Some(error.to_string()),
            Ok(said) if kind(said) != kind(&recorded.said) => {
                Some(format!("it ends in {}, and {} was recorded", kind(said), kind(&recorded.said)))
            }
            Ok(_) => None,
        }
    }
}

/// What a call came to, without its content: values of another shape may not lead to the very same text.
fn kind(said: &Value) -> Value {
    match said {
        Value::Array(each) => each.iter().map(kind).collect(),
        said => match said.get("err") {
            Some(failure) => json!({ "failure": failure["kind"] }),
            None => json!("a result"),
        },
    }
}
