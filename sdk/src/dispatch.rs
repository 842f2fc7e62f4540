//! Native builds: calling a plugin by the name of an operation, with arguments and result as JSON. For the test kit.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::types::Failure;
use crate::{Call, host};

/// A plugin whose operations can be called by name; `export!` implements it.
pub trait Dispatch {
    /// The capabilities named in `export!`, as Rust names.
    const CAPABILITIES: &'static [&'static str];

    /// Calls an operation.
    ///
    /// # Errors
    ///
    /// The operation is unknown or not exported, or its arguments do not fit.
    fn dispatch(call: &Call, operation: &Operation) -> Result<Outcome, CannotCall>;
}

/// What to call with what.
#[derive(Debug, Clone)]
pub struct Operation {
    /// `<interface>.<function>`, such as `service-points.find`.
    pub name: String,
    /// The function's arguments by name, in snake_case.
    pub args: Value,
}

/// `{"ok": …}` or `{"err": failure}`; for `tracking.track` a list of them under `ok`.
pub type Outcome = Value;

/// Why an operation was not called.
#[derive(Debug, Clone, PartialEq)]
pub struct CannotCall(pub String);

impl CannotCall {
    /// The plugin does not have it.
    pub fn not_exported(operation: &Operation) -> Self {
        Self(format!("the plugin does not export {}", operation.name))
    }
}

impl Operation {
    /// The capability as a Rust name: `service_points`.
    pub fn capability(&self) -> &str {
        match self.name.split('.').next().unwrap_or_default() {
            "service-points" => "service_points",
            other => other,
        }
    }

    fn function(&self) -> &str {
        self.name.split_once('.').map_or("", |(_, function)| function)
    }

    fn arg<T: DeserializeOwned>(&self, name: &str) -> Result<T, CannotCall> {
        let value = self.args.get(name).cloned().unwrap_or(Value::Null);
        serde_path_to_error::deserialize(value).map_err(|error| {
            CannotCall(format!("argument {name} of {} at {}: {}", self.name, error.path(), error.inner()))
        })
    }

    fn arg_or_default<T: DeserializeOwned + Default>(&self, name: &str) -> Result<T, CannotCall> {
        if self.args.get(name).is_none() { Ok(T::default()) } else { self.arg(name) }
    }
}

fn serve<T: Serialize>(act: impl FnOnce() -> Result<T, Failure>) -> Result<Outcome, CannotCall> {
    host::start_call();
    outcome(act().map_err(host::finish_failure))
}

fn outcome<T: Serialize>(result: Result<T, Failure>) -> Result<Outcome, CannotCall> {
    let json = |error: serde_json::Error| CannotCall(format!("cannot write the result as JSON: {error}"));
    Ok(match result {
        Ok(value) => json!({ "ok": contract_names(serde_json::to_value(value).map_err(json)?) }),
        Err(failure) => json!({ "err": serde_json::to_value(failure).map_err(json)? }),
    })
}

/// Words of Rust stand with a line behind them in Rust's names, such as `final_`.
fn contract_names(value: Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members
                .into_iter()
                .map(|(name, member)| (name.trim_end_matches('_').to_owned(), contract_names(member)))
                .collect(),
        ),
        Value::Array(elements) => elements.into_iter().map(contract_names).collect(),
        other => other,
    }
}

macro_rules! capabilities {
    ($p:ident; $($capability:ident: $trait:ident { $($function:literal => |$call:ident, $operation:ident| $act:expr;)+ })+) => {
        $(#[allow(missing_docs, reason = "one function per capability")]
        pub fn $capability<$p: crate::$trait>(call: &Call, operation: &Operation) -> Result<Outcome, CannotCall> {
            match operation.function() {
                $($function => {
                    let ($call, $operation) = (call, operation);
                    $act
                })+
                _ => Err(CannotCall::not_exported(operation)),
            }
        })+
    };
}

capabilities! {
    P;
    auth: Auth {
        "check" => |call, _operation| serve(|| P::check(call));
    }
    rates: Rates {
        "quote" => |call, operation| { let shipment = operation.arg("shipment")?; serve(|| P::quote(call, &shipment)) };
    }
    shipments: Shipments {
        "create" => |call, operation| { let order = operation.arg("order")?; serve(|| P::create(call, &order)) };
        "cancel" => |call, operation| { let shipment = operation.arg("shipment")?; serve(|| P::cancel(call, &shipment)) };
        "label" => |call, operation| {
            let (shipment, format) = (operation.arg("shipment")?, operation.arg::<String>("format")?);
            serve(|| P::label(call, &shipment, &format))
        };
        "find-by-reference" => |call, operation| {
            let reference: String = operation.arg("booking_reference")?;
            serve(|| P::find_by_reference(call, &reference))
        };
    }
    pickups: Pickups {
        "schedule" => |call, operation| { let request = operation.arg("request")?; serve(|| P::schedule(call, &request)) };
        "cancel" => |call, operation| {
            let number: String = operation.arg("confirmation_number")?;
            let extensions = operation.arg_or_default("extensions")?;
            serve(|| P::cancel(call, &number, &extensions))
        };
    }
    manifests: Manifests {
        "close" => |call, operation| {
            let (date, ids) = (operation.arg::<String>("date")?, operation.arg_or_default::<Vec<String>>("courier_shipment_ids")?);
            serve(|| P::close(call, &date, &ids))
        };
    }
    service_points: ServicePoints {
        "find" => |call, operation| { let search = operation.arg("search")?; serve(|| P::find(call, &search)) };
    }
    addresses: Addresses {
        "validate" => |call, operation| { let address = operation.arg("address")?; serve(|| P::validate(call, &address)) };
    }
    webhooks: Webhooks {
        "receive" => |call, operation| { let request = operation.arg("request")?; serve(|| P::receive(call, &request)) };
    }
    subscriptions: Subscriptions {
        "subscribe" => |call, operation| {
            let numbers: Vec<String> = operation.arg_or_default("numbers")?;
            serve(|| P::subscribe(call, &numbers))
        };
        "unsubscribe" => |call, operation| { let id: String = operation.arg("id")?; serve(|| P::unsubscribe(call, &id)) };
        "list" => |call, _operation| serve(|| P::list(call));
    }
}

#[allow(missing_docs, reason = "one function per capability")]
pub fn tracking<P: crate::Tracking>(call: &Call, operation: &Operation) -> Result<Outcome, CannotCall> {
    if operation.function() != "track" {
        return Err(CannotCall::not_exported(operation));
    }
    let numbers: Vec<String> = operation.arg("numbers")?;
    host::start_call();
    let results = P::track(call, &numbers);
    let results: Result<Vec<_>, _> =
        results.into_iter().map(|result| outcome(result.map_err(host::finish_failure))).collect();
    Ok(json!({ "ok": results? }))
}
