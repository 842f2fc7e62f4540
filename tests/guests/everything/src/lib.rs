//! A plugin that has every capability and answers with recognisable values in every field, for tests that call each
//! interface of the contract through the host.
//!
//! It echoes what it is given into `extensions`, so that a test sees whether every input arrives as well.

mod samples;

use crossdock_sdk::types::{
    Account, Action, Address, Algorithm, Booked, Booking, Cancellation, Document, Extensions, Failure, IncomingWebhook,
    LogLevel, Manifest, Near, Order, PartFailure, Pickup, PickupRequest, Quotes, Received, Reply, ServicePoint,
    ServicePointSearch, Shipment, Subscription, Update, Validation, Verdict,
};
use crossdock_sdk::{
    Addresses, Auth, Call, FromJson, Manifests, Pickups, Plugin, Rates, Request, ServicePoints, Shipments,
    Subscriptions, Tracking, Webhooks, host, send_all, types,
};

/// The plugin.
pub struct Everything;

crossdock_sdk::export!(
    Everything: auth, tracking, rates, shipments, pickups, manifests, service_points, addresses, webhooks, subscriptions
);

impl Plugin for Everything {
    crossdock_sdk::description_file!("description.json");
}

impl Auth for Everything {
    /// Echoes every fact of the call.
    fn check(call: &Call) -> Result<Account, Failure> {
        let fact = |key: &str, value: String| (key.to_owned(), value);
        Ok(Account {
            id: call.field("customer_number"),
            label: Some("Everything & Co".to_owned()),
            extensions: vec![
                fact("secret", format!("{:?}", call.field("api_key"))),
                fact("account-kind", call.account_kind()),
                fact("test", call.is_test().to_string()),
                fact("locale", call.locale()),
                fact("now", call.now().as_millisecond().to_string()),
                fact("time-left", (!call.time_left().is_zero()).to_string()),
                fact("call-id", call.call_id()),
                fact("endpoint-url", format!("{:?}", call.endpoint_url("main"))),
                fact("unknown-endpoint", format!("{:?}", call.endpoint_url("nowhere"))),
            ],
        })
    }
}

impl Tracking for Everything {
    /// `MISSING` fails, `SEND` and `SEND-ALL` ask the courier and show what came, any other number has everything.
    fn track(_: &Call, numbers: &[String]) -> Vec<Result<types::Tracking, Failure>> {
        host::log(LogLevel::Info, "tracking", &[("count", &numbers.len().to_string())]);
        numbers.iter().map(|number| track_one(number)).collect()
    }
}

fn track_one(number: &str) -> Result<types::Tracking, Failure> {
    match number {
        "MISSING" => Err(samples::failure()),
        "SEND" => {
            let answer = Request::get("main", "/parcels").path_segment(number).query("lang", "sv & en").send()?;
            let seen: Seen = answer.error_for_status()?.read()?;
            Ok(types::Tracking { number: number.to_owned(), courier_text: seen.text, ..types::Tracking::default() })
        }
        "SEND-ALL" => {
            let paths = ["/first", "/second", "/third"];
            let answers = send_all(paths.iter().map(|path| Request::get("main", path)).collect());
            let seen = answers.into_iter().map(|answer| match answer {
                Ok(answer) => (answer.status().to_string(), answer.text()),
                Err(failure) => (failure.code, failure.message),
            });
            let extensions = seen.collect();
            Ok(types::Tracking { number: number.to_owned(), extensions, ..types::Tracking::default() })
        }
        _ => Ok(samples::tracking(number)),
    }
}

/// What the courier answers to `SEND`.
#[derive(FromJson)]
struct Seen {
    text: Option<String>,
}

impl Rates for Everything {
    fn quote(_: &Call, shipment: &Shipment) -> Result<Quotes, Failure> {
        Ok(Quotes { rates: vec![samples::rate(samples::echo(shipment))], messages: samples::messages() })
    }
}

impl Shipments for Everything {
    fn create(_: &Call, order: &Order) -> Result<Booking, Failure> {
        Ok(samples::booking(&order.booking_reference, samples::echo(order)))
    }

    fn cancel(_: &Call, shipment: &Booked) -> Result<Cancellation, Failure> {
        if shipment.courier_shipment_id == "TOO-LATE" {
            return Err(samples::failure());
        }
        Ok(Cancellation { final_: true, messages: samples::messages() })
    }

