//! Tracking API v1: one number a request, several requests at once.

use crossdock_sdk::types::{FailureKind, Message, Moment, Status, Tracking, TrackingEvent, Window};
use crossdock_sdk::{Call, Failure, Request, countries, send_all, time, units};

use crate::status::{self, Code, Meaning};
use crate::tracking_time::{clock, moment, window};
use crate::tracking_wire::{Activity, Answer, Package, Place, Shipment};
use crate::{Ups, error, wire};

/// UPS's own limits of an inquiry number (Tracking.yaml).
const NUMBER_CHARS: std::ops::RangeInclusive<usize> = 7..=34;

impl crossdock_sdk::Tracking for Ups {
    fn track(call: &Call, numbers: &[String]) -> Vec<Result<Tracking, Failure>> {
        let asked: Vec<_> = numbers.iter().enumerate().map(|(at, number)| request(call, at, number)).collect();
        let requests = asked.iter().filter_map(|request| request.clone().ok()).collect();
        let mut answers = send_all(requests).into_iter();
        let mut answer = |number: &str| {
            let response = answers.next().unwrap_or_else(|| Err(Failure::unavailable("no-answer", "no answer")))?;
            read(number, error::read(&response).map_err(not_found)?)
        };
        numbers.iter().zip(asked).map(|(number, request)| request.and_then(|_| answer(number))).collect()
    }
}

fn request(call: &Call, at: usize, number: &str) -> Result<Request, Failure> {
    let number = number.trim();
    if !NUMBER_CHARS.contains(&number.len()) || !number.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        let message = "UPS numbers have 7 to 34 letters and digits";
        return Err(Failure::invalid_input("bad-number", message).problem(
            format!("/numbers/{at}"),
            "bad-number",
            message,
        ));
    }
    let request = Request::get("api", "/track/v1/details").path_segment(number).query("locale", wire::locale(call));
    let request =
        ["returnSignature", "returnMilestones", "returnPOD"].iter().fold(request, |all, flag| all.query(flag, "false"));
    Ok(wire::identified(call, request, number))
}

/// A 400 whose words say that nothing was found (REPORTED) is a not-found as the documented 404 is.
fn not_found(failure: Failure) -> Failure {
    let says_so = failure.message.to_ascii_lowercase().contains("not found");
    match failure.kind {
        FailureKind::InvalidInput if says_so && failure.code != "TV1002" => {
            Failure { kind: FailureKind::NotFound, ..failure }
        }
        _ => failure,
    }
}

fn read(number: &str, answer: Answer) -> Result<Tracking, Failure> {
    let (packages, warnings) = packages(answer)?;
    let place = packages.iter().position(|package| is_number(package, number));
    if place.is_none() && is_ups_number(number) && packages.iter().all(|package| !package.tracking_number.is_empty()) {
        let words = "UPS's answer is about another parcel than the one that was asked for";
        return Err(Failure::unexpected_answer("another-parcel", words));
    }
    // Other numbers, such as a post's, stand nowhere in the answer.
    let place = place.unwrap_or_default();
    let mut related = Vec::new();
    let mut chosen = None;
    for (at, package) in packages.into_iter().enumerate() {
        let alternates = package.alternate_tracking_number.iter().map(|alternate| &alternate.number);
        for other in std::iter::once(&package.tracking_number).chain(alternates) {
            if !other.is_empty() && !other.eq_ignore_ascii_case(number.trim()) && !related.contains(other) {
                related.push(other.clone());
            }
        }
        if at == place {
            chosen = Some(package);
        }
    }
    let package = chosen.ok_or_else(|| Failure::unexpected_answer("no-package", "UPS named no package"))?;
    let mut tracking = of_package(number, package);
    tracking.messages.splice(..0, warnings);
    Ok(Tracking { related_numbers: related, ..tracking })
}

