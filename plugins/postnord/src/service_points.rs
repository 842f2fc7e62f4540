//! Service points v5: shops and lockers.

use crossdock_sdk::types::{
    Address, FailureKind, Near, OpeningException, OpeningHours, ServicePoint, ServicePointSearch,
};
use crossdock_sdk::{Call, Failure, Request, Response, ServicePoints, lenient, time, units};
use serde::Deserialize;

use crate::delivery_options::position;
use crate::places::{API, country};
use crate::tracking_answer::clock_time;
use crate::{PostNord, faults};

/// CONFIRMED: Service Points 5.0.14.
const PATH: &str = "/rest/businesslocation/v5/servicepoints";
/// Types that are lockers: parcel boxes (2), and the Swedish ones (24 and 54). CONFIRMED.
const LOCKER_TYPES: [&str; 3] = ["2", "24", "54"];
/// Types that are shops: SE, NO, FI, DK, collect in store, Europe. CONFIRMED.
const SHOP_TYPES: &str = "25,37,38,4,6,44,46,51,61";

impl ServicePoints for PostNord {
    fn find(_: &Call, search: &ServicePointSearch) -> Result<Vec<ServicePoint>, Failure> {
        let types = match search.kind.as_deref() {
            None => None,
            Some("shop") => Some(SHOP_TYPES.to_owned()),
            Some("locker") => Some(LOCKER_TYPES.join(",")),
            // PostNord hands parcels out in shops and lockers only.
            Some(_) => return Ok(Vec::new()),
        };
        let request = match &search.near {
            Near::Address(address) => Request::get(API, &format!("{PATH}/nearest/byaddress"))
                .query("postalCode", address.compact_postal_code())
                .query_opt("city", Some(&address.city).filter(|city| !city.is_empty()))
                .query_opt("streetName", address.street.as_ref().or(address.lines.first()))
                .query_opt("streetNumber", address.street_number.as_ref()),
            Near::Position(at) => Request::get(API, &format!("{PATH}/nearest/bycoordinates"))
                .query("northing", units::microdegrees_as_degrees(at.latitude_microdegrees))
                .query("easting", units::microdegrees_as_degrees(at.longitude_microdegrees)),
        };
        let request = request
            .query("returnType", "json")
            .query("countryCode", &search.country)
            .query("numberOfServicePoints", search.limit)
            .query("srId", "EPSG:4326")
            .query("context", "optionalservicepoint")
            .query("responseFilter", "public")
            .query_opt("typeId", types);
        let limit = usize::try_from(search.limit).unwrap_or(usize::MAX);
        match read(request.send()?) {
            Ok(mut points) => {
                points.truncate(limit);
                Ok(points)
            }
            // API-003: there is none nearby.
            Err(failure) if failure.kind == FailureKind::NotFound => Ok(Vec::new()),
            Err(failure) => Err(in_search(failure)),
        }
    }
}

/// There is one address in a search, and no recipient.
fn in_search(mut failure: Failure) -> Failure {
    for problem in &mut failure.problems {
        problem.pointer = problem.pointer.replacen("/recipient", "/near/address", 1);
    }
    failure
}

/// Looks up one service point for a booking, which needs its delivery address (CONFIRMED: Booking 3.5).
///
/// ASSUMED: the parameter's name, `ids`.
pub fn by_id(id: &str, country: &str) -> Result<Option<ServicePoint>, Failure> {
    let request = Request::get(API, &format!("{PATH}/ids"))
        .query("returnType", "json")
        .query("countryCode", country)
        .query("ids", id);
    match read(request.send()?) {
        // An id is unique only with its country (CONFIRMED).
        Ok(points) => Ok(points.into_iter().find(|point| point.id == id)),
        Err(failure) if failure.kind == FailureKind::NotFound => Ok(None),
        Err(failure) => Err(failure),
    }
}

