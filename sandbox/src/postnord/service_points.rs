//! Service points v5: shops and parcel boxes near an address or a position.

use std::collections::HashMap;

use axum::Router;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::auth;
use crate::common::answer::{self, Answer};
use crate::common::places::{SERVICE_POINTS, ServicePoint, city_of, position, postal_code_fits};
use crate::common::world::World;

pub fn router() -> Router<World> {
    const V5: &str = "/rest/businesslocation/v5/servicepoints";
    Router::new()
        .route(&format!("{V5}/nearest/byaddress"), get(by_address))
        .route(&format!("{V5}/nearest/bycoordinates"), get(by_coordinates))
        .route(&format!("{V5}/bypostalcode"), get(by_address))
        .route(&format!("{V5}/ids"), get(by_ids))
}

type Asked = Query<HashMap<String, String>>;

async fn by_address(headers: HeaderMap, Query(query): Asked) -> Answer {
    auth::check(&headers, &query)?;
    for name in ["countryCode", "postalCode"] {
        if query.get(name).is_none_or(|value| value.trim().is_empty()) {
            return Ok(fault("API-005", &format!("{name} is missing"), name));
        }
    }
    let (country, postal_code) = (query["countryCode"].to_uppercase(), query["postalCode"].trim());
    if !postal_code_fits(&country, postal_code) {
        return Ok(fault("API-008", "postalCode is not valid", "postalCode"));
    }
    Ok(list(&country, postal_code, &query, |_| true))
}

async fn by_coordinates(headers: HeaderMap, Query(query): Asked) -> Answer {
    auth::check(&headers, &query)?;
    for name in ["northing", "easting"] {
        if query.get(name).and_then(|value| value.parse::<f64>().ok()).is_none() {
            return Ok(fault("API-005", &format!("{name} is missing"), name));
        }
    }
    let country = query.get("countryCode").map_or_else(|| "SE".to_owned(), |code| code.to_uppercase());
    Ok(list(&country, "11423", &query, |_| true))
}

async fn by_ids(headers: HeaderMap, Query(query): Asked) -> Answer {
    auth::check(&headers, &query)?;
    let Some(ids) = query.get("ids") else {
        return Ok(fault("API-005", "ids is missing", "ids"));
    };
    let country = query.get("countryCode").map_or_else(|| "SE".to_owned(), |code| code.to_uppercase());
    Ok(list(&country, "11423", &query, |point| ids.split(',').any(|id| id.trim() == point.id)))
}

fn list(
    country: &str,
    postal_code: &str,
    query: &HashMap<String, String>,
    wanted: impl Fn(&ServicePoint) -> bool,
) -> Response {
    const USUAL_COUNT: usize = 5;
    let count = query.get("numberOfServicePoints").and_then(|count| count.parse().ok()).unwrap_or(USUAL_COUNT);
    let types: Option<Vec<u32>> =
        query.get("typeId").map(|types| types.split(',').filter_map(|kind| kind.trim().parse().ok()).collect());
    let points: Vec<Value> = SERVICE_POINTS
        .iter()
        .filter(|point| wanted(point))
        .filter(|point| types.as_ref().is_none_or(|types| types.contains(&type_id(country, point.locker))))
        .take(count)
        .map(|point| entry(country, postal_code, point))
        .collect();
    let body = json!({"servicePointInformationResponse": {"servicePoints": points, "customerSupports": []}});
    answer::json(200, &body)
}

fn type_id(country: &str, locker: bool) -> u32 {
    match (country, locker) {
        ("SE", true) => 54,
        (_, true) => 2,
        ("NO", false) => 37,
        ("FI", false) => 38,
        ("DK", false) => 4,
        _ => 25,
    }
}

fn entry(country: &str, postal_code: &str, point: &ServicePoint) -> Value {
    let (latitude, longitude) = position(country);
    let address = json!({"countryCode": country, "city": city_of(country, postal_code), "streetName": point.street,
        "streetNumber": point.house, "postalCode": postal_code.replace(' ', "")});
    let mut visiting = address.clone();
    visiting["additionalDescription"] = Value::Null;
    let (open, close) = if point.locker { ("00:00", "23:59") } else { ("09:00", "20:00") };
    let day = |day: &str| json!({"openDay": day, "openTime": open, "closeTime": close});
    let days: Vec<Value> = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"].map(day).into();
    let kind = if point.locker { "Parcel box" } else { "Service point" };
    json!({
        "servicePointId": point.id, "name": point.name, "routeDistance": point.distance_m,
        "visitingAddress": visiting, "deliveryAddress": address,
        "coordinates": [{"countryCode": country, "northing": latitude + point.north,
            "easting": longitude + point.east, "srId": "EPSG:4326"}],
        "openingHours": {"postalServices": days, "specialDates": []},
        "type": {"groupTypeId": if point.locker { 2 } else { 1 }, "groupTypeName": kind,
            "typeId": type_id(country, point.locker), "typeName": kind}
    })
}

/// This product wraps its faults in the answer's own member.
fn fault(code: &str, words: &str, parameter: &str) -> Response {
    let fault =
        json!({"faultCode": code, "explanationText": words, "paramValues": [{"param": parameter, "value": null}]});
    let body = json!({"servicePointInformationResponse": {"compositeFault": {"faults": [fault]}}});
    answer::json(400, &body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postnord::booking::tests::key;
    use crate::testing::Bench;

    #[tokio::test]
    async fn points_are_found_near_an_address() {
        let bench = Bench::new();
        let base = "/postnord/rest/businesslocation/v5/servicepoints/nearest/byaddress";
        let got = bench.get(&format!("{base}?{}&countryCode=SE&postalCode=11423&typeId=54", key())).await;
        let points = "/servicePointInformationResponse/servicePoints";
        assert_eq!(got.at(points).as_array().map(Vec::len), Some(2));
        assert_eq!(got.at(&format!("{points}/0/routeDistance")), 860);
        let wrong = bench.get(&format!("{base}?{}&countryCode=SE", key())).await;
        let code = "/servicePointInformationResponse/compositeFault/faults/0/faultCode";
        assert_eq!((wrong.status, wrong.at(code)), (400, json!("API-005")));
    }
}
