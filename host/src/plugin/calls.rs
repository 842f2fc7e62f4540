//! What a plugin can be asked: one function per function of the contract.

use std::sync::Arc;

use super::call::{Call, Run, lent, within};
use super::convert::v0_1::{Check, Flawed, from_guest, to_guest};
use super::error::CallError;
use super::frozen::ask_frozen;
use super::plugin::Plugin;
use super::ready::Way;
use super::wire::Wire;
use crate::model::Extensions;
use crate::model::address::{Address, Validation};
use crate::model::booking::{Booked, Booking, Cancellation, Manifest, Order};
use crate::model::credential::CheckedAccount;
use crate::model::document::Document;
use crate::model::failure::Failure;
use crate::model::pickup::{Pickup, PickupRequest};
use crate::model::rate::Quotes;
use crate::model::service_point::{ServicePoint, ServicePointSearch};
use crate::model::shipment::ShipmentRequest;
use crate::model::subscription::Subscription;
use crate::model::tracking::Tracking;
use crate::model::webhook::{IncomingWebhook, ReceivedWebhook};
use crate::plugin::bindings::types;

/// A plugin's answer: what was asked for, or the failure that the guest reported; or else no answer at all.
pub type Answer<T> = Result<Result<T, Failure>, CallError>;

/// Calls one function of one capability in a fresh sandbox.
macro_rules! call_guest {
    ($plugin:expr, $call:expr, $capability:literal, $operation:tt,
     $world:ident . $interface:ident . $function:ident ( $($argument:expr),* )) => {{
        let offered = $plugin.offers(&$call.account.kind, $capability);
        let Some(way) = $plugin.ready().way(|worlds| worlds.$world.as_ref()).filter(|_| offered) else {
            return Err($plugin.not_offered($capability));
        };
        let mut run = Run::begin($plugin, $operation, $call).await?;
        let deadline = run.deadline();
        let store = &mut run.store;
        let outcome = within(deadline, async {
            match way {
                Way::Newest(world) => {
                    let guest = world.instantiate_async(&mut *store).await?;
                    guest.$interface().$function(&mut *store, lent(), $($argument),*).await
                }
                Way::Frozen(exports) => ask_frozen!($operation, exports, store $(, $argument)*),
            }
        })
        .await;
        run.end(outcome)?
    }};
}

impl Plugin {
    /// Proves the credential, and says whose it is.
    pub async fn check(self: &Arc<Self>, call: Call) -> Answer<CheckedAccount> {
        let (answer, wire) = call_guest!(self, call, "auth", "auth.check", auth.crossdock_courier_auth.call_check());
        self.read(answer, &wire, from_guest::account)
    }

    /// Asks for the events of each number; one result per number, in order.
    pub async fn track(
        self: &Arc<Self>,
        call: Call,
        numbers: &[String],
    ) -> Result<Vec<Result<Tracking, Failure>>, CallError> {
        let (answers, wire) = call_guest!(
            self,
            call,
            "tracking",
            "tracking.track",
            tracking.crossdock_courier_tracking.call_track(numbers)
        );
        if answers.len() != numbers.len() {
            let what = format!("{} results for {} numbers", answers.len(), numbers.len());
            return Err(self.bad_result(what));
        }
        let check = Check::new(&*wire);
        let mut results = Vec::with_capacity(answers.len());
        for (place, (answer, number)) in answers.into_iter().zip(numbers).enumerate() {
            let result = self.read(answer, &wire, |_, tracking| {
                let tracking = match tracking.number == *number {
                    true => from_guest::tracking(check, tracking),
                    false => Err(Flawed::new("is not the number asked for").within("number")),
                };
                tracking.map_err(|flawed| flawed.within(&place.to_string()))
            });
            results.push(result?);
        }
        Ok(results)
    }