#[derive(Debug, Deserialize)]
struct Body {
    #[serde(rename = "servicePointInformationResponse")]
    response: Information,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Information {
    #[serde(default, deserialize_with = "lenient::one_or_many")]
    service_points: Vec<Point>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Point {
    #[serde(deserialize_with = "lenient::text")]
    service_point_id: String,
    #[serde(deserialize_with = "lenient::text")]
    name: String,
    /// Metres; an object was seen once (REPORTED).
    #[serde(deserialize_with = "lenient::or_none")]
    route_distance: Option<serde_json::Number>,
    #[serde(deserialize_with = "lenient::or_none")]
    visiting_address: Option<PointAddress>,
    #[serde(deserialize_with = "lenient::or_none")]
    delivery_address: Option<PointAddress>,
    #[serde(deserialize_with = "lenient::one_or_many")]
    coordinates: Vec<Coordinate>,
    #[serde(deserialize_with = "lenient::or_none")]
    opening_hours: Option<Hours>,
    #[serde(rename = "type", deserialize_with = "lenient::or_none")]
    kind: Option<Kind>,
}

/// An address; `postalCode` of service points is `postCode` in delivery options (CONFIRMED).
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PointAddress {
    #[serde(deserialize_with = "lenient::opt_text")]
    country_code: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    city: String,
    #[serde(deserialize_with = "lenient::opt_text")]
    street_name: Option<String>,
    #[serde(deserialize_with = "lenient::opt_text")]
    street_number: Option<String>,
    #[serde(alias = "postCode", deserialize_with = "lenient::text")]
    postal_code: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Coordinate {
    #[serde(deserialize_with = "lenient::text")]
    northing: String,
    #[serde(deserialize_with = "lenient::text")]
    easting: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Hours {
    #[serde(deserialize_with = "lenient::one_or_many")]
    postal_services: Vec<OpenDay>,
    #[serde(deserialize_with = "lenient::one_or_many")]
    special_dates: Vec<OpenDay>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct OpenDay {
    #[serde(deserialize_with = "lenient::opt_text")]
    open_day: Option<String>,
    /// ASSUMED: the date of a special day; no sample of one was found.
    #[serde(alias = "date", deserialize_with = "lenient::opt_text")]
    open_date: Option<String>,
    #[serde(deserialize_with = "lenient::opt_text")]
    open_time: Option<String>,
    #[serde(deserialize_with = "lenient::opt_text")]
    close_time: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Kind {
    #[serde(deserialize_with = "lenient::text")]
    type_id: String,
}

fn read(answer: Response) -> Result<Vec<ServicePoint>, Failure> {
    let body: Body = faults::checked(answer, "")?.json()?;
    let points = body.response.service_points.iter().filter(|point| !point.service_point_id.is_empty());
    Ok(points.map(Point::read).collect())
}

impl Point {
    fn read(&self) -> ServicePoint {
        let address = self.visiting_address.as_ref().or(self.delivery_address.as_ref());
        let at = self.coordinates.iter().find_map(|at| position(&at.northing, &at.easting));
        let locker = self.kind.as_ref().is_some_and(|kind| LOCKER_TYPES.contains(&kind.type_id.as_str()));
        let no_hours = Hours::default();
        let hours = self.opening_hours.as_ref().unwrap_or(&no_hours);
        let regular = hours.postal_services.iter().filter_map(|day| {
            open(weekday(day.open_day.as_deref()?)?, day.open_time.as_deref(), day.close_time.as_deref())
        });
        ServicePoint {
            id: self.service_point_id.clone(),
            name: self.name.clone(),
            kind: if locker { "locker" } else { "shop" }.to_owned(),
            address: Address { position: at, ..address.map(PointAddress::read).unwrap_or_default() },
            distance_m: self.route_distance.as_ref().and_then(|distance| metres(&distance.to_string())),
            opening_hours: regular.collect(),
            exceptions: hours.special_dates.iter().filter_map(OpenDay::exception).collect(),
            capabilities: vec!["pick-up".to_owned()],
            extensions: self.extensions(),
            ..ServicePoint::default()
        }
    }

    fn extensions(&self) -> Vec<(String, String)> {
        let kind = self.kind.as_ref().filter(|kind| !kind.type_id.is_empty());
        kind.map(|kind| ("type-id".to_owned(), kind.type_id.clone())).into_iter().collect()
    }
}

impl PointAddress {
    /// As the contract writes it.
    pub fn read(&self) -> Address {
        let line = [self.street_name.as_deref(), self.street_number.as_deref()]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ");
        Address {
            lines: Some(line).filter(|line| !line.is_empty()).into_iter().collect(),
            street: self.street_name.clone(),
            street_number: self.street_number.clone(),
            city: self.city.clone(),
            postal_code: self.postal_code.clone(),
            country: country(self.country_code.as_deref()).unwrap_or_default(),
            ..Address::default()
        }
    }
}

impl OpenDay {
    fn exception(&self) -> Option<OpeningException> {
        let date = time::iso_date(self.open_date.as_deref()?)?;
        Some(OpeningException {
            date,
            opens: clock_time(self.open_time.as_deref()),
            closes: clock_time(self.close_time.as_deref()),
        })
    }
}

/// Opening hours of one day of the week, if both ends are told.
pub fn open(weekday: u8, from: Option<&str>, to: Option<&str>) -> Option<OpeningHours> {
    Some(OpeningHours { weekday, opens: clock_time(from)?, closes: clock_time(to)? })
}

/// A weekday's number of its English name in any case.
pub fn weekday(name: &str) -> Option<u8> {
    const NAMES: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let place = NAMES.iter().position(|known| known.eq_ignore_ascii_case(name.trim()))?;
    u8::try_from(place + 1).ok()
}

/// Whole metres of decimal text.
pub fn metres(text: &str) -> Option<u32> {
    text.split('.').next()?.parse().ok()
}
