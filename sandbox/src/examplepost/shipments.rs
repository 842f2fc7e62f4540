//! Booking, looking up by reference, cancelling, and labels.

use std::collections::HashMap;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get, post};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::auth::Account;
use super::{ID, auth, numbers, quotes, refusal};
use crate::common::answer::{self, Answer, Refusal};
use crate::common::bookings::{Booking, Parcel};
use crate::common::json::{entries, number, text, whole};
use crate::common::label::{self, Label, PageSize};
use crate::common::places::Party;
use crate::common::timeline::{Outcome, Stage};
use crate::common::world::World;

const A6: PageSize = PageSize::new(105.0, 148.0);
/// Parcels of one shipment.
const MAX_PARCELS: usize = 10;

pub fn router() -> Router<World> {
    Router::new()
        .route("/v1/shipments", post(book).get(find))
        .route("/v1/shipments/{id}", delete(cancel))
        .route("/v1/shipments/{id}/label", get(label_again))
}

async fn book(State(world): State<World>, headers: HeaderMap, body: Bytes) -> Answer {
    let account = auth::check(&headers)?;
    let Ok(order) = serde_json::from_slice::<Value>(&body) else {
        return Ok(refusal(400, "no_json", "The body is no JSON."));
    };
    let fields = faults(&order, account);
    if !fields.is_empty() {
        let error = json!({"code": "invalid", "text": "The shipment cannot be booked as it is.", "fields": fields});
        return Ok(answer::json(422, &json!({ "error": error })));
    }
    let booking = booking(&world, account, &order);
    let mut shown = shown(&booking);
    shown["label"] = drawn(&booking, text(&order, "/label").as_deref()).into();
    if !world.bookings.add(booking) {
        return Ok(super::failure(503, "book"));
    }
    Ok(answer::json(201, &json!({ "shipment": shown })))
}

fn faults(order: &Value, account: &Account) -> Vec<Value> {
    let required =
        ["reference", "service", "from.name", "from.zip", "from.country", "to.name", "to.zip", "to.city", "to.country"];
    let fault = |field: &str, code: &str, words: &str| json!({"field": field, "code": code, "text": words});
    let mut faults: Vec<Value> = required
        .iter()
        .filter(|field| text(order, &format!("/{}", field.replace('.', "/"))).is_none())
        .map(|field| fault(field, "required", "This is needed."))
        .collect();
    if text(order, "/customer").as_deref() != Some(account.customer_number) {
        faults.push(fault("customer", "not_yours", "This is not the key's customer number."));
    }
    let service = text(order, "/service").unwrap_or_default();
    if !service.is_empty() && quotes::price_of(&service, 0).is_none() {
        faults.push(fault("service", "unknown", "There is no such service."));
    }
    let zip = text(order, "/to/zip").unwrap_or_default();
    if text(order, "/to/country").as_deref() == Some("NO") && !zip.is_empty() && zip.len() != 4 {
        faults.push(fault("to.zip", "malformed", "A Norwegian postal code has four digits."));
    }
    let parcels = entries(order, "/parcels").len();
    if !(1..=MAX_PARCELS).contains(&parcels) {
        faults.push(fault("parcels", "count", "A shipment has 1 to 10 parcels."));
    }
    faults
}

fn booking(world: &World, account: &Account, order: &Value) -> Booking {
    let (id, first) = numbers(world.random.serial());
    let parcels = entries(order, "/parcels").into_iter().enumerate().map(|(index, parcel)| Parcel {
        number: if index == 0 { first.clone() } else { numbers(world.random.serial()).1 },
        weight_grams: whole(number(parcel, "/weight_g").unwrap_or(0.0)),
        ..Parcel::default()
    });
    let parcels = parcels.collect();
    let recipient = party(&order["to"]);
    Booking {
        courier: ID,
        id,
        account: account.customer_number.to_owned(),
        service: text(order, "/service").unwrap_or_default(),
        references: text(order, "/reference").into_iter().collect(),
        sender: party(&order["from"]),
        outcome: Outcome::of(&recipient.name, false),
        recipient,
        parcels,
        service_point: None,
        booked_at: world.clock.now(),
        cancelled_at: None,
        test: false,
        scripted: false,
    }
}

fn party(value: &Value) -> Party {
    let of = |member: &str| text(value, member).unwrap_or_default();
    Party {
        name: of("/name"),
        street: of("/street"),
        postal_code: of("/zip"),
        city: of("/city"),
        region: String::new(),
        country: of("/country").to_uppercase(),
    }
}

