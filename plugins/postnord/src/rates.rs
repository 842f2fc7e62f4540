//! What could carry a shipment, and how long it takes. PostNord names no price (CONFIRMED: no price API exists).

use crossdock_sdk::types::Shipment;
use crossdock_sdk::{Call, Plugin, time};

use crate::PostNord;

/// The day of hand-over, if it is after today.
pub fn later_day(call: &Call, shipment: &Shipment) -> Option<String> {
    let today = time::today(call.now(), Some(&shipment.sender.country));
    shipment.shipping_date.clone().filter(|date| *date > today)
}

/// The description's name of a service.
pub fn service_name(code: &str) -> String {
    let services = PostNord::describe().services;
    services.into_iter().find(|service| service.code == code).map_or_else(|| code.to_owned(), |service| service.name)
}

/// Where a service delivers to.
pub fn delivery_kind(code: &str) -> &'static str {
    match code {
        "17" | "30" | "32" | "20" | "91" => "home",
        "18" | "48" | "52" | "83" => "business",
        "19" | "24" => "service-point",
        "11" | "34" | "86" => "mailbox",
        _ => "other",
    }
}
