//! Calling a plugin as the host's own services do, so that its results pass the checks that they pass there.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::model::failure::Failure;
use crate::plugin::{Call, CallError, Plugin};

/// What the host makes of a plugin's answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// A result that the host takes; of several numbers at least one has such.
    Taken,
    /// A failure, or one per number.
    Failed(Vec<Failure>),
    /// The arguments are no call that the host would make.
    NoCall(String),
}

/// Calls an operation with complete arguments, as [`Plugin::invoke`] returns them.
///
/// # Errors
///
/// The plugin gave no answer that the host could take.
pub async fn call(plugin: &Arc<Plugin>, call: Call, operation: &str, args: &Value) -> Result<Heard, CallError> {
    macro_rules! read {
        ($name:literal) => {
            match argument(args, $name) {
                Ok(value) => value,
                Err(flaw) => return Ok(Heard::NoCall(flaw)),
            }
        };
    }
    Ok(match operation {
        "auth.check" => heard(plugin.check(call).await?),
        "tracking.track" => {
            let numbers: Vec<String> = read!("numbers");
            heard_each(plugin.track(call, &numbers).await?)
        }
        "rates.quote" => heard(plugin.quote(call, &read!("shipment")).await?),
        "shipments.create" => heard(plugin.create(call, &read!("order")).await?),
        "shipments.cancel" => heard(plugin.cancel_shipment(call, &read!("shipment")).await?),
        "shipments.label" => {
            let format: String = read!("format");
            heard(plugin.label(call, &read!("shipment"), &format).await?)
        }
        "shipments.find-by-reference" => {
            let reference: String = read!("booking_reference");
            heard(plugin.find_by_reference(call, &reference).await?)
        }
        "pickups.schedule" => heard(plugin.schedule_pickup(call, &read!("request")).await?),
        "pickups.cancel" => {
            let number: String = read!("confirmation_number");
            heard(plugin.cancel_pickup(call, &number, read!("extensions")).await?)
        }
        "manifests.close" => {
            let (date, ids): (String, Vec<String>) = (read!("date"), read!("courier_shipment_ids"));
            heard(plugin.close_manifest(call, &date, &ids).await?)
        }
        "service-points.find" => heard(plugin.find_service_points(call, &read!("search")).await?),
        "addresses.validate" => heard(plugin.validate_address(call, &read!("address")).await?),
        "webhooks.receive" => heard(plugin.receive_webhook(call, &read!("request")).await?),
        "subscriptions.subscribe" => {
            let numbers: Vec<String> = read!("numbers");
            heard(plugin.subscribe(call, &numbers).await?)
        }
        "subscriptions.unsubscribe" => {
            let id: String = read!("id");
            heard(plugin.unsubscribe(call, &id).await?)
        }
        "subscriptions.list" => heard(plugin.list_subscriptions(call).await?),
        other => Heard::NoCall(format!("there is no operation {other}")),
    })
}

fn argument<T: DeserializeOwned>(args: &Value, name: &str) -> Result<T, String> {
    let value = args.get(name).cloned().unwrap_or(Value::Null);
    serde_path_to_error::deserialize(value).map_err(|error| format!("argument {name} at {error}"))
}

fn heard<T>(answer: Result<T, Failure>) -> Heard {
    match answer {
        Ok(_) => Heard::Taken,
        Err(failure) => Heard::Failed(vec![failure]),
    }
}

fn heard_each<T>(answers: Vec<Result<T, Failure>>) -> Heard {
    let count = answers.len();
    let failures: Vec<Failure> = answers.into_iter().filter_map(Result::err).collect();
    if failures.len() < count { Heard::Taken } else { Heard::Failed(failures) }
}
