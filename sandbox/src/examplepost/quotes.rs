//! What two services cost.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use serde_json::{Value, json};

use super::{auth, refusal};
use crate::common::answer::{self, Answer};
use crate::common::json::{money, number, text, whole};
use crate::common::world::World;

/// Code, name, hundredths for the first kilogram, hundredths for each further one, days.
const SERVICES: [(&str, &str, u64, u64, u64); 2] =
    [("STANDARD", "Examplepost Standard", 5_900, 1_000, 2), ("EXPRESS", "Examplepost Express", 12_900, 2_500, 1)];
/// The heaviest parcel.
const MAX_GRAMS: u64 = 20_000;

pub fn router() -> Router<World> {
    Router::new().route("/v1/quotes", post(quotes))
}

async fn quotes(State(_): State<World>, headers: HeaderMap, body: Bytes) -> Answer {
    auth::check(&headers)?;
    let Ok(asked) = serde_json::from_slice::<Value>(&body) else {
        return Ok(refusal(400, "no_json", "The body is no JSON."));
    };
    let grams = whole(number(&asked, "/weight_g").unwrap_or(0.0));
    let wanted = text(&asked, "/service");
    let services = SERVICES.iter().filter(|(code, ..)| wanted.as_deref().is_none_or(|wanted| wanted == *code));
    let carried = services.filter(|_| (1..=MAX_GRAMS).contains(&grams));
    let quotes: Vec<Value> = carried
        .map(|(code, name, first, further, days)| {
            let price = price(grams, *first, *further);
            json!({"service": code, "name": name, "price": {"amount": money(price), "currency": "NOK"}, "days": days})
        })
        .collect();
    Ok(answer::json(200, &json!({ "quotes": quotes })))
}

fn price(grams: u64, first: u64, further: u64) -> u64 {
    first + grams.div_ceil(1_000).saturating_sub(1) * further
}

/// What a service costs; `None` for one that does not exist.
pub fn price_of(service: &str, grams: u64) -> Option<String> {
    let (_, _, first, further, _) = SERVICES.iter().find(|(code, ..)| *code == service)?;
    Some(money(price(grams, *first, *further)))
}
