//! Released versions of the contract that are not the newest, one module each.
//!
//! A module turns what changed since into the newest's types and back; the rest of the host knows the newest alone. What did
//! not change needs no line there: a record of the newest fits under an older version's names as well, since types are
//! compared by what they hold. docs/decisions/0013 says how a version is added.

mod exports;
#[cfg(test)]
mod growth;
pub mod imports;
#[cfg(debug_assertions)]
mod unchanged;
#[cfg(debug_assertions)]
mod v0_0_1;

#[cfg(test)]
mod tests;

use async_trait::async_trait;
use crossdock_contract::Contract;
use wasmtime::component::Linker;

pub use exports::{Exports, Guest};

use super::bindings::addresses::exports::crossdock::courier::addresses::Validation;
use super::bindings::auth::exports::crossdock::courier::auth::Account;
use super::bindings::manifests::exports::crossdock::courier::manifests::Manifest;
use super::bindings::pickups::exports::crossdock::courier::pickups::{Pickup, PickupRequest};
use super::bindings::rates::exports::crossdock::courier::rates::Quotes;
use super::bindings::service_points::exports::crossdock::courier::service_points::Search;
use super::bindings::shipments::exports::crossdock::courier::shipments::{Booked, Cancellation, Order};
use super::bindings::subscriptions::exports::crossdock::courier::subscriptions::Subscription;
use super::bindings::types::{Address, Booking, Document, Failure, ServicePoint, Shipment, Tracking};
use super::bindings::webhooks::exports::crossdock::courier::webhooks::{Incoming, Received};
use super::sandbox::Sandbox;

/// Every version that is served beside the newest, the oldest first.
pub static FROZEN: &[&dyn Frozen] = &[
    // Made up for tests: no release build has them.
    #[cfg(debug_assertions)]
    &v0_0_1::V0_0_1,
    #[cfg(debug_assertions)]
    &unchanged::Unchanged,
];

/// What a guest gave back, or why it did not.
pub type Given<T> = wasmtime::Result<Result<T, Failure>>;

/// How components of one version are linked and called, in the newest's types.
///
/// What is written here holds where nothing changed. A version has its own for what did.
#[async_trait]
pub trait Frozen: Send + Sync {
    /// What the version says.
    fn contract(&self) -> &'static Contract;

    /// Links what its components may import.
    fn link(&self, linker: &mut Linker<Sandbox>) -> wasmtime::Result<()> {
        imports::link_all(linker, self.contract().version)
    }

    /// `auth.check`.
    async fn auth_check(&self, guest: Guest<'_>) -> Given<Account> {
        guest.ask("auth.check", ()).await
    }

    /// `tracking.track`.
    async fn tracking_track(
        &self,
        guest: Guest<'_>,
        numbers: &[String],
    ) -> wasmtime::Result<Vec<Result<Tracking, Failure>>> {
        guest.ask("tracking.track", (numbers,)).await
    }

    /// `rates.quote`.
    async fn rates_quote(&self, guest: Guest<'_>, shipment: &Shipment) -> Given<Quotes> {
        guest.ask("rates.quote", (shipment,)).await
    }

    /// `shipments.create`.
    async fn shipments_create(&self, guest: Guest<'_>, order: &Order) -> Given<Booking> {
        guest.ask("shipments.create", (order,)).await
    }

    /// `shipments.cancel`.
    async fn shipments_cancel(&self, guest: Guest<'_>, booked: &Booked) -> Given<Cancellation> {
        guest.ask("shipments.cancel", (booked,)).await
    }

    /// `shipments.label`.
    async fn shipments_label(&self, guest: Guest<'_>, booked: &Booked, format: &str) -> Given<Vec<Document>> {
        guest.ask("shipments.label", (booked, format)).await
    }

    /// `shipments.find-by-reference`.
    async fn shipments_find_by_reference(&self, guest: Guest<'_>, booking_reference: &str) -> Given<Booking> {
        guest.ask("shipments.find-by-reference", (booking_reference,)).await
    }

    /// `pickups.schedule`.
    async fn pickups_schedule(&self, guest: Guest<'_>, request: &PickupRequest) -> Given<Pickup> {
        guest.ask("pickups.schedule", (request,)).await
    }

