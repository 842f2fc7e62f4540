//! Booking API: one consignment a request, labels by link, no price, no cancellation.

use crossdock_sdk::types::{Booked, BookedParcel, Booking, Document, Order, PartFailure, Window, extension};
use crossdock_sdk::{Call, Failure, Request, Response, link, time};

use crate::answer::{authenticated, refused};
use crate::booking_body::body;
use crate::booking_errors::failure_of;
use crate::booking_wire::{Answer, Confirmation, Package};
use crate::shipment::country;
use crate::tracking::{consignments, request};

/// What `label` needs: the address of the label, which is handed out only with the booking.
const LABEL_TOKEN: &str = "label-token";

pub fn create(call: &Call, order: &Order) -> Result<Booking, Failure> {
    let body = body(call, order)?;
    let answer = authenticated(Request::post("booking", "/booking").json(&body).send()?)?;
    booked(answer, order)
}

/// Errors are taken with any status: both a status of 400 and of 200 are REPORTED.
fn booked(answer: Response, order: &Order) -> Result<Booking, Failure> {
    let parsed: Answer = match answer.read() {
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
    let document = |category: &str, written: &Option<String>| {
        Some(Document {
            category: category.to_owned(),
            format: "pdf".to_owned(),
            content: link(written.as_deref()?)?,
            ..Document::default()
        })
    };
    let expected = confirmation.date_and_times.unwrap_or_default().expected_delivery;
    let mut booking = Booking {
        courier_shipment_id: id,
        documents: [document("label", &links.labels), document("other", &links.waybill)]
            .into_iter()
            .flatten()
            .collect(),
        estimated_delivery: expected.and_then(|ms| delivery_day(&ms, &country(&order.shipment.recipient))),
        tracking_link: links.tracking,
        ..Booking::default()
    };
    match links.labels.filter(|labels| link(labels).is_some()) {
        Some(labels) => booking.extensions.push((LABEL_TOKEN.to_owned(), labels)),
        None => booking.failures.push(PartFailure {
            parcel: None,
            failure: Failure::unexpected_answer("no-label", "Bring confirmed the booking without a link to its label"),
        }),
    }
    // Packages come in the order of the request (CONFIRMED).
    let mut packages = confirmation.packages.unwrap_or_default().into_iter();
    for index in 0..u32::try_from(order.shipment.parcels.len()).unwrap_or(u32::MAX) {
        add_parcel(&mut booking, index, packages.next().unwrap_or_default());
    }
    booking
}

fn add_parcel(booking: &mut Booking, index: u32, package: Package) {
    if package.package_number.is_none() {
        let failure = Failure::unexpected_answer("no-number", "Bring confirmed the parcel without its number");
        booking.failures.push(PartFailure { parcel: Some(index), failure });
    }
    // One per package, a PNG (CONFIRMED: `content/api/booking/labels/qr.md`).
    booking.documents.extend(package.qr_code_link.as_deref().and_then(link).map(|content| Document {
        category: "qr-code".to_owned(),
        format: "png".to_owned(),
        content,
        tracking_number: package.package_number.clone(),
        ..Document::default()
    }));
    booking.parcels.push(BookedParcel {
        index,
        tracking_number: package.package_number,
        barcodes: package.label_free_code.into_iter().collect(),
        ..BookedParcel::default()
    });
}

/// Milliseconds since 1970 (CONFIRMED), which mean a day.
fn delivery_day(ms: &str, country: &str) -> Option<Window> {
    let moment = time::epoch_ms(ms.parse().ok()?, Some(country))?;
    time::whole_day(moment.local.get(..10)?, Some(country))
}

/// The link that came with the booking; Bring has no other way to a label.
pub fn label(booked: &Booked, format: &str) -> Result<Vec<Document>, Failure> {
    let token = extension(&booked.extensions, LABEL_TOKEN).filter(|_| format == "pdf");
    let content = token.and_then(link).ok_or_else(|| {
        Failure::unsupported("no-label", "Bring hands out labels as PDF, by the link that came with the booking")
    })?;
    Ok(vec![Document { category: "label".to_owned(), format: "pdf".to_owned(), content, ..Document::default() }])
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
