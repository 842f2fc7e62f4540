//! Pickups: made, and cancelled by their number.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::{delete, post};
use serde_json::{Value, json};

use super::{auth, errors, shipping_answer};
use crate::common::answer::{self, Answer};
use crate::common::json::text;
use crate::common::world::World;
use crate::common::zone::local;

const SHELF: &str = "ups.pickups";

pub fn router() -> Router<World> {
    Router::new()
        .route("/api/pickupcreation/{version}/pickup", post(create))
        .route("/api/shipments/{version}/pickup/{by}", delete(cancel))
}

async fn create(State(world): State<World>, headers: HeaderMap, body: Bytes) -> Answer {
    let account = auth::check(&world, &headers)?;
    let request: Value = serde_json::from_slice(&body).map_err(|_| errors::unreadable())?;
    let root = "/PickupCreationRequest";
    let Some(date) = text(&request, &format!("{root}/PickupDateInfo/PickupDate")) else {
        return Ok(errors::answer(400, "9560131", "Missing or invalid pickup date."));
    };
    let today = local("US", world.clock.now(), "%Y%m%d");
    if date.len() != 8 || date < today {
        return Ok(errors::answer(400, "9560131", "Missing or invalid pickup date."));
    }
    if text(&request, &format!("{root}/PickupAddress/PostalCode")).is_none() {
        return Ok(errors::answer(400, "9510117", "Missing or invalid postal code."));
    }
    let number = format!("29{}{:06}", account.account_number, world.random.serial() % 1_000_000);
    world.shelves.put(SHELF, &number, json!({"account": account.account_number}));
    let response = shipping_answer::response(&world, &request, root);
    let result = json!({"CurrencyCode": "USD", "GrandTotalOfAllCharge": "7.25",
        "ChargeDetail": [{"ChargeCode": "B", "ChargeDescription": "BASE CHARGE", "ChargeAmount": "7.25"}]});
    Ok(answer::json(
        200,
        &json!({"PickupCreationResponse": {"Response": response, "PRN": number, "RateStatus": {"Code": "01"},
            "RateResult": result}}),
    ))
}

async fn cancel(State(world): State<World>, headers: HeaderMap) -> Answer {
    let account = auth::check(&world, &headers)?;
    let number = headers.get("prn").and_then(|value| value.to_str().ok()).unwrap_or("").trim();
    let own = world.shelves.get(SHELF, number).is_some_and(|kept| kept["account"] == account.account_number);
    if !own {
        return Ok(errors::answer(400, "9510114", "The pickup was not found."));
    }
    world.shelves.take(SHELF, number);
    let response = shipping_answer::response(&world, &Value::Null, "");
    Ok(answer::json(200, &json!({"PickupCancelResponse": {"Response": response, "PickupType": "01"}})))
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
}
