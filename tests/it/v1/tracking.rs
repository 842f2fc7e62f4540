//! `/v1/tracking`, and the language of couriers' words.

use reqwest::Method;

use super::{COURIER, Walk};

pub async fn walk(walk: &mut Walk) {
    let client = walk.desk.client.clone();
    let booked = client.post_once("/v1/shipments", &walk.account.booking(), "walk-4").await.expect(201).json();
    let number = booked["parcels"][0]["tracking_number"].as_str().expect("a parcel has a number");
    let path = format!("/v1/tracking/{number}");
    let tracked = client.send(Method::GET, &path, |request| request.header("accept-language", "sv-SE, en;q=0.5")).await;
    let body = walk.expect_described("track_number", 200, tracked);
    assert_eq!((&body["number"], &body["courier"]), (&booked["parcels"][0]["tracking_number"], &COURIER.into()));
    let seen = walk.desk.couriers.requests(COURIER).await;
    let last = seen.last().expect("the courier was asked").to_string();
    assert!(last.contains("sv_SE"), "the courier was asked in another language: {last}");
}
