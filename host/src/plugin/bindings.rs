//! What wasmtime generates of the contract: the base world once, and each capability's world over the same types.

/// What every plugin may import, and `plugin`, which every plugin exports.
pub mod base {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "base",
        imports: { default: async | trappable },
        exports: { default: async },
        with: { "crossdock:courier/context.context": crate::plugin::sandbox::LentContext },
        require_store_data_send: true,
    });
}

/// Generates one capability's world, its imports remapped to those of [`base`].
macro_rules! capability_worlds {
    ($($module:ident = $world:literal;)*) => {$(
        pub mod $module {
            wasmtime::component::bindgen!({
                path: "../wit",
                world: $world,
                imports: { default: async | trappable },
                exports: { default: async },
                with: {
                    "crossdock:courier/types": crate::plugin::bindings::base::crossdock::courier::types,
                    "crossdock:courier/context": crate::plugin::bindings::base::crossdock::courier::context,
                    "crossdock:courier/http": crate::plugin::bindings::base::crossdock::courier::http,
                    "crossdock:courier/log": crate::plugin::bindings::base::crossdock::courier::log,
                    "crossdock:courier/crypto": crate::plugin::bindings::base::crossdock::courier::crypto,
                },
                require_store_data_send: true,
            });
        }
    )*};
}

capability_worlds! {
    auth = "auth-plugin";
    tracking = "tracking-plugin";
    rates = "rates-plugin";
    shipments = "shipments-plugin";
    pickups = "pickups-plugin";
    manifests = "manifests-plugin";
    service_points = "service-points-plugin";
    addresses = "addresses-plugin";
    webhooks = "webhooks-plugin";
    subscriptions = "subscriptions-plugin";
}

pub use base::crossdock::courier::{context, crypto, http, log, types};