    /// Asks for the services that can carry the shipment.
    pub async fn quote(self: &Arc<Self>, call: Call, shipment: &ShipmentRequest) -> Answer<Quotes> {
        let shipment = to_guest::shipment(shipment);
        let (answer, wire) =
            call_guest!(self, call, "rates", "rates.quote", rates.crossdock_courier_rates.call_quote(&shipment));
        self.read(answer, &wire, from_guest::quotes)
    }

    /// Books one shipment.
    pub async fn create(self: &Arc<Self>, call: Call, order: &Order) -> Answer<Booking> {
        let parcels = order.shipment.parcels.len();
        let order = to_guest::order(order);
        let (answer, wire) = call_guest!(
            self,
            call,
            "shipments",
            "shipments.create",
            shipments.crossdock_courier_shipments.call_create(&order)
        );
        self.read(answer, &wire, |check, booking| {
            let booking = from_guest::booking(check, booking)?;
            match booking.parcels.iter().any(|parcel| parcel.index as usize >= parcels) {
                true => Err(Flawed::new("names a parcel that was not ordered").within("parcels")),
                false => Ok(booking),
            }
        })
    }

    /// Takes a booking back.
    pub async fn cancel_shipment(self: &Arc<Self>, call: Call, booked: &Booked) -> Answer<Cancellation> {
        let booked = to_guest::booked(booked);
        let (answer, wire) = call_guest!(
            self,
            call,
            "shipments",
            "shipments.cancel",
            shipments.crossdock_courier_shipments.call_cancel(&booked)
        );
        self.read(answer, &wire, from_guest::cancellation)
    }

    /// Fetches the labels of a booking again.
    pub async fn label(self: &Arc<Self>, call: Call, booked: &Booked, format: &str) -> Answer<Vec<Document>> {
        let booked = to_guest::booked(booked);
        let (answer, wire) = call_guest!(
            self,
            call,
            "shipments",
            "shipments.label",
            shipments.crossdock_courier_shipments.call_label(&booked, format)
        );
        self.read(answer, &wire, from_guest::documents)
    }

    /// Looks for a booking by the reference that `create` sent.
    pub async fn find_by_reference(self: &Arc<Self>, call: Call, booking_reference: &str) -> Answer<Booking> {
        let (answer, wire) = call_guest!(
            self,
            call,
            "shipments",
            "shipments.find-by-reference",
            shipments.crossdock_courier_shipments.call_find_by_reference(booking_reference)
        );
        self.read(answer, &wire, from_guest::booking)
    }

    /// Has parcels collected.
    pub async fn schedule_pickup(self: &Arc<Self>, call: Call, request: &PickupRequest) -> Answer<Pickup> {
        let request = to_guest::pickup_request(request);
        let (answer, wire) = call_guest!(
            self,
            call,
            "pickups",
            "pickups.schedule",
            pickups.crossdock_courier_pickups.call_schedule(&request)
        );
        self.read(answer, &wire, from_guest::pickup)
    }

    /// Takes a pickup back; `extensions` are those that the pickup held.
    pub async fn cancel_pickup(
        self: &Arc<Self>,
        call: Call,
        confirmation_number: &str,
        extensions: Extensions,
    ) -> Answer<()> {
        let (answer, wire) = call_guest!(
            self,
            call,
            "pickups",
            "pickups.cancel",
            pickups.crossdock_courier_pickups.call_cancel(confirmation_number, &extensions)
        );
        self.read(answer, &wire, |_, ()| Ok(()))
    }

    /// Closes the day (`YYYY-MM-DD`) for these shipments; an empty list closes all that are open.
    pub async fn close_manifest(
        self: &Arc<Self>,
        call: Call,
        date: &str,
        courier_shipment_ids: &[String],
    ) -> Answer<Manifest> {
        let (answer, wire) = call_guest!(
            self,
            call,
            "manifests",
            "manifests.close",
            manifests.crossdock_courier_manifests.call_close(date, courier_shipment_ids)
        );
        self.read(answer, &wire, from_guest::manifest)
    }

