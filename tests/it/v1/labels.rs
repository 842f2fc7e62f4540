//! `/v1/shipments/{id}/label` of shipments with several parcels: one file for the printer, each parcel once.

use crossdock_tests::{Database, Reply};
use lopdf::Document;
use serde_json::{Value, json};

use crate::desk::Desk;

/// Parcels of a shipment here.
const PARCELS: usize = 3;

#[tokio::test]
async fn labels_of_several_parcels_come_as_one() {
    let desk = Desk::open(Database::Sqlite, &[]).await;
    for courier in desk.courier_ids().await {
        let account = desk.connect(&courier).await;
        for format in &account.formats {
            let mut order = account.booking();
            let parcel = order["shipment"]["parcels"][0].clone();
            order["shipment"]["parcels"] = json!(vec![parcel; PARCELS]);
            order["label_format"] = json!(format);
            let key = format!("{courier}-{format}");
            let shipment = desk.client.post_once("/v1/shipments", &order, &key).await.expect(201).json();
            expect_labels(&desk, &shipment, format).await;
        }
    }
}

async fn expect_labels(desk: &Desk, shipment: &Value, format: &str) {
    let path = format!("/v1/shipments/{}/label", shipment["id"].as_str().expect("an id"));
    let numbers: Vec<&str> = shipment["parcels"]
        .as_array()
        .expect("parcels")
        .iter()
        .filter_map(|parcel| parcel["tracking_number"].as_str())
        .collect();
    assert_eq!(numbers.len(), PARCELS, "{shipment}");
    let whole = desk.client.get(&path).await;
    match format {
        "pdf" => expect_pages(&whole.expect(200), &numbers),
        "zpl" | "epl2" => expect_in_order(&String::from_utf8_lossy(&whole.expect(200).body), &numbers),
        _ => expect_links(desk, &whole, &numbers).await,
    }
    let one = desk.client.get(&format!("{path}?parcel=1")).await.expect(200);
    let same = desk.client.get(&format!("{path}?tracking_number={}", numbers[1])).await.expect(200);
    assert!(one.body == same.body, "{format}: a parcel's place and its number name the same label");
    for wrong in ["parcel=3", "tracking_number=nobody"] {
        let refused = desk.client.get(&format!("{path}?{wrong}")).await.expect(400).problem();
        assert_eq!(refused.errors[0].code, "unknown_parcel", "{wrong}");
    }
}

fn expect_pages(reply: &Reply, numbers: &[&str]) {
    let document = Document::load_mem(&reply.body).expect("the labels are a PDF");
    assert_eq!(document.get_pages().len(), PARCELS);
    for (page, number) in (1..).zip(numbers) {
        let text = document.extract_text(&[page]).expect("a page with text");
        assert!(text.contains(number), "page {page} is not of {number}: {text}");
    }
}

fn expect_in_order(text: &str, numbers: &[&str]) {
    let places: Vec<usize> = numbers
        .iter()
        .map(|number| text.find(number).unwrap_or_else(|| panic!("{number} is missing: {text}")))
        .collect();
    assert!(places.is_sorted(), "{numbers:?} in {text}");
}

async fn expect_links(desk: &Desk, reply: &Reply, numbers: &[&str]) {
    let problem = reply.clone().expect(409).json();
    assert_eq!(problem["code"], "several_labels");
    let links: Vec<&str> = problem["links"].as_array().expect("links").iter().filter_map(Value::as_str).collect();
    assert_eq!(links.len(), numbers.len());
    for link in links {
        assert!(!desk.client.get(link).await.expect(200).body.is_empty());
    }
}
