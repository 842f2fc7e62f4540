//! Booking v3: with or without label, outgoing or return; a shipment that fails stands beside those booked.

use std::collections::HashMap;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::routing::post;
use serde_json::{Value, json};

use super::auth::{self, Account};
use super::booking_answer::{booked_entry, refused_entry};
use super::{ID, item_id, labels, numbers, validation};
use crate::common::answer::{self, Answer, Refusal};
use crate::common::bookings::{Booking, Parcel};
use crate::common::json::{entries, number, text, whole};
use crate::common::places::Party;
use crate::common::timeline::Outcome;
use crate::common::world::World;

pub fn router() -> Router<World> {
    const V3: &str = "/rest/shipment/v3";
    let mut router = Router::new();
    for base in ["edi", "returns/edi"] {
        router = router
            .route(&format!("{V3}/{base}"), post(book))
            .route(&format!("{V3}/{base}/labels/pdf"), post(book_with_pdf))
            .route(&format!("{V3}/{base}/labels/zpl"), post(book_with_zpl));
    }
    router
}

type Asked = Query<HashMap<String, String>>;

async fn book(State(world): State<World>, headers: HeaderMap, Query(query): Asked, body: Bytes) -> Answer {
    let (response, _) = book_all(&world, &headers, &query, &body)?;
    Ok(answer::json(201, &response))
}

async fn book_with_pdf(State(world): State<World>, headers: HeaderMap, Query(query): Asked, body: Bytes) -> Answer {
    let (response, booked) = book_all(&world, &headers, &query, &body)?;
    let printouts = labels::pdf_printouts(&booked, &query);
    Ok(answer::json(200, &json!({"bookingResponse": response, "labelPrintout": printouts})))
}

async fn book_with_zpl(State(world): State<World>, headers: HeaderMap, Query(query): Asked, body: Bytes) -> Answer {
    let (response, booked) = book_all(&world, &headers, &query, &body)?;
    let printouts = labels::zpl_printouts(&booked);
    Ok(answer::json(200, &json!({"bookingResponse": response, "labelPrintout": printouts})))
}

