//! The shape of tracking answers: newest first, and both blank and null for nothing.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::common::bookings::{Booking, Parcel};
use crate::common::json::kilograms;
use crate::common::places::{Party, Place};
use crate::common::timeline::{Outcome, Stage, Step};
use crate::common::world::World;
use crate::common::zone::local;

/// An error as Bring puts it where a consignment would stand.
pub fn error(code: u16, message: &str, system: Option<&str>) -> Value {
    let mut error = json!({"code": code, "message": message});
    if let Some(system) = system {
        error = json!({"system": system, "code": code, "message": message});
    }
    json!({"apiVersion": "2", "consignmentSet": [{"error": error}]})
}

/// One consignment with all its packages.
pub fn consignment(world: &World, booking: &Booking, now: Timestamp) -> Value {
    let packages: Vec<Value> =
        booking.parcels.iter().enumerate().map(|(index, parcel)| package(world, booking, index, parcel, now)).collect();
    let weight: u64 = booking.parcels.iter().map(|parcel| parcel.weight_grams).sum();
    let volume: f64 = booking.parcels.iter().map(volume_dm3).sum();
    json!({
        "consignmentId": booking.id,
        "previousConsignmentId": "",
        "packageSet": packages,
        "senderReference": booking.references.first().cloned().unwrap_or_default(),
        "senderCustomerNumber": "", "senderCustomerMasterNumber": "", "senderCustomerType": "",
        "recipientCustomerNumber": "", "recipientCustomerMasterNumber": "", "recipientCustomerType": "",
        "isPickupNoticeAvailable": false,
        "totalWeightInKgs": kilograms(weight), "totalVolumeInDm3": volume,
        "totalListPrice": "", "totalContractPrice": "",
        "listPricePackageCount": "", "contractPricePackageCount": "",
        "currencyCode": "", "consignmentActionSet": [], "senderLogo": ""
    })
}

fn package(world: &World, booking: &Booking, index: usize, parcel: &Parcel, now: Timestamp) -> Value {
    let steps = booking.steps(index, now);
    let last = steps.last();
    let delivered = steps.iter().find(|step| step.stage == Stage::Delivered);
    let ready = steps.iter().find(|step| step.stage == Stage::ReadyForPickup);
    let day = |at: Timestamp| local(&booking.recipient.country, at, "%d.%m.%Y");
    let (product, kind) = product(&booking.service);
    let mut package = json!({
        "statusDescription": last.map_or("", |step| words(step.stage).1),
        "descriptions": [],
        "packageNumber": parcel.number,
        "previousPackageNumber": "",
        "productName": product, "productCode": booking.service,
        "productLink": format!("https://www.bring.no/english/shortcuts/{}", booking.service),
        "brand": kind,
        "lengthInCm": parcel.length_mm / 10, "widthInCm": parcel.width_mm / 10, "heightInCm": parcel.height_mm / 10,
        "volumeInDm3": volume_dm3(parcel), "weightInKgs": kilograms(parcel.weight_grams),
        "listPrice": null, "contractPrice": null, "currencyCode": null, "pickupCode": null, "shelfNumber": "",
        "dateOfReturn": ready.map(|step| day(step.at + SignedDuration::from_hours(14 * 24))),
        "dateOfEstimatedDelivery": day(booking.expected_delivery()),
        "dateOfDelivery": delivered.map(|step| day(step.at)),
        "estimatedTimeSpanOfDelivery": {"startTime": "09:00", "endTime": "15:00"},
        "senderName": booking.sender.name,
        "senderAddress": address(&booking.sender, false),
        "senderHandlingAddress": if index == 0 { json!(null) } else { json!("") },
        "recipientName": "", "recipientMobileNumber": null, "recipientEmailAddress": "",
        "recipientAddress": address(&booking.recipient, true),
        "recipientHandlingAddress": address(&booking.recipient, true),
    });
    let more = json!({
        "eventSet": steps.iter().rev().map(|step| event(world, booking, step)).collect::<Vec<_>>(),
        "additionalServiceSet": [{"id": "1091", "description": "eAdvising", "amount": "", "currencyCode": "",
            "longDescription": "Notice by sms and e-mail"}],
        "requestedPackage": if index == 0 { json!(null) } else { json!("") },
        "expectedPickupUnitId": booking.service_point, "expectedPickupUnitName": null, "expectedPickupUnitURL": null,
        "isDenmarkProductWithQIEvent": false
    });
    if let (Some(package), Value::Object(more)) = (package.as_object_mut(), more) {
        package.extend(more);
    }
    package
}