/// The packages of an answer and what UPS warns of. No package: `not-found`, as UPS says it with status 200
/// (warning TW0001, CONFIRMED by live answers).
pub fn packages(answer: Answer) -> Result<(Vec<Package>, Vec<Message>), Failure> {
    let mut packages = Vec::new();
    let mut warnings = Vec::new();
    let mut unreadable = Vec::new();
    for Shipment { package, warnings: more } in answer.track_response.shipment {
        warnings.extend(more);
        for package in package {
            match package {
                Ok(package) => packages.push(package),
                Err(words) => unreadable.push(words),
            }
        }
    }
    if !packages.is_empty() {
        let said = warnings.into_iter().filter(|warning| !warning.code.is_empty() || !warning.message.is_empty());
        let unreadable = unreadable.iter().map(|words| error::unreadable("package", words));
        return Ok((packages, said.map(error::Note::warning).chain(unreadable).collect()));
    }
    if let Some(words) = unreadable.first() {
        let message = format!("cannot read UPS's answer at trackResponse.shipment.package{words}");
        return Err(Failure::unexpected_answer("unreadable", message).status(200));
    }
    let Some(warning) = warnings.into_iter().next() else {
        return Err(Failure::not_found("no-package", "UPS has no package under this number").status(200));
    };
    let is_not_found = warning.code == "TW0001" || warning.message.to_ascii_lowercase().contains("not found");
    let kind = if is_not_found { FailureKind::NotFound } else { FailureKind::UnexpectedAnswer };
    Err(Failure::new(kind, warning.code, warning.message).status(200))
}

/// Whether it has the shape of UPS's own numbers, which an answer about it repeats.
fn is_ups_number(number: &str) -> bool {
    let number = number.trim();
    number.len() == 18 && number.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("1Z"))
}

fn is_number(package: &Package, number: &str) -> bool {
    let alternates = package.alternate_tracking_number.iter().map(|alternate| &alternate.number);
    std::iter::once(&package.tracking_number).chain(alternates).any(|own| own.eq_ignore_ascii_case(number.trim()))
}

fn of_package(number: &str, package: Package) -> Tracking {
    let destination = destination(&package);
    let events = events(number, &package);
    let newest = events.iter().rev().find(|event| !event.informational);
    let stated = package
        .current_status
        .as_ref()
        .filter(|status| !(status.kind.is_empty() && status.status_code.is_empty() && status.code.is_empty()));
    let meaning = stated.map(|status| status::meaning(code(status))).filter(|meaning| !meaning.informational);
    let (courier_code, courier_text) = match stated {
        Some(status) => (own_code(code(status)), words(status)),
        None => newest.map_or((None, None), |event| (event.courier_code.clone(), event.courier_text.clone())),
    };
    let (verdict, incident_reason) = match (meaning, newest) {
        (Some(meaning), _) => (meaning.status, meaning.reason.map(str::to_owned)),
        (None, Some(event)) => (event.status, event.incident_reason.clone()),
        (None, None) => (Status::Unknown, None),
    };
    let information = package.delivery_information.as_ref();
    let unreadable = package.activity.iter().filter_map(|activity| activity.as_ref().err());
    let left_at = information.and_then(|information| information.location.clone());
    Tracking {
        number: number.to_owned(),
        status: verdict,
        incident_reason,
        courier_code,
        courier_text,
        status_at: delivered_at(&package, destination.as_deref(), &events),
        estimated_delivery: estimate(&package, destination.as_deref()),
        service: package.service.as_ref().and_then(|service| service.description.clone()),
        weight_grams: package.weight.as_ref().and_then(|weight| grams(&weight.weight, &weight.unit_of_measurement)),
        signed_by: information.and_then(|information| information.received_by.clone()),
        pickup_deadline: package
            .access_point_information
            .as_ref()
            .and_then(|point| time::compact(point.pickup_by_date.as_deref()?, "235959", destination.as_deref())),
        pieces: package.package_count.as_ref().and_then(|count| count.parse().ok()),
        extensions: left_at.map(|place| ("left-at".to_owned(), place)).into_iter().collect(),
        messages: unreadable.map(|words| error::unreadable("activity", words)).collect(),
        events,
        ..Tracking::default()
    }
}

/// Oldest first. UPS writes the newest first; answers in the other order are left as they are.
fn events(number: &str, package: &Package) -> Vec<TrackingEvent> {
    let parcel = if package.tracking_number.is_empty() { number } else { &package.tracking_number };
    let mut events: Vec<_> = package.activity.iter().flatten().map(|activity| event(parcel, activity)).collect();
    let local =
        |event: Option<&TrackingEvent>| event.and_then(|event| event.occurred_at.as_ref()).map(|at| at.local.clone());
    let is_oldest_first =
        matches!((local(events.first()), local(events.last())), (Some(first), Some(last)) if first < last);
    if !is_oldest_first {
        events.reverse();
    }
    events
}

