//! What UPS's codes mean: the three-digit code first, then the two-letter one, then the type, then the words.

use crossdock_sdk::StatusTable;
use crossdock_sdk::types::Status;

use crate::status_codes::{CODES, INFORMATIONAL};

/// Activity types. CONFIRMED (UPS tracking appendix): M, MV, I, D, X, U, W, DO, DD, NA. REPORTED (older answers, as read by
/// github.com/0xA-10/ts-shipment-tracking): P, O, RS. `U` (Track Alert) only informs.
#[rustfmt::skip]
pub const TYPES: StatusTable = StatusTable::new(&[
    ("M", Status::PreTransit), ("MV", Status::Cancelled), ("P", Status::Accepted), ("I", Status::InTransit),
    ("O", Status::OutForDelivery), ("D", Status::Delivered), ("X", Status::Exception), ("RS", Status::ReturnedToSender),
    ("W", Status::InTransit), ("DO", Status::InTransit), ("DD", Status::InTransit), ("NA", Status::Unknown),
]);

/// Two-letter activity codes worth more than their type. CONFIRMED names (UPS tracking appendix); grouping ours.
#[rustfmt::skip]
pub const LETTERS: StatusTable = StatusTable::new(&[
    ("MP", Status::PreTransit), ("OC", Status::PreTransit), ("PL", Status::PreTransit),
    ("VP", Status::Cancelled),
    ("OR", Status::Accepted), ("PU", Status::Accepted), ("PC", Status::Accepted), ("PT", Status::Accepted), ("XD", Status::Accepted),
    ("AR", Status::InTransit), ("AT", Status::InTransit), ("DP", Status::InTransit), ("DS", Status::InTransit),
    ("EP", Status::InTransit), ("HU", Status::InTransit), ("IP", Status::InTransit), ("LC", Status::InTransit),
    ("UL", Status::InTransit), ("WH", Status::InTransit), ("AG", Status::InTransit), ("XA", Status::InTransit),
    ("XR", Status::InTransit), ("YH", Status::InTransit), ("YM", Status::InTransit), ("YN", Status::InTransit),
    ("YP", Status::InTransit), ("SP", Status::InTransit),
    ("OF", Status::OutForDelivery), ("OT", Status::OutForDelivery), ("OD", Status::OutForDelivery),
    ("DL", Status::OutForDelivery), ("YF", Status::OutForDelivery), ("YI", Status::OutForDelivery),
    ("2Q", Status::AvailableForPickup), ("1N", Status::AvailableForPickup), ("ZI", Status::AvailableForPickup),
    ("2W", Status::Delivered), ("FS", Status::Delivered), ("F4", Status::Delivered), ("KB", Status::Delivered), ("KM", Status::Delivered),
    ("B0", Status::ReturnedToSender), ("PJ", Status::ReturnedToSender), ("RS", Status::ReturnedToSender),
    ("48", Status::DeliveryAttemptFailed), ("49", Status::DeliveryAttemptFailed), ("50", Status::DeliveryAttemptFailed),
    ("53", Status::DeliveryAttemptFailed), ("55", Status::DeliveryAttemptFailed), ("CI", Status::DeliveryAttemptFailed),
    ("BI", Status::DeliveryAttemptFailed), ("PG", Status::DeliveryAttemptFailed),
]);

/// Why, by three-digit code (the words of the appendix; the grouping is ours).
const REASONS: &[(&[&str], &str)] = &[
    (&["032", "051", "052", "053"], "weather"),
    (&["058", "124", "125", "141"], "customs:documents"),
    (&["012", "092"], "customs:inspection"),
    (&["147", "149"], "customs:prohibited"),
    (&["059", "081"], "courier:damaged"),
    (&["068"], "courier:lost"),
    (&["046", "048", "049", "086", "090"], "courier:delay"),
    (&["050"], "recipient:wrong-address"),
    (&["061"], "recipient:verification-failed"),
    (&["064"], "recipient:refused"),
    (&["139"], "recipient:no-access"),
    (&["132"], "security"),
    (&["123", "126"], "regulatory-hold"),
    (&["129"], "under-investigation"),
];

/// A status or an activity as UPS codes it; empty where it says nothing.
#[derive(Debug, Default, Clone, Copy)]
pub struct Code<'a> {
    /// `I`, `D`, `X` and so on.
    pub kind: &'a str,
    /// Two letters; in older answers sometimes the three digits (REPORTED).
    pub letters: &'a str,
    /// Three digits.
    pub digits: &'a str,
    /// UPS's words.
    pub text: &'a str,
}

