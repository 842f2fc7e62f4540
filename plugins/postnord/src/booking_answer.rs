//! The booking's answer.

use crossdock_sdk::types::{BookedParcel, Booking, Document, FailureKind, Order, PartFailure};
use crossdock_sdk::{Failure, Response, lenient};
use serde::Deserialize;

use crate::faults::{self, Fault, FaultBody};
use crate::label::{self, Printout};
use crate::refusals;
use crate::shipments::parcel;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    booking_response: Answer,
    #[serde(default, deserialize_with = "lenient::one_or_many")]
    label_printout: Vec<Printout>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(default, deserialize_with = "lenient::opt_text")]
    booking_id: Option<String>,
    #[serde(deserialize_with = "lenient::one_or_many")]
    id_information: Vec<Entry>,
}

/// A shipment of the message: booked, or refused.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Entry {
    /// `OK`; anything else failed.
    #[serde(deserialize_with = "lenient::text")]
    status: String,
    #[serde(deserialize_with = "lenient::one_or_many")]
    ids: Vec<Id>,
    #[serde(deserialize_with = "lenient::one_or_many")]
    urls: Vec<Url>,
    #[serde(deserialize_with = "lenient::or_none")]
    error_response: Option<FaultBody>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Id {
    #[serde(deserialize_with = "lenient::text")]
    id_type: String,
    #[serde(deserialize_with = "lenient::opt_text")]
    value: Option<String>,
    #[serde(deserialize_with = "lenient::opt_text")]
    print_id: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Url {
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    kind: String,
    #[serde(deserialize_with = "lenient::opt_text")]
    url: Option<String>,
}

/// Words of a status that refuses: one of the specification (CONFIRMED), one of a client's tests (REPORTED).
const REFUSALS: [&str; 2] = ["FAIL", "ERROR"];

/// Reads what was booked. A part that failed stands beside the part that went well.
pub fn read(answer: Response, order: &Order) -> Result<Booking, Failure> {
    let answer = faults::checked(answer, "/shipment")?;
    let body: Body = answer.json()?;
    let entries = &body.booking_response.id_information;
    let (good, bad): (Vec<_>, Vec<_>) =
        entries.iter().zip(0_u32..).partition(|(entry, _)| entry.status.eq_ignore_ascii_case("OK"));
    if good.is_empty() && bad.iter().any(|(entry, _)| entry.is_unsaid()) {
        let words = "PostNord's answer does not say whether it booked";
        return Err(Failure::unexpected_answer("no-status", words).status(answer.status()));
    }
    if good.is_empty() && !bad.is_empty() {
        let faults: Vec<Fault> = bad.iter().flat_map(|(entry, _)| entry.faults()).collect();
        let refused = answer.failure_of(FailureKind::InvalidInput, "refused", "PostNord refused the booking");
        return Err(faults::with_faults(refused, &faults, "/shipment"));
    }
    // One entry for each parcel, or one for all of them.
    let per_parcel = entries.len() > 1 && entries.len() == order.shipment.parcels.len();
    let mut parcels = Vec::new();
    for (entry, place) in &good {
        let next = if per_parcel { *place } else { u32::try_from(parcels.len()).unwrap_or(u32::MAX) };
        parcels.extend(entry.numbers().zip(next..).map(|(number, index)| parcel(index, number)));
    }
    let id = good.iter().find_map(|(entry, _)| entry.id("shipmentId"));
    let first = parcels.first().and_then(|parcel| parcel.tracking_number.clone());
    let Some(courier_shipment_id) = id.or(first).or_else(|| body.booking_response.booking_id.clone()) else {
        return Err(Failure::unexpected_answer("no-id", "PostNord's answer names no shipment").status(answer.status()));
    };
    let numbers: Vec<String> = parcels.iter().filter_map(|parcel| parcel.tracking_number.clone()).collect();
    let documents = label::documents(&body.label_printout, &numbers);
    let mut failures: Vec<PartFailure> =
        bad.iter().map(|(entry, place)| refused(entry, per_parcel.then_some(*place))).collect();
    if bad.is_empty() {
        failures.extend(without_number(&mut parcels, order));
    }
    failures.extend(without_label(&numbers, &documents));
    failures.extend(without_qr_code(order, &documents));
    let links = good.iter().flat_map(|(entry, _)| &entry.urls);
    let tracking_link =
        links.filter(|link| link.kind.eq_ignore_ascii_case("TRACKING")).find_map(|link| link.url.clone());
    let print_ids: Vec<String> =
        good.iter().flat_map(|(entry, _)| entry.items()).filter_map(|id| id.print_id.clone()).collect();
    let extensions =
        [("booking-id", body.booking_response.booking_id.clone()), ("label-token", Some(print_ids.join(",")))];
    Ok(Booking {
        courier_shipment_id,
        parcels,
        documents,
        tracking_link,
        messages: refusals::left_out(&order.shipment),
        failures,
        extensions: extensions
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value.filter(|value| !value.is_empty())?)))
            .collect(),
        ..Booking::default()
    })
}

