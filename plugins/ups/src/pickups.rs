//! Pickup v2409.

use crossdock_sdk::types::{Extensions, FailureKind, Money, Pickup, PickupRequest};
use crossdock_sdk::{Call, Failure, FromJson, Pickups, Request};
use serde_json::{Value, json};

use crate::error::{self, Note};
use crate::rates::Head;
use crate::{Ups, shipment, wire};

/// UPS's pickup services are its service codes in three digits; ground in the United States, Standard elsewhere.
const GROUND: &str = "03";
const STANDARD: &str = "11";
/// Above 70 pounds a package is overweight (REPORTED). Of several packages only the sum is known.
const MAX_EASY_GRAMS: u32 = 31_751;

#[derive(Debug, FromJson)]
#[json(rename_all = "PascalCase")]
struct Answer {
    pickup_creation_response: Created,
}

#[derive(Debug, FromJson)]
struct Created {
    #[json(rename = "PRN", required)]
    prn: String,
    #[json(rename = "Response")]
    head: Option<Head>,
    #[json(rename = "RateResult")]
    rate: Option<RateResult>,
}

#[derive(Debug, Default, FromJson)]
#[json(rename_all = "PascalCase", default)]
struct RateResult {
    currency_code: String,
    grand_total_of_all_charge: String,
}

impl Pickups for Ups {
    fn schedule(call: &Call, request: &PickupRequest) -> Result<Pickup, Failure> {
        let body = body(call, request)?;
        let sent = Request::post("api", "/pickupcreation/v2409/pickup").json(&body);
        let response = wire::identified(call, sent, "").send()?;
        if !response.is_success() {
            return Err(error::located(&response, pointer));
        }
        let created = error::read::<Answer>(&response)?.pickup_creation_response;
        Ok(Pickup {
            confirmation_number: created.prn,
            window: Some(request.window.clone()),
            charge: created.rate.and_then(|rate| Money::read(&rate.grand_total_of_all_charge, &rate.currency_code)),
            messages: created.head.unwrap_or_default().alert.into_iter().map(Note::warning).collect(),
            ..Pickup::default()
        })
    }

    /// By the pickup's number (02), which goes into a header.
    fn cancel(call: &Call, confirmation_number: &str, _: &Extensions) -> Result<(), Failure> {
        let request = Request::delete("api", "/shipments/v2409/pickup/02").header("Prn", confirmation_number);
        let response = wire::identified(call, request, "").send()?;
        if response.is_success() {
            // Errors may come with 200 too.
            let () = error::read(&response)?;
            return if error::is_error(&response) { Err(error::failure(&response)) } else { Ok(()) };
        }
        let failure = error::failure(&response);
        let words = failure.message.to_ascii_lowercase();
        // UPS answers both with 400 (ASSUMED words).
        let kind = match failure.kind {
            FailureKind::InvalidInput if words.contains("not found") || words.contains("no pickup") => {
                FailureKind::NotFound
            }
            FailureKind::InvalidInput if words.contains("cancel") || words.contains("complete") => {
                FailureKind::Conflict
            }
            kind => kind,
        };
        Err(Failure { kind, ..failure })
    }
}

/// CONFIRMED: `PickupCreationRequest` in github.com/UPS-API/java-api-examples, pickup/docs (read 2026-11-21).
fn body(call: &Call, request: &PickupRequest) -> Result<Value, Failure> {
    let time = |moment: &Option<crossdock_sdk::types::Moment>, pointer: &str| {
        let local = moment.as_ref().map(|moment| moment.local.as_str());
        local
            .and_then(|local| Some((local.get(..10)?.replace('-', ""), local.get(11..16)?.replace(':', ""))))
            .ok_or_else(|| {
                let message = "UPS wants to know from when to when";
                Failure::invalid_input("no-window", message).problem(pointer, "required", message)
            })
    };
    let (date, ready) = time(&request.window.earliest, "/window/earliest")?;
    let (last, close) = time(&request.window.latest, "/window/latest")?;
    if last != date {
        let message = "UPS collects within one day";
        return Err(Failure::invalid_input("bad-window", message).problem("/window", "too-long", message));
    }
    let place = &request.place;
    let is_us = matches!(place.country.as_str(), "US" | "PR");
    let service = request.service.as_deref().unwrap_or(if is_us { GROUND } else { STANDARD });
    let (unit, weight) = shipment::weight_of(place, request.weight_grams);
    let is_overweight = request.weight_grams > request.parcels.saturating_mul(MAX_EASY_GRAMS);
    let name = place.company.as_deref().or(place.person.as_deref()).unwrap_or_default();
    let mut body = json!({
        "Request": {},
        "RatePickupIndicator": "Y",
        "Shipper": { "Account": { "AccountNumber": wire::account_number(call), "AccountCountryCode": place.country } },
        "PickupDateInfo": { "PickupDate": date, "ReadyTime": ready, "CloseTime": close },
        "PickupAddress": {
            "CompanyName": name,
            "ContactName": place.person.as_deref().unwrap_or(name),
            "AddressLine": wire::lines(place).into_iter().map(|(_, line)| line).collect::<Vec<_>>(),
            "City": place.city,
            "StateProvince": wire::region(place),
            "PostalCode": wire::postal_code(place),
            "CountryCode": place.country,
            "ResidentialIndicator": if place.residential == Some(true) { "Y" } else { "N" },
            "Phone": { "Number": place.phone.as_ref().map(|phone| wire::phone_digits(phone, &place.country)) },
        },
        "AlternateAddressIndicator": "Y",
        "PickupPiece": [{
            "ServiceCode": format!("{service:0>3}"),
            "Quantity": request.parcels.to_string(),
            // A pickup request here names no destination (ASSUMED: the place's own country).
            "DestinationCountryCode": place.country,
            "ContainerCode": "01",
        }],
        "TotalWeight": { "Weight": weight, "UnitOfMeasurement": unit },
        "OverweightIndicator": if is_overweight { "Y" } else { "N" },
        "PaymentMethod": "01",
        "ReferenceNumber": request.reference,
    });
    let words: Vec<_> =
        [&request.instructions, &place.instructions].into_iter().flatten().map(String::as_str).collect();
    if !words.is_empty() {
        body["SpecialInstruction"] = json!(words.join(" "));
    }
    Ok(json!({ "PickupCreationRequest": body }))
}

/// 9560131 is the pickup's date (CONFIRMED); the rest by its words.
fn pointer(error: &Note) -> String {
    let words = error.message.to_ascii_lowercase();
    if error.code == "9560131" || ["date", "ready time", "close time"].iter().any(|word| words.contains(word)) {
        return "/window".to_owned();
    }
    let place = error::pointer("", error);
    match place.rsplit_once('/') {
        Some((_, member @ ("postal_code" | "region" | "city" | "country" | "phone" | "lines"))) => {
            format!("/place/{member}")
        }
        Some((_, "weight_grams")) => "/weight_grams".to_owned(),
        Some((_, "service")) => "/service".to_owned(),
        _ => String::new(),
    }
}
