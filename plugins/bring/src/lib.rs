//! Bring, the parcels of Posten Norge: Norway, and by Bring to and from Sweden, Denmark and Finland.
//!
//! What is marked CONFIRMED stands on developer.bring.com or in the API descriptions in the history of
//! github.com/bring/developer-site (both read 2025-11-20); REPORTED is from third-party clients; ASSUMED was not found.

mod answer;
mod auth;
mod booking;
mod booking_body;
mod booking_errors;
mod booking_wire;
mod customs;
mod describe;
mod event_cast;
mod pickups;
mod rates;
mod rates_wire;
mod service_points;
mod services;
mod shipment;
mod status;
mod tracking;
mod tracking_wire;

use crossdock_sdk::types::{
    self, Account, Booked, Booking, Document, IncomingWebhook, Order, Pickup, PickupRequest, Quotes, Received,
    ServicePoint, ServicePointSearch, Shipment, Subscription,
};
use crossdock_sdk::{
    Auth, Call, Description, Failure, Pickups, Plugin, Rates, ServicePoints, Shipments, Subscriptions, Tracking,
    Webhooks,
};

/// The plugin.
pub struct Bring;

crossdock_sdk::export!(Bring: auth, tracking, rates, shipments, pickups, service_points, webhooks, subscriptions);

impl Plugin for Bring {
    fn describe() -> Description {
        describe::description()
    }
}

impl Auth for Bring {
    fn check(call: &Call) -> Result<Account, Failure> {
        auth::check(call)
    }
}

impl Tracking for Bring {
    fn track(call: &Call, numbers: &[String]) -> Vec<Result<types::Tracking, Failure>> {
        tracking::track(call, numbers)
    }
}

impl Rates for Bring {
    fn quote(call: &Call, shipment: &Shipment) -> Result<Quotes, Failure> {
        rates::quote(call, shipment)
    }
}

impl Shipments for Bring {
    fn create(call: &Call, order: &Order) -> Result<Booking, Failure> {
        booking::create(call, order)
    }

    fn label(_: &Call, shipment: &Booked, format: &str) -> Result<Vec<Document>, Failure> {
        booking::label(shipment, format)
    }

    fn find_by_reference(call: &Call, booking_reference: &str) -> Result<Booking, Failure> {
        booking::find_by_reference(call, booking_reference)
    }
}

impl Pickups for Bring {
    fn schedule(call: &Call, request: &PickupRequest) -> Result<Pickup, Failure> {
        pickups::schedule(call, request)
    }
}

impl ServicePoints for Bring {
    fn find(_: &Call, search: &ServicePointSearch) -> Result<Vec<ServicePoint>, Failure> {
        service_points::find(search)
    }
}

impl Webhooks for Bring {
    fn receive(_: &Call, request: &IncomingWebhook) -> Result<Received, Failure> {
        event_cast::receive(request)
    }
}

impl Subscriptions for Bring {
    fn subscribe(_: &Call, numbers: &[String]) -> Result<Vec<Subscription>, Failure> {
        event_cast::subscribe(numbers)
    }

    fn unsubscribe(_: &Call, id: &str) -> Result<(), Failure> {
        event_cast::unsubscribe(id)
    }

    fn list(_: &Call) -> Result<Vec<Subscription>, Failure> {
        event_cast::list()
    }
}

#[cfg(test)]
mod tests {
    use crossdock_sdk::testing;

    use super::{Bring, status};

    const HERE: &str = env!("CARGO_MANIFEST_DIR");

    #[test]
    fn cases() {
        testing::run_fixtures::<Bring>(HERE);
    }

    #[test]
    fn robustness() {
        testing::robustness::<Bring>(HERE);
    }

    #[test]
    fn description_and_statuses() {
        testing::check_description::<Bring>();
        testing::check_status_table(&status::STATUSES);
    }
}
