//! The shape of tracking answers: newest first, times both local and in GMT, descriptions with trailing blanks.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::charges::service_name;
use crate::common::bookings::{Booking, Parcel};
use crate::common::places::{Party, Place};
use crate::common::timeline::{Stage, Step};
use crate::common::zone::local;

/// One shipment with all its packages.
pub fn shipment(booking: &Booking, inquiry: &str, now: Timestamp) -> Value {
    let packages: Vec<Value> = booking
        .parcels
        .iter()
        .enumerate()
        .map(|(index, parcel)| package(booking, parcel, &booking.steps(index, now)))
        .collect();
    json!({"inquiryNumber": inquiry, "package": packages, "userRelation": []})
}

fn package(booking: &Booking, parcel: &Parcel, steps: &[Step]) -> Value {
    let last = steps.last().map_or(Stage::PreNotified, |step| step.stage);
    let delivered = steps.iter().find(|step| step.stage == Stage::Delivered);
    let country = &booking.recipient.country;
    let day = |at: Timestamp| local(country, at, "%Y%m%d");
    let time = |at: Timestamp| local(country, at, "%H%M%S");
    let (date, window) = match delivered {
        Some(step) => (
            json!({"type": "DEL", "date": day(step.at)}),
            json!({"type": "DEL", "startTime": "", "endTime": time(step.at)}),
        ),
        None => (
            json!({"type": "SDD", "date": day(booking.expected_delivery())}),
            json!({"type": "EDW", "startTime": "110000", "endTime": "150000"}),
        ),
    };
    let references: Vec<Value> =
        booking.references.iter().map(|number| json!({"type": "SHIPMENT", "number": number})).collect();
    let mut package = json!({
        "trackingNumber": parcel.number,
        "packageCount": booking.parcels.len(),
        "currentStatus": status(last),
        "deliveryDate": [date],
        "deliveryTime": window,
        "activity": steps.iter().rev().map(|step| activity(booking, step)).collect::<Vec<_>>(),
        "milestones": milestones(steps),
        "packageAddress": [address("ORIGIN", &booking.sender), address("DESTINATION", &booking.recipient)],
        "referenceNumber": references,
        "service": {"code": booking.service, "levelCode": format!("0{}", booking.service),
            "description": service_name(&booking.service)},
        "weight": {"unitOfMeasurement": "KGS", "weight": kilograms(parcel.weight_grams)},
        "dimension": {"height": (parcel.height_mm / 10).to_string(), "length": (parcel.length_mm / 10).to_string(),
            "width": (parcel.width_mm / 10).to_string(), "unitOfDimension": "CM"},
        // Documented as a list, and seen as null.
        "suppressionIndicators": null,
        "isSmartPackage": false, "statusCode": "", "statusDescription": ""
    });
    if delivered.is_some() {
        package["deliveryInformation"] = json!({"location": "Front Door", "receivedBy": booking.recipient.name});
    }
    if last == Stage::ReadyForPickup {
        package["accessPointInformation"] = json!({"pickupByDate": day(booking.expected_delivery())});
    }
    package
}

fn kilograms(grams: u64) -> String {
    crate::common::json::money(grams.div_ceil(10))
}

fn activity(booking: &Booking, step: &Step) -> Value {
    let place = step.place.as_ref();
    let country = place.map_or(booking.sender.country.as_str(), |place| place.country.as_str());
    let here = |pattern: &str| local(country, step.at, pattern);
    let address = match place {
        None => json!({"countryCode": country, "country": country}),
        Some(Place { city, region, postal_code, .. }) => json!({"city": city, "stateProvince": region,
            "postalCode": postal_code, "countryCode": country, "country": country}),
    };
    // The time of day in GMT comes with and without colons, and without its first zero.
    let gmt_time = match step.stage {
        Stage::PreNotified => step.at.strftime("%H%M%S").to_string(),
        Stage::Accepted => step.at.strftime("%-H%M%S").to_string(),
        _ => step.at.strftime("%H:%M:%S").to_string(),
    };
    json!({
        "date": here("%Y%m%d"), "time": here("%H%M%S"),
        "gmtDate": step.at.strftime("%Y%m%d").to_string(), "gmtTime": gmt_time,
        "gmtOffset": here("%:z"),
        "location": {"address": address, "slic": place.map_or("", |place| place.id.as_str())},
        "status": status(step.stage), "logicalScan": false
    })
}

/// Type, two-letter code, three-digit code and words of a stage.
fn status(stage: Stage) -> Value {
    let (kind, code, status_code, words) = match stage {
        Stage::PreNotified => ("M", "MP", "003", "Label made, we do not have the package yet. "),
        Stage::Accepted => ("P", "OR", "038", "Picked Up"),
        Stage::InTransit => ("I", "DP", "005", "Departed from Facility"),
        Stage::AtTerminal => ("I", "AR", "010", "Arrived at Facility"),
        Stage::OutForDelivery => ("I", "OT", "021", "Out for Delivery"),
        Stage::ReadyForPickup => ("D", "2Q", "161", "DELIVERED TO ACCESS POINT "),
        Stage::AttemptFailed => ("X", "48", "022", "NOBODY WAS AVAILABLE FOR DELIVERY. "),
        Stage::Exception => ("X", "A4", "048", "A DELAY HAS OCCURRED. "),
        Stage::Returning => ("X", "RS", "035", "Returning to Sender"),
        Stage::Returned => ("RS", "B0", "034", "Returned to Sender"),
        Stage::Delivered => ("D", "FS", "011", "DELIVERED "),
        Stage::Cancelled => ("MV", "VP", "007", "Shipment Information Voided"),
    };
    // UPS writes both members; the plainer one has no blank at its end.
    json!({"type": kind, "code": code, "description": words, "simplifiedTextDescription": words.trim(),
        "statusCode": status_code})
}

fn milestones(steps: &[Step]) -> Value {
    let complete = |stage: Stage| steps.iter().any(|step| step.stage == stage);
    [
        ("cms.stapp.orderReceived", "Label Created", Stage::PreNotified),
        ("cms.stapp.shipped", "We Have Your Package", Stage::Accepted),
        ("cms.stapp.outForDelivery", "Out for Delivery", Stage::OutForDelivery),
        ("cms.stapp.delivered", "Delivery", Stage::Delivered),
    ]
    .into_iter()
    .map(|(code, words, stage)| {
        let current = steps.last().is_some_and(|step| step.stage == stage);
        json!({"code": code, "description": words, "state": if complete(stage) { "Complete" } else { "Incomplete" },
            "current": current, "category": "1"})
    })
    .collect()
}

fn address(kind: &str, party: &Party) -> Value {
    json!({"type": kind, "name": "", "attentionName": "", "address": {"city": party.city.to_uppercase(),
        "stateProvince": party.region, "countryCode": party.country}})
}
