//! The source of the component beside it, for reading: it is never built again.

#![allow(missing_docs, clippy::all, unused_qualifications, unsafe_op_in_unsafe_fn, reason = "generated code")]

wit_bindgen::generate!({ path: "contract.wit", world: "kept", generate_all });

use crossdock::courier::context::Context;
use crossdock::courier::http::{self, Method, Request};
use crossdock::courier::log::{self, Level};
use crossdock::courier::types::{Failure, FailureKind, Status, Tracking, TrackingEvent};
use exports::crossdock::courier::{plugin, returns, tracking};

pub struct Kept;

impl plugin::Guest for Kept {
    fn describe() -> String {
        include_str!("description.json").to_owned()
    }
}

impl tracking::Guest for Kept {
    fn track(call: &Context, numbers: Vec<String>) -> Vec<Result<Tracking, Failure>> {
        let customer = call.field("customer_number").unwrap_or_default();
        log::write(Level::Info, "a kept plugin tracks", &[("call".to_owned(), call.call_id())]);
        numbers.into_iter().map(|number| track(number, &customer)).collect()
    }
}

impl returns::Guest for Kept {
    fn open(_: &Context, number: String) -> Result<String, Failure> {
        Ok(number)
    }
}

fn track(number: String, customer: &str) -> Result<Tracking, Failure> {
    let answer = http::send(&Request {
        endpoint: "courier".to_owned(),
        method: Method::Get,
        path: format!("/parcels/{number}"),
        query: vec![("customer".to_owned(), customer.to_owned())],
        headers: Vec::new(),
        body: None,
        keep: Vec::new(),
        repeatable: true,
        timeout_ms: Some(5_000),
        extensions: Vec::new(),
    })?;
    if answer.status != 200 {
        return Err(Failure {
            kind: FailureKind::NotFound,
            code: "not-found".to_owned(),
            message: "the courier has no such parcel".to_owned(),
            problems: Vec::new(),
            retry_after_ms: None,
            courier_status: Some(answer.status),
            request_sent: false,
        });
    }
    let words = String::from_utf8(answer.body).ok();
    let event = TrackingEvent {
        occurred_at: None,
        status: Status::InTransit,
        incident_reason: None,
        courier_code: Some("20".to_owned()),
        courier_text: words.clone(),
        city: Some("Lund".to_owned()),
        postal_code: None,
        region: None,
        country: Some("SE".to_owned()),
        place: None,
        position: None,
        parcel: None,
        courier_key: "20-1".to_owned(),
        informational: true,
    };
    Ok(Tracking {
        number,
        status: Status::InTransit,
        incident_reason: None,
        courier_code: Some("20".to_owned()),
        courier_text: words,
        status_at: None,
        estimated_delivery: None,
        service: None,
        weight_grams: Some(750),
        signed_by: None,
        proof_of_delivery: Vec::new(),
        service_point: None,
        pickup_deadline: None,
        pieces: Some(2),
        related_numbers: Vec::new(),
        events: vec![event],
        messages: Vec::new(),
        extensions: Vec::new(),
    })
}

export!(Kept);