fn shown(booking: &Booking) -> Value {
    let grams = booking.parcels.iter().map(|parcel| parcel.weight_grams).sum();
    let parcels: Vec<Value> = booking.parcels.iter().map(|parcel| json!({"number": parcel.number})).collect();
    json!({
        "id": booking.id, "reference": booking.references.first(), "parcels": parcels,
        "price": {"amount": quotes::price_of(&booking.service, grams), "currency": "NOK"},
    })
}

fn drawn(booking: &Booking, format: Option<&str>) -> String {
    let labels: Vec<Label> = booking.parcels.iter().map(|parcel| Label::of("EXAMPLEPOST", booking, parcel)).collect();
    match format {
        Some("zpl") => STANDARD.encode(labels.iter().map(|one| label::zpl(A6, one)).collect::<String>()),
        _ => STANDARD.encode(label::pdf(A6, &labels)),
    }
}

type Asked = Query<HashMap<String, String>>;

async fn find(State(world): State<World>, headers: HeaderMap, Query(query): Asked) -> Answer {
    let account = auth::check(&headers)?;
    let reference = query.get("reference").map_or("", String::as_str);
    let found = world.bookings.find_by_reference(ID, reference);
    let own = found.iter().filter(|booking| booking.account == account.customer_number);
    Ok(answer::json(200, &json!({ "shipments": own.map(shown).collect::<Vec<_>>() })))
}

async fn cancel(State(world): State<World>, headers: HeaderMap, Path(id): Path<String>) -> Answer {
    let booking = own(&world, &headers, &id)?;
    let now = world.clock.now();
    let has_left = booking.steps(0, now).iter().any(|step| step.stage == Stage::Accepted);
    if has_left {
        return Ok(refusal(409, "too_late", "The parcel has been handed in."));
    }
    match world.bookings.cancel(ID, &id, now) {
        true => Ok(StatusCode::NO_CONTENT.into_response()),
        false => Ok(refusal(409, "cancelled_before", "The shipment was cancelled before.")),
    }
}

async fn label_again(
    State(world): State<World>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(query): Asked,
) -> Answer {
    let booking = own(&world, &headers, &id)?;
    let label = drawn(&booking, query.get("format").map(String::as_str));
    Ok(answer::json(200, &json!({ "label": label })))
}

fn own(world: &World, headers: &HeaderMap, id: &str) -> Result<Booking, Refusal> {
    let account = auth::check(headers)?;
    let booking = world.bookings.find(ID, id).filter(|booking| booking.account == account.customer_number);
    booking.ok_or_else(|| Refusal::from(unknown()))
}

fn unknown() -> Response {
    refusal(404, "unknown_shipment", "There is no such shipment.")
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;
    use crate::examplepost::ACCOUNTS;
    use crate::testing::Bench;

    fn order() -> Value {
        let party = |name: &str| json!({"name": name, "zip": "0150", "city": "Oslo", "country": "NO"});
        json!({"customer": ACCOUNTS[0].customer_number, "reference": "R-1", "service": "STANDARD", "label": "pdf",
            "from": party("Granvik"), "to": party("Kari"), "parcels": [{"weight_g": 1500}, {"weight_g": 700}]})
    }

    #[tokio::test]
    async fn what_was_booked_is_found_printed_and_cancelled_once() {
        let bench = Bench::new().header("x-api-key", ACCOUNTS[0].api_key);
        let booked = bench.post("/examplepost/v1/shipments", &order()).await;
        let id = booked.at("/shipment/id").as_str().unwrap().to_owned();
        assert_eq!(booked.at("/shipment/price/amount"), "79.00");
        let found = bench.get("/examplepost/v1/shipments?reference=R-1").await;
        assert_eq!(found.at("/shipments/0/id"), id.as_str());
        let label = bench.get(&format!("/examplepost/v1/shipments/{id}/label?format=zpl")).await.at("/label");
        assert!(STANDARD.decode(label.as_str().unwrap()).unwrap().starts_with(b"^XA"));
        let path = format!("/examplepost/v1/shipments/{id}");
        assert_eq!(bench.send("DELETE", &path, Body::empty()).await.status, 204);
        assert_eq!(bench.send("DELETE", &path, Body::empty()).await.at("/error/code"), "cancelled_before");
    }

    #[tokio::test]
    async fn what_is_wrong_is_said_field_by_field() {
        let bench = Bench::new().header("x-api-key", ACCOUNTS[1].api_key);
        let mut order = order();
        order["to"]["zip"] = "123".into();
        order["service"] = "".into();
        let refused = bench.post("/examplepost/v1/shipments", &order).await;
        let fields: Vec<Value> = (0..3).map(|place| refused.at(&format!("/error/fields/{place}/field"))).collect();
        assert_eq!((refused.status, fields), (422, vec![json!("service"), json!("customer"), json!("to.zip")]));
    }
}
