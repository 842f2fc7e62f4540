//! The shape of tracking answers: oldest first, local times without offset, absent rather than null.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::common::bookings::{Booking, Parcel};
use crate::common::json::kilograms;
use crate::common::places::Party;
use crate::common::timeline::{Stage, Step};
use crate::common::zone::local;

/// One shipment with its items.
pub fn shipment(booking: &Booking, now: Timestamp) -> Value {
    let per_item: Vec<Vec<Step>> = (0..booking.parcels.len()).map(|index| booking.steps(index, now)).collect();
    let statuses: Vec<&str> = per_item.iter().map(|steps| current(steps)).collect();
    let split = statuses.windows(2).any(|pair| pair[0] != pair[1]);
    let status = if split { "SPLIT" } else { statuses.first().copied().unwrap_or("CREATED") };
    let items: Vec<Value> =
        booking.parcels.iter().zip(&per_item).map(|(parcel, steps)| item(booking, parcel, steps)).collect();
    let grams: u64 = booking.parcels.iter().map(|parcel| parcel.weight_grams).sum();
    let mut shipment = json!({
        "shipmentId": booking.id,
        "uri": format!("/ntt/shipment/{}", booking.id),
        "assessedNumberOfItems": booking.parcels.len(),
        "service": {"code": booking.service, "name": service_name(&booking.service)},
        "consignor": {"name": booking.sender.name, "issuercode": "Z12", "address": address(&booking.sender)},
        "consignee": {"address": address(&booking.recipient)},
        "statusText": {"header": status, "body": format!("The shipment is {status}.")},
        "status": status,
        "totalWeight": {"value": kilograms(grams).to_string(), "unit": "kg"},
        "shipmentReferences": booking.references.iter()
            .map(|reference| json!({"type": "CU", "name": "Customer reference", "value": reference}))
            .collect::<Vec<_>>(),
        "items": items,
    });
    if split {
        shipment["splitStatuses"] = split_statuses(&statuses);
    }
    let delivered = per_item.iter().all(|steps| current(steps) == "DELIVERED");
    let last = per_item.iter().filter_map(|steps| steps.last()).map(|step| step.at).max();
    // The estimates vanish once everything is delivered.
    match last.filter(|_| delivered) {
        Some(at) => shipment["deliveryDate"] = stamp(&booking.recipient.country, at).into(),
        None => {
            let estimate = stamp(&booking.recipient.country, booking.expected_delivery());
            shipment["estimatedTimeOfArrival"] = estimate.clone().into();
            shipment["publicTimeOfArrival"] = estimate.into();
        }
    }
    let ready = per_item.iter().flatten().find(|step| step.stage == Stage::ReadyForPickup);
    if let Some(place) = ready.and_then(|step| step.place.as_ref()) {
        shipment["deliveryPoint"] = json!({
            "name": place.name, "displayName": place.name, "locationId": place.id, "servicePointType": "POSTOMBUD",
            "locationType": "SERVICE_POINT", "address": address(&booking.recipient),
            "openingHours": [{"openFrom": "0900", "openTo": "2000", "monday": true, "tuesday": true, "wednesday": true,
                "thursday": true, "friday": true, "saturday": false, "sunday": false}]});
    }
    shipment
}

fn split_statuses(statuses: &[&str]) -> Value {
    let mut kinds = statuses.to_vec();
    kinds.dedup();
    kinds
        .into_iter()
        .map(|kind| {
            let count = statuses.iter().filter(|status| **status == kind).count();
            json!({"noItemsWithStatus": count, "noItems": statuses.len(), "status": kind,
                "statusDescription": format!("{count} of {}", statuses.len())})
        })
        .collect()
}

