//! The courier's codes and what they mean. Name the page that lists them, and the day on which you read it.

use crossdock_sdk::StatusTable;
use crossdock_sdk::types::Status;

/// A code that is not here is `unknown`: never guess.
pub const STATUSES: StatusTable = StatusTable::new(&[
    ("REG", Status::PreTransit),
    ("ACC", Status::Accepted),
    ("TRN", Status::InTransit),
    ("OUT", Status::OutForDelivery),
    ("PUP", Status::AvailableForPickup),
    ("DEL", Status::Delivered),
    ("ATT", Status::DeliveryAttemptFailed),
    ("EXC", Status::Exception),
    ("RET", Status::ReturnedToSender),
]);
