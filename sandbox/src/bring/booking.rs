//! Booking API: one consignment per call, labels by link.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use serde_json::{Value, json};

use super::{ID, auth, booking_errors, numbers, package_number, validation};
use crate::common::answer::{self, Answer};
use crate::common::bookings::{Booking, Parcel};
use crate::common::json::{entries, number, text, whole};
use crate::common::places::Party;
use crate::common::timeline::Outcome;
use crate::common::world::World;
use crate::control;

/// Products that end at a service point.
const TO_SERVICE_POINT: [&str; 4] = ["5800", "PICKUP_PARCEL", "PICKUP_PARCEL_BULK", "9300"];

pub fn router() -> Router<World> {
    Router::new().route("/booking/api/booking", post(book))
}

async fn book(State(world): State<World>, headers: HeaderMap, body: Bytes) -> Answer {
    let account = auth::check(&world, &headers, "book")?;
    let Ok(order) = serde_json::from_slice::<Value>(&body) else {
        return Ok(refused(&world, None, &[("BOOK_INPUT-059", "")]));
    };
    let correlation_id = text(&order, "/consignments/0/correlationId");
    let faults = validation::faults(&order, account);
    if !faults.is_empty() {
        return Ok(refused(&world, correlation_id.as_deref(), &faults));
    }
    let booking = booking(&world, account.api_uid, &order);
    let confirmation = confirmation(&world, &booking, correlation_id.as_deref(), &order);
    if !world.bookings.add(booking) {
        return Ok(super::failure(503, "book"));
    }
    Ok(answer::json(200, &confirmation))
}

/// Validation errors come with 400 unless the setting says 200: Bring's facts leave it open.
fn refused(world: &World, correlation_id: Option<&str>, faults: &[validation::Fault]) -> axum::response::Response {
    let status = control::setting(world, "bring.booking_error_status").and_then(|value| value.as_u64());
    let body = booking_errors::answer(correlation_id, faults);
    answer::json(if status == Some(200) { 200 } else { 400 }, &body)
}

fn booking(world: &World, account: &str, order: &Value) -> Booking {
    let consignment = &order["consignments"][0];
    let serial = world.random.serial();
    let parcels: Vec<Parcel> = entries(consignment, "/packages")
        .into_iter()
        .enumerate()
        .map(|(index, package)| {
            let side = |name: &str| whole(number(package, &format!("/dimensions/{name}")).unwrap_or(0.0) * 10.0);
            Parcel {
                number: package_number(if index == 0 { serial } else { world.random.serial() }),
                // Both package number and label belong to one id in the label's link.
                print_id: if index == 0 { world.random.uuid().to_string() } else { String::new() },
                reference: text(package, "/correlationId"),
                weight_grams: whole(number(package, "/weightInKg").unwrap_or(0.0) * 1000.0),
                length_mm: side("lengthInCm"),
                width_mm: side("widthInCm"),
                height_mm: side("heightInCm"),
            }
        })
        .collect();
    let recipient = party(&consignment["parties"]["recipient"]);
    let service = text(consignment, "/product/id").unwrap_or_default();
    let mut references: Vec<String> = ["/parties/sender/reference", "/parties/recipient/reference", "/correlationId"]
        .iter()
        .filter_map(|pointer| text(consignment, pointer))
        .collect();
    references.dedup();
    Booking {
        courier: ID,
        id: numbers(serial).0,
        account: account.to_owned(),
        outcome: Outcome::of(&recipient.name, TO_SERVICE_POINT.contains(&service.as_str())),
        service,
        references,
        sender: party(&consignment["parties"]["sender"]),
        recipient,
        parcels,
        service_point: text(consignment, "/parties/pickupPoint/id"),
        booked_at: world.clock.now(),
        cancelled_at: None,
        test: order["testIndicator"] == true,
        scripted: false,
    }
}

fn party(value: &Value) -> Party {
    let of = |member: &str| text(value, member).unwrap_or_default();
    Party {
        name: of("/name"),
        street: of("/addressLine"),
        postal_code: of("/postalCode"),
        city: of("/city"),
        region: String::new(),
        country: of("/countryCode").to_uppercase(),
    }
}

/// The additional service whose code is written on the parcel.
const LABEL_FREE: &str = "1288";

