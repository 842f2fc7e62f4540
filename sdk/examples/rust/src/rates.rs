use crossdock_sdk::types::{self, Money, Quotes, Rate, Shipment};
use crossdock_sdk::{Call, Failure, FromJson, Rates, Request};
use serde_json::json;

use crate::Examplepost;
use crate::errors::accepted;

#[derive(FromJson)]
struct Answer {
    quotes: Vec<Quote>,
}

#[derive(FromJson)]
struct Quote {
    #[json(required)]
    service: String,
    #[json(required)]
    name: String,
    price: Option<Price>,
    days: Option<u32>,
}

/// Examplepost's prices are the customer's own.
#[derive(FromJson)]
pub struct Price {
    amount: String,
    currency: String,
}

impl Rates for Examplepost {
    fn quote(call: &Call, shipment: &Shipment) -> Result<Quotes, Failure> {
        let mut body = json!({
            "customer": call.field("customer_number"),
            "from": {"zip": shipment.sender.postal_code, "country": shipment.sender.country},
            "to": {"zip": shipment.recipient.postal_code, "country": shipment.recipient.country},
            "weight_g": shipment.parcels.iter().map(|parcel| u64::from(parcel.weight_grams)).sum::<u64>(),
        });
        if let Some(service) = &shipment.service {
            body["service"] = service.as_str().into();
        }
        // Asking for a price changes nothing, so the host may ask again.
        let answer = accepted(Request::post("api", "/quotes").json(&body).repeatable().send()?)?;
        let rates = answer.read::<Answer>()?.quotes.into_iter().map(rate).collect();
        Ok(Quotes { rates, ..Quotes::default() })
    }
}

fn rate(quote: Quote) -> Rate {
    Rate {
        service: quote.service,
        name: quote.name,
        price: quote.price.as_ref().and_then(price),
        transit_days: quote.days,
        delivery_kind: "home".to_owned(),
        ..Rate::default()
    }
}

pub fn price(price: &Price) -> Option<types::Price> {
    let total = Money::read(&price.amount, &price.currency)?;
    Some(types::Price { total, own_price: true, ..types::Price::default() })
}
