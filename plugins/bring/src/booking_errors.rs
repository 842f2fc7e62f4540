//! Booking's error codes and where in an order they point (list CONFIRMED, `GET /booking/api/errors`, read 2025-11-20).

use crossdock_sdk::types::{FailureKind, Order};
use crossdock_sdk::{Failure, Response};

use crate::booking_wire::BookingError;

/// Codes by kind and number, since `BOOK_INPUT` and `BOOK-INPUT` both occur. `{party}`: sender or recipient, by the suffix.
#[rustfmt::skip]
const PLACES: &[(&str, &str)] = &[
    ("INPUT-002", "/parcels/{parcel}/weight_grams"), ("INPUT-006", "/sender"), ("INPUT-007", "/recipient"),
    ("INPUT-008", "/service"), ("INPUT-009", "/parcels"), ("INPUT-011", "/parcels"), ("INPUT-012", "/shipping_date"),
    ("INPUT-013", "/parcels/{parcel}/length_mm"), ("INPUT-014", "{party}/person"), ("INPUT-015", "{party}/lines/0"),
    ("INPUT-016", "{party}/city"), ("INPUT-017", "{party}/country"), ("INPUT-018", "/service"), ("INPUT-020", "/service"),
    ("INPUT-022", "/service"), ("INPUT-023", "/parcels/{parcel}"), ("INPUT-024", "/service"), ("INPUT-025", "/service"),
    ("INPUT-027", "/service"), ("INPUT-028", "{party}/country"), ("INPUT-032", "/parcels"), ("INPUT-033", "/parcels"),
    ("INPUT-034", "/parcels"), ("INPUT-036", "/options"), ("INPUT-039", "/options"), ("INPUT-040", "/options"),
    ("INPUT-041", "/references"), ("INPUT-043", "/service"), ("INPUT-045", "/options"), ("INPUT-047", "/options"),
    ("INPUT-055", "/options"), ("INPUT-056", "/options"), ("INPUT-057", "{party}/postal_code"),
    ("INPUT-065", "/customs/incoterm"), ("INPUT-070", "/service"), ("INPUT-071", "/parcels/{parcel}/packaging"),
    ("INPUT-072", "/recipient/phone"), ("VALIDATION-002", "/recipient/phone"), ("VALIDATION-011", "/recipient/phone"),
];

/// One failure for all of an answer's errors; the gravest kind decides.
pub fn failure_of(answer: &Response, errors: &[BookingError], order: &Order) -> Failure {
    let leading = errors.iter().find(|error| kind(&error.code()) != FailureKind::InvalidInput).or(errors.first());
    let (code, words) = leading.map(|error| (error.code(), error.words())).unwrap_or_default();
    let mut failure = answer.failure_of(kind(&code), code, words);
    for error in errors {
        failure = failure.problem(pointer(&error.code(), order.shipment.parcels.len()), error.code(), error.words());
    }
    failure
}

/// What a code means for whoever asked; pickup's codes are built alike.
pub fn kind(code: &str) -> FailureKind {
    match plain(code) {
        code if code.contains("AUTHORIZATION") => FailureKind::Auth,
        code if code.contains("INTERNAL") => FailureKind::Unavailable,
        _ => FailureKind::InvalidInput,
    }
}

fn plain(code: &str) -> String {
    code.trim().to_ascii_uppercase().replace('_', "-")
}

fn pointer(code: &str, parcels: usize) -> String {
    let code = plain(code);
    let (bare, party) = match code.strip_suffix("-SENDER") {
        Some(bare) => (bare, "/sender"),
        None => match code.strip_suffix("-RECIPIENT") {
            Some(bare) => (bare, "/recipient"),
            None => (code.as_str(), ""),
        },
    };
    let place =
        PLACES.iter().find(|(known, _)| bare.strip_prefix("BOOK-") == Some(*known)).map_or("", |(_, place)| place);
    let place = match place.strip_prefix("{party}") {
        // Without a suffix it is not said which of the two is meant.
        Some(_) if party.is_empty() => String::new(),
        Some(rest) => format!("{party}{rest}"),
        None => place.to_owned(),
    };
    // Which parcel is not said.
    let place = match place.split_once("/{parcel}") {
        Some((_, rest)) if parcels == 1 => format!("/parcels/0{rest}"),
        Some((parcels, _)) => parcels.to_owned(),
        None => place,
    };
    if place.is_empty() { place } else { format!("/shipment{place}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_point_into_the_order_however_they_are_spelt() {
        assert_eq!(pointer("BOOK_INPUT-057-RECIPIENT", 1), "/shipment/recipient/postal_code");
        assert_eq!(pointer("BOOK-INPUT-014-SENDER", 1), "/shipment/sender/person");
        assert_eq!(pointer("BOOK-INPUT-014", 1), "");
        assert_eq!(pointer("BOOK-INPUT-002", 1), "/shipment/parcels/0/weight_grams");
        assert_eq!(pointer("BOOK-INPUT-002", 3), "/shipment/parcels");
        assert_eq!(pointer("BOOK-INPUT-021", 1), "");
        assert_eq!(kind("BOOK-AUTHORIZATION-001"), FailureKind::Auth);
    }
}
