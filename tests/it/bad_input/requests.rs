//! Addresses, methods, headers and queries.

use reqwest::Method;

use super::judge::{Wanted, courier, expect, judge, wrong};
use crate::desk::Desk;

const NOTHING: Wanted = wrong(404, "not_found");
const PARAMETER: Wanted = wrong(400, "invalid_parameter");
const CURSOR: Wanted = wrong(400, "invalid_cursor");
const METHOD: Wanted = wrong(405, "method_not_allowed");

const GETS: &[(&str, Wanted)] = &[
    ("/nothing", NOTHING),
    ("/v1", NOTHING),
    ("/v1/parcels", NOTHING),
    ("/v1/shipments/", NOTHING),
    ("/v2/shipments", NOTHING),
    ("/v1/couriers/nobody", NOTHING),
    ("/v1/couriers/No%20One", NOTHING),
    ("/v1/shipments/1", NOTHING),
    ("/v1/shipments/%00", NOTHING),
    ("/v1/shipments/%ff", NOTHING),
    ("/v1/shipments/..%2f..%2fetc", NOTHING),
    ("/v1/shipments/shp_01KAZZZZZZZZZZZZZZZZZZZZZZ", NOTHING),
    ("/v1/shipments/shp_01kazzzzzzzzzzzzzzzzzzzzzz", NOTHING),
    ("/v1/shipments/cred_01KAZZZZZZZZZZZZZZZZZZZZZZ", NOTHING),
    ("/v1/shipments/shp_01KAZZZZZZZZZZZZZZZZZZZZZZ/label", NOTHING),
    ("/v1/shipments/shp_01KAZZZZZZZZZZZZZZZZZZZZZZ/tracking", NOTHING),
    ("/v1/shipments/shp_01KAZZZZZZZZZZZZZZZZZZZZZZ/documents/lbl_01KAZZZZZZZZZZZZZZZZZZZZZZ", NOTHING),
    ("/v1/credentials/cred_01KAZZZZZZZZZZZZZZZZZZZZZZ", NOTHING),
    ("/v1/pickups/shp_01KAZZZZZZZZZZZZZZZZZZZZZZ", NOTHING),
    ("/v1/shipments?limit=0", PARAMETER.at(&["/limit"])),
    ("/v1/shipments?limit=101", PARAMETER.at(&["/limit"])),
    ("/v1/shipments?limit=-1", PARAMETER.at(&["/limit"])),
    ("/v1/shipments?limit=ten", PARAMETER.at(&["/limit"])),
    ("/v1/shipments?limit=99999999999999999999", PARAMETER.at(&["/limit"])),
    ("/v1/shipments?limit=", PARAMETER.at(&["/limit"])),
    ("/v1/shipments?limit=1&limit=2", PARAMETER.at(&["/limit"])),
    ("/v1/shipments?state=bokked", PARAMETER.at(&["/state"])),
    ("/v1/shipments?state=booked&state=failed", PARAMETER.at(&["/state"])),
    ("/v1/shipments?sate=booked", PARAMETER.at(&["/sate"])),
    ("/v1/shipments?courier=UPS", PARAMETER.at(&["/courier"])),
    ("/v1/shipments?created_from=today", PARAMETER.at(&["/created_from"])),
    ("/v1/shipments?reference=%00", PARAMETER.at(&["/reference"])),
    ("/v1/stores?name=x", PARAMETER.at(&["/name"])),
    ("/v1/couriers?country=SE", PARAMETER.at(&["/country"])),
    ("/v1/credentials?environment=staging", PARAMETER.at(&["/environment"])),
    ("/v1/credentials?store_id=shp_01KAZZZZZZZZZZZZZZZZZZZZZZ", PARAMETER.at(&["/store_id"])),
    ("/v1/pickups?state=done", PARAMETER.at(&["/state"])),
    ("/v1/courier-calls?outcome=%0d%0a", PARAMETER.at(&["/outcome"])),
    ("/v1/courier-calls?before=2026-13-01T00:00:00Z", PARAMETER.at(&["/before"])),
    ("/v1/shipments?cursor=x", CURSOR),
    ("/v1/shipments?cursor=", CURSOR),
    ("/v1/shipments?cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", CURSOR),
    ("/v1/tracking/%00?courier=ups", PARAMETER.at(&["/number"])),
    ("/v1/tracking/%20?courier=ups", PARAMETER.at(&["/number"])),
    ("/v1/tracking/12345678901234567890123456789012345678901234567890123456789012345", PARAMETER.at(&["/number"])),
    ("/v1/tracking/1Z12345E0205271688?courier=nobody", PARAMETER.at(&["/courier"])),
    ("/v1/tracking/1Z12345E0205271688?courier=UPS", PARAMETER.at(&["/courier"])),
    ("/v1/tracking/1Z12345E0205271688?carrier=ups", PARAMETER.at(&["/carrier"])),
    ("/v1/tracking/1Z12345E0205271688?courier=bring", wrong(422, "no_credential").at(&["/courier"])),
    ("/v1/tracking/hello-world", wrong(422, "no_credential").at(&["/courier"])),
    ("/v1/tracking/1Z12345E0205271688?courier=ups", courier(404, "courier_not_found", false)),
    ("/v1/service-points", PARAMETER.at(&["/country"])),
    ("/v1/service-points?country=US&postal_code=10118", PARAMETER.at(&["/courier"])),
    ("/v1/service-points?courier=ups&country=US", PARAMETER.at(&["/postal_code"])),
    ("/v1/service-points?courier=ups&country=US&postal_code=", PARAMETER.at(&["/postal_code"])),
    ("/v1/service-points?courier=ups&country=US&latitude=NaN&longitude=0", PARAMETER.at(&["/latitude"])),
    ("/v1/service-points?courier=ups&country=US&latitude=59", PARAMETER.at(&["/longitude"])),
    ("/v1/service-points?courier=ups&country=US&postal_code=1&limit=51", PARAMETER.at(&["/limit"])),
    ("/v1/service-points?courier=ups&country=US&postal_code=1&kind=pub", PARAMETER.at(&["/kind"])),
    ("/v1/service-points?courier=nobody&country=US&postal_code=1", PARAMETER.at(&["/courier"])),
    (
        "/v1/service-points?credential_id=cred_01KAZZZZZZZZZZZZZZZZZZZZZZ&country=US&postal_code=1",
        NOTHING.at(&["/credential_id"]),
    ),
];

