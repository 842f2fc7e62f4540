//! What wit-bindgen makes of the contract. Plugins use the better names in [`crate::types`].
//!
//! Each capability gets a world with nothing but its own interface, so that `export!` can link any subset of them into
//! one component. Records are `Default` and read absent members as empty, for the test kit; enums are kebab-case words.
#![allow(missing_docs, clippy::all, unused_qualifications, unsafe_op_in_unsafe_fn, reason = "generated code")]

/// The shared types and what the host offers.
pub mod host {
    wit_bindgen::generate!({
        inline: "package crossdock:sdk; world host { import crossdock:courier/types@0.1.0; import crossdock:courier/context@0.1.0; import crossdock:courier/http@0.1.0; import crossdock:courier/log@0.1.0; import crossdock:courier/crypto@0.1.0; }",
        path: "../wit",
        generate_all,
        generate_unused_types: true,
        additional_derives: [PartialEq, Clone, Default, serde::Serialize, serde::Deserialize],
        additional_derives_ignore: ["failure-kind", "level", "document-content", "status", "environment", "method", "keep-encoding", "level", "algorithm"],
        additional_type_attributes: {
            "crossdock:courier/types@0.1.0/problem": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/types@0.1.0/failure": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/types@0.1.0/message": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/types@0.1.0/money": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/types@0.1.0/moment": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/types@0.1.0/window": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/types@0.1.0/position": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/types@0.1.0/tax-id": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/types@0.1.0/address": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/types@0.1.0/item": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/types@0.1.0/parcel": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/types@0.1.0/customs": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/types@0.1.0/payment": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/types@0.1.0/chosen-option": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/types@0.1.0/reference": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/types@0.1.0/shipment": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/types@0.1.0/document": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/types@0.1.0/charge": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/types@0.1.0/price": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/types@0.1.0/booked-parcel": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/types@0.1.0/part-failure": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/types@0.1.0/booking": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/types@0.1.0/tracking-event": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/types@0.1.0/service-point": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/types@0.1.0/opening-hours": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/types@0.1.0/opening-exception": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/types@0.1.0/tracking": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/types@0.1.0/failure-kind": [#[derive(serde::Serialize, serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
            "crossdock:courier/types@0.1.0/level": [#[derive(serde::Serialize, serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
            "crossdock:courier/types@0.1.0/document-content": [#[derive(PartialEq, serde::Serialize, serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
            "crossdock:courier/types@0.1.0/status": [#[derive(serde::Serialize, serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
            "crossdock:courier/context@0.1.0/environment": [#[derive(serde::Serialize, serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
            "crossdock:courier/http@0.1.0/keep": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/http@0.1.0/request": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/http@0.1.0/response": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/http@0.1.0/method": [#[derive(serde::Serialize, serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
            "crossdock:courier/http@0.1.0/keep-encoding": [#[derive(serde::Serialize, serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
            "crossdock:courier/log@0.1.0/level": [#[derive(serde::Serialize, serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
            "crossdock:courier/crypto@0.1.0/algorithm": [#[derive(serde::Serialize, serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
        },
    });
}

/// The interface `plugin`.
pub mod plugin {
    wit_bindgen::generate!({
        inline: "package crossdock:sdk; world plugin { export crossdock:courier/plugin@0.1.0; }",
        path: "../wit",
        pub_export_macro: true,
        export_macro_name: "__export_plugin",
        default_bindings_module: "crossdock_sdk::bindings::plugin",
    });
}

/// The interface `auth`.
pub mod auth {
    wit_bindgen::generate!({
        inline: "package crossdock:sdk; world auth { export crossdock:courier/auth@0.1.0; }",
        path: "../wit",
        with: {
            "crossdock:courier/types@0.1.0": crate::bindings::host::crossdock::courier::types,
            "crossdock:courier/context@0.1.0": crate::bindings::host::crossdock::courier::context,
        },
        pub_export_macro: true,
        export_macro_name: "__export_auth",
        default_bindings_module: "crossdock_sdk::bindings::auth",
        additional_derives: [PartialEq, Clone, Default, serde::Serialize, serde::Deserialize],
        additional_type_attributes: {
            "crossdock:courier/auth@0.1.0/account": [#[serde(default, deny_unknown_fields)]],
        },
    });
}

/// The interface `tracking`.
pub mod tracking {
    wit_bindgen::generate!({
        inline: "package crossdock:sdk; world tracking { export crossdock:courier/tracking@0.1.0; }",
        path: "../wit",
        with: {
            "crossdock:courier/types@0.1.0": crate::bindings::host::crossdock::courier::types,
            "crossdock:courier/context@0.1.0": crate::bindings::host::crossdock::courier::context,
        },
        pub_export_macro: true,
        export_macro_name: "__export_tracking",
        default_bindings_module: "crossdock_sdk::bindings::tracking",
    });
}

/// The interface `rates`.
pub mod rates {
    wit_bindgen::generate!({
        inline: "package crossdock:sdk; world rates { export crossdock:courier/rates@0.1.0; }",
        path: "../wit",
        with: {
            "crossdock:courier/types@0.1.0": crate::bindings::host::crossdock::courier::types,
            "crossdock:courier/context@0.1.0": crate::bindings::host::crossdock::courier::context,
        },
        pub_export_macro: true,
        export_macro_name: "__export_rates",
        default_bindings_module: "crossdock_sdk::bindings::rates",
        additional_derives: [PartialEq, Clone, Default, serde::Serialize, serde::Deserialize],
        additional_type_attributes: {
            "crossdock:courier/rates@0.1.0/rate": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/rates@0.1.0/quotes": [#[serde(default, deny_unknown_fields)]],
        },
    });
}

/// The interface `shipments`.
pub mod shipments {
    wit_bindgen::generate!({
        inline: "package crossdock:sdk; world shipments { export crossdock:courier/shipments@0.1.0; }",
        path: "../wit",
        with: {
            "crossdock:courier/types@0.1.0": crate::bindings::host::crossdock::courier::types,
            "crossdock:courier/context@0.1.0": crate::bindings::host::crossdock::courier::context,
        },
        pub_export_macro: true,
        export_macro_name: "__export_shipments",
        default_bindings_module: "crossdock_sdk::bindings::shipments",
        additional_derives: [PartialEq, Clone, Default, serde::Serialize, serde::Deserialize],
        additional_type_attributes: {
            "crossdock:courier/shipments@0.1.0/order": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/shipments@0.1.0/booked": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/shipments@0.1.0/cancellation": [#[serde(default, deny_unknown_fields)]],
        },
    });
}

/// The interface `pickups`.
pub mod pickups {
    wit_bindgen::generate!({
        inline: "package crossdock:sdk; world pickups { export crossdock:courier/pickups@0.1.0; }",
        path: "../wit",
        with: {
            "crossdock:courier/types@0.1.0": crate::bindings::host::crossdock::courier::types,
            "crossdock:courier/context@0.1.0": crate::bindings::host::crossdock::courier::context,
        },
        pub_export_macro: true,
        export_macro_name: "__export_pickups",
        default_bindings_module: "crossdock_sdk::bindings::pickups",
        additional_derives: [PartialEq, Clone, Default, serde::Serialize, serde::Deserialize],
        additional_type_attributes: {
            "crossdock:courier/pickups@0.1.0/pickup-request": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/pickups@0.1.0/pickup": [#[serde(default, deny_unknown_fields)]],
        },
    });
}

/// The interface `manifests`.
pub mod manifests {
    wit_bindgen::generate!({
        inline: "package crossdock:sdk; world manifests { export crossdock:courier/manifests@0.1.0; }",
        path: "../wit",
        with: {
            "crossdock:courier/types@0.1.0": crate::bindings::host::crossdock::courier::types,
            "crossdock:courier/context@0.1.0": crate::bindings::host::crossdock::courier::context,
        },
        pub_export_macro: true,
        export_macro_name: "__export_manifests",
        default_bindings_module: "crossdock_sdk::bindings::manifests",
        additional_derives: [PartialEq, Clone, Default, serde::Serialize, serde::Deserialize],
        additional_type_attributes: {
            "crossdock:courier/manifests@0.1.0/manifest": [#[serde(default, deny_unknown_fields)]],
        },
    });
}

/// The interface `service-points`.
pub mod service_points {
    wit_bindgen::generate!({
        inline: "package crossdock:sdk; world service-points { export crossdock:courier/service-points@0.1.0; }",
        path: "../wit",
        with: {
            "crossdock:courier/types@0.1.0": crate::bindings::host::crossdock::courier::types,
            "crossdock:courier/context@0.1.0": crate::bindings::host::crossdock::courier::context,
        },
        pub_export_macro: true,
        export_macro_name: "__export_service_points",
        default_bindings_module: "crossdock_sdk::bindings::service_points",
        additional_derives: [PartialEq, Clone, Default, serde::Serialize, serde::Deserialize],
        additional_derives_ignore: ["near"],
        additional_type_attributes: {
            "crossdock:courier/service-points@0.1.0/search": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/service-points@0.1.0/near": [#[derive(PartialEq, serde::Serialize, serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
        },
    });
}

/// The interface `addresses`.
pub mod addresses {
    wit_bindgen::generate!({
        inline: "package crossdock:sdk; world addresses { export crossdock:courier/addresses@0.1.0; }",
        path: "../wit",
        with: {
            "crossdock:courier/types@0.1.0": crate::bindings::host::crossdock::courier::types,
            "crossdock:courier/context@0.1.0": crate::bindings::host::crossdock::courier::context,
        },
        pub_export_macro: true,
        export_macro_name: "__export_addresses",
        default_bindings_module: "crossdock_sdk::bindings::addresses",
        additional_derives: [PartialEq, Clone, Default, serde::Serialize, serde::Deserialize],
        additional_derives_ignore: ["verdict"],
        additional_type_attributes: {
            "crossdock:courier/addresses@0.1.0/validation": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/addresses@0.1.0/verdict": [#[derive(serde::Serialize, serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
        },
    });
}

/// The interface `webhooks`.
pub mod webhooks {
    wit_bindgen::generate!({
        inline: "package crossdock:sdk; world webhooks { export crossdock:courier/webhooks@0.1.0; }",
        path: "../wit",
        with: {
            "crossdock:courier/types@0.1.0": crate::bindings::host::crossdock::courier::types,
            "crossdock:courier/context@0.1.0": crate::bindings::host::crossdock::courier::context,
        },
        pub_export_macro: true,
        export_macro_name: "__export_webhooks",
        default_bindings_module: "crossdock_sdk::bindings::webhooks",
        additional_derives: [PartialEq, Clone, Default, serde::Serialize, serde::Deserialize],
        additional_type_attributes: {
            "crossdock:courier/webhooks@0.1.0/incoming": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/webhooks@0.1.0/update": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/webhooks@0.1.0/reply": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/webhooks@0.1.0/action": [#[serde(default, deny_unknown_fields)]],
            "crossdock:courier/webhooks@0.1.0/received": [#[serde(default, deny_unknown_fields)]],
        },
    });
}

/// The interface `subscriptions`.
pub mod subscriptions {
    wit_bindgen::generate!({
        inline: "package crossdock:sdk; world subscriptions { export crossdock:courier/subscriptions@0.1.0; }",
        path: "../wit",
        with: {
            "crossdock:courier/types@0.1.0": crate::bindings::host::crossdock::courier::types,
            "crossdock:courier/context@0.1.0": crate::bindings::host::crossdock::courier::context,
        },
        pub_export_macro: true,
        export_macro_name: "__export_subscriptions",
        default_bindings_module: "crossdock_sdk::bindings::subscriptions",
        additional_derives: [PartialEq, Clone, Default, serde::Serialize, serde::Deserialize],
        additional_type_attributes: {
            "crossdock:courier/subscriptions@0.1.0/subscription": [#[serde(default, deny_unknown_fields)]],
        },
    });
}
