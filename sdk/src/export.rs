//! From the contract's bindings to the SDK's traits.

use std::marker::PhantomData;

use crate::bindings::host::crossdock::courier::context::Context;
use crate::types::{
    Account, Address, Booked, Booking, Cancellation, Document, Extensions, Failure, IncomingWebhook, Manifest, Order,
    Pickup, PickupRequest, Quotes, Received, ServicePoint, ServicePointSearch, Shipment, Subscription, Validation,
};
use crate::{Call, bindings, host, types};

/// Exports a plugin: the type, then the capabilities that it has. Does nothing on other targets than wasm, except that
/// the test kit can then call the plugin by operation.
///
/// `crossdock_sdk::export!(Acme: auth, tracking, service_points);`
#[macro_export]
macro_rules! export {
    ($plugin:ident : $($capability:ident),+ $(,)?) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Exported = $crate::Glue<$plugin>;
            $crate::bindings::plugin::__export_plugin!(Exported with_types_in $crate::bindings::plugin);
            $($crate::export!(@wasm Exported $capability);)+
        };

        #[cfg(not(target_arch = "wasm32"))]
        impl $crate::dispatch::Dispatch for $plugin {
            const CAPABILITIES: &'static [&'static str] = &[$(stringify!($capability)),+];

            fn dispatch(
                call: &$crate::Call,
                operation: &$crate::dispatch::Operation,
            ) -> Result<$crate::dispatch::Outcome, $crate::dispatch::CannotCall> {
                match operation.capability() {
                    $(stringify!($capability) => $crate::dispatch::$capability::<$plugin>(call, operation),)+
                    _ => Err($crate::dispatch::CannotCall::not_exported(operation)),
                }
            }
        }
    };
    (@wasm $type:ident auth) => { $crate::bindings::auth::__export_auth!($type with_types_in $crate::bindings::auth); };
    (@wasm $type:ident tracking) => { $crate::bindings::tracking::__export_tracking!($type with_types_in $crate::bindings::tracking); };
    (@wasm $type:ident rates) => { $crate::bindings::rates::__export_rates!($type with_types_in $crate::bindings::rates); };
    (@wasm $type:ident shipments) => { $crate::bindings::shipments::__export_shipments!($type with_types_in $crate::bindings::shipments); };
    (@wasm $type:ident pickups) => { $crate::bindings::pickups::__export_pickups!($type with_types_in $crate::bindings::pickups); };
    (@wasm $type:ident manifests) => { $crate::bindings::manifests::__export_manifests!($type with_types_in $crate::bindings::manifests); };
    (@wasm $type:ident service_points) => { $crate::bindings::service_points::__export_service_points!($type with_types_in $crate::bindings::service_points); };
    (@wasm $type:ident addresses) => { $crate::bindings::addresses::__export_addresses!($type with_types_in $crate::bindings::addresses); };
    (@wasm $type:ident webhooks) => { $crate::bindings::webhooks::__export_webhooks!($type with_types_in $crate::bindings::webhooks); };
    (@wasm $type:ident subscriptions) => { $crate::bindings::subscriptions::__export_subscriptions!($type with_types_in $crate::bindings::subscriptions); };
}

/// Takes the description from a JSON file beside the source: `impl Plugin for Acme { description_file!("description.json"); }`.
///
/// The test kit's `check_description` proves that it can be read.
#[macro_export]
macro_rules! description_file {
    ($path:literal) => {
        fn describe() -> $crate::Description {
            $crate::parse_description(include_str!($path))
        }

        fn describe_json() -> String {
            include_str!($path).to_owned()
        }
    };
}

/// Reads a description that is part of a plugin's source.
#[doc(hidden)]
pub fn parse_description(json: &str) -> crate::Description {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("the plugin's description: {error}"))
}

/// Implements the contract's interfaces for every plugin that has the traits.
#[doc(hidden)]
pub struct Glue<P>(PhantomData<P>);

/// Serves one call: notes which requests leave, and says so in its failure.
fn serve<T>(context: &Context, act: impl FnOnce(&Call) -> Result<T, Failure>) -> Result<T, Failure> {
    host::start_call();
    act(&Call::new(context)).map_err(host::finish_failure)
}

