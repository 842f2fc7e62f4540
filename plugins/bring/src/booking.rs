//! Booking API: one consignment a request, labels by link, no price, no cancellation.

use crossdock_sdk::types::{
    Address, Booked, BookedParcel, Booking, Document, DocumentContent, Level, Message, Order, PartFailure, Window,
    extension,
};
use crossdock_sdk::{Call, Failure, Request, Response, time};
use serde_json::{Value, json};

use crate::answer::{authenticated, refused};
use crate::booking_errors::failure_of;
use crate::booking_wire::{Answer, Confirmation};
use crate::describe::MAX_TEXT_CHARS;
use crate::shipment::{additional_services, country, first_line, postal_code, refuse_what_cannot_be, shipping_time};
use crate::tracking::{consignments, request};

/// `additionalAddressInfo` holds this much (CONFIRMED).
const MAX_INFO_CHARS: usize = 70;
/// What `label` needs: the address of the label, which is handed out only with the booking.
const LABEL_TOKEN: &str = "label-token";

pub fn create(call: &Call, order: &Order) -> Result<Booking, Failure> {
    let shipment = &order.shipment;
    refuse_what_cannot_be(shipment, "/shipment")?;
    let service = shipment.service.as_deref().ok_or_else(|| {
        Failure::invalid_input("no-service", "a booking at Bring names its service").problem(
            "/shipment/service",
            "required",
            "choose one of the services",
        )
    })?;
    let body = body(call, order, service)?;
    let answer = authenticated(Request::post("booking", "/booking").json(&body).send()?)?;
    booked(answer, order)
}

/// Errors are taken with any status: both a status of 400 and of 200 are REPORTED.
fn booked(answer: Response, order: &Order) -> Result<Booking, Failure> {
    let parsed: Answer = match answer.json() {
        Ok(parsed) => parsed,
        Err(failure) if answer.is_success() => return Err(failure),
        Err(_) => return Err(refused(answer)),
    };
    let mut errors = parsed.errors;
    let mut confirmation = None;
    for consignment in parsed.consignments {
        errors.extend(consignment.errors);
        confirmation = confirmation.or(consignment.confirmation);
    }
    let confirmed = confirmation.and_then(|confirmed| Some((confirmed.consignment_number.clone()?, confirmed)));
    match confirmed {
        Some((id, confirmation)) => {
            let mut booking = of_confirmation(id, confirmation, order);
            booking.messages.extend(errors.iter().map(|error| error.message()));
            Ok(booking)
        }
        None if !errors.is_empty() => Err(failure_of(&answer, &errors, order)),
        None if !answer.is_success() => Err(refused(answer)),
        None => Err(Failure::unexpected_answer("no-confirmation", "Bring neither confirmed nor refused")
            .status(answer.status())),
    }
}

fn of_confirmation(id: String, confirmation: Confirmation, order: &Order) -> Booking {
    let links = confirmation.links.unwrap_or_default();
    let document = |category: &str, format: &str, link: &Option<String>| {
        Some(Document {
            category: category.to_owned(),
            format: format.to_owned(),
            content: DocumentContent::Link(link.clone()?),
            ..Document::default()
        })
    };
    let expected = confirmation.date_and_times.unwrap_or_default().expected_delivery;
    let mut booking = Booking {
        courier_shipment_id: id,
        documents: [
            document("label", "pdf", &links.labels),
            document("other", "pdf", &links.waybill),
            // Where the link of a label-free booking stands, and its format, is ASSUMED.
            document("qr-code", "png", &links.qr_code_link.or(confirmation.qr_code_link)),
        ]
        .into_iter()
        .flatten()
        .collect(),
        estimated_delivery: expected.and_then(|ms| delivery_day(&ms, &country(&order.shipment.recipient))),
        tracking_link: links.tracking,
        ..Booking::default()
    };
    if let Some(labels) = links.labels {
        booking.extensions.push((LABEL_TOKEN.to_owned(), labels));
    }
    // Packages come in the order of the request (CONFIRMED).
    let mut packages = confirmation.packages.into_iter();
    for index in 0..u32::try_from(order.shipment.parcels.len()).unwrap_or(u32::MAX) {
        let package = packages.next().unwrap_or_default();
        if package.package_number.is_none() {
            let failure = Failure::unexpected_answer("no-number", "Bring confirmed the parcel without its number");
            booking.failures.push(PartFailure { parcel: Some(index), failure });
        }
        booking.parcels.push(BookedParcel {
            index,
            tracking_number: package.package_number,
            barcodes: package.label_free_code.into_iter().collect(),
            ..BookedParcel::default()
        });
    }
    if order.shipment.customs.is_some() {
        booking.messages.push(Message {
            level: Level::Warning,
            code: "customs-not-sent".to_owned(),
            text: "the customs data was not sent to Bring with this booking".to_owned(),
            pointer: Some("/shipment/customs".to_owned()),
            ..Message::default()
        });
    }
    booking
}

/// Milliseconds since 1970 (CONFIRMED), which mean a day.
fn delivery_day(ms: &str, country: &str) -> Option<Window> {
    let moment = time::epoch_ms(ms.parse().ok()?, Some(country))?;
    time::whole_day(moment.local.get(..10)?, Some(country))
}

