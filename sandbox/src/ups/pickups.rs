//! Pickups: priced, made, listed, and cancelled by their number or all at once.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::routing::post;
use serde_json::{Value, json};

use super::{auth, errors, shipping_answer};
use crate::common::answer::{self, Answer};
use crate::common::json::text;
use crate::common::world::World;
use crate::common::zone::local;

// Codes beside 9560131 are of UPS's families, not sourced one by one.
const SHELF: &str = "ups.pickups";

pub fn router() -> Router<World> {
    Router::new()
        .route("/api/pickupcreation/{version}/pickup", post(create))
        // One path by three methods: `{by}` is a type of pickup, or by what to cancel.
        .route("/api/shipments/{version}/pickup/{by}", post(rate).get(status).delete(cancel))
}

async fn create(State(world): State<World>, headers: HeaderMap, body: Bytes) -> Answer {
    let account = auth::check(&world, &headers)?;
    let request: Value = serde_json::from_slice(&body).map_err(|_| errors::unreadable())?;
    let root = "/PickupCreationRequest";
    let Some(date) = text(&request, &format!("{root}/PickupDateInfo/PickupDate")) else {
        return Ok(errors::answer(400, "9560131", "Missing or invalid pickup date."));
    };
    if !is_to_come(&world, &date) {
        return Ok(errors::answer(400, "9560131", "Missing or invalid pickup date."));
    }
    if text(&request, &format!("{root}/PickupAddress/PostalCode")).is_none() {
        return Ok(errors::answer(400, "9510117", "Missing or invalid postal code."));
    }
    let number = format!("29{}{:06}", account.account_number, world.random.serial() % 1_000_000);
    world.shelves.put(
        SHELF,
        &number,
        json!({"account": account.account_number, "number": number,
        "date": date}),
    );
    let response = shipping_answer::response(&world, &request, root);
    // Without the indicator UPS names no price.
    let priced = text(&request, &format!("{root}/RatePickupIndicator")).as_deref() == Some("Y");
    let result = if priced { charge() } else { Value::Null };
    Ok(answer::json(
        200,
        &json!({"PickupCreationResponse": {"Response": response, "PRN": number, "RateStatus": {"Code": "01"},
            "RateResult": result}}),
    ))
}

async fn rate(
    State(world): State<World>,
    headers: HeaderMap,
    Path((_, kind)): Path<(String, String)>,
    body: Bytes,
) -> Answer {
    auth::check(&world, &headers)?;
    let request: Value = serde_json::from_slice(&body).map_err(|_| errors::unreadable())?;
    if !is_kind(&kind) {
        return Ok(errors::answer(400, "9500510", "Missing or invalid pickup type."));
    }
    let date = text(&request, "/PickupRateRequest/PickupDateInfo/PickupDate").unwrap_or_default();
    if !is_to_come(&world, &date) {
        return Ok(errors::answer(400, "9560131", "Missing or invalid pickup date."));
    }
    let response = shipping_answer::response(&world, &request, "/PickupRateRequest");
    Ok(answer::json(200, &json!({"PickupRateResponse": {"Response": response, "RateResult": charge()}})))
}

async fn status(State(world): State<World>, headers: HeaderMap, Path((_, kind)): Path<(String, String)>) -> Answer {
    let account = auth::check(&world, &headers)?;
    if !is_kind(&kind) {
        return Ok(errors::answer(400, "9500510", "Missing or invalid pickup type."));
    }
    let asked = headers.get("accountnumber").and_then(|value| value.to_str().ok()).unwrap_or("").trim();
    if asked != account.account_number {
        return Ok(errors::answer(400, "9500511", "Missing or invalid account number."));
    }
    let own = |kept: &Value| kept["account"] == account.account_number;
    let pending: Vec<Value> = world
        .shelves
        .list(SHELF)
        .into_iter()
        .filter(own)
        .map(|kept| {
            json!({"PickupType": "01", "ServiceDate": kept["date"], "PRN": kept["number"],
            "OnCallStatusCode": "002", "PickupStatusMessage": "Received"})
        })
        .collect();
    let response = shipping_answer::response(&world, &Value::Null, "");
    Ok(answer::json(200, &json!({"PickupPendingStatusResponse": {"Response": response, "PendingStatus": pending}})))
}

