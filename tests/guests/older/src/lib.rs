//! A plugin of contract 0.0.1 (`tests/contracts/0.0.1`), written without the SDK, as one from before the newest contract.

mod bindings;

use bindings::crossdock::courier::context::Context;
use bindings::crossdock::courier::http::{self, Method, Request, Response};
use bindings::crossdock::courier::log::{self, Level};
use bindings::crossdock::courier::types::{
    Address, Failure, FailureKind, Moment, ServicePoint, Status, Tracking, TrackingEvent,
};
use bindings::exports::crossdock::courier::auth::{self, Account};
use bindings::exports::crossdock::courier::service_points::{self, Near, Search};
use bindings::exports::crossdock::courier::{plugin, tracking};

/// The plugin.
pub struct Older;

impl plugin::Guest for Older {
    fn describe() -> String {
        include_str!("description.json").to_owned()
    }
}

impl auth::Guest for Older {
    fn check(call: &Context) -> Result<Account, Failure> {
        Ok(Account { id: call.field("customer_number"), label: Some("Older".to_owned()), extensions: Vec::new() })
    }
}

impl tracking::Guest for Older {
    fn track(call: &Context, numbers: Vec<String>) -> Vec<Result<Tracking, Failure>> {
        log::write(Level::Info, "an older plugin tracks", &[("call".to_owned(), call.call_id())]);
        numbers.into_iter().map(track).collect()
    }
}

impl service_points::Guest for Older {
    fn find(_: &Context, search: Search) -> Result<Vec<ServicePoint>, Failure> {
        let city = match search.near {
            Near::Address(address) => address.city,
            Near::Position(position) => position.latitude_microdegrees.to_string(),
        };
        Ok(vec![service_point(&search.country, search.at_most, city)])
    }
}

fn track(number: String) -> Result<Tracking, Failure> {
    let answer = ask(&number)?;
    if answer.status != 200 {
        return Err(failure(FailureKind::NotFound, "not-found", Some(answer.status)));
    }
    let Ok(words) = String::from_utf8(answer.body) else {
        return Err(failure(FailureKind::UnexpectedAnswer, "no-text", Some(answer.status)));
    };
    let event = TrackingEvent {
        occurred_at: Some(Moment {
            at: Some("2025-11-20T10:15:00+01:00".to_owned()),
            local: "2025-11-20T10:15:00".to_owned(),
            zone_known: true,
        }),
        status: Status::AvailableForPickup,
        incident_reason: None,
        courier_code: Some("31".to_owned()),
        courier_text: Some(words.clone()),
        city: Some("Lund".to_owned()),
        postal_code: None,
        region: None,
        country: Some("SE".to_owned()),
        place: None,
        position: None,
        parcel: Some(number.clone()),
        courier_key: "31-1".to_owned(),
    };
    Ok(Tracking {
        number,
        status: Status::AvailableForPickup,
        incident_reason: None,
        courier_code: Some("31".to_owned()),
        courier_text: Some(words),
        status_at: None,
        estimated_delivery: None,
        service: Some("parcel".to_owned()),
        weight_grams: Some(1_250),
        signed_by: None,
        proof_of_delivery: Vec::new(),
        service_point: Some(service_point("SE", 1, "Lund".to_owned())),
        parcel_count: Some(3),
        related_numbers: Vec::new(),
        events: vec![event],
        messages: Vec::new(),
        extensions: Vec::new(),
    })
}

/// Asks the courier. The request is one that this version of the contract writes otherwise than the newest.
fn ask(number: &str) -> Result<Response, Failure> {
    http::send(&Request {
        endpoint: "courier".to_owned(),
        method: Method::Get,
        path: format!("/parcels/{number}"),
        query: vec![("lang".to_owned(), "en".to_owned())],
        headers: vec![("accept".to_owned(), "text/plain".to_owned())],
        body: None,
        keep: Vec::new(),
        idempotent: true,
    })
}

fn service_point(country: &str, at_most: u32, city: String) -> ServicePoint {
    ServicePoint {
        id: format!("{country}-{at_most}"),
        name: "Corner shop".to_owned(),
        kind: "shop".to_owned(),
        address: Address {
            person: None,
            company: None,
            lines: vec!["Storgatan 1".to_owned()],
            street: None,
            street_number: None,
            entrance: None,
            floor: None,
            door_code: None,
            city,
            postal_code: "222 22".to_owned(),
            region: None,
            country: country.to_owned(),
            phone: None,
            email: None,
            residential: None,
            tax_ids: Vec::new(),
            position: None,
            instructions: None,
            extensions: Vec::new(),
        },
        distance_m: Some(120),
        opening_hours: Vec::new(),
        exceptions: Vec::new(),
        capabilities: Vec::new(),
        latest_drop_off: None,
        max_weight_grams: None,
        max_length_mm: None,
        max_width_mm: None,
        max_height_mm: None,
        extensions: Vec::new(),
    }
}

fn failure(kind: FailureKind, code: &str, courier_status: Option<u16>) -> Failure {
    Failure {
        kind,
        code: code.to_owned(),
        message: "the courier answered something else".to_owned(),
        problems: Vec::new(),
        retry_after_ms: None,
        courier_status,
        request_sent: true,
    }
}
