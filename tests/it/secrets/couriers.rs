//! Every kind of call of every plugin that there is, with marked credentials: its memory holds none of them.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use crossdock::model::booking::Booked;
use crossdock::plugin::{CompiledCache, Plugin, load_file};
use crossdock_contract::description::FieldKind;
use crossdock_sandbox::{COURIERS, Sandbox};
use crossdock_tests::{Couriers, plugins_dir};
use serde_json::Value;

use super::echo::Echo;
use super::{Account, Lab, account};
use crate::lab;

/// The seed of the sandbox's parcels.
const SEED: u64 = 42;

/// What is asked for, as the courier knows it.
struct Subject {
    country: String,
    postal_codes: (String, String),
    service: String,
    number: String,
    shipment_id: String,
}

#[tokio::test]
async fn no_call_of_a_test_guest_brings_a_secret_into_its_memory() {
    let (lab, echo) = (Lab::new(), Echo::start().await);
    let everything = lab::guest_in(&lab.engine, "everything").await;
    let endpoints = BTreeMap::from([("main".to_owned(), format!("http://{}/echo/plain", echo.address))]);
    let account = account("main", &[("customer_number", "12345")], &[("api_key", "MARKED-api-key/+1")], endpoints);
    let subject = Subject {
        country: "SE".to_owned(),
        postal_codes: ("21120".to_owned(), "11423".to_owned()),
        service: "EXPRESS".to_owned(),
        number: "SEND".to_owned(),
        shipment_id: "SHIPMENT-1".to_owned(),
    };
    let called = call_all(&lab, &everything, &account, &subject).await;
    assert_eq!(called.len(), 16, "{called:?}");
    assert!(echo.has_received("MARKED-api-key/+1"));
    lab.expect_nothing_found();
}

#[tokio::test]
async fn no_call_of_a_courier_plugin_brings_a_secret_into_its_memory() {
    let sandbox = Sandbox::start(SocketAddr::from(([127, 0, 0, 1], 0)), SEED).await.unwrap();
    let mut couriers = 0;
    for file in components() {
        let mut lab = Lab::new();
        let plugin = match load_file(&lab.engine, &file, &Arc::new(CompiledCache::disabled())).await {
            Ok(plugin) => plugin,
            Err(error) => panic!("{error}"),
        };
        let (account, subject) = at_sandbox(&sandbox, &plugin);
        assert!(!account.secrets.is_empty(), "{} has no secret", plugin.id());
        let called = call_all(&lab, &plugin, &account, &subject).await;
        assert!(!called.is_empty(), "{} has nothing to call", plugin.id());
        let mut answered = 0;
        while let Ok(record) = lab.records.try_recv() {
            answered += usize::from(record.outcome == "ok");
        }
        assert!(answered >= called.len() / 2, "{}: the courier liked {answered} requests of {called:?}", plugin.id());
        lab.expect_nothing_found();
        couriers += 1;
    }
    assert!(couriers > 0, "no courier plugin in {}: run `cargo xtask plugins` first", plugins_dir().display());
    sandbox.stop().await;
}

