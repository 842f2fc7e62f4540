//! Tracking API 2: one number a request, by package, consignment or sender's reference.

use crossdock_sdk::jiff::Timestamp;
use crossdock_sdk::types::{
    Address, FailureKind, Level, Message, Moment, ServicePoint, Status, Tracking, TrackingEvent, Window,
};
use crossdock_sdk::{Call, Failure, Request, Response, countries, send_all, time, units};

use crate::answer::{authenticated, language, refused};
use crate::status::{STATUSES, incident_reason, is_informational};
use crate::tracking_wire::{Answer, Consignment, Event, Package, Refusal};

/// Longer than any number or reference of Bring's, whose text fields hold 35 characters.
const MAX_NUMBER_CHARS: usize = 50;

pub fn track(call: &Call, numbers: &[String]) -> Vec<Result<Tracking, Failure>> {
    let asked: Vec<_> = numbers.iter().map(|number| query_of(number)).collect();
    let requests = asked.iter().flatten().map(|number| request(call, number)).collect();
    let mut answers = send_all(requests).into_iter();
    let one = |(number, query): (&String, Result<String, Failure>)| {
        let query = query?;
        let answer = answers.next().unwrap_or_else(|| Err(Failure::unavailable("no-answer", "no answer")))?;
        tracking_of(number, &query, &consignments(answer)?)
    };
    numbers.iter().zip(asked).map(one).collect()
}

pub fn request(call: &Call, query: &str) -> Request {
    let language = language(&call.language(), ["en", "no", "sv", "da"]);
    Request::get("tracking", "/tracking.json").query("q", query).query("lang", language)
}

/// What Bring is asked for: without blanks, and without the `00` that scanners put before an SSCC.
fn query_of(number: &str) -> Result<String, Failure> {
    let compact: String = number.split_whitespace().collect();
    let fits = |character: char| character.is_alphanumeric() || "-_./#".contains(character);
    if compact.chars().count() > MAX_NUMBER_CHARS
        || !compact.chars().all(fits)
        || !compact.chars().any(char::is_alphanumeric)
    {
        return Err(Failure::invalid_input("bad-number", "this cannot be a number of Bring's"));
    }
    let sscc = compact.strip_prefix("00").filter(|rest| rest.len() == 18 && is_digits(rest));
    Ok(sscc.map_or(compact.clone(), str::to_owned))
}