/// What a code means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Meaning {
    pub status: Status,
    pub informational: bool,
    pub reason: Option<&'static str>,
}

/// Reads a code. One that UPS does not document is `unknown`.
pub fn meaning(code: Code) -> Meaning {
    let digits = digits(code);
    let reason = REASONS.iter().find(|(codes, _)| codes.contains(&digits.as_str())).map(|(_, reason)| *reason);
    let informational = INFORMATIONAL.contains(&digits.as_str());
    let of = |status| Meaning { status, informational, reason };
    if informational {
        return of(Status::Unknown);
    }
    if let Some(status) = CODES.get(&digits) {
        return of(status);
    }
    let kind = code.kind.trim().to_ascii_uppercase();
    if let Some(status) = of_letters(&kind, code.letters) {
        return of(status);
    }
    match kind.as_str() {
        "U" => Meaning { informational: true, ..of(Status::Unknown) },
        "X" => of(of_words(code.text)),
        kind => of(TYPES.status(kind)),
    }
}

/// The three-digit code with the leading zeros that pushes may lose; empty if there is none.
pub fn digits(code: Code) -> String {
    let given = if code.digits.trim().is_empty() { code.letters.trim() } else { code.digits.trim() };
    let is_number = !given.is_empty() && given.len() <= 3 && given.bytes().all(|byte| byte.is_ascii_digit());
    let stands_for_letters = code.digits.trim().is_empty() && given.len() < 3;
    if is_number && !stands_for_letters { ["000", given].concat().split_off(given.len()) } else { String::new() }
}

fn of_letters(kind: &str, letters: &str) -> Option<Status> {
    // Two codes mean something else under one type (appendix: DP in manifest scans, PL as an exception).
    match (kind, letters.trim().to_ascii_uppercase().as_str()) {
        ("M", "DP") => return Some(Status::PreTransit),
        ("X", "PL") => return Some(Status::DeliveryAttemptFailed),
        _ => {}
    }
    let status = LETTERS.get(letters)?;
    let is_end = matches!(status, Status::Delivered | Status::AvailableForPickup | Status::ReturnedToSender);
    // Whatever the two letters are, type D has been delivered somewhere.
    Some(if kind == "D" && !is_end { Status::Delivered } else { status })
}

/// An exception without a documented code: its words (REPORTED rule of ts-shipment-tracking).
fn of_words(text: &str) -> Status {
    let text = text.to_ascii_uppercase();
    if ["DELIVERY ATTEMPT", "NOT AVAILABLE", "REFUSED"].iter().any(|words| text.contains(words)) {
        Status::DeliveryAttemptFailed
    } else if text.contains("RETURN") {
        Status::ReturnedToSender
    } else {
        Status::Exception
    }
}

#[cfg(test)]
mod tests {
    use crossdock_sdk::testing::check_status_table;

    use super::*;

    fn status(kind: &str, letters: &str, digits: &str, text: &str) -> Status {
        meaning(Code { kind, letters, digits, text }).status
    }

    #[test]
    fn no_code_has_two_statuses() {
        check_status_table(&CODES);
        check_status_table(&LETTERS);
        check_status_table(&TYPES);
        assert!(INFORMATIONAL.iter().all(|code| CODES.get(code).is_none()));
        assert_eq!(CODES.rows().len() + INFORMATIONAL.len(), 160);
    }

    #[test]
    fn the_most_specific_code_decides() {
        assert_eq!(status("I", "OT", "021", ""), Status::OutForDelivery);
        assert_eq!(status("D", "2Q", "", ""), Status::AvailableForPickup);
        assert_eq!(status("D", "OT", "", ""), Status::Delivered);
        assert_eq!(status("D", "", "11", ""), Status::Delivered);
        assert_eq!(status("D", "011", "", ""), Status::Delivered);
        assert_eq!(status("X", "48", "", ""), Status::DeliveryAttemptFailed);
        assert_eq!(status("M", "DP", "", ""), Status::PreTransit);
        assert_eq!(status("X", "ZZ", "", "Receiver not available at "), Status::DeliveryAttemptFailed);
        assert_eq!(status("Q", "ZZ", "999", ""), Status::Unknown);
        assert!(meaning(Code { kind: "U", ..Code::default() }).informational);
        assert!(meaning(Code { kind: "I", digits: "155", ..Code::default() }).informational);
    }
}