    /// `pickups.cancel`.
    async fn pickups_cancel(
        &self,
        guest: Guest<'_>,
        confirmation_number: &str,
        extensions: &[(String, String)],
    ) -> Given<()> {
        guest.ask("pickups.cancel", (confirmation_number, extensions)).await
    }

    /// `manifests.close`.
    async fn manifests_close(&self, guest: Guest<'_>, date: &str, courier_shipment_ids: &[String]) -> Given<Manifest> {
        guest.ask("manifests.close", (date, courier_shipment_ids)).await
    }

    /// `service-points.find`.
    async fn service_points_find(&self, guest: Guest<'_>, search: &Search) -> Given<Vec<ServicePoint>> {
        guest.ask("service-points.find", (search,)).await
    }

    /// `addresses.validate`.
    async fn addresses_validate(&self, guest: Guest<'_>, address: &Address) -> Given<Validation> {
        guest.ask("addresses.validate", (address,)).await
    }

    /// `webhooks.receive`.
    async fn webhooks_receive(&self, guest: Guest<'_>, request: &Incoming) -> Given<Received> {
        guest.ask("webhooks.receive", (request,)).await
    }

    /// `subscriptions.subscribe`.
    async fn subscriptions_subscribe(&self, guest: Guest<'_>, numbers: &[String]) -> Given<Vec<Subscription>> {
        guest.ask("subscriptions.subscribe", (numbers,)).await
    }

    /// `subscriptions.unsubscribe`.
    async fn subscriptions_unsubscribe(&self, guest: Guest<'_>, id: &str) -> Given<()> {
        guest.ask("subscriptions.unsubscribe", (id,)).await
    }

    /// `subscriptions.list`.
    async fn subscriptions_list(&self, guest: Guest<'_>) -> Given<Vec<Subscription>> {
        guest.ask("subscriptions.list", ()).await
    }
}

/// Asks a guest of an older version, by the operation's name.
macro_rules! ask_frozen {
    (@ $method:ident $exports:expr, $store:expr $(, $argument:expr)*) => {
        $exports.version().$method($exports.guest($store) $(, $argument)*).await
    };
    ("auth.check", $($rest:tt)*) => { ask_frozen!(@ auth_check $($rest)*) };
    ("tracking.track", $($rest:tt)*) => { ask_frozen!(@ tracking_track $($rest)*) };
    ("rates.quote", $($rest:tt)*) => { ask_frozen!(@ rates_quote $($rest)*) };
    ("shipments.create", $($rest:tt)*) => { ask_frozen!(@ shipments_create $($rest)*) };
    ("shipments.cancel", $($rest:tt)*) => { ask_frozen!(@ shipments_cancel $($rest)*) };
    ("shipments.label", $($rest:tt)*) => { ask_frozen!(@ shipments_label $($rest)*) };
    ("shipments.find-by-reference", $($rest:tt)*) => { ask_frozen!(@ shipments_find_by_reference $($rest)*) };
    ("pickups.schedule", $($rest:tt)*) => { ask_frozen!(@ pickups_schedule $($rest)*) };
    ("pickups.cancel", $($rest:tt)*) => { ask_frozen!(@ pickups_cancel $($rest)*) };
    ("manifests.close", $($rest:tt)*) => { ask_frozen!(@ manifests_close $($rest)*) };
    ("service-points.find", $($rest:tt)*) => { ask_frozen!(@ service_points_find $($rest)*) };
    ("addresses.validate", $($rest:tt)*) => { ask_frozen!(@ addresses_validate $($rest)*) };
    ("webhooks.receive", $($rest:tt)*) => { ask_frozen!(@ webhooks_receive $($rest)*) };
    ("subscriptions.subscribe", $($rest:tt)*) => { ask_frozen!(@ subscriptions_subscribe $($rest)*) };
    ("subscriptions.unsubscribe", $($rest:tt)*) => { ask_frozen!(@ subscriptions_unsubscribe $($rest)*) };
    ("subscriptions.list", $($rest:tt)*) => { ask_frozen!(@ subscriptions_list $($rest)*) };
}

pub(super) use ask_frozen;