fn body(call: &Call, order: &Order, service: &str) -> Result<Value, Failure> {
    let shipment = &order.shipment;
    let mut problems =
        Failure::invalid_input("too-long", "Bring's fields are shorter than what they would have to hold");
    let mut parties = json!({
        "sender": party(&shipment.sender, "/shipment/sender", &mut problems),
        "recipient": party(&shipment.recipient, "/shipment/recipient", &mut problems),
    });
    parties["sender"]["reference"] = order.booking_reference.clone().into();
    parties["recipient"]["reference"] = shipment.references.first().map(|reference| reference.value.clone()).into();
    if let Some(id) = shipment.option_text("service-point") {
        parties["pickupPoint"] = json!({"id": id, "countryCode": country(&shipment.recipient)});
    }
    if let Some(address) = &shipment.return_to {
        parties["returnTo"] = party(address, "/shipment/return_to", &mut problems);
    }
    let packages: Vec<Value> =
        shipment.parcels.iter().zip(1..).map(|(parcel, number)| package(parcel, number)).collect();
    if !problems.problems.is_empty() {
        return Err(problems);
    }
    Ok(json!({
        "testIndicator": call.is_test(),
        "schemaVersion": 1,
        "consignments": [{
            "correlationId": order.booking_reference,
            "shippingDateTime": shipping_time(call, shipment),
            "parties": parties,
            "product": {"id": service, "customerNumber": call.field("customer_number"),
                "additionalServices": additional_services(shipment, true)},
            "packages": packages,
        }],
    }))
}

fn package(parcel: &crossdock_sdk::types::Parcel, number: u32) -> Value {
    let centimetres = |mm: u32| f64::from(mm) / 10.0;
    let dimensions = match (parcel.length_mm, parcel.width_mm, parcel.height_mm) {
        (Some(length), Some(width), Some(height)) => json!({"lengthInCm": centimetres(length),
            "widthInCm": centimetres(width), "heightInCm": centimetres(height)}),
        _ => Value::Null,
    };
    json!({
        "correlationId": parcel.reference.clone().unwrap_or_else(|| number.to_string()),
        "weightInKg": f64::from(parcel.weight_grams) / 1000.0,
        "goodsDescription": parcel.contents, "dimensions": dimensions,
        "packageType": parcel.packaging.strip_prefix("courier:"),
    })
}

/// A party as Bring writes it. What does not fit is refused, never cut off.
fn party(address: &Address, pointer: &str, failure: &mut Failure) -> Value {
    let lines = &address.lines;
    let more = lines.iter().skip(2).chain(&address.instructions).chain(&address.door_code);
    let info = Some(more.cloned().collect::<Vec<_>>().join(", ")).filter(|info| !info.is_empty());
    let name = address.company.clone().or_else(|| address.person.clone());
    let contact = address.person.clone().or_else(|| address.company.clone());
    let first = first_line(address);
    let mut limit = |text: Option<&String>, chars: usize, at: &str| {
        if text.is_some_and(|text| text.chars().count() > chars) {
            let problems = std::mem::take(failure);
            *failure = problems.problem(format!("{pointer}{at}"), "too-long", format!("at most {chars} characters"));
        }
    };
    let text_chars = MAX_TEXT_CHARS as usize;
    limit(name.as_ref(), text_chars, if address.company.is_some() { "/company" } else { "/person" });
    limit(first.as_ref(), text_chars, "/lines/0");
    limit(lines.get(1), text_chars, "/lines/1");
    limit(info.as_ref(), MAX_INFO_CHARS, if lines.len() > 2 { "/lines/2" } else { "/instructions" });
    limit(Some(&address.city), text_chars, "/city");
    limit(address.email.as_ref(), 60, "/email");
    json!({
        "name": name, "addressLine": first, "addressLine2": lines.get(1), "postalCode": postal_code(address),
        "city": address.city, "countryCode": country(address), "reference": null, "additionalAddressInfo": info,
        "contact": {"name": contact, "email": address.email, "phoneNumber": address.phone},
    })
}

/// The link that came with the booking; Bring has no other way to a label.
pub fn label(booked: &Booked, format: &str) -> Result<Vec<Document>, Failure> {
    let link = extension(&booked.extensions, LABEL_TOKEN).filter(|_| format == "pdf").ok_or_else(|| {
        Failure::unsupported("no-label", "Bring hands out labels as PDF, by the link that came with the booking")
    })?;
    Ok(vec![Document {
        category: "label".to_owned(),
        format: "pdf".to_owned(),
        content: DocumentContent::Link(link.to_owned()),
        ..Document::default()
    }])
}

/// Tracking finds what was sent as `sender.reference` (CONFIRMED).
pub fn find_by_reference(call: &Call, reference: &str) -> Result<Booking, Failure> {
    let found = consignments(request(call, reference).send()?)?;
    let named = |sent: &Option<String>| sent.as_ref().is_none_or(|sent| sent.eq_ignore_ascii_case(reference));
    let consignment = found.into_iter().find(|one| named(&one.sender_reference));
    let (id, consignment) = consignment
        .and_then(|one| Some((one.consignment_id.clone()?, one)))
        .ok_or_else(|| Failure::not_found("404", "Bring knows no shipment with this reference"))?;
    let parcel = |(index, package): (u32, crate::tracking_wire::Package)| BookedParcel {
        index,
        tracking_number: package.package_number,
        ..BookedParcel::default()
    };
    Ok(Booking {
        courier_shipment_id: id,
        parcels: (0..).zip(consignment.package_set).map(parcel).collect(),
        ..Booking::default()
    })
}