/// The components of couriers that have something to say; a crate that is only begun describes nothing.
fn components() -> Vec<PathBuf> {
    let files = std::fs::read_dir(plugins_dir()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = files.filter(|file| file.extension().is_some_and(|end| end == "wasm")).collect();
    files.sort();
    files
}

/// The first test merchant's account at the sandbox's courier, and a parcel that the courier knows.
fn at_sandbox(sandbox: &Sandbox, plugin: &Plugin) -> (Account, Subject) {
    let id = plugin.id().as_str();
    let courier = COURIERS.iter().find(|courier| courier.id == id).unwrap_or_else(|| panic!("no sandbox for {id}"));
    let fields = crossdock_sandbox::credentials()[id].as_object().unwrap().clone();
    let description = plugin.description();
    let has_all = |kind: &&crossdock_contract::description::AccountKind| {
        fields.keys().all(|key| kind.fields.iter().any(|field| field.key == *key))
    };
    let kind =
        description.accounts.iter().find(has_all).unwrap_or_else(|| panic!("{id} has no account of these fields"));
    let of = |wanted: FieldKind| -> Vec<(&str, &str)> {
        let declared = kind.fields.iter().filter(|field| field.kind == wanted);
        declared.filter_map(|field| Some((field.key.as_str(), fields.get(&field.key)?.as_str()?))).collect()
    };
    let json: Value = serde_json::to_value(&**description).unwrap();
    let endpoints = Couriers::at(sandbox.base_url()).endpoints(&json).into_iter();
    let endpoints = endpoints.filter_map(|(name, url)| Some((name, url.as_str()?.to_owned()))).collect();
    let (shipment_id, number) = (courier.scripted_numbers)(1);
    let subject = Subject {
        country: courier.home_country.to_owned(),
        postal_codes: (courier.postal_codes.0.to_owned(), courier.postal_codes.1.to_owned()),
        service: courier.usual_service.to_owned(),
        number,
        shipment_id,
    };
    (account(&kind.id, &of(FieldKind::Text), &of(FieldKind::Secret), endpoints), subject)
}

/// Makes every kind of call that the account offers; the names of those that were made. What they return does not matter.
async fn call_all(lab: &Lab, plugin: &Arc<Plugin>, account: &Account, subject: &Subject) -> Vec<&'static str> {
    let mut called = Vec::new();
    /// Makes one call.
    macro_rules! make {
        ($capability:literal, $operation:literal, $function:ident($($argument:expr),*)) => {
            if plugin.offers(&account.view.kind, $capability) {
                called.push($operation);
                match plugin.$function(lab.call(plugin, account, $operation), $($argument),*).await {
                    Ok(answer) => Some(answer),
                    Err(error) => panic!("{}: {error}", $operation),
                }
            } else {
                None
            }
        };
    }
    let codes = (subject.postal_codes.0.as_str(), subject.postal_codes.1.as_str());
    let shipment = lab::shipment(&subject.country, codes, &subject.service);
    let place = shipment.sender.clone();
    let numbers = [subject.number.clone(), "UNKNOWN-NUMBER".to_owned()];
    make!("auth", "auth.check", check());
    make!("tracking", "tracking.track", track(&numbers));
    make!("rates", "rates.quote", quote(&shipment));
    let mut order = lab::order(shipment);
    if plugin.id().as_str() == "everything" {
        // Its sample speaks of a second parcel.
        order.shipment.parcels.push(order.shipment.parcels[0].clone());
    }
    let booking = make!("shipments", "shipments.create", create(&order)).and_then(Result::ok);
    let booked = booking.map_or_else(
        || lab::booked(&subject.shipment_id),
        |booking| Booked {
            tracking_numbers: booking.parcels.iter().filter_map(|parcel| parcel.tracking_number.clone()).collect(),
            extensions: booking.extensions.clone(),
            service: Some(subject.service.clone()),
            ..lab::booked(&booking.courier_shipment_id)
        },
    );
    make!("shipments", "shipments.label", label(&booked, "pdf"));
    make!("shipments", "shipments.find-by-reference", find_by_reference(&order.booking_reference));
    make!("shipments", "shipments.cancel", cancel_shipment(&booked));
    let request = lab::pickup_request(place.clone());
    let pickup = make!("pickups", "pickups.schedule", schedule_pickup(&request)).and_then(Result::ok);
    let (confirmation, extensions) = pickup
        .map_or_else(|| ("PICKUP-1".to_owned(), Vec::new()), |pickup| (pickup.confirmation_number, pickup.extensions));
    make!("pickups", "pickups.cancel", cancel_pickup(&confirmation, extensions));
    make!(
        "manifests",
        "manifests.close",
        close_manifest("2027-02-03", std::slice::from_ref(&booked.courier_shipment_id))
    );
    make!("service-points", "service-points.find", find_service_points(&lab::search(place.clone())));
    make!("addresses", "addresses.validate", validate_address(&place));
    make!("webhooks", "webhooks.receive", receive_webhook(&lab::push("{\"number\":\"1\"}")));
    make!("subscriptions", "subscriptions.subscribe", subscribe(std::slice::from_ref(&subject.number)));
    make!("subscriptions", "subscriptions.unsubscribe", unsubscribe("SUBSCRIPTION-1"));
    make!("subscriptions", "subscriptions.list", list_subscriptions());
    called
}
