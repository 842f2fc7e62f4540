//! Delivery options v1: what a checkout can offer, with times and service points.

use crossdock_sdk::types::{
    Address, Level, Message, OpeningHours, Parcel, Position, Quotes, Rate, ServicePoint, Shipment, Window,
};
use crossdock_sdk::{Call, Failure, Request, time, units};
use serde_json::{Value, json};

use crate::delivery_options_wire::{Answer, Checkout, Choice, DeliveryOption, Instructions};
use crate::places::{API, language};
use crate::rates::{self, service_name};
use crate::transit_times::HAND_OVER;
use crate::{faults, service_points};

/// Service points and lockers that are asked for beside the default.
const ADDITIONAL_POINTS: u32 = 5;
/// The optional service point, whose id booking takes as the option `service-point` (CONFIRMED).
pub const OPTIONAL_SERVICE_POINT: &str = "A7";

/// PostNord's kinds of delivery and the service code that each is booked as (CONFIRMED: specification 3.4.3).
const TYPES: &[(&str, &str, &str)] = &[
    ("home", "17", "home"),
    ("service-point", "19", "service-point"),
    ("parcel-locker", "19", "locker"),
    ("parcel-b2b", "18", "business"),
    ("pallet", "52", "business"),
    ("pallet-b2b", "52", "business"),
    ("groupage", "83", "business"),
    ("groupage-b2b", "83", "business"),
    ("mailbox", "11", "mailbox"),
    ("express-mailbox", "86", "mailbox"),
    ("home-small", "30", "home"),
    ("international-parcel", "91", "home"),
];

/// Whether delivery options can hold the asked service; any, where none is asked.
pub fn knows(shipment: &Shipment) -> bool {
    !shipment.is_return
        && shipment.service.as_ref().is_none_or(|code| TYPES.iter().any(|(_, service, _)| service == code))
}

/// Asks for the options of one sender's address.
pub fn ask(call: &Call, customer_key: &str, shipment: &Shipment) -> Result<Quotes, Failure> {
    let answer = Request::post(API, "/rest/shipment/v1/deliveryoptions/bywarehouse")
        .header("accept-language", language(call))
        .json(&body(call, customer_key, shipment))
        // It books nothing.
        .repeatable()
        .send()?;
    let answer: Answer = faults::checked(answer, "")?.json()?;
    let mut quotes = Quotes::default();
    for option in answer.warehouse_to_delivery_options.iter().flat_map(|warehouse| &warehouse.delivery_options) {
        match rate(option, shipment) {
            Some(rate) if shipment.service.as_ref().is_none_or(|code| *code == rate.service) => quotes.rates.push(rate),
            Some(_) => {}
            None => quotes.messages.push(nothing_offered(option)),
        }
    }
    Ok(quotes)
}

fn body(call: &Call, customer_key: &str, shipment: &Shipment) -> Value {
    let hand_over = match rates::later_day(call, shipment) {
        Some(date) => {
            time::local(&format!("{date}T{HAND_OVER}"), Some(&shipment.sender.country)).and_then(|moment| moment.at)
        }
        None => None,
    };
    let mut body = json!({
        "warehouses": [{
            "id": "sender",
            "address": address(&shipment.sender),
            "orderHandling": {"handOverTime": hand_over.unwrap_or_else(|| utc(call))},
        }],
        "customer": {"customerKey": customer_key},
        "recipient": {"address": address(&shipment.recipient)},
        "preferences": {
            "servicePoint": {"numberOfAdditionalOptions": ADDITIONAL_POINTS},
            "parcelLocker": {"numberOfAdditionalOptions": ADDITIONAL_POINTS},
        },
    });
    if let Some(code) = &shipment.service {
        let types: Vec<&str> = TYPES.iter().filter(|(_, service, _)| service == code).map(|(kind, ..)| *kind).collect();
        body["filter"] = json!({"deliveryTypes": types});
    }
    // One parcel is described, so the heaviest stands for all. ASSUMED: millimetres and grams, as text.
    if let Some(parcel) = shipment.parcels.iter().max_by_key(|parcel| parcel.weight_grams) {
        body["parcelInfo"] = parcel_info(parcel);
    }
    body
}

fn utc(call: &Call) -> String {
    time::of_timestamp(call.now(), None).at.unwrap_or_default()
}

fn address(address: &Address) -> Value {
    let mut body = json!({"postCode": address.compact_postal_code(), "countryCode": address.country});
    let parts = [
        ("city", Some(&address.city)),
        ("streetName", address.street.as_ref()),
        ("streetNumber", address.street_number.as_ref()),
    ];
    for (name, value) in parts {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            body[name] = value.as_str().into();
        }
    }
    body
}

fn parcel_info(parcel: &Parcel) -> Value {
    let mut info = json!({"weight": parcel.weight_grams.to_string()});
    for (name, value) in [("length", parcel.length_mm), ("width", parcel.width_mm), ("height", parcel.height_mm)] {
        if let Some(value) = value {
            info[name] = value.to_string().into();
        }
    }
    info
}

