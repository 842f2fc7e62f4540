//! Pickup orders by Booking's older call. Request CONFIRMED by an example for Sweden (`pickuporder_SE.json` in the history of
//! github.com/bring/developer-site, read 2025-11-20); that Norway's `parcelsInformation` has the same members is ASSUMED.

use crossdock_sdk::lenient::{one_or_many, opt_text, or_none};
use crossdock_sdk::types::{Moment, Pickup, PickupRequest, Window};
use crossdock_sdk::{Call, Failure, Request, time};
use serde::Deserialize;
use serde_json::json;

use crate::answer::{authenticated, refused};
use crate::booking_errors::kind;
use crate::booking_wire::BookingError;
use crate::shipment::country;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Answer {
    #[serde(deserialize_with = "or_none")]
    pickup_confirmation: Option<Confirmation>,
    #[serde(deserialize_with = "one_or_many")]
    errors: Vec<BookingError>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Confirmation {
    #[serde(deserialize_with = "opt_text")]
    earliest_pickup_date: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    latest_pickup_date: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    url: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    package_number: Option<String>,
}

pub fn schedule(call: &Call, request: &PickupRequest) -> Result<Pickup, Failure> {
    let place = &request.place;
    let country = country(place);
    let from = request.window.earliest.as_ref().or(request.window.latest.as_ref()).ok_or_else(|| {
        Failure::invalid_input("no-day", "a pickup needs a day").problem(
            "/window/earliest",
            "required",
            "say from when",
        )
    })?;
    let norway = country == "NO";
    let parcels = json!({"numberOfPackages": request.parcels, "weightInGrams": request.weight_grams});
    let body = json!({
        "customerInformation": {"customerNumber": call.field("customer_number"),
            "companyName": place.company.as_ref().or(place.person.as_ref())},
        "pickupAddress": {"street": place.first_line(), "postalCode": place.compact_postal_code(), "city": place.city,
            "email": place.email, "phoneNumber": place.phone, "message": request.instructions},
        "pickupDate": from.local.get(..10), "pickupIsReadyAtTime": from.local.get(11..16),
        "pickupTimeZone": null, "countryCode": country,
        "parcelsInformation": norway.then_some(&parcels), "parcelsInternationalInformation": (!norway).then_some(&parcels),
        "cargoInformation": null, "testIndicator": call.is_test(),
    });
    let answer = authenticated(Request::post("pickup", "/pickupOrder").json(&body).send()?)?;
    let parsed: Answer = match answer.json() {
        Ok(parsed) => parsed,
        Err(failure) if answer.is_success() => return Err(failure),
        Err(_) => return Err(refused(answer)),
    };
    if let Some(first) = parsed.errors.first() {
        let mut failure = answer.failure_of(kind(&first.code()), first.code(), first.words());
        for error in &parsed.errors {
            failure = failure.problem("", error.code(), error.words());
        }
        return Err(failure);
    }
    let Some(confirmation) = parsed.pickup_confirmation.filter(|_| answer.is_success()) else {
        return Err(refused(answer));
    };
    let confirmation_number = confirmation.package_number.or(confirmation.url).ok_or_else(|| {
        Failure::unexpected_answer("no-number", "Bring confirmed the pickup without a number").status(answer.status())
    })?;
    let moment = |ms: Option<String>| -> Option<Moment> { time::epoch_ms(ms?.parse().ok()?, Some(&country)) };
    let window =
        Window { earliest: moment(confirmation.earliest_pickup_date), latest: moment(confirmation.latest_pickup_date) };
    Ok(Pickup {
        confirmation_number,
        window: Some(window).filter(|window| window.earliest.is_some() || window.latest.is_some()),
        ..Pickup::default()
    })
}