/// 01: all of the account; 02: the one named in the header `Prn`.
async fn cancel(State(world): State<World>, headers: HeaderMap, Path((_, by)): Path<(String, String)>) -> Answer {
    let account = auth::check(&world, &headers)?;
    let number = headers.get("prn").and_then(|value| value.to_str().ok()).unwrap_or("").trim();
    let own: Vec<String> = world
        .shelves
        .list(SHELF)
        .into_iter()
        .filter(|kept| kept["account"] == account.account_number && (by == "01" || kept["number"] == number))
        .filter_map(|kept| kept["number"].as_str().map(str::to_owned))
        .collect();
    if !["01", "02"].contains(&by.as_str()) || own.is_empty() {
        return Ok(errors::answer(400, "9510114", "The pickup was not found."));
    }
    for number in own {
        world.shelves.take(SHELF, &number);
    }
    let response = shipping_answer::response(&world, &Value::Null, "");
    Ok(answer::json(200, &json!({"PickupCancelResponse": {"Response": response, "PickupType": "01"}})))
}

fn is_kind(kind: &str) -> bool {
    ["oncall", "smart", "both"].contains(&kind)
}

fn is_to_come(world: &World, date: &str) -> bool {
    date.len() == 8 && date >= local("US", world.clock.now(), "%Y%m%d").as_str()
}

fn charge() -> Value {
    json!({"CurrencyCode": "USD", "GrandTotalOfAllCharge": "7.25",
        "ChargeDetail": [{"ChargeCode": "B", "ChargeDescription": "BASE CHARGE", "ChargeAmount": "7.25"}]})
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;
    use crate::ups::token::tests::bench;

    #[tokio::test]
    async fn a_pickup_is_made_and_cancelled_once() {
        let bench = bench().await;
        let mut request = json!({"PickupCreationRequest": {"PickupDateInfo": {"PickupDate": "20270204"},
            "PickupAddress": {"PostalCode": "10013"}}});
        let made = bench.post("/ups/api/pickupcreation/v2409/pickup", &request).await;
        let number = made.at("/PickupCreationResponse/PRN").as_str().unwrap().to_owned();
        let path = "/ups/api/shipments/v2409/pickup/02";
        let header = [("prn", number)];
        assert_eq!(bench.send_with(&header, "DELETE", path, Body::empty()).await.status, 200);
        assert_eq!(bench.send_with(&header, "DELETE", path, Body::empty()).await.status, 400);
        request["PickupCreationRequest"]["PickupDateInfo"]["PickupDate"] = "20200101".into();
        let late = bench.post("/ups/api/pickupcreation/v2409/pickup", &request).await;
        assert_eq!(late.at("/response/errors/0/code"), "9560131");
    }

    #[tokio::test]
    async fn pickups_are_priced_listed_and_cancelled_together() {
        let bench = bench().await;
        let account = [("accountnumber", crate::ups::ACCOUNTS[0].account_number.to_owned())];
        let date = json!({"PickupDate": "20270204"});
        let path = "/ups/api/shipments/v2409/pickup/oncall";
        let rated = bench.post(path, &json!({"PickupRateRequest": {"PickupDateInfo": date}})).await;
        assert_eq!(rated.at("/PickupRateResponse/RateResult/GrandTotalOfAllCharge"), "7.25");
        let request =
            json!({"PickupCreationRequest": {"PickupDateInfo": date, "PickupAddress": {"PostalCode": "10013"}}});
        for _ in 0..2 {
            let made = bench.post("/ups/api/pickupcreation/v2409/pickup", &request).await;
            assert_eq!(made.at("/PickupCreationResponse/RateResult"), Value::Null);
        }
        let listed = bench.send_with(&account, "GET", path, Body::empty()).await;
        assert_eq!(listed.at("/PickupPendingStatusResponse/PendingStatus").as_array().unwrap().len(), 2);
        let all = "/ups/api/shipments/v2409/pickup/01";
        assert_eq!(bench.send("DELETE", all, Body::empty()).await.status, 200);
        let listed = bench.send_with(&account, "GET", path, Body::empty()).await;
        assert_eq!(listed.at("/PickupPendingStatusResponse/PendingStatus"), json!([]));
    }
}
