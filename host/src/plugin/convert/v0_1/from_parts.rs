//! Results: the parts that several capabilities share.

use jiff::Timestamp;

use super::check::{Check, Flawed, has_shape, is_country};
use crate::model::address::{Address, Position, TaxId};
use crate::model::document::{Document, DocumentAbout, DocumentContent};
use crate::model::failure::{Failure, FailureKind, Level, Message, PartFailure, Problem};
use crate::model::moment::{Moment, Window};
use crate::model::money::{Charge, Money, Price};
use crate::model::service_point::{OpeningException, OpeningHours, ServicePoint};
use crate::plugin::bindings::types;
use crate::plugin::limits;

/// Longest address of a document, bytes: what servers take.
const MAX_LINK_BYTES: usize = 8 << 10;

/// Turns a failure; never refuses one, but bounds and cleans it, for a bad failure is still a failure.
pub fn failure(check: Check<'_>, failure: types::Failure) -> Failure {
    let problems = failure.problems.into_iter().take(limits::MAX_PROBLEMS);
    Failure {
        kind: failure_kind(failure.kind),
        code: check.words(&failure.code, limits::MAX_CODE_BYTES),
        message: check.words(&failure.message, limits::MAX_WORDS_BYTES),
        problems: problems
            .map(|problem| Problem {
                pointer: check.words(&problem.pointer, limits::MAX_WORDS_BYTES),
                code: check.words(&problem.code, limits::MAX_CODE_BYTES),
                detail: check.words(&problem.detail, limits::MAX_WORDS_BYTES),
            })
            .collect(),
        retry_after_ms: failure.retry_after_ms,
        courier_status: failure.courier_status,
        request_sent: failure.request_sent,
    }
}

fn failure_kind(kind: types::FailureKind) -> FailureKind {
    match kind {
        types::FailureKind::Auth => FailureKind::Auth,
        types::FailureKind::NotFound => FailureKind::NotFound,
        types::FailureKind::InvalidInput => FailureKind::InvalidInput,
        types::FailureKind::Conflict => FailureKind::Conflict,
        types::FailureKind::RateLimited => FailureKind::RateLimited,
        types::FailureKind::Unavailable => FailureKind::Unavailable,
        types::FailureKind::Timeout => FailureKind::Timeout,
        types::FailureKind::Unsupported => FailureKind::Unsupported,
        types::FailureKind::UnexpectedAnswer => FailureKind::UnexpectedAnswer,
    }
}

/// Turns a part's failure.
pub fn part_failure(check: Check<'_>, part: types::PartFailure) -> Result<PartFailure, Flawed> {
    Ok(PartFailure { parcel: part.parcel, failure: failure(check, part.failure) })
}

/// Turns a courier's message; its words are cleaned like a failure's.
pub fn message(check: Check<'_>, message: types::Message) -> Result<Message, Flawed> {
    Ok(Message {
        level: match message.level {
            types::Level::Error => Level::Error,
            types::Level::Warning => Level::Warning,
            types::Level::Note => Level::Note,
        },
        code: check.words(&message.code, limits::MAX_CODE_BYTES),
        text: check.words(&message.text, limits::MAX_WORDS_BYTES),
        pointer: check.maybe("pointer", message.pointer)?,
        concerns: check.maybe("concerns", message.concerns)?,
    })
}

