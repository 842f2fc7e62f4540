//! Which customer numbers an account may book with, and Booking's error catalogue.

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::{auth, booking_errors};
use crate::common::answer::{self, Answer};
use crate::common::world::World;

const HOME: [&str; 8] = ["3570", "3584", "4850", "5000", "5600", "5800", "9000", "9300"];
const NORDIC: [&str; 5] =
    ["BUSINESS_PARCEL", "HOME_DELIVERY_PARCEL", "PICKUP_PARCEL", "PICKUP_PARCEL_RETURN", "EXPRESS_NORDIC_0900"];

pub fn router() -> Router<World> {
    Router::new()
        .route("/booking/api/customers.json", get(customers))
        .route("/booking/api/customers", get(customers))
        .route("/booking/api/errors", get(errors))
        .route("/booking/api/errors.json", get(errors))
}

async fn customers(State(world): State<World>, headers: HeaderMap) -> Answer {
    let account = auth::check(&world, &headers, "customers")?;
    // One number stands in the list once per country.
    let rows: Vec<Value> = [("NO", HOME.as_slice()), ("SE", &NORDIC), ("DK", &NORDIC)]
        .into_iter()
        .map(|(country, products)| {
            json!({"name": format!("{} ({})", account.name, account.customer_number),
                "customerNumber": account.customer_number, "countryCode": country, "products": products})
        })
        .collect();
    Ok(answer::json(200, &json!({"customers": rows})))
}

async fn errors() -> Response {
    let row = |(code, message, suffixable): &(&str, &str, bool)| json!({"code": code, "message": message, "suffixable": suffixable});
    let rows: Vec<Value> = booking_errors::CATALOGUE.iter().map(row).collect();
    answer::json(200, &json!({"errorTypes": rows}))
}

#[cfg(test)]
mod tests {
    use crate::bring::booking::tests::bench;
    use crate::testing::Bench;

    #[tokio::test]
    async fn an_account_sees_its_own_number() {
        let got = bench().get("/bring/booking/api/customers.json").await;
        assert_eq!(got.at("/customers/0/customerNumber"), crate::bring::ACCOUNTS[0].customer_number);
        assert_eq!(Bench::new().get("/bring/booking/api/customers.json").await.status, 400);
    }
}
