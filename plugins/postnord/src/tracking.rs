//! Track & Trace v7.

use crossdock_sdk::{Call, Failure, Request, Response, Tracking, send_all, types};

use crate::faults;
use crate::places::{API, language};
use crate::tracking_answer::Wanted;
use crate::tracking_wire::{Body, Envelope};
use crate::{PostNord, tracking_answer};

impl Tracking for PostNord {
    fn track(call: &Call, numbers: &[String]) -> Vec<Result<types::Tracking, Failure>> {
        let requests = numbers.iter().map(|number| by_identifier(call, &written(number))).collect();
        let answers = send_all(requests);
        numbers.iter().zip(answers).map(|(number, answer)| track_one(number, answer?)).collect()
    }
}

/// CONFIRMED: Track & Trace v7, findByIdentifier (specification read 2025-11). Item and shipment ids are taken.
pub fn by_identifier(call: &Call, number: &str) -> Request {
    Request::get(API, "/rest/shipment/v7/trackandtrace/id")
        .path_segment(number)
        .path("/public")
        .query("locale", language(call))
}

fn track_one(number: &str, answer: Response) -> Result<types::Tracking, Failure> {
    let envelope = read(answer, Wanted::Number)?;
    tracking_answer::tracking(number, &envelope)
        .ok_or_else(|| Failure::not_found("no-shipment", "PostNord does not know this number").status(200))
}

/// Reads an answer of any version: v5 and v7 share it (CONFIRMED). A fault comes with status 200, too.
pub fn read(answer: Response, wanted: Wanted) -> Result<Envelope, Failure> {
    let answer = faults::checked(answer, "")?;
    let body: Body = answer.read()?;
    let envelope = body.response;
    let fault = envelope.composite_fault.as_ref().filter(|fault| !fault.faults.is_empty());
    match fault {
        Some(fault) if envelope.shipments.is_empty() => Err(faults::of_tracking(&answer, &fault.faults, wanted)),
        _ => Ok(envelope),
    }
}

/// A number as PostNord takes it: letters and digits only (CONFIRMED).
pub fn written(number: &str) -> String {
    number.chars().filter(|sign| !sign.is_whitespace()).collect::<String>().to_ascii_uppercase()
}
