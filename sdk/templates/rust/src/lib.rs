//! {{name}}: tracking. The courier's API in this file is made up: put your courier's in its place.

mod status;

use crossdock_sdk::types::{self, Account, Status, TrackingEvent};
use crossdock_sdk::{Auth, Call, Failure, FromJson, Plugin, Request, Tracking, countries, time};

use crate::status::STATUSES;

/// The plugin.
pub struct {{type}}Plugin;

crossdock_sdk::export!({{type}}Plugin: auth, tracking);

impl Plugin for {{type}}Plugin {
    crossdock_sdk::description_file!("../description.json");
}

/// The answer of `GET /account`.
#[derive(FromJson)]
struct Customer {
    #[json(required)]
    number: String,
    name: Option<String>,
}

/// The answer of `GET /parcels/{number}`.
#[derive(FromJson)]
struct Parcel {
    #[json(required)]
    number: String,
    events: Vec<Event>,
}

#[derive(FromJson)]
struct Event {
    code: String,
    text: Option<String>,
    time: String,
    city: Option<String>,
    country: Option<String>,
}

impl Auth for {{type}}Plugin {
    fn check(_: &Call) -> Result<Account, Failure> {
        let customer: Customer = Request::get("api", "/account").send()?.error_for_status()?.read()?;
        Ok(Account { id: Some(customer.number), label: customer.name, ..Account::default() })
    }
}

impl Tracking for {{type}}Plugin {
    fn track(call: &Call, numbers: &[String]) -> Vec<Result<types::Tracking, Failure>> {
        numbers.iter().map(|number| track_one(call, number)).collect()
    }
}

fn track_one(call: &Call, number: &str) -> Result<types::Tracking, Failure> {
    let answer = Request::get("api", "/parcels").path_segment(number).query("lang", call.language()).send()?;
    if answer.status() == 404 {
        return Err(answer.failure("unknown-number", "{{name}} does not know this number"));
    }
    let parcel: Parcel = answer.error_for_status()?.read()?;
    if parcel.number != number {
        return Err(Failure::unexpected_answer("another-parcel", "{{name}} answered with another parcel"));
    }
    let events: Vec<_> = parcel.events.into_iter().map(event).collect();
    let status = events.last().map_or(Status::Unknown, |event| event.status);
    Ok(types::Tracking { number: parcel.number, status, events, ..types::Tracking::default() })
}

fn event(event: Event) -> TrackingEvent {
    let country = event.country.as_deref().and_then(countries::alpha2);
    TrackingEvent {
        occurred_at: time::any(&event.time, country.as_deref()),
        status: STATUSES.status(&event.code),
        // The same event must have the same key in every answer.
        courier_key: format!("{}/{}", event.time, event.code),
        courier_code: Some(event.code),
        courier_text: event.text,
        city: event.city,
        country,
        ..TrackingEvent::default()
    }
}

#[cfg(test)]
mod tests {
    use crossdock_sdk::testing;

    use super::*;

    #[test]
    fn the_recorded_calls_come_out_as_expected() {
        testing::run_fixtures::<{{type}}Plugin>(env!("CARGO_MANIFEST_DIR"));
        testing::robustness::<{{type}}Plugin>(env!("CARGO_MANIFEST_DIR"));
        testing::check_status_table(&STATUSES);
    }
}
