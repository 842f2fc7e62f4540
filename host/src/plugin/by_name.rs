//! Calling a plugin by an operation's name, with arguments and result as JSON in the contract's names.
//!
//! For tools: they take what a file or a person says, and what they show is what the guest returned, before the host looks
//! at it. The types are read from the component itself, so this holds for whatever version of the contract it has.

use std::sync::Arc;

use serde_json::{Map, Value};
use wasmtime::Store;
use wasmtime::component::{Func, Instance, Resource, Type, Val};

use super::call::{Call, Run, within};
use super::convert::json;
use super::error::CallError;
use super::plugin::Plugin;
use super::sandbox::{LentContext, Sandbox};

/// Every operation of the contract: interface and function.
pub const OPERATIONS: [&str; 16] = [
    "auth.check",
    "tracking.track",
    "rates.quote",
    "shipments.create",
    "shipments.cancel",
    "shipments.label",
    "shipments.find-by-reference",
    "pickups.schedule",
    "pickups.cancel",
    "manifests.close",
    "service-points.find",
    "addresses.validate",
    "webhooks.receive",
    "subscriptions.subscribe",
    "subscriptions.unsubscribe",
    "subscriptions.list",
];

/// What a call by name came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Invoked {
    /// `{"ok": …}` or `{"err": failure}`; `tracking.track` has a list of them under `ok`.
    pub outcome: Value,
    /// The arguments as the guest got them: members that were left out are filled in.
    pub args: Value,
}

/// Why a call by name has no outcome.
#[derive(Debug, thiserror::Error)]
pub enum InvokeError {
    /// There is no such operation.
    #[error("there is no operation {0}; there are: {list}", list = OPERATIONS.join(", "))]
    UnknownOperation(String),
    /// The arguments are not what the operation takes.
    #[error("the arguments do not fit: {0}")]
    Arguments(String),
    /// The plugin gave no answer.
    #[error(transparent)]
    Call(#[from] CallError),
}

impl Plugin {
    /// Calls an operation.
    ///
    /// # Errors
    ///
    /// There is no such operation, its arguments do not fit, or the plugin gave no answer.
    pub async fn invoke(self: &Arc<Self>, call: Call, operation: &str, args: &Value) -> Result<Invoked, InvokeError> {
        let (interface, function, operation) = parts(operation)?;
        if !self.offers(&call.account.kind, interface) {
            return Err(self.not_offered(interface).into());
        }
        let mut run = Run::begin(self, operation, call).await?;
        let (deadline, instance) = (run.deadline(), self.ready().instance_pre());
        let store = &mut run.store;
        let outcome = within(deadline, async {
            let instance = instance.instantiate_async(&mut *store).await?;
            let Some(function) = exported_function(&instance, store, &self.interface(interface), function) else {
                return Ok(Err(format!("the component does not export {operation}")));
            };
            invoke(store, function, args).await
        })
        .await;
        let (invoked, _wire) = run.end(outcome)?;
        invoked.map_err(InvokeError::Arguments)
    }

    /// Asks for the description once more, as the guest returns it, in the surroundings of a call.
    ///
    /// # Errors
    ///
    /// The plugin gave no answer.
    pub async fn describe_again(self: &Arc<Self>, call: Call) -> Result<String, CallError> {
        let mut run = Run::begin(self, "plugin.describe", call).await?;
        let deadline = run.deadline();
        let outcome = within(deadline, self.ready().describe(&mut run.store)).await;
        Ok(run.end(outcome)?.0)
    }

    /// Returns the name of an interface of the contract, as the component spells it.
    fn interface(&self, name: &str) -> String {
        format!("{}/{name}@{}", crossdock_contract::PACKAGE, self.contract())
    }
}

/// Takes an operation's name apart: interface, function, and the name itself as the host spells it.
fn parts(operation: &str) -> Result<(&'static str, &'static str, &'static str), InvokeError> {
    let unknown = || InvokeError::UnknownOperation(operation.to_owned());
    let known = OPERATIONS.into_iter().find(|known| *known == operation).ok_or_else(unknown)?;
    let (interface, function) = known.split_once('.').ok_or_else(unknown)?;
    Ok((interface, function, known))
}

fn exported_function(instance: &Instance, store: &mut Store<Sandbox>, interface: &str, function: &str) -> Option<Func> {
    let interface = instance.get_export_index(&mut *store, None, interface)?;
    let function = instance.get_export_index(&mut *store, Some(&interface), function)?;
    instance.get_func(&mut *store, function)
}

/// Calls a function; the inner error says which argument does not fit.
async fn invoke(store: &mut Store<Sandbox>, function: Func, args: &Value) -> wasmtime::Result<Result<Invoked, String>> {
    let (mut given, mut params) = (Map::new(), Vec::new());
    let signature = function.ty(&*store);
    let names: Vec<String> = signature.params().map(|(name, _)| json::member(name)).collect();
    if let Some(other) = args.as_object().into_iter().flatten().find(|(name, _)| !names.contains(name)) {
        return Ok(Err(format!("there is no argument {}; there are: {}", other.0, names[1..].join(", "))));
    }
    for ((_, kind), name) in signature.params().zip(names) {
        if let Type::Borrow(_) = kind {
            // A value whose type is not known in advance is lent from a handle that the host owns.
            let context = Resource::<LentContext>::new_own(0);
            params.push(Val::Resource(context.try_into_resource_any(&mut *store)?));
            continue;
        }
        let value = match json::to_val(args.get(&name).unwrap_or(&Value::Null), &kind) {
            Ok(value) => value,
            Err(flaw) => return Ok(Err(format!("/{name}{flaw}"))),
        };
        given.insert(name, json::of_val(&value));
        params.push(value);
    }
    let mut results = vec![Val::Bool(false); signature.results().len()];
    function.call_async(&mut *store, &params, &mut results).await?;
    let result = results.first().map_or(Value::Null, json::of_val);
    let outcome = match results.first() {
        Some(Val::Result(_)) => result,
        _ => serde_json::json!({ "ok": result }),
    };
    Ok(Ok(Invoked { outcome, args: Value::Object(given) }))
}
