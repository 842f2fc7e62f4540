//! Pickup points: shops and lockers near an address, distances as text.

use std::collections::HashMap;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::auth;
use crate::common::answer::{self, Answer};
use crate::common::places::{SERVICE_POINTS, ServicePoint, city_of, position, postal_code_fits};
use crate::common::world::World;

const BASE: &str = "/pickuppoint/api/pickuppoint";

pub fn router() -> Router<World> {
    Router::new()
        .route(&format!("{BASE}/{{country}}/postalCode/{{file}}"), get(by_postal_code))
        .route(&format!("{BASE}/{{country}}/postalCode/{{postal_code}}/default.json"), get(usual))
        .route(&format!("{BASE}/{{country}}/location/{{file}}"), get(by_position))
        .route(&format!("{BASE}/{{country}}/id/{{file}}"), get(by_id))
        .route(&format!("{BASE}/{{country}}/all.json"), get(all))
}

type Asked = Query<HashMap<String, String>>;

async fn by_postal_code(
    State(world): State<World>,
    headers: HeaderMap,
    Path((country, file)): Path<(String, String)>,
    Query(query): Asked,
) -> Answer {
    auth::check(&world, &headers, "service_points")?;
    let postal_code = file.trim_end_matches(".json");
    if !postal_code_fits(&country.to_uppercase(), postal_code) {
        return Ok(answer::text(400, "Invalid postal code"));
    }
    Ok(list(&country, postal_code, &query))
}

/// The one pickup point that a parcel goes to if nobody chooses.
async fn usual(
    State(world): State<World>,
    headers: HeaderMap,
    Path((country, postal_code)): Path<(String, String)>,
) -> Answer {
    auth::check(&world, &headers, "service_points")?;
    let one = HashMap::from([("numberOfResponses".to_owned(), "1".to_owned())]);
    Ok(list(&country, &postal_code, &one))
}

async fn by_position(
    State(world): State<World>,
    headers: HeaderMap,
    Path((country, file)): Path<(String, String)>,
    Query(query): Asked,
) -> Answer {
    auth::check(&world, &headers, "service_points")?;
    let numbers = file.trim_end_matches(".json").split(',').filter(|part| part.trim().parse::<f64>().is_ok()).count();
    if numbers != 2 {
        return Ok(answer::text(400, "Invalid coordinates"));
    }
    Ok(list(&country, default_postal_code(&country), &query))
}

async fn all(
    State(world): State<World>,
    headers: HeaderMap,
    Path(country): Path<String>,
    Query(query): Asked,
) -> Answer {
    auth::check(&world, &headers, "service_points")?;
    Ok(list(&country, default_postal_code(&country), &query))
}

async fn by_id(
    State(world): State<World>,
    headers: HeaderMap,
    Path((country, file)): Path<(String, String)>,
) -> Answer {
    auth::check(&world, &headers, "service_points")?;
    let id = file.trim_end_matches(".json").trim_end_matches(".xml");
    let Some(point) = SERVICE_POINTS.iter().find(|point| point.id == id) else {
        return Ok(answer::text(404, "Pickup point not found"));
    };
    let country = country.to_uppercase();
    let mut entry = entry(&country, default_postal_code(&country), point);
    // Nothing was asked from, so there is no distance.
    entry["distanceInKm"] = "".into();
    entry["durationInMinutes"] = "".into();
    Ok(answer::json(200, &json!({"pickupPoint": [entry]})))
}

fn list(country: &str, postal_code: &str, query: &HashMap<String, String>) -> Response {
    const USUAL_COUNT: usize = 10;
    let country = country.to_uppercase();
    let wanted = query.get("pickupPointType").map(String::as_str);
    let count = query.get("numberOfResponses").and_then(|count| count.parse().ok()).unwrap_or(USUAL_COUNT);
    let points: Vec<Value> = SERVICE_POINTS
        .iter()
        .filter(|point| match wanted {
            Some("locker") => point.locker,
            Some("manned") => !point.locker,
            _ => true,
        })
        .take(count)
        .map(|point| entry(&country, postal_code, point))
        .collect();
    answer::json(200, &json!({"pickupPoint": points}))
}

