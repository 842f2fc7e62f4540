//! A component of an older version, ready to be called.

use std::collections::BTreeMap;

use wasmtime::Store;
use wasmtime::component::{ComponentExportIndex, ComponentNamedList, InstancePre, Lift, Lower, Resource};

use super::Frozen;
use crate::plugin::by_name::OPERATIONS;
use crate::plugin::call::lent;
use crate::plugin::contracts::BuiltAgainst;
use crate::plugin::sandbox::{LentContext, Sandbox};

/// What every plugin has, and no merchant asks for.
const DESCRIBE: &str = "plugin.describe";

/// A component's functions, looked up once.
pub struct Exports {
    version: &'static dyn Frozen,
    instance: InstancePre<Sandbox>,
    functions: BTreeMap<&'static str, ComponentExportIndex>,
}

impl Exports {
    /// Looks the functions up. The gate has compared their types with the version's.
    pub fn new(version: &'static dyn Frozen, built: &BuiltAgainst, instance: &InstancePre<Sandbox>) -> Self {
        let component = instance.component();
        let look_up = |operation: &'static str| {
            let (interface, function) = operation.split_once('.')?;
            let interface = component.get_export_index(None, built.interface(interface))?;
            Some((operation, component.get_export_index(Some(&interface), function)?))
        };
        let functions = OPERATIONS.into_iter().chain([DESCRIBE]).filter_map(look_up).collect();
        Self { version, instance: instance.clone(), functions }
    }

    /// Returns the version.
    pub fn version(&self) -> &'static dyn Frozen {
        self.version
    }

    /// Returns the component, as it is linked.
    pub fn instance_pre(&self) -> &InstancePre<Sandbox> {
        &self.instance
    }

    /// Begins a call in this store.
    pub fn guest<'a>(&'a self, store: &'a mut Store<Sandbox>) -> Guest<'a> {
        Guest { exports: self, store }
    }
}

/// A guest that is about to be called, once.
pub struct Guest<'a> {
    exports: &'a Exports,
    store: &'a mut Store<Sandbox>,
}

impl Guest<'_> {
    /// Calls an operation. The context comes first of the arguments, so they are given without it.
    ///
    /// # Errors
    ///
    /// The component does not export it, the types are not the function's, or the guest failed.
    pub async fn ask<A, R>(self, operation: &str, arguments: A) -> wasmtime::Result<R>
    where
        A: WithContext,
        R: Lift + 'static,
        (R,): ComponentNamedList + Lift,
    {
        self.call(operation, arguments.with_context()).await
    }

    /// Asks for the description.
    ///
    /// # Errors
    ///
    /// As [`Self::ask`].
    pub async fn describe(self) -> wasmtime::Result<String> {
        self.call(DESCRIBE, ()).await
    }

    async fn call<P, R>(self, operation: &str, params: P) -> wasmtime::Result<R>
    where
        P: ComponentNamedList + Lower,
        R: Lift + 'static,
        (R,): ComponentNamedList + Lift,
    {
        let Guest { exports, store } = self;
        let instance = exports.instance.instantiate_async(&mut *store).await?;
        let function = exports.functions.get(operation).and_then(|index| instance.get_func(&mut *store, index));
        let Some(function) = function else {
            return Err(wasmtime::Error::msg(format!("the component does not export {operation}")));
        };
        let (given,) = function.typed::<P, (R,)>(&*store)?.call_async(store, params).await?;
        Ok(given)
    }
}

/// Arguments that are preceded by the context, which every operation is lent.
pub trait WithContext {
    /// The context and the arguments.
    type Params: ComponentNamedList + Lower;

    /// Puts the context before them.
    fn with_context(self) -> Self::Params;
}

macro_rules! with_context {
    ($($argument:ident : $kind:ident),*) => {
        impl<$($kind: Lower),*> WithContext for ($($kind,)*) {
            type Params = (Resource<LentContext>, $($kind,)*);

            fn with_context(self) -> Self::Params {
                let ($($argument,)*) = self;
                (lent(), $($argument,)*)
            }
        }
    };
}

with_context!();
with_context!(first: A);
with_context!(first: A, second: B);
