//! Transit time v2: how long each service takes between two postal codes.

use crossdock_sdk::jiff::Timestamp;
use crossdock_sdk::jiff::civil::{Date, Weekday};
use crossdock_sdk::types::{Level, Message, Quotes, Rate, Shipment, Window};
use crossdock_sdk::{Call, Failure, Request, Response, lenient, time};
use serde::Deserialize;

use crate::faults;
use crate::places::API;
use crate::rates::{self, delivery_kind, service_name};

/// Services that are asked for when the merchant names none: what carries parcels out.
const USUAL_SERVICES: &str = "11,17,18,19,30,52,83,86,91";
/// Hand-over on another day than today. ASSUMED: a usual hour; the merchant names only the day.
pub const HAND_OVER: &str = "14:00:00";

/// CONFIRMED: Transit Time v2, addresstoaddress (specification 2.0.3).
pub fn request(call: &Call, shipment: &Shipment) -> Request {
    let (from, to) = (&shipment.sender, &shipment.recipient);
    Request::get(API, "/rest/transport/v2/transittime/addresstoaddress")
        .query("startTime", start(call, shipment))
        .query("serviceCodes", shipment.service.as_deref().unwrap_or(USUAL_SERVICES))
        .query("originPostalCode", from.compact_postal_code())
        .query("originCountryCode", &from.country)
        .query("destinationPostalCode", to.compact_postal_code())
        .query("destinationCountryCode", &to.country)
}

/// The cheapest question, for a credential's test.
pub fn smallest(call: &Call) -> Request {
    Request::get(API, "/rest/transport/v2/transittime/addresstoaddress")
        .query("startTime", local(call.now(), "SE"))
        .query("serviceCodes", "18")
        .query("originPostalCode", "11120")
        .query("originCountryCode", "SE")
        .query("destinationPostalCode", "21120")
        .query("destinationCountryCode", "SE")
}

/// The hand-over in the sender's wall-clock time.
fn start(call: &Call, shipment: &Shipment) -> String {
    let country = shipment.sender.country.as_str();
    match rates::later_day(call, shipment) {
        Some(date) => format!("{date}T{HAND_OVER}"),
        None => local(call.now(), country),
    }
}

fn local(now: Timestamp, country: &str) -> String {
    time::of_timestamp(now, Some(country)).local
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Entry {
    #[serde(deserialize_with = "lenient::or_none")]
    service: Option<Service>,
    #[serde(deserialize_with = "lenient::or_none")]
    estimated_time_of_arrival: Option<Estimate>,
    #[serde(deserialize_with = "lenient::or_none")]
    is_supported: Option<bool>,
    #[serde(deserialize_with = "lenient::or_none")]
    is_bookable: Option<bool>,
    #[serde(deserialize_with = "lenient::opt_text")]
    error_message: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Service {
    #[serde(deserialize_with = "lenient::text")]
    basic_service_code: String,
    #[serde(deserialize_with = "lenient::opt_text")]
    name: Option<String>,
    #[serde(deserialize_with = "lenient::one_or_many")]
    additional_services: Vec<serde::de::IgnoredAny>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Estimate {
    #[serde(deserialize_with = "lenient::opt_text")]
    date_of_departure: Option<String>,
    #[serde(deserialize_with = "lenient::opt_text")]
    time_of_departure: Option<String>,
    #[serde(deserialize_with = "lenient::opt_text")]
    time_of_arrival: Option<String>,
}

/// Reads an answer: one entry per service, and one per variant with additional services, which says nothing about the
/// service alone (CONFIRMED).
pub fn read(answer: Response, shipment: &Shipment) -> Result<Quotes, Failure> {
    let answer = faults::checked(answer, "")?;
    let entries: Vec<Entry> = answer.json()?;
    let mut quotes = Quotes::default();
    for entry in entries {
        let Some(service) = entry.service.as_ref().filter(|service| service.additional_services.is_empty()) else {
            continue;
        };
        let code = service.basic_service_code.clone();
        if code.is_empty() || quotes.rates.iter().any(|rate: &Rate| rate.service == code) {
            continue;
        }
        if entry.is_bookable == Some(false) || entry.is_supported == Some(false) {
            quotes.messages.push(not_offered(&entry, code));
            continue;
        }
        quotes.rates.push(rate(&entry, service, code, shipment));
    }
    Ok(quotes)
}

fn not_offered(entry: &Entry, code: String) -> Message {
    let text =
        entry.error_message.clone().unwrap_or_else(|| format!("service {code} is not offered between these places"));
    Message { level: Level::Warning, code: "not-bookable".to_owned(), text, pointer: None, concerns: Some(code) }
}

fn rate(entry: &Entry, service: &Service, code: String, shipment: &Shipment) -> Rate {
    let estimate = entry.estimated_time_of_arrival.as_ref();
    let arrival = estimate.and_then(|estimate| estimate.time_of_arrival.as_deref());
    let leaves =
        estimate.and_then(|estimate| estimate.date_of_departure.as_deref().or(estimate.time_of_departure.as_deref()));
    let latest = arrival.and_then(|arrival| time::any(arrival, Some(&shipment.recipient.country)));
    Rate {
        name: service.name.clone().unwrap_or_else(|| service_name(&code)),
        delivery_kind: delivery_kind(&code).to_owned(),
        service: code,
        transit_days: leaves.zip(arrival).and_then(|(leaves, arrival)| working_days(leaves, arrival)),
        delivery: latest.map(|latest| Window { earliest: None, latest: Some(latest) }),
        ..Rate::default()
    }
}

/// Most days that are counted one by one.
const MAX_DAYS: usize = 366;

/// Days from Monday to Friday after the departure; the day of arrival counts whatever it is.
fn working_days(leaves: &str, arrives: &str) -> Option<u32> {
    let day = |text: &str| time::iso_date(text)?.parse::<Date>().ok();
    let (leaves, arrives) = (day(leaves)?, day(arrives)?);
    let days = leaves.series(crossdock_sdk::jiff::Span::new().days(1)).skip(1).take(MAX_DAYS);
    let counted = days
        .take_while(|day| *day <= arrives)
        .filter(|day| *day == arrives || !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday));
    u32::try_from(counted.count()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekends_are_no_transit_days() {
        assert_eq!(working_days("2025-11-21", "2025-11-24T21:00:00"), Some(1));
        assert_eq!(working_days("2025-11-21", "2025-11-22T21:00:00"), Some(1));
        assert_eq!(working_days("2025-11-24", "2025-11-27"), Some(3));
        assert_eq!(working_days("soon", "2025-11-27"), None);
    }
}
