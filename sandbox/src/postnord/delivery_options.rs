//! Delivery options v1: what a checkout can offer; without prices, PostNord gives none.

use std::collections::HashMap;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::routing::post;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{auth, faults};
use crate::common::answer::{self, Answer};
use crate::common::json::{entries, number, text, texts, whole};
use crate::common::places::{SERVICE_POINTS, ServicePoint, city_of, position, postal_code_fits};
use crate::common::world::World;
use crate::common::zone::local;

/// Type, service code, title, days until it is there, first and last hour.
const OPTIONS: [(&str, &str, &str, i64, u8, u8); 5] = [
    ("home", "17", "Home delivery", 1, 9, 14),
    ("service-point", "19", "Collect at a service point", 2, 0, 16),
    ("parcel-locker", "19", "Collect at a parcel locker", 2, 0, 15),
    ("parcel-b2b", "18", "To the office", 1, 8, 16),
    ("mailbox", "11", "In the mailbox", 3, 0, 17),
];

pub fn router() -> Router<World> {
    Router::new().route("/rest/shipment/v1/deliveryoptions/bywarehouse", post(by_warehouse))
}

async fn by_warehouse(
    State(world): State<World>,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
    body: Bytes,
) -> Answer {
    let account = auth::check(&headers, &query)?;
    let request: Value = serde_json::from_slice(&body).unwrap_or_default();
    if text(&request, "/customer/customerKey").is_some_and(|key| key != account.customer_key) {
        return Ok(answer::with_type(403, "application/json", Vec::new()));
    }
    for (pointer, name) in [
        ("/customer/customerKey", "customer.customerKey"),
        ("/warehouses/0/id", "warehouses.id"),
        ("/warehouses/0/address/postCode", "warehouses.address.postCode"),
        ("/recipient/address/postCode", "recipient.address.postCode"),
        ("/recipient/address/countryCode", "recipient.address.countryCode"),
    ] {
        if text(&request, pointer).is_none() {
            return Ok(faults::api(400, &[("API-005", &format!("{name} is missing"), name)]));
        }
    }
    let country = text(&request, "/recipient/address/countryCode").unwrap_or_default().to_uppercase();
    let postal_code = text(&request, "/recipient/address/postCode").unwrap_or_default();
    if !postal_code_fits(&country, &postal_code) {
        return Ok(faults::api(400, &[("API-008", "the postal code is not valid", "recipient.address.postCode")]));
    }
    if !["SE", "NO", "DK", "FI"].contains(&country.as_str()) {
        return Ok(faults::api(404, &[("API-003", "no delivery options were found", "recipient.address.countryCode")]));
    }
    let wanted = texts(&request, "/filter/deliveryTypes");
    let rows: Vec<Value> = entries(&request, "/warehouses")
        .into_iter()
        .map(|warehouse| {
            let offer =
                Offer { world: &world, request: &request, warehouse, country: &country, postal_code: &postal_code };
            let options: Vec<Value> = OPTIONS
                .iter()
                .filter(|(kind, ..)| wanted.is_empty() || wanted.iter().any(|wanted| wanted == kind))
                .map(|option| offer.option(option))
                .collect();
            json!({"warehouse": warehouse, "deliveryOptions": options})
        })
        .collect();
    Ok(answer::json(200, &json!({"warehouseToDeliveryOptions": rows})))
}

struct Offer<'a> {
    world: &'a World,
    request: &'a Value,
    warehouse: &'a Value,
    country: &'a str,
    postal_code: &'a str,
}