/// Method, path, and one of the methods that the answer offers.
const METHODS: &[(&str, &str, &str)] = &[
    ("DELETE", "/v1/shipments", "POST"),
    ("PUT", "/v1/stores", "GET"),
    ("POST", "/v1/couriers", "GET"),
    ("POST", "/v1/shipments/shp_01KAZZZZZZZZZZZZZZZZZZZZZZ", "GET"),
    ("GET", "/v1/rates", "POST"),
    ("PUT", "/v1/credentials/cred_01KAZZZZZZZZZZZZZZZZZZZZZZ", "PATCH"),
    ("BREW", "/v1/pickups", "POST"),
];

pub async fn all(desk: &Desk) {
    for (path, wanted) in GETS {
        judge(path, &desk.client.get(path).await, wanted);
    }
    for (method, path, offered) in METHODS {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let reply = desk.client.send(method.clone(), path, |request| request).await;
        judge(&format!("{method} {path}"), &reply, &METHOD);
        let allow = reply.header("allow").unwrap_or_default();
        let is_offered = allow.split(',').any(|one| one.trim() == *offered);
        expect(is_offered, || format!("{method} {path}: Allow: {allow}"));
    }
    headers(desk).await;
    cursors(desk).await;
}

async fn headers(desk: &Desk) {
    let path = format!("/v1/shipments?reference={}", "x".repeat(9_000));
    judge("a long query", &desk.client.get(&path).await, &wrong(414, "uri_too_long"));
    let large = desk.client.send(Method::GET, "/v1/stores", |request| request.header("x-much", "x".repeat(40_000)));
    judge("large headers", &large.await, &wrong(431, "headers_too_large"));
    // What is no request id of ours is replaced, not refused; it is not repeated either.
    let odd = desk.client.send(Method::GET, "/nothing", |request| request.header("x-request-id", "<b>a b</b>")).await;
    judge("an odd request id", &odd, &NOTHING);
    assert!(odd.header("x-request-id").is_some_and(|id| id.starts_with("req_")));
}

/// A cursor belongs to one list with one set of filters.
async fn cursors(desk: &Desk) {
    for name in ["First", "Second"] {
        desk.client.post("/v1/stores", &serde_json::json!({"name": name})).await.expect(201);
    }
    let page = desk.client.get("/v1/stores?limit=1").await.expect(200).json();
    let cursor = page["next_cursor"].as_str().expect("there is a second page").to_owned();
    desk.client.get(&format!("/v1/stores?cursor={cursor}")).await.expect(200);
    for path in [format!("/v1/shipments?cursor={cursor}"), format!("/v1/credentials?courier=ups&cursor={cursor}")] {
        judge("another list's cursor", &desk.client.get(&path).await, &CURSOR);
    }
    let cut = &cursor[..cursor.len() - 2];
    judge("a cut cursor", &desk.client.get(&format!("/v1/stores?cursor={cut}")).await, &CURSOR);
}
