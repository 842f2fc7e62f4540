//! Track & Trace: v7 and v5 by item or shipment id, v7 by reference. Not found is 200.

use std::collections::HashMap;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::{ID, auth, tracking_answer};
use crate::common::answer::{self, Answer};
use crate::common::bookings::Booking;
use crate::common::world::World;

const LOCALES: [&str; 5] = ["en", "sv", "no", "da", "fi"];

pub fn router() -> Router<World> {
    const V7: &str = "/rest/shipment/v7/trackandtrace";
    Router::new()
        .route(&format!("{V7}/id/{{id}}/public"), get(by_id))
        .route(&format!("{V7}/customernumber/{{number}}/reference/{{reference}}/public"), get(by_reference))
        .route("/rest/shipment/v5/trackandtrace/findByIdentifier.json", get(by_query))
}

type Asked = Query<HashMap<String, String>>;

async fn by_id(State(world): State<World>, headers: HeaderMap, Path(id): Path<String>, Query(query): Asked) -> Answer {
    auth::check(&headers, &query)?;
    Ok(find(&world, &id, &query))
}

async fn by_query(State(world): State<World>, headers: HeaderMap, Query(query): Asked) -> Answer {
    auth::check(&headers, &query)?;
    let Some(id) = query.get("id") else {
        return Ok(answer::json(
            400,
            &json!({"type": "about:blank", "title": "Bad Request", "status": 400,
                "detail": "Required parameter 'id' is not present.", "instance": "/ntt/v5/shipment"}),
        ));
    };
    Ok(find(&world, id, &query))
}

async fn by_reference(
    State(world): State<World>,
    headers: HeaderMap,
    Path((number, reference)): Path<(String, String)>,
    Query(query): Asked,
) -> Answer {
    let account = auth::check(&headers, &query)?;
    if let Some(fault) = locale_fault(&query) {
        return Ok(fault);
    }
    let found: Vec<Booking> =
        if number == account.customer_number { world.bookings.find_by_reference(ID, &reference) } else { Vec::new() };
    let own = found.into_iter().filter(|booking| booking.account == account.customer_number);
    Ok(shipments(&world, own))
}

fn find(world: &World, id: &str, query: &HashMap<String, String>) -> Response {
    if let Some(fault) = locale_fault(query) {
        return fault;
    }
    let well_formed = (10..=35).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !well_formed {
        return fault("invalidIdentifier", "The identifier is not an item or shipment id", "identifier", id);
    }
    // Items are asked for with and without the two zeros before the SSCC.
    let found = world.bookings.find(ID, id).or_else(|| world.bookings.find(ID, &format!("00{id}")));
    shipments(world, found.into_iter())
}

fn shipments(world: &World, bookings: impl Iterator<Item = Booking>) -> Response {
    let now = world.clock.now();
    let shipments: Vec<Value> =
        bookings.filter(Booking::is_trackable).map(|booking| tracking_answer::shipment(&booking, now)).collect();
    answer::json(200, &json!({"TrackingInformationResponse": {"shipments": shipments}}))
}

fn locale_fault(query: &HashMap<String, String>) -> Option<Response> {
    let locale = query.get("locale")?;
    let known = LOCALES.contains(&locale.as_str());
    (!known).then(|| fault("invalidLocale", "The locale is not supported", "locale", locale))
}

fn fault(code: &str, words: &str, parameter: &str, value: &str) -> Response {
    answer::json(
        200,
        &json!({"TrackingInformationResponse": {
            "compositeFault": {"faults": [{"faultCode": code, "explanationText": words,
                "paramValues": [{"param": parameter, "value": value}]}]},
            "shipments": []}}),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postnord::ACCOUNTS;
    use crate::postnord::booking::tests::{key, order};
    use crate::testing::Bench;

    fn by_id(id: &str) -> String {
        format!("/postnord/rest/shipment/v7/trackandtrace/id/{id}/public?{}&locale=en", key())
    }

    #[tokio::test]
    async fn two_items_of_a_shipment_can_be_apart() {
        let bench = Bench::new();
        let booked = bench.post(&format!("/postnord/rest/shipment/v3/edi?{}", key()), &order("R-5", 2)).await;
        let item = booked.at("/idInformation/0/ids/1/value");
        bench.advance_hours(2);
        let shipment = "/TrackingInformationResponse/shipments/0";
        let got = bench.get(&by_id(item.as_str().unwrap())).await;
        assert_eq!(got.at(&format!("{shipment}/status")), "SPLIT");
        assert_eq!(got.at(&format!("{shipment}/items/0/events/0/eventTime")), "2027-02-03T13:00:00");
        assert_eq!(got.at(&format!("{shipment}/items/0/events/1/status")), "EN_ROUTE");
        let number = ACCOUNTS[0].customer_number;
        let base = "/postnord/rest/shipment/v7/trackandtrace/customernumber";
        let by_reference = bench.get(&format!("{base}/{number}/reference/R-5/public?{}", key())).await;
        assert_eq!(by_reference.at(&format!("{shipment}/shipmentId")), booked.at("/idInformation/0/ids/0/value"));
        let stranger = bench.get(&format!("{base}/1/reference/R-5/public?{}", key())).await;
        assert_eq!(stranger.at("/TrackingInformationResponse/shipments"), json!([]));
    }

    #[tokio::test]
    async fn not_found_and_malformed_come_with_200() {
        let bench = Bench::new();
        let unknown = bench.get(&by_id("00373500010999999991")).await;
        assert_eq!(unknown.json(), json!({"TrackingInformationResponse": {"shipments": []}}));
        let malformed = bench.get(&by_id("abc")).await;
        let code = "/TrackingInformationResponse/compositeFault/faults/0/faultCode";
        assert_eq!((malformed.status, malformed.at(code)), (200, json!("invalidIdentifier")));
        let v5 = "/postnord/rest/shipment/v5/trackandtrace/findByIdentifier.json";
        assert_eq!(bench.get(&format!("{v5}?{}", key())).await.status, 400);
        let wrong = bench.get(&format!("{v5}?apikey=wrong&id=1")).await;
        assert_eq!((wrong.status, wrong.at("/error/message")), (403, json!("Invalid API Key")));
    }
}