fn is_web_address(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// Turns a document.
pub fn document(check: Check<'_>, document: types::Document) -> Result<Document, Flawed> {
    let content = match document.content {
        types::DocumentContent::Bytes(bytes) if bytes.len() > limits::MAX_DOCUMENT_BYTES => {
            return Err(Flawed::new("is larger than 5 MiB").within("content"));
        }
        types::DocumentContent::Bytes(bytes) => DocumentContent::Bytes(bytes),
        types::DocumentContent::Kept(number) => DocumentContent::Kept(number),
        // Plain http is for networks that the operator listed: the way out knows them, and refuses it elsewhere.
        types::DocumentContent::Link(url) if !is_web_address(&url) || url.len() > MAX_LINK_BYTES => {
            return Err(Flawed::new("is no web address").within("content"));
        }
        types::DocumentContent::Link(url) => DocumentContent::Link(url),
    };
    let about = DocumentAbout {
        category: check.word("category", document.category)?,
        format: check.word("format", document.format)?,
        page_size: check.maybe("page_size", document.page_size)?,
        dpi: document.dpi,
        tracking_number: check.maybe("tracking_number", document.tracking_number)?,
    };
    Ok(Document { about, content })
}

/// Turns a moment, whose texts must be what they say.
pub fn moment(_: Check<'_>, moment: types::Moment) -> Result<Moment, Flawed> {
    let is_local = has_shape(&moment.local, "0000-00-00T00:00:00");
    if !is_local || moment.local.parse::<jiff::civil::DateTime>().is_err() {
        return Err(Flawed::new("is no YYYY-MM-DDThh:mm:ss").within("local"));
    }
    if moment.at.as_deref().is_some_and(|at| at.len() > 64 || at.parse::<Timestamp>().is_err()) {
        return Err(Flawed::new("is no RFC 3339 time with an offset").within("at"));
    }
    Ok(Moment { at: moment.at, local: moment.local, zone_known: moment.zone_known })
}

/// Turns a window.
pub fn window(check: Check<'_>, window: types::Window) -> Result<Window, Flawed> {
    Ok(Window {
        earliest: check.part("earliest", window.earliest, moment)?,
        latest: check.part("latest", window.latest, moment)?,
    })
}

/// Turns an amount.
pub fn money(_: Check<'_>, money: types::Money) -> Result<Money, Flawed> {
    let money = Money { amount: money.amount, currency: money.currency };
    if money.amount.len() > 32 || !money.is_well_formed() {
        return Err(Flawed::new("is no amount of money"));
    }
    Ok(money)
}

/// Turns a price.
pub fn price(check: Check<'_>, price: types::Price) -> Result<Price, Flawed> {
    Ok(Price {
        total: money(check, price.total).map_err(|flawed| flawed.within("total"))?,
        tax_included: price.tax_included,
        own_price: price.own_price,
        charges: check.list("charges", price.charges, charge)?,
    })
}

fn charge(check: Check<'_>, charge: types::Charge) -> Result<Charge, Flawed> {
    Ok(Charge {
        kind: check.word("kind", charge.kind)?,
        code: check.maybe("code", charge.code)?,
        name: check.text("name", charge.name)?,
        amount: money(check, charge.amount).map_err(|flawed| flawed.within("amount"))?,
    })
}

/// Turns a position.
pub fn position(_: Check<'_>, position: types::Position) -> Result<Position, Flawed> {
    let is_on_earth = position.latitude_microdegrees.unsigned_abs() <= 90_000_000
        && position.longitude_microdegrees.unsigned_abs() <= 180_000_000;
    if !is_on_earth {
        return Err(Flawed::new("is not on the earth"));
    }
    Ok(Position {
        latitude_microdegrees: position.latitude_microdegrees,
        longitude_microdegrees: position.longitude_microdegrees,
    })
}

/// Turns an address. Its country may be empty: some couriers give none, and the record has no other word for that.
pub fn address(check: Check<'_>, address: types::Address) -> Result<Address, Flawed> {
    if !address.country.is_empty() && !is_country(&address.country) {
        return Err(Flawed::new("is no country of two capital letters").within("country"));
    }
    Ok(Address {
        person: check.maybe("person", address.person)?,
        company: check.maybe("company", address.company)?,
        lines: check.texts("lines", address.lines)?,
        street: check.maybe("street", address.street)?,
        street_number: check.maybe("street_number", address.street_number)?,
        entrance: check.maybe("entrance", address.entrance)?,
        floor: check.maybe("floor", address.floor)?,
        door_code: check.maybe("door_code", address.door_code)?,
        city: check.text("city", address.city)?,
        postal_code: check.text("postal_code", address.postal_code)?,
        region: check.maybe("region", address.region)?,
        country: address.country,
        phone: check.maybe("phone", address.phone)?,
        email: check.maybe("email", address.email)?,
        residential: address.residential,
        tax_ids: check.list("tax_ids", address.tax_ids, tax_id)?,
        position: check.part("position", address.position, position)?,
        instructions: check.maybe("instructions", address.instructions)?,
        extensions: check.extensions(address.extensions)?,
    })
}

fn tax_id(check: Check<'_>, tax_id: types::TaxId) -> Result<TaxId, Flawed> {
    Ok(TaxId {
        kind: check.word("kind", tax_id.kind)?,
        value: check.text("value", tax_id.value)?,
        country: check.country("country", tax_id.country)?,
    })
}

/// Turns a service point.
pub fn service_point(check: Check<'_>, point: types::ServicePoint) -> Result<ServicePoint, Flawed> {
    Ok(ServicePoint {
        id: check.word("id", point.id)?,
        name: check.text("name", point.name)?,
        kind: check.word("kind", point.kind)?,
        address: address(check, point.address).map_err(|flawed| flawed.within("address"))?,
        distance_m: point.distance_m,
        opening_hours: check.list("opening_hours", point.opening_hours, opening_hours)?,
        exceptions: check.list("exceptions", point.exceptions, opening_exception)?,
        capabilities: check.texts("capabilities", point.capabilities)?,
        latest_drop_off: time_of_day("latest_drop_off", point.latest_drop_off)?,
        max_weight_grams: point.max_weight_grams,
        max_length_mm: point.max_length_mm,
        max_width_mm: point.max_width_mm,
        max_height_mm: point.max_height_mm,
        extensions: check.extensions(point.extensions)?,
    })
}

fn opening_hours(_: Check<'_>, hours: types::OpeningHours) -> Result<OpeningHours, Flawed> {
    if !(1..=7).contains(&hours.weekday) {
        return Err(Flawed::new("is no day from 1 to 7").within("weekday"));
    }
    let [opens, closes] = [("opens", hours.opens), ("closes", hours.closes)]
        .map(|(member, time)| time_of_day(member, Some(time)).map(Option::unwrap_or_default));
    Ok(OpeningHours { weekday: hours.weekday, opens: opens?, closes: closes? })
}

fn opening_exception(_: Check<'_>, exception: types::OpeningException) -> Result<OpeningException, Flawed> {
    if !has_shape(&exception.date, "0000-00-00") {
        return Err(Flawed::new("is no YYYY-MM-DD").within("date"));
    }
    Ok(OpeningException {
        date: exception.date,
        opens: time_of_day("opens", exception.opens)?,
        closes: time_of_day("closes", exception.closes)?,
    })
}

fn time_of_day(member: &str, time: Option<String>) -> Result<Option<String>, Flawed> {
    let is_time = |text: &str| has_shape(text, "00:00") && text <= "24:00";
    match &time {
        Some(text) if !is_time(text) => Err(Flawed::new("is no hh:mm").within(member)),
        _ => Ok(time),
    }
}
