//! Track Alert v2: subscriptions by number. The sandbox remembers them and does not call.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::routing::post;
use serde_json::{Value, json};

use super::{auth, errors};
use crate::common::answer::{self, Answer};
use crate::common::json::{text, texts};
use crate::common::world::World;

const SHELF: &str = "ups.alerts";
const MAX_NUMBERS: usize = 100;

pub fn router() -> Router<World> {
    Router::new()
        .route("/api/track/{version}/subscription/{kind}/package", post(subscribe))
        .route("/api/track/{version}/subscription/{kind}/account", post(subscribe_account).delete(unsubscribe_account))
}

async fn subscribe(
    State(world): State<World>,
    headers: HeaderMap,
    Path((_, kind)): Path<(String, String)>,
    body: Bytes,
) -> Answer {
    let account = auth::check(&world, &headers)?;
    auth::check_transaction(&headers)?;
    if !["standard", "enhanced"].contains(&kind.as_str()) {
        return Ok(errors::answer(400, "VSS930", "The subscription type is not valid."));
    }
    let request: Value = serde_json::from_slice(&body).map_err(|_| errors::unreadable())?;
    if text(&request, "/locale").is_none() {
        return Ok(errors::answer(400, "VSS300", "The locale is missing."));
    }
    let numbers = texts(&request, "/trackingNumberList");
    if numbers.is_empty() {
        return Ok(errors::answer(400, "VSS200", "The list of tracking numbers is missing."));
    }
    if numbers.len() > MAX_NUMBERS {
        return Ok(errors::answer(400, "VSS220", "More than 100 tracking numbers were given."));
    }
    let (valid, invalid): (Vec<String>, Vec<String>) = numbers.into_iter().partition(|number| well_formed(number));
    if valid.is_empty() {
        let errors = json!([{"code": "VSS210", "message": "None of the tracking numbers is valid."}]);
        return Ok(answer::json(400, &json!({"invalidTrackingNumbers": invalid, "response": {"errors": errors}})));
    }
    for number in &valid {
        world.shelves.put(SHELF, number, json!({"account": account.account_number, "kind": kind}));
    }
    Ok(answer::json(200, &json!({"validTrackingNumbers": valid, "invalidTrackingNumbers": invalid})))
}

async fn subscribe_account(State(world): State<World>, headers: HeaderMap, body: Bytes) -> Answer {
    auth::check(&world, &headers)?;
    auth::check_transaction(&headers)?;
    let request: Value = serde_json::from_slice(&body).map_err(|_| errors::unreadable())?;
    if text(&request, "/shipperAccountNumber").is_none() {
        return Ok(errors::answer(400, "VSS000", "The shipper account number is missing."));
    }
    Ok(answer::json(200, &json!({"expiryDate": "9999-12-31"})))
}

async fn unsubscribe_account(State(world): State<World>, headers: HeaderMap) -> Answer {
    auth::check(&world, &headers)?;
    auth::check_transaction(&headers)?;
    Ok(answer::json(200, &json!({})))
}

/// `1Z` and 16 characters, or `1R` and 14 or 26.
fn well_formed(number: &str) -> bool {
    let rest = |prefix: &str| {
        number.strip_prefix(prefix).filter(|rest| rest.bytes().all(|byte| byte.is_ascii_alphanumeric())).map(str::len)
    };
    rest("1Z") == Some(16) || matches!(rest("1R"), Some(14 | 26))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ups::token::tests::bench;

    #[tokio::test]
    async fn good_and_bad_numbers_are_told_apart() {
        let bench = bench().await;
        let path = "/ups/api/track/v2/subscription/standard/package";
        let request = json!({"locale": "en_US", "trackingNumberList": ["1ZK7R42F0312345678", "1Z$"]});
        let got = bench.post(path, &request).await;
        assert_eq!(
            got.json(),
            json!({"validTrackingNumbers": ["1ZK7R42F0312345678"], "invalidTrackingNumbers": ["1Z$"]})
        );
        let none = bench.post(path, &json!({"locale": "en_US", "trackingNumberList": ["x"]})).await;
        assert_eq!((none.status, none.at("/response/errors/0/code")), (400, json!("VSS210")));
    }
}
