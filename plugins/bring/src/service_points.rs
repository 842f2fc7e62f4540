//! Pickup points: shops, post offices and lockers, nearest first by driving time.

use crossdock_sdk::types::{Address, FailureKind, Near, OpeningHours, Position, ServicePoint, ServicePointSearch};
use crossdock_sdk::{Failure, FromJson, Request, countries, time, units};

use crate::answer::{authenticated, refused};

#[derive(Default, FromJson)]
#[json(default, rename_all = "camelCase")]
struct Answer {
    pickup_point: Vec<Point>,
}

#[derive(Default, FromJson)]
#[json(default, rename_all = "camelCase")]
struct Point {
    #[json(strict)]
    id: Option<String>,
    #[json(strict)]
    unit_id: Option<String>,
    name: Option<String>,
    address: Option<String>,
    postal_code: Option<String>,
    city: Option<String>,
    country_code: Option<String>,
    visiting_address: Option<String>,
    visiting_postal_code: Option<String>,
    visiting_city: Option<String>,
    location_description: Option<String>,
    latitude: Option<String>,
    longitude: Option<String>,
    /// Text, possibly blank.
    distance_in_km: Option<String>,
    #[json(rename = "type")]
    kind: Option<String>,
    /// Lists may leave this out and have the words only.
    opening_hours: Vec<Hours>,
    opening_hours_english: Option<String>,
    max_parcel_dimensions: Option<Dimensions>,
}

#[derive(Default, FromJson)]
#[json(default)]
struct Hours {
    day: Option<String>,
    opening: Option<String>,
    closing: Option<String>,
}

/// In centimetres.
#[derive(Default, FromJson)]
#[json(default)]
struct Dimensions {
    length: Option<String>,
    width: Option<String>,
    height: Option<String>,
}

pub fn find(search: &ServicePointSearch) -> Result<Vec<ServicePoint>, Failure> {
    let country = search.country.trim().to_ascii_uppercase();
    let base = Request::get("pickup-point", "").path_segment(&country);
    let request = match &search.near {
        Near::Address(address) => base
            .path("/postalCode")
            .path_segment(format!("{}.json", address.compact_postal_code()))
            .query_opt("street", address.street.as_ref())
            .query_opt("streetNumber", address.street_number.as_ref()),
        Near::Position(position) => {
            let (latitude, longitude) = (position.latitude_microdegrees, position.longitude_microdegrees);
            let degrees = units::microdegrees_as_degrees;
            base.path(&format!("/location/{},{}.json", degrees(latitude), degrees(longitude)))
        }
    };
    let kind = search.kind.as_deref().map(|kind| if kind == "locker" { "locker" } else { "manned" });
    let request = request.query("numberOfResponses", search.limit).query_opt("pickupPointType", kind);
    let answer = authenticated(request.header("accept", "application/json").send()?)?;
    match answer.status() {
        // Whether nothing found is 404 or an empty list is not known (ASSUMED: either).
        404 => return Ok(Vec::new()),
        400 => {
            let words: String = answer.text().chars().take(200).collect();
            let failure = answer.failure_of(FailureKind::InvalidInput, "http-400", words);
            return Err(failure.problem("/near/address/postal_code", "refused", "Bring refuses this place"));
        }
        _ if !answer.is_success() => return Err(refused(answer)),
        _ => {}
    }
    let answer: Answer = answer.read()?;
    let mut points: Vec<ServicePoint> =
        answer.pickup_point.into_iter().filter_map(|point| of_point(point, &country)).collect();
    if let Some(kind) = &search.kind {
        points.retain(|point| point.kind == *kind);
    }
    points.truncate(search.limit as usize);
    Ok(points)
}