fn rate(option: &DeliveryOption, shipment: &Shipment) -> Option<Rate> {
    let kind = TYPES.iter().find(|(kind, ..)| *kind == option.kind);
    let locker = option.kind == "parcel-locker";
    let choice = option.default_option.as_ref().or(option.additional_options.first())?;
    let instructions = choice.booking_instructions.as_ref();
    let service = instructions
        .and_then(|instructions| instructions.service_code.clone())
        .or_else(|| kind.map(|(_, code, _)| (*code).to_owned()))?;
    let texts = choice.descriptive_texts.as_ref().and_then(|texts| texts.checkout.as_ref());
    let dates = choice.delivery_time.as_ref().and_then(|time| time.date.as_ref());
    let range = choice.delivery_time.as_ref().and_then(|time| time.day_range.as_ref()).map(|range| range.days.as_str());
    let country = Some(shipment.recipient.country.as_str());
    let moment = |text: &Option<String>| text.as_deref().and_then(|text| time::any(text, country));
    let mut points: Vec<ServicePoint> =
        option.additional_options.iter().filter_map(|choice| point(choice, locker)).collect();
    points.sort_by_key(|point| point.distance_m.unwrap_or(u32::MAX));
    Some(Rate {
        name: texts.and_then(|texts| texts.title.clone()).unwrap_or_else(|| service_name(&service)),
        service,
        transit_days: range.and_then(|days| days.rsplit('-').next()?.trim().parse().ok()),
        delivery: dates.map(|dates| Window { earliest: moment(&dates.earliest), latest: moment(&dates.latest) }),
        delivery_kind: kind.map_or("other", |(_, _, kind)| *kind).to_owned(),
        token: instructions.and_then(token),
        messages: messages(option, texts),
        extensions: extensions(choice, range),
        service_points: points,
        ..Rate::default()
    })
}

/// Additional services that booking must carry; the service point is an option of its own.
fn token(instructions: &Instructions) -> Option<String> {
    let codes = instructions.additional_service_codes.iter().filter(|code| *code != OPTIONAL_SERVICE_POINT);
    let codes: Vec<&str> = codes.map(String::as_str).collect();
    (!codes.is_empty()).then(|| codes.join(","))
}

fn messages(option: &DeliveryOption, texts: Option<&Checkout>) -> Vec<Message> {
    let note =
        |code: &str, text: String| Message { level: Level::Note, code: code.to_owned(), text, ..Message::default() };
    let info = texts.and_then(|texts| texts.friendly_delivery_info.clone()).map(|info| note("delivery-info", info));
    let choose = option
        .default_option
        .is_none()
        .then(|| note("service-point-needed", "booking needs the option service-point".to_owned()));
    info.into_iter().chain(choose).collect()
}

fn extensions(choice: &Choice, range: Option<&str>) -> Vec<(String, String)> {
    let id = choice.booking_instructions.as_ref().and_then(|instructions| instructions.delivery_option_id.clone());
    let green = choice.sustainability.as_ref();
    let pairs = [
        ("delivery-option-id", id),
        ("transit-day-range", range.map(str::to_owned)),
        ("fossil-free", green.and_then(|green| green.fossil_free).map(|flag| flag.to_string())),
        ("nordic-swan", green.and_then(|green| green.nordic_swan_eco_label).map(|flag| flag.to_string())),
    ];
    pairs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

fn point(choice: &Choice, locker: bool) -> Option<ServicePoint> {
    let id = choice.booking_instructions.as_ref()?.service_point_id.clone()?;
    let location = choice.location.as_ref()?;
    let position = location.coordinate.as_ref().and_then(|at| position(&at.latitude, &at.longitude));
    let regular = location.opening_hours.as_ref().and_then(|hours| hours.regular.as_ref());
    let days = regular.into_iter().flatten().filter_map(|(day, hours)| Some((service_points::weekday(day)?, hours)));
    let mut opening_hours: Vec<OpeningHours> = days
        .flat_map(|(weekday, day)| {
            day.time_ranges
                .iter()
                .filter_map(move |range| service_points::open(weekday, range.from.as_deref(), range.to.as_deref()))
        })
        .collect();
    opening_hours.sort_by(|one, other| (one.weekday, &one.opens).cmp(&(other.weekday, &other.opens)));
    Some(ServicePoint {
        id,
        name: location.name.clone().unwrap_or_default(),
        kind: if locker { "locker" } else { "shop" }.to_owned(),
        address: location.address.as_ref().map(|address| Address { position, ..address.read() }).unwrap_or_default(),
        distance_m: location.distance_from_recipient_address.as_deref().and_then(service_points::metres),
        opening_hours,
        ..ServicePoint::default()
    })
}

/// A position of decimal degrees.
pub fn position(latitude: &str, longitude: &str) -> Option<Position> {
    Some(Position {
        latitude_microdegrees: units::degrees_to_microdegrees(latitude)?,
        longitude_microdegrees: units::degrees_to_microdegrees(longitude)?,
    })
}

fn nothing_offered(option: &DeliveryOption) -> Message {
    let text = format!("PostNord names no choice for {}", option.kind);
    Message {
        level: Level::Warning,
        code: "not-bookable".to_owned(),
        text,
        pointer: None,
        concerns: Some(option.kind.clone()),
    }
}
