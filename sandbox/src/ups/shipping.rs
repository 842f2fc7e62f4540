//! Shipping: books and answers with a label per package.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::routing::post;
use serde_json::Value;

use super::{ID, auth, charges, errors, labels, number, shipping_answer, validation};
use crate::common::answer::{self, Answer};
use crate::common::bookings::{Booking, Parcel};
use crate::common::json::{entries, number as amount, text, whole};
use crate::common::places::Party;
use crate::common::timeline::Outcome;
use crate::common::world::World;

/// Grams in a pound and millimetres in an inch.
const GRAMS_PER_POUND: f64 = 453.592_37;
const MILLIMETRES_PER_INCH: f64 = 25.4;

pub fn router() -> Router<World> {
    Router::new().route("/api/shipments/{version}/ship", post(ship))
}

async fn ship(State(world): State<World>, headers: HeaderMap, Path(_): Path<String>, body: Bytes) -> Answer {
    let account = auth::check(&world, &headers)?;
    let request: Value = serde_json::from_slice(&body).map_err(|_| errors::unreadable())?;
    let Some(shipment) = request.pointer("/ShipmentRequest/Shipment") else {
        return Ok(errors::unreadable());
    };
    if let Some((code, message)) = validation::fault(shipment, account, true) {
        return Ok(errors::answer(400, code, message));
    }
    let service = text(shipment, "/Service/Code").unwrap_or_default();
    let Some(charge) = charges::offers(shipment).into_iter().find(|charge| charge.code == service) else {
        return Ok(errors::answer(400, "120500", "The service is not available between the locations."));
    };
    let format =
        text(&request, "/ShipmentRequest/LabelSpecification/LabelImageFormat/Code").map(|code| code.to_uppercase());
    if format.is_some_and(|format| !labels::is_format(&format)) {
        return Ok(errors::answer(400, "120004", "Missing or invalid label image format code."));
    }
    let booking = booking(&world, account.account_number, &service, shipment);
    let body = shipping_answer::booked(&world, &request, &booking, &charge);
    if !world.bookings.add(booking) {
        return Ok(super::failure(503, "book"));
    }
    Ok(answer::json(200, &body))
}

fn booking(world: &World, account: &str, service: &str, shipment: &Value) -> Booking {
    let parcels: Vec<Parcel> = entries(shipment, "/Package")
        .into_iter()
        .map(|package| Parcel {
            number: number(account, service, world.random.serial()),
            print_id: String::new(),
            reference: references(package).into_iter().next(),
            weight_grams: grams(package),
            length_mm: millimetres(package, "Length"),
            width_mm: millimetres(package, "Width"),
            height_mm: millimetres(package, "Height"),
        })
        .collect();
    let recipient = party(&shipment["ShipTo"]);
    let from = if shipment.get("ShipFrom").is_some_and(Value::is_object) { "ShipFrom" } else { "Shipper" };
    let mut all_references = references(shipment);
    all_references.extend(entries(shipment, "/Package").into_iter().flat_map(references));
    all_references.dedup();
    let to_access_point = entries(shipment, "/ShipmentIndicationType")
        .iter()
        .any(|kind| text(kind, "/Code").is_some_and(|code| code == "01" || code == "02"));
    Booking {
        courier: ID,
        id: parcels.first().map(|parcel| parcel.number.clone()).unwrap_or_default(),
        account: account.to_owned(),
        service: service.to_owned(),
        references: all_references,
        sender: party(&shipment[from]),
        outcome: Outcome::of(&recipient.name, to_access_point),
        recipient,
        parcels,
        service_point: None,
        booked_at: world.clock.now(),
        cancelled_at: None,
        test: false,
        scripted: false,
    }
}

fn references(value: &Value) -> Vec<String> {
    entries(value, "/ReferenceNumber").into_iter().filter_map(|reference| text(reference, "/Value")).collect()
}

fn grams(package: &Value) -> u64 {
    let weight = amount(package, "/PackageWeight/Weight").unwrap_or(0.0);
    let metric = text(package, "/PackageWeight/UnitOfMeasurement/Code").as_deref() == Some("KGS");
    whole(weight * if metric { 1_000.0 } else { GRAMS_PER_POUND })
}

fn millimetres(package: &Value, side: &str) -> u64 {
    let length = amount(package, &format!("/Dimensions/{side}")).unwrap_or(0.0);
    let metric = text(package, "/Dimensions/UnitOfMeasurement/Code").as_deref() == Some("CM");
    whole(length * if metric { 10.0 } else { MILLIMETRES_PER_INCH })
}