fn of_point(point: Point, asked_country: &str) -> Option<ServicePoint> {
    let id = point.id.or(point.unit_id)?;
    let position = |latitude: Option<String>, longitude: Option<String>| {
        Some(Position {
            latitude_microdegrees: units::degrees_to_microdegrees(&latitude?)?,
            longitude_microdegrees: units::degrees_to_microdegrees(&longitude?)?,
        })
    };
    let size = point.max_parcel_dimensions.unwrap_or_default();
    let mm = |centimetres: Option<String>| units::centimetres_to_mm(&centimetres?);
    let opening_hours = match point.opening_hours.iter().filter_map(hours).collect::<Vec<_>>() {
        hours if hours.is_empty() => point.opening_hours_english.as_deref().map(hours_of_words).unwrap_or_default(),
        hours => hours,
    };
    Some(ServicePoint {
        name: point.name.unwrap_or_else(|| id.clone()),
        id,
        kind: kind(point.kind.as_deref().unwrap_or_default()).to_owned(),
        address: Address {
            // The plain address is often a post box; people go to the visiting address.
            lines: point.visiting_address.or(point.address).into_iter().collect(),
            postal_code: point.visiting_postal_code.or(point.postal_code).unwrap_or_default(),
            city: point.visiting_city.or(point.city).unwrap_or_default(),
            country: point
                .country_code
                .as_deref()
                .and_then(countries::alpha2)
                .unwrap_or_else(|| asked_country.to_owned()),
            position: position(point.latitude, point.longitude),
            instructions: point.location_description,
            ..Address::default()
        },
        // Kilometres to metres, as metres to millimetres.
        distance_m: point.distance_in_km.as_deref().and_then(units::metres_to_mm),
        opening_hours,
        capabilities: vec!["pick-up".to_owned()],
        max_length_mm: mm(size.length),
        max_width_mm: mm(size.width),
        max_height_mm: mm(size.height),
        ..ServicePoint::default()
    })
}

/// CONFIRMED: NO 1, 4, 19, 21, 32 manned and 37 locker; SE 34 and 39 locker; DK 85 and 43 locker; FI by words. 27 stands at
/// lockers in an older official example. Which manned ones are post offices follows from their names.
fn kind(kind: &str) -> &'static str {
    match kind.to_ascii_uppercase().as_str() {
        "27" | "37" | "39" | "43" | "LOCKER" => "locker",
        "21" | "POSTI" => "post-office",
        "1" => "depot",
        _ => "shop",
    }
}

const DAYS: [&str; 7] = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];

fn weekday(text: &str) -> Option<u8> {
    let start = text.trim().get(..3)?.to_ascii_uppercase();
    (1..).zip(DAYS).find(|(_, day)| *day == start).map(|(number, _)| number)
}

/// `0800` as `08:00`; midnight at the end of a day is `24:00`.
fn clock(text: &str, closing: bool) -> Option<String> {
    let time = time::of_day(text)?;
    Some(if closing && time == "00:00" { "24:00".to_owned() } else { time })
}

fn hours(hours: &Hours) -> Option<OpeningHours> {
    Some(OpeningHours {
        weekday: weekday(hours.day.as_deref()?)?,
        opens: clock(hours.opening.as_deref()?, false)?,
        closes: clock(hours.closing.as_deref()?, true)?,
    })
}

/// Reads `Mon - Fri: 0800-2000, Sat: 0900-1800`; what is written otherwise is left out.
fn hours_of_words(words: &str) -> Vec<OpeningHours> {
    let mut all = Vec::new();
    for part in words.split(',') {
        let Some((days, times)) = part.split_once(':') else {
            continue;
        };
        let (first, last) = days.split_once('-').unwrap_or((days, days));
        let times = times.split_once('-').and_then(|(from, to)| Some((clock(from, false)?, clock(to, true)?)));
        let (Some(first), Some(last), Some((opens, closes))) = (weekday(first), weekday(last), times) else {
            continue;
        };
        all.extend((first..=last).map(|weekday| OpeningHours {
            weekday,
            opens: opens.clone(),
            closes: closes.clone(),
        }));
    }
    all
}
