//! One trait per capability of the contract. What each function holds and which failure it gives when is documented in
//! `wit/capabilities.wit`; a plugin implements the traits of what its courier has and names them in `export!`.

use crate::types::{
    Account, Address, Booked, Booking, Cancellation, Document, Extensions, Failure, IncomingWebhook, Manifest, Order,
    Pickup, PickupRequest, Quotes, Received, ServicePoint, ServicePointSearch, Shipment, Subscription, Validation,
};
use crate::{Call, Description, types};

/// What every plugin has.
pub trait Plugin {
    /// Describes the courier. The same each time; there is no host to ask.
    fn describe() -> Description;

    /// The description as the host gets it. [`description_file!`](crate::description_file) overrides it, so that no JSON
    /// reader for descriptions is linked into the plugin.
    fn describe_json() -> String {
        serde_json::to_string(&Self::describe()).expect("a description has text keys only")
    }
}

/// Whether an account works.
pub trait Auth {
    /// Proves the credential with the cheapest real request, and says whose it is.
    fn check(call: &Call) -> Result<Account, Failure>;
}

/// Where parcels are.
pub trait Tracking {
    /// Asks for the events of each number; one result per number, in order.
    fn track(call: &Call, numbers: &[String]) -> Vec<Result<types::Tracking, Failure>>;
}

/// What sending would cost and how long it would take.
pub trait Rates {
    /// Asks for the services that can carry the shipment.
    fn quote(call: &Call, shipment: &Shipment) -> Result<Quotes, Failure>;
}

/// Booking, and what follows from it.
pub trait Shipments {
    /// Books one shipment with exactly one request that books.
    fn create(call: &Call, order: &Order) -> Result<Booking, Failure>;

    /// Takes a booking back.
    fn cancel(call: &Call, shipment: &Booked) -> Result<Cancellation, Failure> {
        let _ = (call, shipment);
        Err(Failure::unsupported("no-cancel", "the courier has no way to cancel a booking"))
    }

    /// Fetches the labels of a booking again.
    fn label(call: &Call, shipment: &Booked, format: &str) -> Result<Vec<Document>, Failure> {
        let _ = (call, shipment, format);
        Err(Failure::unsupported("no-label", "the courier hands out a label only when it books"))
    }

    /// Looks for a booking by the reference that `create` sent.
    fn find_by_reference(call: &Call, booking_reference: &str) -> Result<Booking, Failure> {
        let _ = (call, booking_reference);
        Err(Failure::unsupported("no-look-up", "the courier cannot look up a booking by its reference"))
    }
}

/// Having parcels collected.
pub trait Pickups {
    /// Books a collection.
    fn schedule(call: &Call, request: &PickupRequest) -> Result<Pickup, Failure>;

    /// Takes it back.
    fn cancel(call: &Call, confirmation_number: &str, extensions: &Extensions) -> Result<(), Failure> {
        let _ = (call, confirmation_number, extensions);
        Err(Failure::unsupported("no-cancel", "the courier has no way to cancel a pickup"))
    }
}

/// The list of what is handed over at the end of a day.
pub trait Manifests {
    /// Closes the day for these shipments; an empty list closes all that are open.
    fn close(call: &Call, date: &str, courier_shipment_ids: &[String]) -> Result<Manifest, Failure>;
}

/// Shops and lockers.
pub trait ServicePoints {
    /// Finds the nearest.
    fn find(call: &Call, search: &ServicePointSearch) -> Result<Vec<ServicePoint>, Failure>;
}

/// Whether an address exists.
pub trait Addresses {
    /// Asks the courier's own register.
    fn validate(call: &Call, address: &Address) -> Result<Validation, Failure>;
}

/// What couriers push.
pub trait Webhooks {
    /// Reads a push.
    fn receive(call: &Call, request: &IncomingWebhook) -> Result<Received, Failure>;
}

/// Asking a courier to push.
pub trait Subscriptions {
    /// Subscribes to these numbers; an empty list asks for all of the account's.
    fn subscribe(call: &Call, numbers: &[String]) -> Result<Vec<Subscription>, Failure>;

    /// Ends a subscription.
    fn unsubscribe(call: &Call, id: &str) -> Result<(), Failure>;

    /// Lists the account's subscriptions.
    fn list(call: &Call) -> Result<Vec<Subscription>, Failure>;
}