fn party(value: &Value) -> Party {
    let of = |member: &str| text(value, member).unwrap_or_default();
    Party {
        name: of("/Name"),
        street: text(value, "/Address/AddressLine/0").unwrap_or_else(|| of("/Address/AddressLine")),
        postal_code: of("/Address/PostalCode"),
        city: of("/Address/City"),
        region: of("/Address/StateProvinceCode"),
        country: of("/Address/CountryCode").to_uppercase(),
    }
}

#[cfg(test)]
pub mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use serde_json::json;

    use super::*;
    use crate::ups::ACCOUNTS;
    use crate::ups::token::tests::bench;

    pub fn order(reference: &str, packages: usize, format: &str) -> Value {
        let account = ACCOUNTS[0].account_number;
        let party = |name: &str, postal_code: &str, city: &str| {
            json!({"Name": name, "Address": {"AddressLine": ["7 Pier St"], "City": city, "StateProvinceCode": "NY",
                "PostalCode": postal_code, "CountryCode": "US"}})
        };
        let mut shipper = party("Pier Goods", "10013", "New York");
        shipper["ShipperNumber"] = account.into();
        let package = json!({"Packaging": {"Code": "02"},
            "PackageWeight": {"UnitOfMeasurement": {"Code": "LBS"}, "Weight": "3"},
            "ReferenceNumber": [{"Value": reference}]});
        json!({"ShipmentRequest": {
            "Request": {"RequestOption": "nonvalidate", "TransactionReference": {"CustomerContext": reference}},
            "Shipment": {"Shipper": shipper, "ShipTo": party("Pat Trial", "12207", "Albany"),
                "PaymentInformation": {"ShipmentCharge": [{"Type": "01", "BillShipper": {"AccountNumber": account}}]},
                "Service": {"Code": "03"}, "Package": vec![package; packages],
                "ShipmentRatingOptions": {"NegotiatedRatesIndicator": "Y"}},
            "LabelSpecification": {"LabelImageFormat": {"Code": format}}}})
    }

    #[tokio::test]
    async fn every_package_gets_its_label() {
        let bench = bench().await;
        let results = "/ShipmentResponse/ShipmentResults";
        for (format, start) in
            [("GIF", "GIF89a"), ("ZPL", "^XA"), ("EPL", "\nN\n"), ("PNG", "\u{89}PNG"), ("PDF", "%PDF")]
        {
            let booked = bench.post("/ups/api/shipments/v2409/ship", &order("P-1", 2, format)).await;
            assert_eq!(booked.status, 200, "{}", booked.text());
            let package = format!("{results}/PackageResults/1");
            let image = booked.at(&format!("{package}/ShippingLabel/GraphicImage"));
            let label = STANDARD.decode(image.as_str().unwrap()).unwrap();
            // One byte a character: PNG starts with one that is no ASCII.
            let start: Vec<u8> = start.chars().map(|first| u8::try_from(u32::from(first)).unwrap()).collect();
            assert!(label.starts_with(&start), "{format}");
            let number = booked.at(&format!("{package}/TrackingNumber"));
            let number = number.as_str().unwrap().as_bytes();
            assert!(format == "PDF" || label.windows(number.len()).any(|part| part == number), "{format}");
            if format == "PDF" {
                let document = lopdf::Document::load_mem(&label).unwrap();
                let number = booked.at(&format!("{package}/TrackingNumber"));
                assert!(document.extract_text(&[1]).unwrap().contains(number.as_str().unwrap()));
            }
            let (id, lead) = (format!("{results}/ShipmentIdentificationNumber"), "PackageResults/0/TrackingNumber");
            assert_eq!(booked.at(&id), booked.at(&format!("{results}/{lead}")));
        }
        assert_eq!(bench.get("/_control/bookings?courier=ups").await.at("/count_by_reference/P-1"), 5);
        let refused = bench.post("/ups/api/shipments/v2409/ship", &order("P-1", 1, "SPL")).await;
        assert_eq!(refused.status, 400);
    }

    #[tokio::test]
    async fn another_payer_is_refused() {
        let bench = bench().await;
        let mut wrong = order("P-2", 1, "GIF");
        let charge = &mut wrong["ShipmentRequest"]["Shipment"]["PaymentInformation"]["ShipmentCharge"][0];
        charge["BillShipper"]["AccountNumber"] = ACCOUNTS[1].account_number.into();
        let refused = bench.post("/ups/api/shipments/v2409/ship", &wrong).await;
        assert_eq!((refused.status, refused.at("/response/errors/0/code")), (400, json!("111600")));
        let stranger = crate::testing::Bench::new().post("/ups/api/shipments/v2409/ship", &wrong).await;
        assert_eq!((stranger.status, stranger.at("/response/errors/0/code")), (401, json!("UJ0001")));
    }
}
