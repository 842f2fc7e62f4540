//! PostNord's codes and what they mean.

use crossdock_sdk::StatusTable;
use crossdock_sdk::types::Status;

/// Statuses of shipments, items and events.
///
/// CONFIRMED: the enum of Track & Trace v7 (findByIdentifier specification, read 2025-11). `DELIVERY` is REPORTED: only
/// the consumer view (github.com/ha-parcel-integrations/ha-postnord `const.py`). `SPLIT` (derived from the items) and `OTHER`
/// (only informs) have no meaning of their own.
pub const STATUSES: StatusTable = StatusTable::new(&[
    ("CREATED", Status::PreTransit),
    ("INFORMED", Status::PreTransit),
    ("EN_ROUTE", Status::InTransit),
    ("DELIVERY", Status::OutForDelivery),
    ("AVAILABLE_FOR_DELIVERY", Status::AvailableForPickup),
    ("AVAILABLE_FOR_DELIVERY_PAR_LOC", Status::AvailableForPickup),
    ("DELIVERED", Status::Delivered),
    ("DELAYED", Status::Exception),
    ("EXPECTED_DELAY", Status::Exception),
    ("DELIVERY_IMPOSSIBLE", Status::DeliveryAttemptFailed),
    ("DELIVERY_REFUSED", Status::Exception),
    ("RETURNED", Status::ReturnedToSender),
    ("STOPPED", Status::Exception),
    ("OTHER", Status::Unknown),
    ("SPLIT", Status::Unknown),
]);

/// Event codes; the list that PostNord keeps is not public.
///
/// REPORTED: github.com/proninyaroslav/libretrack, github.com/ha-parcel-integrations/ha-postnord.
pub const EVENT_CODES: StatusTable = StatusTable::new(&[
    ("68", Status::PreTransit),
    ("31", Status::InTransit),
    (LOADED_FOR_DELIVERY, Status::OutForDelivery),
    ("1", Status::AvailableForPickup),
    (E_MAIL_NOTICE, Status::Unknown),
    ("21", Status::Delivered),
]);

/// Loaded for delivery, while the event's status stays `EN_ROUTE` (REPORTED, as above).
const LOADED_FOR_DELIVERY: &str = "113";
/// An e-mail was sent (REPORTED, as above).
const E_MAIL_NOTICE: &str = "z08";

/// What an event says: its status, which is published, before its code, which is not; but "loaded for delivery" says more.
pub fn of_event(status: Option<&str>, code: Option<&str>) -> Status {
    let of_code = code.map_or(Status::Unknown, |code| EVENT_CODES.status(code));
    match status.map_or(Status::Unknown, |status| STATUSES.status(status)) {
        Status::InTransit if of_code == Status::OutForDelivery => of_code,
        Status::Unknown if !status.is_some_and(is_informational) => of_code,
        of_status => of_status,
    }
}

/// Whether an event of this status and code only informs.
pub fn informs(status: Option<&str>, code: Option<&str>) -> bool {
    match status {
        Some(status) => is_informational(status),
        None => code.is_some_and(|code| code.eq_ignore_ascii_case(E_MAIL_NOTICE)),
    }
}

fn is_informational(status: &str) -> bool {
    status.eq_ignore_ascii_case("OTHER")
}

/// Why a parcel is not where it should be, where the status says so.
pub fn incident_reason(status: Option<&str>) -> Option<String> {
    let reason = match status?.to_ascii_uppercase().as_str() {
        "DELAYED" | "EXPECTED_DELAY" => "courier:delay",
        "DELIVERY_REFUSED" => "recipient:refused",
        _ => return None,
    };
    Some(reason.to_owned())
}

/// The status of a shipment whose items differ: an exception shows, else the least advanced item counts.
pub fn of_items(items: impl Iterator<Item = Status>) -> Status {
    items.min_by_key(|status| progress(*status)).unwrap_or(Status::Unknown)
}

fn progress(status: Status) -> u8 {
    match status {
        Status::Exception | Status::DeliveryAttemptFailed => 0,
        Status::PreTransit => 1,
        Status::Accepted => 2,
        Status::InTransit => 3,
        Status::OutForDelivery => 4,
        Status::AvailableForPickup => 5,
        Status::Cancelled => 6,
        Status::ReturnedToSender => 7,
        Status::Delivered => 8,
        // Nothing is known of it: the others speak.
        Status::Unknown => 9,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loaded_for_delivery_says_more_than_its_status() {
        assert_eq!(of_event(Some("EN_ROUTE"), Some("113")), Status::OutForDelivery);
        assert_eq!(of_event(Some("DELIVERED"), Some("113")), Status::Delivered);
        assert_eq!(of_event(None, Some("21")), Status::Delivered);
        assert_eq!(of_event(Some("OTHER"), Some("21")), Status::Unknown);
        assert_eq!(of_event(Some("NEW_WORD"), Some("x9")), Status::Unknown);
    }

    #[test]
    fn the_least_advanced_item_counts_unless_one_is_in_trouble() {
        let items = [Status::Delivered, Status::InTransit, Status::Unknown];
        assert_eq!(of_items(items.into_iter()), Status::InTransit);
        assert_eq!(of_items([Status::PreTransit, Status::Exception].into_iter()), Status::Exception);
    }
}