impl<P: crate::Plugin> bindings::plugin::exports::crossdock::courier::plugin::Guest for Glue<P> {
    fn describe() -> String {
        P::describe_json()
    }
}

impl<P: crate::Auth> bindings::auth::exports::crossdock::courier::auth::Guest for Glue<P> {
    fn check(context: &Context) -> Result<Account, Failure> {
        serve(context, P::check)
    }
}

impl<P: crate::Tracking> bindings::tracking::exports::crossdock::courier::tracking::Guest for Glue<P> {
    fn track(context: &Context, numbers: Vec<String>) -> Vec<Result<types::Tracking, Failure>> {
        host::start_call();
        let results = P::track(&Call::new(context), &numbers);
        results.into_iter().map(|result| result.map_err(host::finish_failure)).collect()
    }
}

impl<P: crate::Rates> bindings::rates::exports::crossdock::courier::rates::Guest for Glue<P> {
    fn quote(context: &Context, shipment: Shipment) -> Result<Quotes, Failure> {
        serve(context, |call| P::quote(call, &shipment))
    }
}

impl<P: crate::Shipments> bindings::shipments::exports::crossdock::courier::shipments::Guest for Glue<P> {
    fn create(context: &Context, order: Order) -> Result<Booking, Failure> {
        serve(context, |call| P::create(call, &order))
    }

    fn cancel(context: &Context, shipment: Booked) -> Result<Cancellation, Failure> {
        serve(context, |call| P::cancel(call, &shipment))
    }

    fn label(context: &Context, shipment: Booked, format: String) -> Result<Vec<Document>, Failure> {
        serve(context, |call| P::label(call, &shipment, &format))
    }

    fn find_by_reference(context: &Context, booking_reference: String) -> Result<Booking, Failure> {
        serve(context, |call| P::find_by_reference(call, &booking_reference))
    }
}

impl<P: crate::Pickups> bindings::pickups::exports::crossdock::courier::pickups::Guest for Glue<P> {
    fn schedule(context: &Context, request: PickupRequest) -> Result<Pickup, Failure> {
        serve(context, |call| P::schedule(call, &request))
    }

    fn cancel(context: &Context, confirmation_number: String, extensions: Extensions) -> Result<(), Failure> {
        serve(context, |call| P::cancel(call, &confirmation_number, &extensions))
    }
}

impl<P: crate::Manifests> bindings::manifests::exports::crossdock::courier::manifests::Guest for Glue<P> {
    fn close(context: &Context, date: String, courier_shipment_ids: Vec<String>) -> Result<Manifest, Failure> {
        serve(context, |call| P::close(call, &date, &courier_shipment_ids))
    }
}

impl<P: crate::ServicePoints> bindings::service_points::exports::crossdock::courier::service_points::Guest for Glue<P> {
    fn find(context: &Context, search: ServicePointSearch) -> Result<Vec<ServicePoint>, Failure> {
        serve(context, |call| P::find(call, &search))
    }
}

impl<P: crate::Addresses> bindings::addresses::exports::crossdock::courier::addresses::Guest for Glue<P> {
    fn validate(context: &Context, address: Address) -> Result<Validation, Failure> {
        serve(context, |call| P::validate(call, &address))
    }
}

impl<P: crate::Webhooks> bindings::webhooks::exports::crossdock::courier::webhooks::Guest for Glue<P> {
    fn receive(context: &Context, request: IncomingWebhook) -> Result<Received, Failure> {
        serve(context, |call| P::receive(call, &request))
    }
}

impl<P: crate::Subscriptions> bindings::subscriptions::exports::crossdock::courier::subscriptions::Guest for Glue<P> {
    fn subscribe(context: &Context, numbers: Vec<String>) -> Result<Vec<Subscription>, Failure> {
        serve(context, |call| P::subscribe(call, &numbers))
    }

    fn unsubscribe(context: &Context, id: String) -> Result<(), Failure> {
        serve(context, |call| P::unsubscribe(call, &id))
    }

    fn list(context: &Context) -> Result<Vec<Subscription>, Failure> {
        serve(context, P::list)
    }
}