fn item(booking: &Booking, parcel: &Parcel, steps: &[Step]) -> Value {
    let status = current(steps);
    // Lengths are given in metres, volume in cubic metres, all as text.
    let metres = |millimetres: u64| json!({"value": kilograms(millimetres).to_string(), "unit": "m"});
    let mut item = json!({
        "itemId": parcel.number,
        "typeOfItemActualName": "Parcel",
        "status": status, "eventStatus": status,
        "statusText": {"header": status, "body": format!("The item is {status}.")},
        "statedMeasurement": {
            "weight": {"value": kilograms(parcel.weight_grams).to_string(), "unit": "kg"},
            "length": metres(parcel.length_mm), "height": metres(parcel.height_mm), "width": metres(parcel.width_mm)},
        "references": [], "itemRefIds": [], "previousItemStates": [], "freeTexts": [],
        "isPlacedInRetailParcelBox": false,
        "events": steps.iter().map(event).collect::<Vec<_>>(),
    });
    let country = &booking.recipient.country;
    if let Some(step) = steps.iter().find(|step| step.stage == Stage::Accepted) {
        item["dropOffDate"] = stamp(country, step.at).into();
        let assessed = kilograms(parcel.weight_grams.saturating_sub(20)).to_string();
        item["assessedMeasurement"] = json!({"weight": {"value": assessed, "unit": "kg"}});
    }
    if let Some(step) = steps.iter().find(|step| step.stage == Stage::Delivered) {
        item["deliveryDate"] = stamp(country, step.at).into();
        item["acceptor"] = json!({"name": booking.recipient.name});
    }
    item
}

fn event(step: &Step) -> Value {
    let (status, code, words) = words(step.stage);
    let country = step.place.as_ref().map_or("SE", |place| place.country.as_str());
    let location = match &step.place {
        None => json!({"name": "PostNord", "displayName": "PostNord"}),
        Some(place) => json!({
        "locationId": place.id, "displayName": place.name, "name": place.name,
        "countryCode": alpha3(&place.country), "country": country_name(&place.country),
        "postcode": place.postal_code, "city": place.city,
        "locationType": match step.stage {
            Stage::ReadyForPickup => "SERVICE_POINT",
            Stage::Delivered => "DELIVERY_POINT",
            Stage::OutForDelivery => "DEPOT",
            _ => "HUB",
        }}),
    };
    json!({"eventTime": stamp(country, step.at), "eventCode": code, "status": status, "eventDescription": words,
        "location": location})
}

fn current(steps: &[Step]) -> &'static str {
    steps.last().map_or("CREATED", |step| words(step.stage).0)
}

/// Status, event code and description of a stage; 113 is out for delivery although its status stays EN_ROUTE.
fn words(stage: Stage) -> (&'static str, &'static str, &'static str) {
    match stage {
        Stage::PreNotified => ("INFORMED", "68", "The sender has announced the item."),
        Stage::Accepted => ("EN_ROUTE", "31", "The item has been received."),
        Stage::InTransit => ("EN_ROUTE", "31", "The item is under way."),
        Stage::AtTerminal => ("EN_ROUTE", "31", "The item has come to a terminal."),
        Stage::OutForDelivery => ("EN_ROUTE", "113", "The item has been loaded for delivery."),
        Stage::ReadyForPickup => ("AVAILABLE_FOR_DELIVERY", "1", "The item can be collected."),
        Stage::AttemptFailed => ("DELIVERY_IMPOSSIBLE", "90", "The item could not be delivered."),
        Stage::Exception => ("DELAYED", "91", "The item is late."),
        Stage::Returning | Stage::Returned => ("RETURNED", "92", "The item goes back to the sender."),
        Stage::Delivered => ("DELIVERED", "21", "The item has been delivered."),
        Stage::Cancelled => ("STOPPED", "93", "The item has been stopped."),
    }
}

pub fn service_name(code: &str) -> &'static str {
    match code {
        "17" => "PostNord MyPack Home",
        "18" => "PostNord Parcel",
        "19" => "PostNord MyPack Collect",
        "24" => "PostNord Return Drop Off",
        "20" => "PostNord Return Pickup",
        "30" => "PostNord MyPack Home Small",
        "52" => "PostNord Pallet",
        "86" => "Varubrev 1:a klass",
        _ => "PostNord",
    }
}

fn address(party: &Party) -> Value {
    json!({"city": party.city, "countryCode": alpha3(&party.country), "country": country_name(&party.country),
        "postCode": party.postal_code})
}

fn stamp(country: &str, at: Timestamp) -> String {
    local(country, at, "%Y-%m-%dT%H:%M:%S")
}

fn alpha3(country: &str) -> &str {
    match country {
        "SE" => "SWE",
        "NO" => "NOR",
        "DK" => "DNK",
        "FI" => "FIN",
        "DE" => "DEU",
        other => other,
    }
}

fn country_name(country: &str) -> &'static str {
    match country {
        "SE" => "Sweden",
        "NO" => "Norway",
        "DK" => "Denmark",
        "FI" => "Finland",
        "DE" => "Germany",
        _ => "",
    }
}
