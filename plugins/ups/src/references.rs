//! References: UPS shows and finds two, and the first is the booking's own.

use crossdock_sdk::types::{Order, Shipment};
use serde_json::{Value, json};

use crate::refusals::{MAX_LINE_CHARS, Problems};
use crate::shipment::is_domestic_us;

/// Of each package or of the shipment: more are accepted and not printed (Shipping.yaml, `PackageReferenceNumber`).
const MAX_REFERENCES: usize = 2;

/// The references of the whole shipment; within the United States those of the parcel at `place` too.
pub fn of<'a>(order: &'a Order, place: Option<usize>) -> Vec<&'a str> {
    let asked = &order.shipment;
    let own = asked.references.iter().map(|reference| reference.value.as_str());
    let parcels: &[_] = match place {
        Some(place) => &asked.parcels[place..=place],
        // The only parcel's reference is as good as the shipment's.
        None if asked.parcels.len() == 1 => &asked.parcels,
        None => &[],
    };
    let parcels = parcels.iter().filter_map(|parcel| parcel.reference.as_deref());
    let mut values: Vec<&'a str> = Vec::new();
    for value in std::iter::once(order.booking_reference.as_str()).chain(own).chain(parcels) {
        if !value.is_empty() && !values.contains(&value) {
            values.push(value);
        }
    }
    values
}

/// As UPS writes them.
pub fn json(values: &[&str]) -> Value {
    values.iter().map(|value| json!({ "Value": value })).collect()
}

/// Refuses what would not be printed, nor found again.
pub fn check(order: &Order, problems: &mut Problems) {
    let asked = &order.shipment;
    for (at, reference) in asked.references.iter().enumerate() {
        problems.limit(format!("/references/{at}/value"), &reference.value, MAX_LINE_CHARS);
    }
    let detail = "UPS keeps two references: ours, to find the booking again, and one of yours";
    if let Some(at) = surplus(asked) {
        problems.add(format!("/references/{at}"), "too-many", detail);
    }
    for (at, parcel) in asked.parcels.iter().enumerate() {
        let Some(reference) = &parcel.reference else {
            continue;
        };
        let pointer = format!("/parcels/{at}/reference");
        problems.limit(&pointer, reference, MAX_LINE_CHARS);
        let own = asked.references.iter().any(|other| other.value == *reference);
        let (domestic, one) = (is_domestic_us(asked), asked.parcels.len() == 1);
        if !domestic && !one && !own {
            problems.add(
                pointer,
                "unsupported",
                "UPS keeps references of single parcels within the United States only",
            );
        } else if of(order, Some(at)).len() > MAX_REFERENCES && surplus(asked).is_none() {
            problems.add(pointer, "too-many", detail);
        }
    }
}

/// The first of the merchant's references that finds no room.
fn surplus(asked: &Shipment) -> Option<usize> {
    let first = &asked.references.first()?.value;
    asked.references.iter().position(|reference| reference.value != *first && !reference.value.is_empty())
}