    /// Looks for shops and lockers, nearest first.
    pub async fn find_service_points(
        self: &Arc<Self>,
        call: Call,
        search: &ServicePointSearch,
    ) -> Answer<Vec<ServicePoint>> {
        let search = to_guest::search(search);
        let (answer, wire) = call_guest!(
            self,
            call,
            "service-points",
            "service-points.find",
            service_points.crossdock_courier_service_points.call_find(&search)
        );
        self.read(answer, &wire, from_guest::service_points)
    }

    /// Asks whether an address exists.
    pub async fn validate_address(self: &Arc<Self>, call: Call, address: &Address) -> Answer<Validation> {
        let address = to_guest::address(address);
        let (answer, wire) = call_guest!(
            self,
            call,
            "addresses",
            "addresses.validate",
            addresses.crossdock_courier_addresses.call_validate(&address)
        );
        self.read(answer, &wire, from_guest::validation)
    }

    /// Reads a courier's push, which the host has verified as the description declares.
    pub async fn receive_webhook(self: &Arc<Self>, call: Call, webhook: &IncomingWebhook) -> Answer<ReceivedWebhook> {
        let incoming = to_guest::incoming(webhook);
        let (answer, wire) = call_guest!(
            self,
            call,
            "webhooks",
            "webhooks.receive",
            webhooks.crossdock_courier_webhooks.call_receive(&incoming)
        );
        self.read(answer, &wire, from_guest::received)
    }

    /// Asks the courier to push these numbers; an empty list asks for all of the account's.
    pub async fn subscribe(self: &Arc<Self>, call: Call, numbers: &[String]) -> Answer<Vec<Subscription>> {
        let (answer, wire) = call_guest!(
            self,
            call,
            "subscriptions",
            "subscriptions.subscribe",
            subscriptions.crossdock_courier_subscriptions.call_subscribe(numbers)
        );
        self.read(answer, &wire, from_guest::subscriptions)
    }

    /// Asks the courier to stop pushing.
    pub async fn unsubscribe(self: &Arc<Self>, call: Call, id: &str) -> Answer<()> {
        let (answer, wire) = call_guest!(
            self,
            call,
            "subscriptions",
            "subscriptions.unsubscribe",
            subscriptions.crossdock_courier_subscriptions.call_unsubscribe(id)
        );
        self.read(answer, &wire, |_, ()| Ok(()))
    }

    /// Asks the courier what it pushes.
    pub async fn list_subscriptions(self: &Arc<Self>, call: Call) -> Answer<Vec<Subscription>> {
        let (answer, wire) = call_guest!(
            self,
            call,
            "subscriptions",
            "subscriptions.list",
            subscriptions.crossdock_courier_subscriptions.call_list()
        );
        self.read(answer, &wire, from_guest::subscriptions)
    }

    /// Turns a guest's answer into ours.
    pub(super) fn read<'w, G, M>(
        &self,
        answer: Result<G, types::Failure>,
        wire: &'w Arc<dyn Wire>,
        turn: impl FnOnce(Check<'w>, G) -> Result<M, Flawed>,
    ) -> Answer<M> {
        let check = Check::new(&**wire);
        match answer {
            Ok(result) => match turn(check, result) {
                Ok(result) => Ok(Ok(result)),
                Err(flawed) => Err(self.refused(&flawed)),
            },
            Err(failure) => {
                // The courier may have changed its answers; so may the plugin that cannot read them any more.
                if failure.kind == types::FailureKind::UnexpectedAnswer {
                    self.tally().unreadable();
                }
                Ok(Err(from_guest::failure(check, failure)))
            }
        }
    }

    /// Says in the log, once and here, that a plugin broke the contract.
    fn refused(&self, flawed: &Flawed) -> CallError {
        let what = flawed.to_string();
        tracing::warn!(courier = %self.id(), plugin.version = self.version(), what, "plugin returned a bad result");
        self.bad_result(what)
    }
}
