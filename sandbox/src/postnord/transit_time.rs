//! Transit time v2: a bare list, one entry per service and per variant.

use std::collections::HashMap;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::routing::get;
use jiff::SignedDuration;
use jiff::civil::DateTime;
use serde_json::{Value, json};

use super::tracking_answer::service_name;
use super::{auth, faults};
use crate::common::answer::{self, Answer};
use crate::common::places::postal_code_fits;
use crate::common::world::World;
use crate::common::zone::local;

pub fn router() -> Router<World> {
    Router::new().route("/rest/transport/v2/transittime/addresstoaddress", get(transit_time))
}

async fn transit_time(
    State(world): State<World>,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Answer {
    auth::check(&headers, &query)?;
    let of = |name: &str| query.get(name).map_or("", |value| value.trim());
    for name in
        ["serviceCodes", "originPostalCode", "originCountryCode", "destinationPostalCode", "destinationCountryCode"]
    {
        if of(name).is_empty() {
            return Ok(faults::api(400, &[("API-005", &format!("{name} is missing"), name)]));
        }
    }
    for side in ["origin", "destination"] {
        let name = format!("{side}PostalCode");
        if !postal_code_fits(of(&format!("{side}CountryCode")), of(&name)) {
            return Ok(faults::api(400, &[("API-008", "the postal code is not valid", &name)]));
        }
    }
    let start = match of("startTime") {
        "" => local("SE", world.clock.now(), "%Y-%m-%dT%H:%M:%S"),
        given => given.trim_end_matches('Z').to_owned(),
    };
    let Ok(start) = start.parse::<DateTime>() else {
        return Ok(faults::api(400, &[("API-008", "startTime is not valid", "startTime")]));
    };
    let domestic = of("originCountryCode") == of("destinationCountryCode");
    let entries: Vec<Value> = of("serviceCodes").split(',').map(|code| entry(code.trim(), start, domestic)).collect();
    Ok(answer::json(200, &Value::Array(entries)))
}

fn entry(code: &str, start: DateTime, domestic: bool) -> Value {
    let days = match code {
        "18" | "17" => 1,
        "19" | "30" => 2,
        _ => 3,
    } + i64::from(!domestic) * 2;
    let bookable = super::validation::SERVICES.contains(&code);
    let leaves = start.date();
    let arrives = leaves.saturating_add(SignedDuration::from_hours(24 * days));
    let mut entry = json!({
        "service": {"basicServiceCode": code, "name": service_name(code)},
        "estimatedTimeOfArrival": {"dateOfDeparture": leaves.to_string(),
            "timeOfDeparture": format!("{leaves}T19:30:00"), "timeOfArrival": format!("{arrives}T20:00:00")},
        "isSupported": bookable, "isBookable": bookable});
    if !bookable {
        entry["errorMessage"] = format!("Service {code} is not offered between these addresses").into();
    }
    entry
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postnord::booking::tests::key;
    use crate::testing::Bench;

    #[tokio::test]
    async fn every_service_has_its_own_arrival() {
        let bench = Bench::new();
        let path = format!(
            "/postnord/rest/transport/v2/transittime/addresstoaddress?{}&startTime=2027-02-03T14:00:00&serviceCodes=17,00\
             &originPostalCode=21120&originCountryCode=SE&destinationPostalCode=11423&destinationCountryCode=SE",
            key()
        );
        let got = bench.get(&path).await;
        assert_eq!(got.at("/0/estimatedTimeOfArrival/timeOfArrival"), "2027-02-04T20:00:00");
        assert_eq!(got.at("/1/isBookable"), false);
        let wrong = bench.get(&path.replace("21120", "x")).await;
        assert_eq!((wrong.status, wrong.at("/compositeFault/faults/0/faultCode")), (400, json!("API-008")));
    }
}
