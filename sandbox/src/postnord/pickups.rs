//! Pickup orders v3. There is no way to cancel one.

use std::collections::HashMap;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::routing::post;
use serde_json::{Value, json};

use super::{auth, faults};
use crate::common::answer::{self, Answer};
use crate::common::world::World;

const SHELF: &str = "postnord.pickups";

pub fn router() -> Router<World> {
    Router::new().route("/rest/shipment/v3/pickups", post(order)).route("/rest/shipment/v3/pickups/ids", post(order))
}

async fn order(
    State(world): State<World>,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
    body: Bytes,
) -> Answer {
    auth::check(&headers, &query)?;
    let request: Value = serde_json::from_slice(&body).unwrap_or_default();
    let empty = match &request {
        Value::Object(members) => members.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => true,
    };
    if empty {
        let fault = faults::booking("MANDATORY_FIELDS_MISSING", "PICKUP", "pickup is a required field");
        let body =
            json!({"errorResponse": {"message": "Invalid indata object", "compositeFault": {"faults": [fault]}}});
        return Ok(answer::json(400, &body));
    }
    let id = format!("PU{}", world.random.serial());
    world.shelves.put(SHELF, &id, request);
    let booking_id = world.random.uuid().simple().to_string().to_uppercase();
    let row = json!({"status": "OK", "references": {"shipment": [], "item": []},
        "ids": [{"idType": "pickupId", "value": id, "printId": null}], "urls": [], "errorResponse": null});
    Ok(answer::json(201, &json!({"bookingId": booking_id, "idInformation": [row]})))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::postnord::booking::tests::key;
    use crate::testing::Bench;

    #[tokio::test]
    async fn a_pickup_gets_an_id() {
        let path = format!("/postnord/rest/shipment/v3/pickups?{}", key());
        let got = Bench::new().post(&path, &json!({"pickup": {"postalCode": "21120"}})).await;
        assert_eq!((got.status, got.at("/idInformation/0/ids/0/idType")), (201, json!("pickupId")));
        assert_eq!(Bench::new().post(&path, &json!({})).await.status, 400);
    }
}