/// Books every shipment of the message that can be booked.
///
/// `updateIndicator: Deletion` books again, as clients report of the real API.
fn book_all(
    world: &World,
    headers: &HeaderMap,
    query: &HashMap<String, String>,
    body: &Bytes,
) -> Result<(Value, Vec<Booking>), Refusal> {
    let account = auth::check(headers, query)?;
    let message: Value = serde_json::from_slice(body).unwrap_or_default();
    let faults = validation::message_faults(&message, account);
    if !faults.is_empty() {
        return Err(invalid(&faults).into());
    }
    let (mut rows, mut booked, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    let test = message["testIndicator"] == true;
    for shipment in entries(&message, "/shipment") {
        let faults = validation::shipment_faults(shipment);
        if faults.is_empty() {
            let booking = booking(world, account, shipment, test);
            rows.push(booked_entry(shipment, &booking));
            booked.push(booking);
        } else {
            rows.push(refused_entry(&faults));
            refused.extend(faults);
        }
    }
    if booked.is_empty() {
        return Err(invalid(&refused).into());
    }
    // A test message is validated and answered, but nothing is booked.
    if !test {
        for booking in &booked {
            if !world.bookings.add(booking.clone()) {
                return Err(super::failure(503, "book").into());
            }
        }
    }
    let id = world.random.uuid().simple().to_string().to_uppercase();
    Ok((json!({"bookingId": id, "idInformation": rows}), booked))
}

fn invalid(faults: &[Value]) -> axum::response::Response {
    let body = json!({"message": "Invalid indata object EdiInstruction", "compositeFault": {"faults": faults}});
    answer::json(400, &body)
}

fn booking(world: &World, account: &Account, shipment: &Value, test: bool) -> Booking {
    let serial = world.random.serial();
    let own_id = |value: &Value, pointer: &str| text(value, pointer).filter(|id| id != "0");
    let parcels: Vec<Parcel> = entries(shipment, "/goodsItem")
        .into_iter()
        .flat_map(|goods| entries(goods, "/items"))
        .enumerate()
        .map(|(index, item)| {
            let assigned = || item_id(if index == 0 { serial } else { world.random.serial() });
            Parcel {
                number: own_id(item, "/itemIdentification/itemId").unwrap_or_else(assigned),
                print_id: world.random.uuid().simple().to_string(),
                reference: text(item, "/references/0/referenceNo"),
                weight_grams: whole(validation::grams(item, "/grossWeight")),
                length_mm: millimetres(item, "length"),
                width_mm: millimetres(item, "width"),
                height_mm: millimetres(item, "height"),
            }
        })
        .collect();
    let recipient = party(&shipment["parties"]["consignee"]["party"]);
    let service = text(shipment, "/service/basicServiceCode").unwrap_or_default();
    let item_references = parcels.iter().filter_map(|parcel| parcel.reference.clone());
    let mut references: Vec<String> = entries(shipment, "/references")
        .into_iter()
        .filter_map(|reference| text(reference, "/referenceNo"))
        .chain(item_references)
        .collect();
    references.dedup();
    Booking {
        courier: ID,
        id: own_id(shipment, "/shipmentIdentification/shipmentId").unwrap_or_else(|| numbers(serial).0),
        account: account.customer_number.to_owned(),
        outcome: Outcome::of(&recipient.name, service == "19"),
        service,
        references,
        sender: party(&shipment["parties"]["consignor"]["party"]),
        recipient,
        parcels,
        service_point: text(shipment, "/parties/deliveryParty/partyIdentification/partyId"),
        booked_at: world.clock.now(),
        cancelled_at: None,
        test,
        scripted: false,
    }
}

fn millimetres(item: &Value, side: &str) -> u64 {
    let amount = number(item, &format!("/dimensions/{side}/value")).unwrap_or(0.0);
    whole(
        amount
            * match text(item, &format!("/dimensions/{side}/unit")).as_deref() {
                Some("MTR") => 1_000.0,
                Some("DTM") => 100.0,
                _ => 10.0,
            },
    )
}

fn party(value: &Value) -> Party {
    let of = |member: &str| text(value, member).unwrap_or_default();
    Party {
        name: of("/nameIdentification/name"),
        street: of("/address/streets/0"),
        postal_code: of("/address/postalCode"),
        city: of("/address/city"),
        region: String::new(),
        country: of("/address/countryCode").to_uppercase(),
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::postnord::ACCOUNTS;
    use crate::testing::Bench;

    /// The query that authenticates the first merchant.
    pub fn key() -> String {
        format!("apikey={}", ACCOUNTS[0].apikey)
    }

    /// A booking of one item.
    pub fn single_order(reference: &str) -> Value {
        order(reference, 1)
    }

    /// A booking of equal items.
    pub fn order(reference: &str, items: usize) -> Value {
        let party = |name: &str, postal_code: &str, city: &str| {
            json!({"nameIdentification": {"name": name}, "address": {"streets": ["Kajen 4"], "postalCode": postal_code,
                "city": city, "countryCode": "SE"}, "contact": {"contactName": name, "smsNo": "+46700000000"}})
        };
        let item = json!({"itemIdentification": {"itemId": "0"}, "grossWeight": {"value": 1.8, "unit": "KGM"},
            "dimensions": {"length": {"value": 30, "unit": "CMT"}}});
        json!({"messageDate": "2027-02-03T11:00:00Z", "messageFunction": "Instruction", "updateIndicator": "Original",
            "application": {"applicationId": 3190, "name": "Skogshandeln"}, "testIndicator": false, "shipment": [{
            "shipmentIdentification": {"shipmentId": "0"}, "service": {"basicServiceCode": "17"},
            "references": [{"referenceNo": reference, "referenceType": "CU"}],
            "parties": {"consignor": {"issuerCode": "Z12",
                    "partyIdentification": {"partyId": ACCOUNTS[0].customer_number, "partyIdType": "160"},
                    "party": party("Skogshandeln", "21120", "Malmö")},
                "consignee": {"party": party("Anna Prov", "11423", "Stockholm")}},
            "goodsItem": [{"packageTypeCode": "PC", "items": vec![item; items]}]}]})
    }

    #[tokio::test]
    async fn a_booking_comes_with_a_label_per_item() {
        use base64::Engine;
        let bench = Bench::new();
        let path = format!("/postnord/rest/shipment/v3/edi/labels/pdf?{}&paperSize=A5", key());
        let booked = bench.post(&path, &order("O-1", 2)).await;
        assert_eq!(booked.status, 200, "{}", booked.text());
        let number = booked.at("/labelPrintout/1/itemIds/0/itemIds");
        assert_eq!(booked.at("/bookingResponse/idInformation/0/ids/2/value"), number);
        let data = booked.at("/labelPrintout/1/printout/data");
        let pdf = base64::engine::general_purpose::STANDARD.decode(data.as_str().unwrap()).unwrap();
        let document = lopdf::Document::load_mem(&pdf).unwrap();
        assert!(document.extract_text(&[1]).unwrap().contains(number.as_str().unwrap()));
        let again = json!([{"id": number}]);
        let zpl = bench.post(&format!("/postnord/rest/shipment/v3/labels/ids/zpl?{}", key()), &again).await;
        assert!(zpl.at("/0/printout/data").as_str().unwrap().contains(number.as_str().unwrap()));
        assert_eq!(bench.get("/_control/bookings").await.at("/count_by_reference/O-1"), 1);
    }

    #[tokio::test]
    async fn what_fails_stands_beside_what_was_booked() {
        let bench = Bench::new();
        let path = format!("/postnord/rest/shipment/v3/edi?{}", key());
        let mut mixed = order("O-2", 1);
        let mut heavy = mixed["shipment"][0].clone();
        heavy["goodsItem"][0]["items"][0]["grossWeight"]["value"] = 80.into();
        mixed["shipment"].as_array_mut().unwrap().push(heavy);
        let got = bench.post(&path, &mixed).await;
        assert_eq!((got.status, got.at("/idInformation/0/status")), (201, json!("OK")));
        assert_eq!(got.at("/idInformation/1/status"), "FAIL");
        let mut wrong = order("O-3", 1);
        wrong["shipment"][0]["parties"]["consignee"]["party"]["address"]["postalCode"] = "".into();
        let refused = bench.post(&path, &wrong).await;
        assert_eq!(refused.status, 400);
        assert_eq!(refused.at("/compositeFault/faults/0/faultReferences/1/value"), "POSTAL_CODE");
    }
}
