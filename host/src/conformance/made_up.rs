//! Calls that nobody made: arguments as a description suggests them.

use std::collections::BTreeMap;

use crossdock_contract::Description;
use crossdock_contract::description::{AccountKind, FieldKind, Service};
use serde_json::{Value, json};

/// A value for a field that names no example: digits are what most fields take.
const FIELD: &str = "12345678";
/// A tracking number for a courier that describes none.
const NUMBER: &str = "TEST0000000001";
/// A country for a courier that names none.
const COUNTRY: &str = "SE";
/// Cities with their postal codes, for couriers that check them.
const PLACES: [(&str, &str, &str); 16] = [
    ("AE", "", "Dubai"),
    ("BE", "1000", "Bruxelles"),
    ("CA", "K1A0B1", "Ottawa"),
    ("DE", "10115", "Berlin"),
    ("DK", "1050", "København"),
    ("ES", "28001", "Madrid"),
    ("FI", "00100", "Helsinki"),
    ("FR", "75001", "Paris"),
    ("GB", "SW1A 1AA", "London"),
    ("IT", "00118", "Roma"),
    ("NL", "1011AB", "Amsterdam"),
    ("NO", "0150", "Oslo"),
    ("PL", "00-001", "Warszawa"),
    ("SA", "11564", "Riyadh"),
    ("SE", "11122", "Stockholm"),
    ("US", "10001", "New York"),
];

/// Returns the plain fields of an account of this kind: the examples of the description.
pub fn fields(kind: &AccountKind) -> BTreeMap<String, String> {
    let plain = kind.fields.iter().filter(|field| field.kind == FieldKind::Text);
    let told = plain.filter(|field| field.required || field.example.is_some());
    told.map(|field| (field.key.clone(), field.example.clone().unwrap_or_else(|| FIELD.to_owned()))).collect()
}

/// Returns arguments of an operation that a merchant could have sent.
pub fn arguments(description: &Description, operation: &str) -> Value {
    let numbers = numbers(description);
    let booked = json!({
        "courier_shipment_id": numbers[0], "tracking_numbers": [numbers[0]], "booking_reference": REFERENCE,
    });
    match operation {
        "tracking.track" => json!({ "numbers": numbers }),
        "rates.quote" => json!({ "shipment": shipment(description) }),
        "shipments.create" => json!({ "order": {
            "shipment": shipment(description), "booking_reference": REFERENCE, "parcel_numbers": [4_711],
            "label_format": label_format(description),
        } }),
        "shipments.cancel" => json!({ "shipment": booked }),
        "shipments.label" => json!({ "shipment": booked, "format": label_format(description) }),
        "shipments.find-by-reference" => json!({ "booking_reference": REFERENCE }),
        "pickups.schedule" => json!({ "request": pickup(description, &numbers[0]) }),
        "pickups.cancel" => json!({ "confirmation_number": "PICKUP1", "extensions": [] }),
        "manifests.close" => json!({ "date": DAY, "courier_shipment_ids": [numbers[0]] }),
        "service-points.find" => {
            let near = address(&country(description));
            json!({ "search": { "near": { "address": near }, "country": near["country"], "limit": 5 } })
        }
        "addresses.validate" => json!({ "address": address(&country(description)) }),
        "webhooks.receive" => json!({ "request": {
            "method": "POST", "headers": [["content-type", "application/json"]], "body": "{}",
        } }),
        "subscriptions.subscribe" => json!({ "numbers": [numbers[0]] }),
        "subscriptions.unsubscribe" => json!({ "id": "SUBSCRIPTION1" }),
        _ => json!({}),
    }
}

/// As long as the host's own references.
const REFERENCE: &str = "01JD4ZXBOOKING00000000TEST";
/// A Monday after the time of made-up calls.
const DAY: &str = "2025-11-24";

fn numbers(description: &Description) -> Vec<String> {
    let batch = description.batch.track.unwrap_or(1) as usize;
    let examples: Vec<String> =
        description.number_patterns.iter().map(|pattern| pattern.example.clone()).take(batch).collect();
    if examples.is_empty() { vec![NUMBER.to_owned()] } else { examples }
}

fn country(description: &Description) -> String {
    description.countries.first().cloned().unwrap_or_else(|| COUNTRY.to_owned())
}

fn label_format(description: &Description) -> String {
    description.label_formats.first().map_or_else(|| "pdf".to_owned(), |format| format.format.clone())
}

fn shipment(description: &Description) -> Value {
    let service = service(description);
    let from = service.and_then(|service| service.from.first().cloned()).unwrap_or_else(|| country(description));
    let reaches_home = service.is_none_or(|service| service.to.is_empty() || service.to.contains(&from));
    let to = service.filter(|_| !reaches_home).and_then(|service| service.to.first().cloned());
    json!({
        "sender": address(&from),
        "recipient": address(to.as_ref().unwrap_or(&from)),
        "parcels": [{
            "weight_grams": 1_500, "length_mm": 300, "width_mm": 200, "height_mm": 100,
            "packaging": "own", "contents": "Books", "copies": 1,
        }],
        "service": service.map(|service| service.code.clone()),
        "shipping_date": DAY,
    })
}

fn service(description: &Description) -> Option<&Service> {
    let code = description.default_service.as_ref();
    let default = code.and_then(|code| description.services.iter().find(|service| service.code == *code));
    default.or_else(|| description.services.iter().find(|service| !service.is_return))
}

fn pickup(description: &Description, number: &str) -> Value {
    let moment =
        |hour: &str| json!({ "local": format!("{DAY}T{hour}:00:00"), "at": format!("{DAY}T{hour}:00:00+01:00") });
    json!({
        "place": address(&country(description)), "window": { "earliest": moment("10"), "latest": moment("16") },
        "parcels": 1, "weight_grams": 1_500, "courier_shipment_ids": [number], "reference": REFERENCE,
    })
}

fn address(country: &str) -> Value {
    let place = PLACES.iter().find(|(code, _, _)| *code == country);
    let (_, postal_code, city) = place.copied().unwrap_or((COUNTRY, "10000", "Central"));
    json!({
        "person": "Kim Example", "company": "Example Ltd", "lines": ["Main Street 1"], "street": "Main Street",
        "street_number": "1", "city": city, "postal_code": postal_code, "country": country,
        "region": (country == "US").then_some("NY"), "phone": "+46701234567", "email": "kim@example.com",
    })
}