type Kind = (&'static str, &'static str, &'static str, i64, u8, u8);

impl Offer<'_> {
    fn option(&self, kind: &Kind) -> Value {
        let (name, ..) = *kind;
        let mut option = json!({"type": name});
        // Lockers are only ever chosen by name.
        if name != "parcel-locker" {
            option["defaultOption"] = self.choice(kind, None);
        }
        let (preference, locker) = match name {
            "service-point" => ("servicePoint", false),
            "parcel-locker" => ("parcelLocker", true),
            _ => return option,
        };
        let pointer = format!("/preferences/{preference}/numberOfAdditionalOptions");
        let count = number(self.request, &pointer).map_or(1, whole);
        option["additionalOptions"] = SERVICE_POINTS
            .iter()
            .filter(|point| point.locker == locker)
            .take(usize::try_from(count).unwrap_or(0))
            .map(|point| self.choice(kind, Some(point)))
            .collect();
        option
    }

    fn choice(&self, kind: &Kind, point: Option<&ServicePoint>) -> Value {
        let (_, service, title, days, first, last) = *kind;
        let mut booking = json!({"deliveryOptionId": self.world.random.uuid().simple().to_string(),
            "serviceCode": service, "additionalServiceCodes": []});
        if let Some(point) = point {
            booking["additionalServiceCodes"] = json!(["A7"]);
            booking["servicePointId"] = point.id.into();
        }
        let (time, shown) = self.time(days, first, last);
        let mut choice = json!({
            "bookingInstructions": booking,
            "descriptiveTexts": {"checkout": {"title": title, "briefDescription": title, "fullDescription": title,
                "friendlyDeliveryInfo": shown}},
            "deliveryTime": time,
            "sustainability": {"fossilFree": self.country == "SE", "nordicSwanEcoLabel": true}});
        if let Some(point) = point {
            choice["location"] = self.location(point);
        }
        choice
    }

    /// A date with offset, or a range of days where the warehouse named days itself.
    fn time(&self, days: i64, first: u8, last: u8) -> (Value, String) {
        if let Some(ready) = text(self.warehouse, "/orderHandling/daysUntilOrderIsReady") {
            let upper: i64 = ready.rsplit('-').next().and_then(|part| part.parse().ok()).unwrap_or(0);
            let range = format!("{days}-{}", days + upper);
            return (json!({"dayRange": {"days": range}}), format!("{range} days"));
        }
        let given = text(self.warehouse, "/orderHandling/handOverTime")
            .or_else(|| text(self.warehouse, "/orderHandling/timeOfLatestOrder"))
            .and_then(|given| given.parse::<Timestamp>().ok());
        let on = given.unwrap_or_else(|| self.world.clock.now()) + SignedDuration::from_hours(24 * days);
        let at = |hour: u8| {
            format!("{}T{hour:02}:00:00{}", local(self.country, on, "%Y-%m-%d"), local(self.country, on, "%:z"))
        };
        let mut date = json!({});
        if first > 0 {
            date["earliest"] = at(first).into();
        }
        date["latest"] = at(last).into();
        (json!({"date": date}), format!("{} ~ {last:02}:00", local(self.country, on, "%A")))
    }

    fn location(&self, point: &ServicePoint) -> Value {
        let (latitude, longitude) = position(self.country);
        let (from, to) = if point.locker { ("00:00", "23:59") } else { ("09:00", "20:00") };
        json!({"name": point.name, "distanceFromRecipientAddress": point.distance_m,
            "address": {"countryCode": self.country, "postCode": self.postal_code,
                "city": city_of(self.country, self.postal_code), "streetName": point.street, "streetNumber": point.house},
            "coordinate": {"latitude": latitude + point.north, "longitude": longitude + point.east},
            "accessibility": if point.locker { json!({"parcelLockerLocation": "outdoor"}) } else { json!({}) },
            "openingHours": {"regular": {"monday": {"open": true, "timeRanges": [{"from": from, "to": to}]}},
                "deviations": []}})
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postnord::ACCOUNTS;
    use crate::postnord::booking::tests::key;
    use crate::testing::Bench;

    fn request(handling: Value) -> Value {
        json!({"warehouses": [{"id": "w", "address": {"postCode": "21120", "countryCode": "SE"}, "orderHandling": handling}],
            "customer": {"customerKey": ACCOUNTS[0].customer_key},
            "recipient": {"address": {"postCode": "11423", "countryCode": "SE"}},
            "preferences": {"servicePoint": {"numberOfAdditionalOptions": 2}}})
    }

    #[tokio::test]
    async fn options_have_times_and_service_points() {
        let bench = Bench::new();
        let path = format!("/postnord/rest/shipment/v1/deliveryoptions/bywarehouse?{}", key());
        let got = bench.post(&path, &request(json!({"handOverTime": "2027-02-03T14:00:00Z"}))).await;
        let options = "/warehouseToDeliveryOptions/0/deliveryOptions";
        let time = got.at(&format!("{options}/0/defaultOption/deliveryTime/date/earliest"));
        assert_eq!(time, "2027-02-04T09:00:00+01:00");
        let point = got.at(&format!("{options}/1/additionalOptions/1/bookingInstructions/servicePointId"));
        assert_eq!(point, "930103");
        let days = bench.post(&path, &request(json!({"daysUntilOrderIsReady": "0-2"}))).await;
        assert_eq!(days.at(&format!("{options}/0/defaultOption/deliveryTime/dayRange/days")), "1-3");
        assert_eq!(bench.post(&path, &json!({})).await.status, 400);
    }
}
