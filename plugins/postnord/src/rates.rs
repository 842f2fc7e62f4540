//! What could carry a shipment, and how long it takes. PostNord names no price (CONFIRMED: no price API exists).

use crossdock_sdk::types::{Level, Message, Quotes, Shipment};
use crossdock_sdk::{Call, Failure, Plugin, Rates, time};

use crate::{PostNord, delivery_options, transit_times};

impl Rates for PostNord {
    /// Asks for delivery options where the account has a customer key and the service is one that they know; else, and where
    /// that product fails, for transit times.
    fn quote(call: &Call, shipment: &Shipment) -> Result<Quotes, Failure> {
        let options = match call.field("customer_key") {
            Some(key) if delivery_options::knows(shipment) => Some(delivery_options::ask(call, &key, shipment)),
            _ => None,
        };
        let failed = match options {
            Some(Ok(quotes)) => return Ok(quotes),
            Some(Err(failure)) => Some(failure),
            None => None,
        };
        let times =
            transit_times::request(call, shipment).send().and_then(|answer| transit_times::read(answer, shipment));
        match (times, failed) {
            (Ok(mut quotes), Some(failure)) => {
                quotes.messages.push(beside(failure));
                Ok(quotes)
            }
            (Err(_), Some(failure)) => Err(failure),
            (times, None) => times,
        }
    }
}

/// A product's failure, told beside what another product answered.
fn beside(failure: Failure) -> Message {
    let text = format!("no delivery options, only transit times: {}", failure.message);
    Message {
        level: Level::Warning,
        code: failure.code,
        text,
        pointer: None,
        concerns: Some("delivery-options".to_owned()),
    }
}

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