/// Whether it has the shape of Bring's own numbers (17 or 18 digits), which an answer about it repeats; a reference it does not.
fn is_bring_number(query: &str) -> bool {
    matches!(query.len(), 17 | 18) && is_digits(query)
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The consignments of an answer, or its failure. Error objects come with 200 or with their own status: both are documented.
pub fn consignments(answer: Response) -> Result<Vec<Consignment>, Failure> {
    let answer = authenticated(answer)?;
    let parsed: Answer = match answer.read() {
        Ok(parsed) => parsed,
        Err(failure) if answer.is_success() => return Err(failure),
        Err(_) => return Err(refused(answer)),
    };
    let is_empty = parsed.is_empty();
    let (mut found, mut refusals) = (Vec::new(), Vec::new());
    sort_out(parsed, &mut found, &mut refusals);
    if !found.is_empty() {
        return Ok(found);
    }
    match refusals.first() {
        Some(refusal) => Err(refusal_failure(&answer, refusal)),
        None if answer.is_success() && is_empty => {
            let words = "Bring's answer holds neither a shipment nor a refusal";
            Err(answer.failure_of(FailureKind::UnexpectedAnswer, "unreadable", words))
        }
        None if answer.is_success() => Err(answer.failure_of(FailureKind::NotFound, "404", "Bring names no shipment")),
        None => Err(refused(answer)),
    }
}

fn sort_out(answer: Answer, found: &mut Vec<Consignment>, refusals: &mut Vec<Refusal>) {
    refusals.extend(answer.error);
    for mut consignment in answer.consignment_set {
        match consignment.error.take() {
            Some(refusal) => refusals.push(refusal),
            None if consignment.consignment_id.is_some() || !consignment.package_set.is_empty() => {
                found.push(consignment);
            }
            None => {}
        }
    }
    for inner in answer.shipments {
        sort_out(inner, found, refusals);
    }
}

/// Codes 400, 404, 500 and 503 are CONFIRMED; any other is read as the HTTP status that it looks like.
fn refusal_failure(answer: &Response, refusal: &Refusal) -> Failure {
    let code = refusal.code.clone().unwrap_or_else(|| answer.status().to_string());
    let kind = match code.parse() {
        Ok(status) if status >= 400 => FailureKind::of_status(status),
        _ => FailureKind::UnexpectedAnswer,
    };
    let mut words = refusal.message.clone().unwrap_or_else(|| "Bring refused the query".to_owned());
    if let Some(system) = &refusal.system {
        words.push_str(&format!(" ({system})"));
    }
    answer.failure_of(kind, code, words)
}

fn same(known: Option<&String>, query: &str) -> bool {
    known.is_some_and(|known| known.trim().eq_ignore_ascii_case(query))
}

/// Picks the parcel that was asked for; for a consignment number or a reference, all its parcels.
fn tracking_of(number: &str, query: &str, consignments: &[Consignment]) -> Result<Tracking, Failure> {
    let all = || consignments.iter().flat_map(|one| one.package_set.iter().map(move |package| (one, package)));
    let mut chosen: Vec<(&Consignment, &Package)> =
        all().filter(|(_, package)| same(package.package_number.as_ref(), query)).take(1).collect();
    if chosen.is_empty() {
        let old = |package: &Package| same(package.previous_package_number.as_ref(), query);
        chosen = all().filter(|(_, package)| old(package)).take(1).collect();
    }
    if chosen.is_empty() {
        let named = |one: &Consignment| {
            same(one.consignment_id.as_ref(), query) || same(one.previous_consignment_id.as_ref(), query)
        };
        chosen = all().filter(|(one, _)| named(one)).collect();
    }
    if chosen.is_empty() && is_bring_number(query) {
        let words = "Bring's answer is about another parcel than the one that was asked for";
        return Err(Failure::unexpected_answer("another-parcel", words));
    }
    // A sender's reference stands nowhere in the answer.
    if chosen.is_empty() {
        chosen = all().collect();
    }
    let mut parts: Vec<Tracking> = chosen.iter().map(|(_, package)| of_package(package)).collect();
    let mut tracking = if parts.len() == 1 { parts.remove(0) } else { joined(parts) };
    number.trim().clone_into(&mut tracking.number);
    let pieces = match chosen.as_slice() {
        [(consignment, _)] => consignment.package_set.len(),
        several => several.len(),
    };
    tracking.pieces = u32::try_from(pieces).ok().filter(|pieces| *pieces > 0);
    let numbers = consignments.iter().flat_map(|one| {
        one.package_set.iter().filter_map(|package| package.package_number.clone()).chain(one.consignment_id.clone())
    });
    for related in numbers {
        if !related.eq_ignore_ascii_case(query) && !tracking.related_numbers.contains(&related) {
            tracking.related_numbers.push(related);
        }
    }
    Ok(tracking)
}

/// Several parcels under one number: the shipment is as far as the newest news of a parcel that is still on its way.
fn joined(parts: Vec<Tracking>) -> Tracking {
    let is_final = |part: &Tracking| matches!(part.status, Status::Delivered | Status::Cancelled);
    let newest = |part: &&Tracking| part.events.iter().rev().find(|event| !event.informational).and_then(instant);
    let leading =
        parts.iter().filter(|part| !is_final(part)).max_by_key(newest).or_else(|| parts.iter().max_by_key(newest));
    let mut whole = leading.map_or_else(Tracking::default, |part| Tracking {
        status: part.status,
        incident_reason: part.incident_reason.clone(),
        courier_code: part.courier_code.clone(),
        courier_text: part.courier_text.clone(),
        estimated_delivery: part.estimated_delivery.clone(),
        service: part.service.clone(),
        service_point: part.service_point.clone(),
        pickup_deadline: part.pickup_deadline.clone(),
        ..Tracking::default()
    });
    whole.weight_grams =
        parts.iter().map(|part| part.weight_grams).try_fold(0_u32, |sum, grams| sum.checked_add(grams?));
    for part in parts {
        whole.signed_by = whole.signed_by.or(part.signed_by);
        whole.messages.extend(part.messages);
        whole.events.extend(part.events);
    }
    sort_oldest_first(&mut whole.events);
    whole
}

fn of_package(package: &Package) -> Tracking {
    let number = package.package_number.clone().unwrap_or_default();
    let mut events: Vec<TrackingEvent> = Vec::new();
    // Newest first as it comes (CONFIRMED).
    for event in package.event_set.iter().rev() {
        let mut told = of_event(event, &number);
        if events.iter().any(|before| before.courier_key == told.courier_key) {
            let unit = event.unit_id.as_deref().unwrap_or_default();
            told.courier_key.push_str(&format!("/{unit}/{}", event.lm_event_code.as_deref().unwrap_or_default()));
        }
        events.push(told);
    }
    sort_oldest_first(&mut events);
    let last = events.iter().rev().find(|event| !event.informational).or(events.last());
    let said = |text: fn(&TrackingEvent) -> Option<String>| last.and_then(text);
    Tracking {
        status: last.map_or(Status::Unknown, |event| event.status),
        incident_reason: said(|event| event.incident_reason.clone()),
        courier_code: said(|event| event.courier_code.clone()),
        courier_text: package.status_description.clone().or_else(|| said(|event| event.courier_text.clone())),
        estimated_delivery: estimated(package),
        service: package.product_code.clone().or_else(|| package.product_name.clone()),
        weight_grams: package.weight_in_kgs.as_deref().and_then(units::kilograms_to_grams).filter(|grams| *grams > 0),
        signed_by: package.event_set.iter().find_map(|event| event.recipient_signature.as_ref()?.name.clone()),
        service_point: service_point(package),
        pickup_deadline: package
            .date_of_return
            .as_deref()
            .and_then(|date| time::whole_day(&iso_day(date)?, Some("NO"))?.latest),
        messages: package.additional_service_set.iter().filter_map(to_pay).collect(),
        events,
        ..Tracking::default()
    }
}

fn of_event(event: &Event, parcel: &str) -> TrackingEvent {
    let code = event.status.clone().unwrap_or_default();
    // Offsets and displayed times are Norwegian (CONFIRMED), wherever the event was.
    let displayed = || {
        let day = iso_day(event.display_date.as_deref()?)?;
        time::compact(&day, event.display_time.as_deref().unwrap_or_default(), Some("NO"))
    };
    let occurred_at = event.date_iso.as_deref().and_then(|text| time::any(text, Some("NO"))).or_else(displayed);
    TrackingEvent {
        status: STATUSES.status(&code),
        incident_reason: incident_reason(&code),
        courier_key: event_key(occurred_at.as_ref(), &code, parcel),
        courier_code: event.status.clone(),
        courier_text: event.description.clone(),
        city: event.city.clone(),
        postal_code: event.postal_code.clone(),
        country: event.country_code.as_deref().and_then(countries::alpha2),
        place: event.unit_id.clone(),
        parcel: Some(parcel.to_owned()).filter(|parcel| !parcel.is_empty()),
        informational: event.insignificant == Some(true) || is_informational(&code),
        occurred_at,
        ..TrackingEvent::default()
    }
}

/// The same for a push of Event Cast and for tracking, which knows more: instant, status and parcel are what both have.
pub fn event_key(occurred_at: Option<&Moment>, code: &str, parcel: &str) -> String {
    let at = occurred_at.and_then(time::instant);
    format!("{}/{code}/{parcel}", at.map_or(0, Timestamp::as_second))
}

fn instant(event: &TrackingEvent) -> Option<Timestamp> {
    time::instant(event.occurred_at.as_ref()?)
}

/// By time where every event has one; else the answer's order stays.
fn sort_oldest_first(events: &mut [TrackingEvent]) {
    if events.iter().all(|event| instant(event).is_some()) {
        events.sort_by_key(instant);
    }
}

/// `dd.MM.yyyy` as `YYYY-MM-DD`.
pub fn iso_day(text: &str) -> Option<String> {
    let mut parts = text.trim().split('.');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    time::iso_date(&format!("{year:0>4}-{month:0>2}-{day:0>2}"))
}

fn estimated(package: &Package) -> Option<Window> {
    let day = iso_day(package.date_of_estimated_delivery.as_deref()?)?;
    let span = package.estimated_time_span_of_delivery.as_ref();
    span.and_then(|span| time::window(&day, span.start_time.as_deref()?, span.end_time.as_deref()?, Some("NO")))
        .or_else(|| time::whole_day(&day, Some("NO")))
}

/// Where it waits, or where it is expected to. The answer does not say what kind of place it is: a shop is ASSUMED.
fn service_point(package: &Package) -> Option<ServicePoint> {
    let ready = package.event_set.iter().find(|event| event.status.as_deref() == Some("READY_FOR_PICKUP"));
    let reached = ready.and_then(|event| Some((event.unit_id.clone()?, event)));
    let expected = package.expected_pickup_unit_id.as_ref();
    let id = reached.as_ref().map(|(id, _)| id).or(expected)?.clone();
    let named = package.expected_pickup_unit_name.clone().filter(|_| expected == Some(&id));
    let (city, postal_code, country) = reached.map_or_else(Default::default, |(_, event)| {
        (event.city.clone(), event.postal_code.clone(), event.country_code.as_deref().and_then(countries::alpha2))
    });
    Some(ServicePoint {
        name: named.or_else(|| city.clone()).unwrap_or_else(|| id.clone()),
        id,
        kind: "shop".to_owned(),
        address: Address {
            city: city.unwrap_or_default(),
            postal_code: postal_code.unwrap_or_default(),
            country: country.unwrap_or_default(),
            ..Address::default()
        },
        ..ServicePoint::default()
    })
}

/// What the recipient has to pay, such as cash on delivery.
fn to_pay(service: &crate::tracking_wire::AdditionalService) -> Option<Message> {
    let amount = service.amount.as_deref()?;
    let name = service.description.as_deref().unwrap_or("additional service");
    Some(Message {
        level: Level::Note,
        code: service.id.clone().unwrap_or_default(),
        text: format!("{name}: {amount} {}", service.currency_code.as_deref().unwrap_or_default())
            .trim_end()
            .to_owned(),
        ..Message::default()
    })
}
