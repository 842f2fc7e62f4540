//! `/v1/shipments`.

use serde_json::json;

use super::{COURIER, Walk};

pub async fn walk(walk: &mut Walk) {
    let client = walk.desk.client.clone();
    let mut order = walk.account.booking();
    order["label_format"] = json!("pdf");
    let booked = client.post_once("/v1/shipments", &order, "walk-1").await;
    let path = booked.header("location").expect("a new resource has an address").to_owned();
    let shipment = walk.expect("create_shipment", 201, booked);
    let account = &walk.account.request["fields"]["account_number"];
    assert_eq!(
        shipment["account"]["fields"],
        json!({"account_number": account}),
        "the account used, and nothing secret"
    );
    let read = client.get(&path).await;
    walk.expect_described("get_shipment", 200, read);
    let list = client.get(&format!("/v1/shipments?courier={COURIER}&state=booked")).await;
    let list = walk.expect_described("list_shipments", 200, list);
    assert_eq!(list["data"], json!([shipment]), "a row of the list is the shipment as it was answered");
    let papers = client.get(&format!("{path}/documents")).await;
    let papers = walk.expect("list_documents", 200, papers);
    let paper = client.get(papers["data"][0]["url"].as_str().expect("a paper has an address")).await;
    let label = client.get(&format!("{path}/label")).await;
    assert_eq!(paper.body, label.body);
    walk.expect_described("get_document", 200, paper);
    walk.expect_described("get_label", 200, label);
    let tracking = client.get(&format!("{path}/tracking")).await;
    walk.expect("track_shipment", 200, tracking);
    let cancelled = client.post(&format!("{path}/cancel"), &json!({})).await;
    walk.expect("cancel_shipment", 200, cancelled);
    resolve(walk).await;
}

/// A booking whose answer was cut off, closed by hand.
async fn resolve(walk: &mut Walk) {
    let client = walk.desk.client.clone();
    walk.desk
        .couriers
        .fault(&json!({"courier": COURIER, "operation": "book", "kind": "cut_after_booking", "times": 1}))
        .await;
    let lost = client.post_once("/v1/shipments", &walk.account.booking(), "walk-2").await;
    let path = lost.header("location").expect("a new resource has an address").to_owned();
    let body = walk.expect_described("create_shipment", 202, lost);
    assert_eq!(body["state"], "unknown", "{body}");
    walk.desk.couriers.heal().await;
    let found = json!({"resolution": "booked_as", "courier_shipment_id": "1ZK7R42F0100000001", "tracking_numbers": ["1ZK7R42F0100000001"]});
    let resolved = client.post(&format!("{path}/resolve"), &found).await;
    walk.expect("resolve_shipment", 200, resolved);
}
