//! The entries of a booking answer.

use serde_json::{Value, json};

use crate::common::bookings::Booking;
use crate::common::json::{entries, text};

/// A shipment that was booked: shipment id first, then its items.
pub fn booked_entry(shipment: &Value, booking: &Booking) -> Value {
    let references: Vec<Value> = entries(shipment, "/references")
        .into_iter()
        .map(|reference| {
            json!({"referenceNo": text(reference, "/referenceNo"), "referenceType": text(reference, "/referenceType")})
        })
        .collect();
    let first = booking.parcels.first();
    let print_id = first.map(|parcel| format!("S{}", parcel.print_id)).unwrap_or_default();
    let mut ids = vec![json!({"idType": "shipmentId", "value": booking.id, "printId": print_id})];
    ids.extend(
        booking
            .parcels
            .iter()
            .map(|parcel| json!({"idType": "itemId", "value": parcel.number, "printId": parcel.print_id})),
    );
    let page = first.map(|parcel| format!("https://tracking.postnord.com/se/?id={}", parcel.number));
    json!({"status": "OK", "references": {"shipment": references, "item": []}, "ids": ids,
        "urls": [{"type": "TRACKING", "url": page}], "errorResponse": null})
}

/// A shipment that was not.
pub fn refused_entry(faults: &[Value]) -> Value {
    json!({"status": "FAIL", "references": null, "ids": null, "urls": null,
        "errorResponse": {"message": "Validation failed", "compositeFault": {"faults": faults}}})
}
