//! The request bodies of the demo: the same parcel for every courier, between places of the courier's own country.

use serde_json::{Map, Value, json};

/// A street, a city and its post code.
type Place = (&'static str, &'static str, &'static str);

/// Where the demo sends from and to, by country: city and post code, twice.
const PLACES: [(&str, [Place; 2]); 6] = [
    ("NO", [("Karl Johans gate 1", "Oslo", "0154"), ("Torgallmenningen 8", "Bergen", "5014")]),
    ("SE", [("Drottninggatan 71", "Stockholm", "11136"), ("Kungsportsavenyn 10", "Göteborg", "41136")]),
    ("DK", [("Strøget 5", "København K", "1160"), ("Søndergade 12", "Aarhus C", "8000")]),
    ("FI", [("Mannerheimintie 1", "Helsinki", "00100"), ("Hämeenkatu 7", "Tampere", "33100")]),
    ("DE", [("Unter den Linden 5", "Berlin", "10117"), ("Hauptstraße 20", "Köln", "50667")]),
    ("US", [("350 5th Ave", "New York", "10118"), ("200 N Spring St", "Los Angeles", "90012")]),
];

/// What a credential is made of: the sandbox's fields, the account kind that has them, and base URLs at the sandbox.
pub fn credential(description: &Value, fields: &Value, sandbox_url: &str) -> Value {
    json!({
        "courier": description["id"],
        "account_kind": account_kind(description, fields)["id"],
        "environment": "production",
        "label": "Demo",
        "fields": fields,
        "endpoints": endpoints(description, sandbox_url),
    })
}

/// The account kind that has all these fields.
pub fn account_kind<'a>(description: &'a Value, fields: &Value) -> &'a Value {
    let given: Vec<&String> = fields.as_object().into_iter().flat_map(Map::keys).collect();
    let has_all = |kind: &&Value| {
        let known = kind["fields"].as_array().into_iter().flatten();
        let keys: Vec<&str> = known.filter_map(|field| field["key"].as_str()).collect();
        given.iter().all(|key| keys.contains(&key.as_str()))
    };
    description["accounts"].as_array().into_iter().flatten().find(has_all).unwrap_or(&Value::Null)
}

/// Base URLs at the sandbox for all of a description's endpoints: another origin, the same path.
fn endpoints(description: &Value, sandbox_url: &str) -> Map<String, Value> {
    let courier = description["id"].as_str().unwrap_or_default();
    let endpoints = description["endpoints"].as_array().into_iter().flatten();
    let moved = endpoints.filter_map(|endpoint| {
        let (_, production) = endpoint["production"].as_str()?.split_once("://")?;
        let path = production.find('/').map_or("", |start| production[start..].trim_end_matches('/'));
        Some((endpoint["name"].as_str()?.to_owned(), format!("{sandbox_url}/{courier}{path}").into()))
    });
    moved.collect()
}

/// The parcel that is quoted and booked; `service` is the courier's code.
pub fn shipment(description: &Value, service: &str) -> Value {
    let (country, [sender, recipient]) = places(description);
    json!({
        "sender": address("Demo Shop AB", "Astrid Avsändare", country, sender, "+46700000001"),
        "recipient": address("", "Rolf Mottagare", country, recipient, "+46700000002"),
        "parcels": [{
            "weight_grams": 1200, "length_mm": 300, "width_mm": 200, "height_mm": 100,
            "contents": "Books",
        }],
        "service": service,
    })
}

/// The question for prices.
pub fn rates(courier: &str, shipment: &Value) -> Value {
    json!({ "couriers": [courier], "shipment": shipment })
}

/// The booking.
pub fn booking(credential: &str, shipment: &Value, label_format: &str) -> Value {
    json!({ "credential_id": credential, "shipment": shipment, "label_format": label_format })
}

/// The service that the demo books: the courier's default, else the first that is not for returns.
pub fn service(description: &Value) -> Option<String> {
    let services = description["services"].as_array().into_iter().flatten();
    let first = services.filter(|service| service["is_return"] != true).find_map(|service| service["code"].as_str());
    description["default_service"].as_str().or(first).map(str::to_owned)
}

/// Places in the courier's own country where the demo has some.
fn places(description: &Value) -> (&'static str, [Place; 2]) {
    let countries = description["countries"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let known = |country| PLACES.iter().find(|(code, _)| *code == country).copied();
    // A courier that names no country carries world-wide.
    countries.filter_map(known).next().unwrap_or(PLACES[5])
}

fn address(company: &str, person: &str, country: &str, place: Place, phone: &str) -> Value {
    let (line, city, postal_code) = place;
    let mut address = json!({
        "person": person, "lines": [line], "city": city, "postal_code": postal_code,
        "country": country, "phone": phone, "email": "demo@example.com",
    });
    if !company.is_empty() {
        address["company"] = company.into();
    }
    if country == "US" {
        address["region"] = if city == "New York" { "NY" } else { "CA" }.into();
    }
    address
}