fn entry(country: &str, postal_code: &str, point: &ServicePoint) -> Value {
    let (latitude, longitude) = position(country);
    let city = city_of(country, postal_code);
    let hours = if point.locker { "0000-2359" } else { "0900-2000" };
    let kind = match (country, point.locker) {
        ("NO", true) => "37",
        ("NO", false) => "4",
        ("SE", true) => "39",
        ("SE", false) => "34",
        ("DK", true) => "43",
        ("DK", false) => "85",
        (_, true) => "LOCKER",
        (_, false) => "Posti",
    };
    let (latitude, longitude) = (latitude + point.north, longitude + point.east);
    let mut entry = json!({
        "id": point.id, "unitId": point.id, "name": point.name,
        "address": format!("{} {}", point.street, point.house).to_uppercase(),
        "postalCode": postal_code, "city": city, "countryCode": country, "municipality": city, "county": city,
        "visitingAddress": format!("{} {}", point.street, point.house).to_uppercase(),
        "visitingPostalCode": postal_code, "visitingCity": city, "locationDescription": "",
        "openingHoursNorwegian": format!("Man - Fre: {hours}"), "openingHoursEnglish": format!("Mon - Fri: {hours}"),
        "openingHoursFinnish": format!("Maa - Per: {hours}"), "openingHoursDanish": format!("Man - Fre: {hours}"),
        "openingHoursSwedish": format!("Mån - Fre: {hours}"),
        "latitude": latitude, "longitude": longitude, "utmX": "262000", "utmY": "6640000",
        "postenMapsLink": format!("http://www.posten.no/kart?ID={}", point.id),
        "googleMapsLink": format!("http://maps.google.com/maps?q={latitude},{longitude}"),
        "distanceInKm": format!("{}.{}", point.distance_m / 1_000, point.distance_m % 1_000 / 100),
        "distanceType": "DRIVING_DISTANCE", "durationInMinutes": (point.distance_m / 500 + 1).to_string(),
        "durationType": "DRIVING_TIME", "type": kind, "additionalServiceCode": "1036", "routeMapsLink": "",
        "maxParcelDimensions": {"length": 60.0, "width": 45.0, "height": 40.0}
    });
    // Lockers leave the structured opening hours out, as list answers of Bring's may.
    if !point.locker {
        let day = |day: &str| json!({"day": day, "opening": "0900", "closing": "2000"});
        entry["openingHours"] = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"].map(day).into_iter().collect();
        entry["temporaryOpeningHours"] = json!([]);
        entry["specialOpeningHours"] = json!([]);
    }
    entry
}

fn default_postal_code(country: &str) -> &'static str {
    match country.to_uppercase().as_str() {
        "SE" => "11120",
        "DK" => "1050",
        "FI" => "00100",
        _ => "0150",
    }
}

#[cfg(test)]
mod tests {
    use crate::bring::booking::tests::bench;

    #[tokio::test]
    async fn points_are_found_by_postal_code_and_by_id() {
        let bench = bench();
        let near = bench.get("/bring/pickuppoint/api/pickuppoint/NO/postalCode/5003.json?pickupPointType=locker").await;
        assert_eq!(near.at("/pickupPoint/0/type"), "37");
        assert_eq!(near.at("/pickupPoint/0/distanceInKm"), "0.8");
        let one = bench.get("/bring/pickuppoint/api/pickuppoint/NO/id/930101.json").await;
        assert_eq!(one.at("/pickupPoint/0/openingHours/0/opening"), "0900");
        assert_eq!(bench.get("/bring/pickuppoint/api/pickuppoint/NO/id/1.json").await.status, 404);
        assert_eq!(bench.get("/bring/pickuppoint/api/pickuppoint/NO/postalCode/x.json").await.status, 400);
    }
}