    fn label(_: &Call, _: &Booked, format: &str) -> Result<Vec<Document>, Failure> {
        Ok(samples::documents(format))
    }

    fn find_by_reference(_: &Call, booking_reference: &str) -> Result<Booking, Failure> {
        Ok(samples::booking(booking_reference, Extensions::new()))
    }
}

impl Pickups for Everything {
    fn schedule(_: &Call, request: &PickupRequest) -> Result<Pickup, Failure> {
        Ok(Pickup {
            confirmation_number: "PICKUP-1".to_owned(),
            window: Some(samples::window()),
            charge: Some(samples::money()),
            messages: samples::messages(),
            extensions: samples::echo(request),
        })
    }

    fn cancel(_: &Call, confirmation_number: &str, extensions: &Extensions) -> Result<(), Failure> {
        if confirmation_number == "PICKUP-1" && !extensions.is_empty() { Ok(()) } else { Err(samples::failure()) }
    }
}

impl Manifests for Everything {
    fn close(_: &Call, date: &str, courier_shipment_ids: &[String]) -> Result<Manifest, Failure> {
        Ok(Manifest {
            id: Some(format!("MANIFEST-{date}")),
            documents: samples::documents("pdf"),
            messages: samples::messages(),
            extensions: vec![("closed".to_owned(), courier_shipment_ids.join(","))],
        })
    }
}

impl ServicePoints for Everything {
    fn find(_: &Call, search: &ServicePointSearch) -> Result<Vec<ServicePoint>, Failure> {
        let near = match &search.near {
            Near::Address(address) => format!("address:{}", address.postal_code),
            Near::Position(position) => {
                format!("position:{},{}", position.latitude_microdegrees, position.longitude_microdegrees)
            }
        };
        let mut point = samples::service_point();
        point.extensions.push(("near".to_owned(), near));
        point.extensions.extend(samples::echo(search));
        Ok(vec![point])
    }
}

impl Addresses for Everything {
    fn validate(_: &Call, address: &Address) -> Result<Validation, Failure> {
        let candidates = vec![address.clone(), samples::address()];
        Ok(Validation { verdict: Verdict::Corrected, candidates, messages: samples::messages() })
    }
}

impl Webhooks for Everything {
    fn receive(_: &Call, request: &IncomingWebhook) -> Result<Received, Failure> {
        let verified = host::verify(Algorithm::HmacSha256, "webhook-secret", &request.body, b"signature");
        Ok(Received {
            updates: vec![Update { key: Some("PUSH-1".to_owned()), tracking: samples::tracking("NUMBER-1") }],
            reply: Some(Reply { status: 202, content_type: "text/plain".to_owned(), body: request.body.clone() }),
            actions: vec![Action {
                code: "refresh".to_owned(),
                numbers: vec!["NUMBER-1".to_owned()],
                extensions: samples::extensions("action"),
            }],
            extensions: vec![
                ("verified".to_owned(), verified.to_string()),
                ("method".to_owned(), request.method.clone()),
                ("query".to_owned(), format!("{:?}", request.query)),
                ("headers".to_owned(), format!("{:?}", request.headers)),
            ],
        })
    }
}

impl Subscriptions for Everything {
    fn subscribe(_: &Call, numbers: &[String]) -> Result<Vec<Subscription>, Failure> {
        Ok(vec![samples::subscription(numbers)])
    }

    fn unsubscribe(_: &Call, id: &str) -> Result<(), Failure> {
        if id == "SUBSCRIPTION-1" { Ok(()) } else { Err(samples::failure()) }
    }

    fn list(_: &Call) -> Result<Vec<Subscription>, Failure> {
        Ok(vec![Subscription {
            failures: vec![PartFailure { parcel: Some(0), failure: samples::failure() }],
            ..samples::subscription(&[])
        }])
    }
}

#[cfg(test)]
mod tests {
    use super::Everything;

    #[test]
    fn cases_are_answered_as_recorded() {
        crossdock_sdk::testing::run_fixtures::<Everything>(env!("CARGO_MANIFEST_DIR"));
    }

    #[test]
    fn no_damaged_answer_makes_it_panic() {
        crossdock_sdk::testing::robustness::<Everything>(env!("CARGO_MANIFEST_DIR"));
    }
}
