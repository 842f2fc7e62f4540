//! What quotes and bookings say of a shipment in the same way.

use crossdock_sdk::types::{Address, Parcel, Shipment};
use crossdock_sdk::{Call, Refusals, time};
use serde_json::{Value, json};

use crate::describe::MAX_TEXT_CHARS;
use crate::services::{self, FLAGS};

/// Refuses what Bring could not honour; what it has no place for is never dropped.
pub fn refuse_what_cannot_be(shipment: &Shipment, refusals: &mut Refusals) {
    let product = shipment.service.as_deref().and_then(services::find);
    if let Some(product) = product.filter(|product| product.is_return != shipment.is_return) {
        let words =
            if product.is_return { "this service is for returns only" } else { "this service takes no returns" };
        refusals.refuse("/service", "wrong-direction", words);
    }
    refusals.other_payers(shipment, "Bring bills the credential's customer number");
    let recipient = &shipment.recipient;
    for (option, missing, at) in [
        ("notification-sms", recipient.phone.is_none(), "phone"),
        ("notification-email", recipient.email.is_none(), "email"),
    ] {
        if shipment.has_option(option) && missing {
            refusals.refuse(format!("/recipient/{at}"), "required", "needed to notify the recipient");
        }
    }
    if shipment.has_option("qr-code") && shipment.sender.email.is_none() {
        refusals.refuse("/sender/email", "required", "the QR code is sent there");
    }
    let takes_pallets = product.is_none_or(|product| product.kind == "freight");
    for (index, parcel) in shipment.parcels.iter().enumerate() {
        refuse_in_parcel(parcel, &format!("/parcels/{index}"), takes_pallets, refusals);
    }
}

fn refuse_in_parcel(parcel: &Parcel, at: &str, takes_pallets: bool, refusals: &mut Refusals) {
    let words = "Bring's insurance is not offered here";
    refusals.unless_absent(format!("{at}/declared_value"), parcel.declared_value.as_ref(), words);
    refusals.longer_than(MAX_TEXT_CHARS as usize, format!("{at}/contents"), parcel.contents.as_deref());
    if parcel.packaging == "pallet" && !takes_pallets {
        refusals.refuse(format!("{at}/packaging"), "not-offered", "this service takes no pallets");
    }
}

/// Additional services for the chosen options. `contacts`: booking wants to know how to reach the recipient, rates do not.
pub fn additional_services(shipment: &Shipment, contacts: bool) -> Vec<Value> {
    let mut services: Vec<Value> = Vec::new();
    let recipient = &shipment.recipient;
    let sms = recipient.phone.as_ref().filter(|_| shipment.has_option("notification-sms"));
    let email = recipient.email.as_ref().filter(|_| shipment.has_option("notification-email"));
    if sms.is_some() || email.is_some() {
        services.push(match contacts {
            true => json!({"id": "EVARSLING", "email": email, "mobile": sms}),
            false => json!({"id": "EVARSLING"}),
        });
    }
    if shipment.option_text("service-point").is_some() {
        let nordic = shipment.service.as_deref().is_some_and(|code| code.starts_with("PICKUP_PARCEL"));
        services.push(json!({"id": if nordic { "SELECT_PICKUP_POINT_NORDICS" } else { "SELECT_PICKUP_POINT" }}));
    }
    services.extend(FLAGS.iter().filter(|flag| shipment.has_option(flag.option)).map(|flag| json!({"id": flag.id})));
    services
}

pub fn country(address: &Address) -> String {
    address.country.trim().to_ascii_uppercase()
}

/// When the parcels leave, `YYYY-MM-DDThh:mm:ss` at the sender: now, or at eight in the morning of a later day.
pub fn shipping_time(call: &Call, shipment: &Shipment) -> String {
    let now = time::of_timestamp(call.now(), Some(&country(&shipment.sender))).local;
    match shipment.shipping_date.as_deref().and_then(time::iso_date) {
        Some(day) if !now.starts_with(&day) => format!("{day}T08:00:00"),
        _ => now,
    }
}