/// One QR code and one label-free code per package; the member of the code is not from the facts.
fn confirmation(world: &World, booking: &Booking, correlation_id: Option<&str>, order: &Value) -> Value {
    let label = booking.parcels.first().map(|parcel| parcel.print_id.clone()).unwrap_or_default();
    let consignment = &order["consignments"][0];
    let with_qr_code = consignment["generateQrCodes"] == true;
    let services = entries(consignment, "/product/additionalServices");
    let is_label_free = services.into_iter().any(|service| text(service, "/id").as_deref() == Some(LABEL_FREE));
    let package = |parcel: &Parcel| {
        let mut package = json!({"packageNumber": parcel.number, "correlationId": parcel.reference});
        if with_qr_code {
            package["qrCodeLink"] = world.link(ID, &format!("/labels/qr/{}.png", parcel.number)).into();
        }
        if is_label_free {
            let digits = parcel.number.get(parcel.number.len().saturating_sub(8)..).unwrap_or_default();
            let (first, second) = digits.split_at(digits.len() / 2);
            package["labelFreeCode"] = format!("BRING-{first}-{second}").into();
        }
        package
    };
    let packages: Vec<Value> = booking.parcels.iter().map(package).collect();
    let links = json!({
        "labels": world.link(ID, &format!("/labels/id/{label}.pdf")),
        "waybill": null,
        "tracking": format!("https://sporing.bring.no/sporing.html?q={}", booking.id),
    });
    json!({"consignments": [{
        "confirmation": {
            "consignmentNumber": booking.id,
            "productSpecificData": null,
            "links": links,
            "dateAndTimes": {"earliestPickup": null, "expectedDelivery": booking.expected_delivery().as_millisecond()},
            "packages": packages,
        },
        "errors": null,
        "correlationId": correlation_id,
    }]})
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::bring::ACCOUNTS;
    use crate::testing::Bench;

    pub fn bench() -> Bench {
        Bench::new()
            .header("x-mybring-api-uid", ACCOUNTS[0].api_uid)
            .header("x-mybring-api-key", ACCOUNTS[0].api_key)
            .header("x-bring-client-url", ACCOUNTS[0].client_url)
    }

    pub fn order(reference: &str) -> Value {
        let party = |name: &str, postal_code: &str, city: &str| {
            json!({"name": name, "addressLine": "Kaia 4", "postalCode": postal_code, "city": city, "countryCode": "no",
                "contact": {"name": name, "phoneNumber": "+4722000000"}})
        };
        let package = |id: &str| {
            json!({"correlationId": id, "weightInKg": 1.8,
                "dimensions": {"heightInCm": 10, "widthInCm": 20, "lengthInCm": 30}})
        };
        let mut order = json!({"testIndicator": false, "schemaVersion": 1, "consignments": [{
            "correlationId": reference, "shippingDateTime": "2027-02-04T10:00:00",
            "parties": {"sender": party("Fjordfunn", "0150", "Oslo"), "recipient": party("Kari Prøve", "5003", "Bergen")},
            "product": {"id": "5800", "customerNumber": ACCOUNTS[0].customer_number},
            "packages": [package("a"), package("b")]}]});
        order["consignments"][0]["parties"]["sender"]["reference"] = reference.into();
        order
    }

    #[tokio::test]
    async fn a_booking_is_confirmed_and_its_label_is_behind_a_redirect() {
        let bench = bench();
        let booked = bench.post("/bring/booking/api/booking", &order("ORD-7")).await;
        assert_eq!(booked.status, 200, "{}", booked.text());
        let confirmation = booked.at("/consignments/0/confirmation");
        assert_eq!(confirmation["packages"].as_array().map(Vec::len), Some(2));
        assert_eq!(confirmation["dateAndTimes"]["expectedDelivery"], 1_801_764_000_000_i64);
        let label = confirmation["links"]["labels"].as_str().unwrap().replace("http://sandbox.test", "");
        let redirect = bench.get(&label).await;
        assert_eq!(redirect.status, 302);
        let storage = redirect.headers["location"].to_str().unwrap().replace("http://sandbox.test", "");
        let pdf = lopdf::Document::load_mem(&bench.get(&storage).await.bytes).unwrap();
        let number = confirmation["packages"][1]["packageNumber"].as_str().unwrap();
        assert!(pdf.extract_text(&[2]).unwrap().contains(number));
        let kept = bench.get("/_control/bookings?courier=bring").await;
        assert_eq!(kept.at("/count_by_reference/ORD-7"), 1);
    }

    #[tokio::test]
    async fn errors_carry_the_codes_of_the_catalogue() {
        let bench = bench();
        let mut wrong = order("ORD-8");
        wrong["consignments"][0]["parties"]["recipient"]["postalCode"] = Value::Null;
        wrong["consignments"][0]["product"]["customerNumber"] = ACCOUNTS[1].customer_number.into();
        let refused = bench.post("/bring/booking/api/booking", &wrong).await;
        assert_eq!(refused.status, 400);
        assert_eq!(refused.at("/consignments/0/errors/0/code"), "BOOK-AUTHORIZATION-001");
        assert_eq!(refused.at("/consignments/0/errors/1/code"), "BOOK_INPUT-057-RECIPIENT");
        let stranger = Bench::new().post("/bring/booking/api/booking", &order("x")).await;
        assert_eq!(stranger.status, 400);
        assert!(stranger.text().starts_with("Authentication failed"));
        assert_eq!(bench.get("/_control/bookings").await.at("/count"), 0);
    }
}
