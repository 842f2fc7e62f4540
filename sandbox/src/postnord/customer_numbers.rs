//! The customer number check, service code lists and the tracking link builder.

use std::collections::HashMap;

use axum::Router;
use axum::extract::{Path, Query};
use axum::http::HeaderMap;
use axum::routing::get;
use serde_json::{Value, json};

use super::auth::{self, ACCOUNTS};
use super::tracking_answer::service_name;
use super::validation::SERVICES;
use crate::common::answer::{self, Answer};
use crate::common::world::World;

pub fn router() -> Router<World> {
    Router::new()
        .route("/rest/shipment/v1/validate/customernumber", get(validate))
        .route("/rest/shipment/v3/edi/servicecodes", get(services))
        .route("/rest/links/v1/tracking/{country}/{id}", get(link))
}

type Asked = Query<HashMap<String, String>>;

/// Plain text: `VALID` or `INVALID`.
async fn validate(headers: HeaderMap, Query(query): Asked) -> Answer {
    auth::check(&headers, &query)?;
    let number = query.get("customerNumber").map_or("", |number| number.trim());
    let known = ACCOUNTS.iter().any(|account| account.customer_number == number);
    Ok(answer::text(200, if known { "VALID" } else { "INVALID" }))
}

async fn services(headers: HeaderMap, Query(query): Asked) -> Answer {
    auth::check(&headers, &query)?;
    let details: Vec<Value> =
        SERVICES.iter().map(|code| json!({"serviceCode": code, "serviceName": service_name(code)})).collect();
    let data = json!([{"issuerCountryCode": "SE", "issuerCountry": "Sweden", "serviceCodeDetails": details}]);
    Ok(answer::json(200, &json!({"data": data})))
}

async fn link(headers: HeaderMap, Path((country, id)): Path<(String, String)>, Query(query): Asked) -> Answer {
    auth::check(&headers, &query)?;
    let url = format!("https://tracking.postnord.com/{}/?id={id}", country.to_lowercase());
    Ok(answer::json(200, &json!({"url": url, "faults": []})))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postnord::booking::tests::key;
    use crate::testing::Bench;

    #[tokio::test]
    async fn a_customer_number_is_valid_or_not() {
        let bench = Bench::new();
        let path =
            format!("/postnord/rest/shipment/v1/validate/customernumber?{}&countryCode=SE&customerNumber=", key());
        assert_eq!(bench.get(&format!("{path}{}", ACCOUNTS[0].customer_number)).await.text(), "VALID");
        assert_eq!(bench.get(&format!("{path}123")).await.text(), "INVALID");
    }
}