/// One activity, of the tracking API or of a push.
pub fn event(parcel: &str, activity: &Activity) -> TrackingEvent {
    let place = activity.location.as_ref().and_then(|location| location.address.clone()).unwrap_or_default();
    let country = country(&place);
    let code = code(&activity.status);
    let Meaning { status, informational, reason } = status::meaning(code);
    // Local time and UPS's codes stand in the tracking answer and in the push alike.
    let city = place.city.as_deref().unwrap_or_default().to_ascii_uppercase();
    let (time, digits) = (clock(&activity.time), status::digits(code));
    let key = [&activity.date, &time, "/", code.kind, code.letters, &digits, "/", &city, "/", parcel].concat();
    TrackingEvent {
        occurred_at: moment(activity, country.as_deref()),
        status,
        incident_reason: reason.map(str::to_owned),
        courier_code: own_code(code),
        courier_text: words(&activity.status),
        city: place.city,
        postal_code: place.postal_code,
        region: place.state_province,
        country,
        parcel: Some(parcel.to_owned()),
        courier_key: key,
        informational,
        ..TrackingEvent::default()
    }
}

fn code(status: &crate::tracking_wire::Status) -> Code<'_> {
    // The description is closer to the scan; UPS's plainer words stand in where it is missing.
    let text = if status.description.is_empty() { &status.simplified_text_description } else { &status.description };
    Code { kind: &status.kind, letters: &status.code, digits: &status.status_code, text }
}

/// UPS's code as sent: the three digits, else the letters, else the type.
fn own_code(code: Code) -> Option<String> {
    [code.digits, code.letters, code.kind].into_iter().find(|code| !code.is_empty()).map(str::to_owned)
}

fn words(status: &crate::tracking_wire::Status) -> Option<String> {
    Some(code(status).text.to_owned()).filter(|text| !text.is_empty())
}

/// The country's code; in pushes it stands in `country`, where the tracking API may write a name.
fn country(place: &Place) -> Option<String> {
    [&place.country_code, &place.country].into_iter().flatten().find_map(|code| countries::alpha2(code))
}

fn destination(package: &Package) -> Option<String> {
    let addressed = package.package_address.iter().find(|address| address.kind.eq_ignore_ascii_case("DESTINATION"));
    let addressed = addressed.and_then(|address| country(address.address.as_ref()?));
    addressed.or_else(|| country(package.activity.iter().flatten().next()?.location.as_ref()?.address.as_ref()?))
}

fn date_of<'a>(package: &'a Package, kind: &str) -> Option<&'a str> {
    let date = package.delivery_date.iter().find(|date| date.kind.eq_ignore_ascii_case(kind))?;
    Some(date.date.as_str()).filter(|date| !date.is_empty())
}

/// When UPS says that it delivered; the event of that time knows the zone.
fn delivered_at(package: &Package, country: Option<&str>, events: &[TrackingEvent]) -> Option<Moment> {
    let date = date_of(package, "DEL")?;
    let mut moments = events.iter().rev().filter_map(|event| Some((event.status, event.occurred_at.as_ref()?)));
    let stated = package.delivery_time.as_ref().filter(|time| time.kind.eq_ignore_ascii_case("DEL"));
    let Some(stated) = stated.and_then(|time| time::compact(date, &clock(&time.end_time), country)) else {
        // Only the day is stated: the delivery of that day.
        let day = time::iso_date(date)?;
        let mut delivered = moments.filter(|(status, at)| *status == Status::Delivered && at.local.starts_with(&day));
        return delivered.next().map(|(_, at)| at.clone());
    };
    let same = moments.find(|(_, at)| at.local == stated.local);
    Some(same.map_or(stated, |(_, at)| at.clone()))
}

/// A rescheduled day comes before a scheduled one. EDW, CDW and IDW are windows, EOD and CMT an end.
fn estimate(package: &Package, country: Option<&str>) -> Option<Window> {
    if date_of(package, "DEL").is_some() {
        return None;
    }
    let date = date_of(package, "RDD").or_else(|| date_of(package, "SDD"))?;
    let Some(hours) = package.delivery_time.as_ref() else {
        return time::whole_day(date, country);
    };
    window(date, &hours.start_time, &hours.end_time, country)
}

fn grams(weight: &str, unit: &str) -> Option<u32> {
    match unit.to_ascii_uppercase().as_str() {
        "LBS" | "LB" => units::pounds_to_grams(weight),
        "KGS" | "KG" => units::kilograms_to_grams(weight),
        "OZS" | "OZ" => units::ounces_to_grams(weight),
        _ => None,
    }
}
