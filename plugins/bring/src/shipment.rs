//! What quotes and bookings say of a shipment in the same way.

use crossdock_sdk::types::{Address, Shipment};
use crossdock_sdk::{Call, Failure, time};
use serde_json::{Value, json};

use crate::services::{self, FLAGS};

/// Refuses what Bring could not honour; `prefix` is where the shipment stands in the request.
pub fn refuse_what_cannot_be(shipment: &Shipment, prefix: &str) -> Result<(), Failure> {
    let mut failure = Failure::invalid_input("not-possible", "Bring cannot carry this shipment as it is asked for");
    let service = shipment.service.as_deref();
    if let Some(product) = service.and_then(services::find).filter(|product| product.is_return != shipment.is_return) {
        let words =
            if product.is_return { "this service is for returns only" } else { "this service takes no returns" };
        failure = failure.problem(format!("{prefix}/service"), "wrong-direction", words);
    }
    for (index, payment) in shipment.payments.iter().enumerate() {
        if payment.payer != "sender" || payment.account_number.is_some() {
            let at = format!("{prefix}/payments/{index}");
            failure = failure.problem(at, "not-offered", "Bring bills the credential's customer number");
        }
    }
    let recipient = &shipment.recipient;
    for (option, missing, at) in [
        ("notification-sms", recipient.phone.is_none(), "phone"),
        ("notification-email", recipient.email.is_none(), "email"),
    ] {
        if shipment.has_option(option) && missing {
            failure = failure.problem(format!("{prefix}/recipient/{at}"), "required", "needed to notify the recipient");
        }
    }
    if failure.problems.is_empty() { Ok(()) } else { Err(failure) }
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

pub fn postal_code(address: &Address) -> String {
    address.postal_code.split_whitespace().collect()
}

pub fn country(address: &Address) -> String {
    address.country.trim().to_ascii_uppercase()
}

/// Street and number as one line, else the first printed line.
pub fn first_line(address: &Address) -> Option<String> {
    let apart = address.street.as_ref().map(|street| match &address.street_number {
        Some(number) => format!("{street} {number}"),
        None => street.clone(),
    });
    address.lines.first().cloned().or(apart)
}

/// When the parcels leave, `YYYY-MM-DDThh:mm:ss` at the sender: now, or at eight in the morning of a later day.
pub fn shipping_time(call: &Call, shipment: &Shipment) -> String {
    let now = time::of_timestamp(call.now(), Some(&country(&shipment.sender))).local;
    match shipment.shipping_date.as_deref().and_then(time::iso_date) {
        Some(day) if !now.starts_with(&day) => format!("{day}T08:00:00"),
        _ => now,
    }
}