fn event(world: &World, booking: &Booking, step: &Step) -> Value {
    let (status, description, code) = words(step.stage);
    let nowhere = Place {
        id: "910000".to_owned(),
        name: String::new(),
        city: String::new(),
        postal_code: String::new(),
        region: String::new(),
        country: String::new(),
    };
    let place = step.place.as_ref().unwrap_or(&nowhere);
    // Bring writes times with the offset of Norway.
    let at = |pattern: &str| local("NO", step.at, pattern);
    let signed = step.stage == Stage::Delivered && booking.outcome != Outcome::ServicePoint;
    let unit_url = (step.stage == Stage::ReadyForPickup)
        .then(|| world.link(super::ID, &format!("/pickuppoint/api/pickuppoint/{}/id/{}.xml", place.country, place.id)));
    json!({
        "description": description, "status": status,
        "lmEventCode": code, "lmCauseCode": "", "lmMeasureCode": "",
        "recipientSignature": {"name": if signed { booking.recipient.name.as_str() } else { "" }, "linkToImage": null},
        "unitId": place.id, "unitInformationUrl": unit_url, "unitType": "BRING",
        "postalCode": place.postal_code, "city": place.city,
        "countryCode": place.country, "country": country_name(&place.country),
        "dateIso": at("%Y-%m-%dT%H:%M:%S%:z"), "displayDate": at("%d.%m.%Y"), "displayTime": at("%H:%M"),
        "consignmentEvent": step.stage == Stage::PreNotified, "insignificant": false,
        "gpsXCoordinate": "", "gpsYCoordinate": "", "gpsMapUrl": ""
    })
}

/// Status, description and event code of a stage (Tracking API, status list of the facts).
fn words(stage: Stage) -> (&'static str, &'static str, &'static str) {
    match stage {
        Stage::PreNotified | Stage::Cancelled => {
            ("PRE_NOTIFIED", "We have been told of the parcel but have not received it.", "T")
        }
        Stage::Accepted => ("HANDED_IN", "The parcel has been handed in.", "R"),
        Stage::InTransit => ("IN_TRANSIT", "The parcel is on its way.", "KO"),
        Stage::AtTerminal => ("TERMINAL", "The parcel has come to a terminal.", "W"),
        Stage::OutForDelivery => ("TRANSPORT_TO_RECIPIENT", "The parcel has been loaded for delivery.", "3"),
        Stage::ReadyForPickup => ("READY_FOR_PICKUP", "The parcel can be collected.", ""),
        Stage::AttemptFailed => ("ATTEMPTED_DELIVERY", "Nobody was at home.", ""),
        Stage::Exception => ("DEVIATION", "Something went wrong. The parcel may be late.", ""),
        Stage::Returning => ("RETURN", "The parcel is on its way back to the sender.", ""),
        Stage::Returned => ("DELIVERED_SENDER", "The parcel has been given back to the sender.", ""),
        Stage::Delivered => ("DELIVERED", "The parcel has been delivered.", ""),
    }
}

/// Product name and brand of a service.
fn product(service: &str) -> (&'static str, &'static str) {
    match super::products::PRODUCTS.iter().find(|product| product.id == service || product.production == service) {
        Some(product) => (product.name, if product.id.starts_with("5") { "POSTEN" } else { "BRING" }),
        None => ("Parcel", "UNDEFINED"),
    }
}

fn address(party: &Party, shown: bool) -> Value {
    let of = |text: &str| if shown { text.to_owned() } else { String::new() };
    json!({"addressLine1": "", "addressLine2": "", "postalCode": of(&party.postal_code), "city": of(&party.city.to_uppercase()),
        "countryCode": of(&party.country), "country": of(country_name(&party.country))})
}

fn volume_dm3(parcel: &Parcel) -> f64 {
    kilograms(parcel.length_mm * parcel.width_mm * parcel.height_mm / 1_000)
}

fn country_name(code: &str) -> &'static str {
    match code {
        "NO" => "Norway",
        "SE" => "Sweden",
        "DK" => "Denmark",
        "FI" => "Finland",
        _ => "",
    }
}
