//! The shape of a shipment's confirmation.

use serde_json::{Value, json};

use super::charges::{Charge, amount, own_price};
use super::labels;
use crate::common::bookings::Booking;
use crate::common::json::text;
use crate::common::world::World;

/// What a booking is answered with.
pub fn booked(world: &World, request: &Value, booking: &Booking, charge: &Charge) -> Value {
    let money = |hundredths: u64| amount(charge.currency, hundredths);
    let format = text(request, "/ShipmentRequest/LabelSpecification/LabelImageFormat/Code")
        .unwrap_or_else(|| "GIF".to_owned())
        .to_uppercase();
    // An electronic return label goes to the recipient by e-mail: there is no image.
    let without_label = text(request, "/ShipmentRequest/Shipment/ReturnService/Code").as_deref() == Some("8");
    let packages: Vec<Value> = booking
        .parcels
        .iter()
        .map(|parcel| {
            let mut result = json!({"TrackingNumber": parcel.number, "ServiceOptionsCharges": money(0)});
            if !without_label {
                result["ShippingLabel"] = json!({"ImageFormat": {"Code": format, "Description": format},
                    "GraphicImage": labels::image(booking, parcel, &format)});
            }
            result
        })
        .collect();
    let mut results = json!({
        "ShipmentCharges": {"TransportationCharges": money(charge.list), "ServiceOptionsCharges": money(0),
            "TotalCharges": money(charge.list)},
        "RatingMethod": "01",
        "BillingWeight": charge.billing,
        "ShipmentIdentificationNumber": booking.id,
        "PackageResults": packages,
    });
    let shipment = "/ShipmentRequest/Shipment";
    if request.pointer(&format!("{shipment}/ShipmentRatingOptions/NegotiatedRatesIndicator")).is_some() {
        let shipment = request.pointer(shipment).unwrap_or(&Value::Null);
        results["NegotiatedRateCharges"] = own_price(shipment, charge);
    }
    let forms = request.pointer(&format!("{shipment}/ShipmentServiceOptions/InternationalForms"));
    if forms.is_some_and(Value::is_object) {
        results["Form"] = json!({"Code": "01", "Description": "All Requested International Forms",
            "Image": {"ImageFormat": {"Code": "PDF", "Description": "PDF"}, "GraphicImage": labels::form(booking)}});
    }
    json!({"ShipmentResponse": {"Response": response(world, request, "/ShipmentRequest"), "ShipmentResults": results}})
}

/// The part that all answers begin with.
pub fn response(world: &World, request: &Value, root: &str) -> Value {
    let context = text(request, &format!("{root}/Request/TransactionReference/CustomerContext"));
    json!({"ResponseStatus": {"Code": "1", "Description": "Success"},
        "TransactionReference": {"CustomerContext": context.unwrap_or_default(),
            "TransactionIdentifier": world.random.uuid().simple().to_string()}})
}