fn refused(entry: &Entry, parcel: Option<u32>) -> PartFailure {
    if entry.is_unsaid() {
        let words = "PostNord's answer does not say whether it booked this part";
        return PartFailure { parcel, failure: Failure::unexpected_answer("no-status", words) };
    }
    let failure = Failure::invalid_input("refused", "PostNord refused this part of the booking");
    let mut failure = faults::with_faults(failure, &entry.faults(), "/shipment");
    if let Some(index) = parcel {
        for problem in &mut failure.problems {
            problem.pointer = problem.pointer.replacen("/parcels/0/", &format!("/parcels/{index}/"), 1);
        }
    }
    PartFailure { parcel, failure }
}

/// Parcels that are booked, and whose number the answer does not tell.
fn without_number(parcels: &mut Vec<BookedParcel>, order: &Order) -> Vec<PartFailure> {
    let told = parcels.len();
    let untold = (0_u32..).take(order.shipment.parcels.len()).skip(told);
    let failure = || Failure::unexpected_answer("no-number", "PostNord booked the parcel and did not tell its number");
    untold
        .map(|index| {
            parcels.push(BookedParcel { index, ..BookedParcel::default() });
            PartFailure { parcel: Some(index), failure: failure() }
        })
        .collect()
}

/// Parcels for which no label came; `label` fetches it.
fn without_label(numbers: &[String], documents: &[Document]) -> Vec<PartFailure> {
    let for_all = documents.iter().any(|document| document.tracking_number.is_none());
    let has =
        |number: &String| for_all || documents.iter().any(|document| document.tracking_number.as_ref() == Some(number));
    let missing = numbers.iter().zip(0_u32..).filter(|(number, _)| !has(number));
    missing
        .map(|(number, index)| PartFailure {
            parcel: Some(index),
            failure: Failure::unavailable("no-label", format!("PostNord booked {number} and sent no label with it")),
        })
        .collect()
}

/// A QR code that was ordered and did not come in a format that can be handed on (PostNord has SVG, too).
fn without_qr_code(order: &Order, documents: &[Document]) -> Option<PartFailure> {
    let is_missing = !documents.iter().any(|document| document.category == "qr-code");
    (order.shipment.has_option("qr-code") && is_missing).then(|| PartFailure {
        parcel: None,
        failure: Failure::unexpected_answer("no-qr-code", "PostNord booked, and sent no QR code that can be shown"),
    })
}

impl Entry {
    fn items(&self) -> impl Iterator<Item = &Id> {
        self.ids.iter().filter(|id| id.is("itemId"))
    }

    /// Tracking numbers: those of the items; a return may have a number of its own kind only.
    fn numbers(&self) -> impl Iterator<Item = String> {
        let kind = if self.items().next().is_some() { "itemId" } else { "returnId" };
        self.ids.iter().filter(move |id| id.is(kind)).filter_map(|id| id.value.clone())
    }

    /// Whether it says neither that it was booked nor that it was refused.
    fn is_unsaid(&self) -> bool {
        let is_refusal = REFUSALS.iter().any(|word| self.status.eq_ignore_ascii_case(word));
        !is_refusal && self.faults().is_empty()
    }

    fn id(&self, kind: &str) -> Option<String> {
        self.ids.iter().find(|id| id.is(kind))?.value.clone()
    }

    fn faults(&self) -> Vec<Fault> {
        let composite = self.error_response.as_ref().and_then(|body| body.composite_fault.clone());
        composite.map(|composite| composite.faults).unwrap_or_default()
    }
}

impl Id {
    fn is(&self, kind: &str) -> bool {
        self.id_type.eq_ignore_ascii_case(kind)
    }
}
