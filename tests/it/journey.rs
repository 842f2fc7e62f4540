//! The whole journey of a merchant, for every courier that the host lists, on both databases.

use crossdock_tests::{Database, Reply};
use lopdf::{Document, Object};
use serde_json::{Value, json};

use crate::desk::{Account, Desk, bodies};

/// What a label may measure, in points: from a 4 by 6 inch sticker's short side to a sheet's long one, with room.
const LABEL_POINTS: std::ops::RangeInclusive<f32> = 200.0..=1200.0;

#[tokio::test]
async fn every_courier_serves_the_journey_on_sqlite() {
    walk_all(Database::Sqlite).await;
}

#[tokio::test]
async fn every_courier_serves_the_journey_on_postgres() {
    walk_all(Database::postgres().await).await;
}

async fn walk_all(database: Database) {
    let desk = Desk::open(database, &[]).await;
    for courier in desk.courier_ids().await {
        walk(&desk, &courier).await;
    }
}

/// The journey with one courier; no account may be connected yet.
pub async fn walk(desk: &Desk, courier: &str) {
    let client = &desk.client;
    let unsaved = desk.prepare(courier).await;
    let tested = client.post("/v1/credentials/test", &unsaved.request).await.expect(200).json();
    assert_eq!(tested["ok"], true, "{courier}: {tested}");
    let list = client.get(&format!("/v1/credentials?courier={courier}")).await.expect(200).json();
    assert_eq!(list["data"], json!([]), "{courier}: a test saves nothing");
    let account = desk.connect(courier).await;

    if account.offers("rates", "rates.quote") {
        let quoted = client.post("/v1/rates", &bodies::rates(courier, &account.shipment)).await.expect(200).json();
        assert_eq!(quoted["failures"], json!([]), "{courier}");
        assert!(quoted["data"].as_array().is_some_and(|rates| !rates.is_empty()), "{courier}: no rates: {quoted}");
        assert!(quoted["data"][0]["credential_id"] == account.credential.as_str(), "{quoted}");
    }

    let booked = book(desk, courier, &account).await;
    let id = booked["id"].as_str().expect("a shipment has an id");
    let number = booked["parcels"][0]["tracking_number"].as_str().expect("a parcel has a tracking number");
    for format in &account.formats {
        label(desk, id, format, number, *format == account.formats[0]).await;
    }
    track(desk, courier, id, number).await;
    cancel(desk, courier, &account, id).await;
}

/// Books twice under one key: one booking, one answer.
async fn book(desk: &Desk, courier: &str, account: &Account) -> Value {
    let key = format!("journey-{courier}");
    let body = account.booking();
    let book = || desk.client.post_once("/v1/shipments", &body, &key);
    let first = book().await.expect(201);
    assert_eq!(first.header("idempotent-replayed"), None, "{courier}");
    let second = book().await.expect(201);
    assert_eq!(second.header("idempotent-replayed"), Some("true"), "{courier}");
    assert_eq!(second.body, first.body, "{courier}: the repeated answer is another");
    assert_eq!(second.header("content-type"), first.header("content-type"));
    assert_eq!(second.header("location"), first.header("location"));
    let booked = first.json();
    assert_eq!(booked["state"], "booked", "{booked}");
    assert_eq!(first.header("location"), booked["id"].as_str().map(|id| format!("/v1/shipments/{id}")).as_deref());

    let at_courier = desk.couriers.bookings(courier).await;
    assert_eq!(at_courier.len(), 1, "{courier}: {at_courier:?}");
    let references = at_courier[0]["references"].to_string();
    let reference = booked["booking_reference"].as_str().expect("a booking has a reference");
    assert!(references.contains(reference), "{courier}: {reference} is not among {references}");
    booked
}

async fn label(desk: &Desk, id: &str, format: &str, number: &str, is_booked: bool) {
    let reply = desk.client.get(&format!("/v1/shipments/{id}/label?format={format}")).await;
    // Pictures are made with the booking or not at all.
    if !is_booked && !matches!(format, "pdf" | "zpl") && reply.status == 422 {
        assert_eq!(reply.problem().source, "courier");
        return;
    }
    let reply = reply.expect(200);
    match format {
        "pdf" => expect_pdf(&reply, number),
        "zpl" => expect_zpl(&reply, number),
        _ => assert!(reply.body.len() > 100, "{format}: an empty label"),
    }
}

#[track_caller]
fn expect_pdf(reply: &Reply, number: &str) {
    assert_eq!(reply.header("content-type"), Some("application/pdf"));
    let document = Document::load_mem(&reply.body).expect("the label is a PDF");
    let pages = document.get_pages();
    assert_eq!(pages.len(), 1, "one page for one parcel");
    let page = document.get_dictionary(pages[&1]).expect("a page");
    let media_box = page.get(b"MediaBox").and_then(Object::as_array).expect("a page has a size");
    let corner = |index: usize| media_box[index].as_float().expect("a number");
    let (width, height) = (corner(2) - corner(0), corner(3) - corner(1));
    assert!(LABEL_POINTS.contains(&width) && LABEL_POINTS.contains(&height), "a page of {width} by {height} points");
    let text = document.extract_text(&[1]).expect("a page with text");
    assert!(text.contains(number), "{number} is not on the label: {text}");
}

#[track_caller]
fn expect_zpl(reply: &Reply, number: &str) {
    let text = String::from_utf8(reply.body.clone()).expect("ZPL is text");
    assert!(text.starts_with("^XA") && text.trim_end().ends_with("^XZ"), "no ZPL: {text}");
    assert!(text.contains(number), "{number} is not on the label: {text}");
}

async fn track(desk: &Desk, courier: &str, id: &str, number: &str) {
    let tracked = desk.client.get(&format!("/v1/shipments/{id}/tracking")).await.expect(200).json();
    assert_eq!(tracked["data"][0]["number"], number, "{courier}: {tracked}");
    assert_eq!(tracked["data"][0].get("problem").unwrap_or(&Value::Null), &Value::Null, "{courier}: {tracked}");
    let by_number = desk.client.get(&format!("/v1/tracking/{number}?courier={courier}")).await.expect(200).json();
    assert_eq!(by_number["number"], number, "{by_number}");
    assert_eq!(by_number["status"], tracked["data"][0]["status"], "{courier}");
}

/// Cancels where the courier can; where it cannot, the answer says so.
async fn cancel(desk: &Desk, courier: &str, account: &Account, id: &str) {
    let reply = desk.client.post(&format!("/v1/shipments/{id}/cancel"), &json!({})).await;
    let is_offered = account.offers("shipments", "shipments.cancel");
    if is_offered && reply.status == 200 {
        assert_eq!(reply.json()["state"], "cancelled");
        let at_courier = desk.couriers.bookings(courier).await;
        assert_eq!(at_courier[0]["cancelled"], true, "{courier}: {at_courier:?}");
        return;
    }
    let problem = reply.expect(422).problem();
    assert!(!is_offered, "{courier} describes cancelling: {problem:?}");
    assert!(matches!(problem.code.as_str(), "unsupported" | "courier_unsupported"), "{problem:?}");
    assert!(!problem.retryable && problem.detail.is_some(), "{problem:?}");
}
