//! The booking request (CONFIRMED: `content/api/booking/api.raml` in the history of github.com/bring/developer-site).

use crossdock_sdk::types::{Address, Order, Parcel, Shipment};
use crossdock_sdk::{Call, Failure, Refusals};
use serde_json::{Value, json};

use crate::customs;
use crate::describe::MAX_TEXT_CHARS;
use crate::shipment::{additional_services, country, refuse_what_cannot_be, shipping_time};

/// `additionalAddressInfo` holds this much.
const MAX_INFO_CHARS: usize = 70;
const MAX_EMAIL_CHARS: usize = 60;
const TEXT_CHARS: usize = MAX_TEXT_CHARS as usize;

/// The whole request, or everything that Bring could not honour.
pub fn body(call: &Call, order: &Order) -> Result<Value, Failure> {
    let shipment = &order.shipment;
    let mut refusals = Refusals::new("/shipment", "Bring cannot carry this shipment as it is asked for");
    refuse_what_cannot_be(shipment, &mut refusals);
    if shipment.service.is_none() {
        refusals.refuse("/service", "required", "a booking at Bring names its service");
    }
    refuse_references(shipment, &mut refusals);
    refuse_half_sizes(shipment, &mut refusals);
    let declaration = customs::declaration(shipment, &mut refusals);
    let parties = parties(order, &mut refusals);
    refusals.finish()?;
    let packages: Vec<Value> =
        shipment.parcels.iter().zip(1..).map(|(parcel, number)| package(parcel, number)).collect();
    let mut product = json!({"id": shipment.service, "customerNumber": call.field("customer_number"),
        "additionalServices": additional_services(shipment, true)});
    if let Some(declaration) = declaration {
        product["ediCustomsDeclarations"] = declaration;
    }
    let mut consignment = json!({
        "correlationId": order.booking_reference,
        "shippingDateTime": shipping_time(call, shipment),
        "parties": parties, "product": product, "packages": packages,
    });
    if shipment.has_option("qr-code") {
        consignment["generateQrCodes"] = true.into();
    }
    Ok(json!({"testIndicator": call.is_test(), "schemaVersion": 1, "consignments": [consignment]}))
}

/// A consignment has one reference of the sender, which is the booking's, and one of the recipient.
fn refuse_references(shipment: &Shipment, refusals: &mut Refusals) {
    for (index, reference) in shipment.references.iter().enumerate() {
        let at = format!("/references/{index}");
        if index > 0 {
            refusals.refuse(at, "not-offered", "Bring takes one reference of the merchant's");
        } else {
            refusals.longer_than(TEXT_CHARS, at, Some(&reference.value));
        }
    }
}

/// Booking takes all three sides of a parcel, or none.
fn refuse_half_sizes(shipment: &Shipment, refusals: &mut Refusals) {
    for (index, parcel) in shipment.parcels.iter().enumerate() {
        let sides = [("length_mm", parcel.length_mm), ("width_mm", parcel.width_mm), ("height_mm", parcel.height_mm)];
        let missing: Vec<_> = sides.iter().filter(|(_, mm)| mm.is_none()).collect();
        for (side, _) in missing.iter().filter(|_| missing.len() < sides.len()) {
            refusals.refuse(format!("/parcels/{index}/{side}"), "required", "all three sides, or none");
        }
    }
}

fn parties(order: &Order, refusals: &mut Refusals) -> Value {
    let shipment = &order.shipment;
    let mut parties = json!({
        "sender": party(&shipment.sender, "/sender", refusals),
        "recipient": party(&shipment.recipient, "/recipient", refusals),
    });
    parties["sender"]["reference"] = order.booking_reference.clone().into();
    parties["recipient"]["reference"] = shipment.references.first().map(|reference| reference.value.clone()).into();
    for (member, address) in [("sender", &shipment.sender), ("recipient", &shipment.recipient)] {
        if let Some(number) = customs::vat_number(shipment, address) {
            parties[member]["vatNumber"] = number.into();
        }
    }
    if let Some(id) = shipment.option_text("service-point") {
        parties["pickupPoint"] = json!({"id": id, "countryCode": country(&shipment.recipient)});
    }
    if let Some(address) = &shipment.return_to {
        parties["returnTo"] = party(address, "/return_to", refusals);
    }
    parties
}

/// A party as Bring writes it. What does not fit is refused, never cut off.
fn party(address: &Address, at: &str, refusals: &mut Refusals) -> Value {
    let lines = &address.lines;
    let entrance = address.entrance.as_ref().map(|entrance| format!("entrance {entrance}"));
    let floor = address.floor.as_ref().map(|floor| format!("floor {floor}"));
    let more = lines.iter().skip(2).cloned().chain(entrance).chain(floor);
    let more = more.chain(address.instructions.clone()).chain(address.door_code.clone());
    let info = Some(more.collect::<Vec<_>>().join(", ")).filter(|info| !info.is_empty());
    let name = address.company.as_ref().or(address.person.as_ref());
    let contact = address.person.as_ref().or(name);
    let first = address.first_line();
    let info_from = if lines.len() > 2 { "/lines/2" } else { "/instructions" };
    for (max_chars, place, text) in [
        (TEXT_CHARS, if address.company.is_some() { "/company" } else { "/person" }, name.map(String::as_str)),
        (TEXT_CHARS, "/person", contact.map(String::as_str).filter(|_| address.company.is_some())),
        (TEXT_CHARS, "/lines/0", first.as_deref()),
        (TEXT_CHARS, "/lines/1", lines.get(1).map(String::as_str)),
        (MAX_INFO_CHARS, info_from, info.as_deref()),
        (TEXT_CHARS, "/city", Some(address.city.as_str())),
        (MAX_EMAIL_CHARS, "/email", address.email.as_deref()),
    ] {
        refusals.longer_than(max_chars, format!("{at}{place}"), text);
    }
    json!({
        "name": name, "addressLine": first, "addressLine2": lines.get(1), "postalCode": address.compact_postal_code(),
        "city": address.city, "countryCode": country(address), "reference": null, "additionalAddressInfo": info,
        "contact": {"name": contact, "email": address.email, "phoneNumber": address.phone},
    })
}

fn package(parcel: &Parcel, number: u32) -> Value {
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
