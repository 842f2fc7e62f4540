//! Rating v2409: every service (`Shop`) or one (`Rate`), with time in transit.

use crossdock_sdk::types::{Quotes, Rate, Shipment, Window};
use crossdock_sdk::{Call, Failure, FromJson, Rates, Request, time};
use serde_json::json;

use crate::describe::SERVICES;
use crate::error::{self, Note};
use crate::money::{self, Charges};
use crate::{Ups, invoice, refusals, shipment, wire};

#[derive(Debug, FromJson)]
#[json(rename_all = "PascalCase")]
struct Answer {
    rate_response: Body,
}

#[derive(Debug, FromJson)]
#[json(rename_all = "PascalCase")]
struct Body {
    response: Option<Head>,
    #[json(required)]
    rated_shipment: Vec<Result<Rated, String>>,
}

/// The head of a success, with what UPS warns of.
#[derive(Debug, Default, FromJson)]
#[json(rename_all = "PascalCase", default)]
pub struct Head {
    pub alert: Vec<Note>,
}

#[derive(Debug, FromJson)]
#[json(rename_all = "PascalCase")]
struct Rated {
    service: ServiceCode,
    rated_shipment_alert: Vec<Note>,
    disclaimer: Option<Vec<Note>>,
    negotiated_rate_charges: Option<Charges>,
    guaranteed_delivery: Option<Guaranteed>,
    time_in_transit: Option<TimeInTransit>,
    #[json(flatten)]
    charges: Charges,
}

#[derive(Debug, FromJson)]
#[json(rename_all = "PascalCase")]
struct ServiceCode {
    #[json(required)]
    code: String,
}

#[derive(Debug, Default, FromJson)]
#[json(rename_all = "PascalCase", default)]
struct Guaranteed {
    business_days_in_transit: Option<String>,
}

#[derive(Debug, FromJson)]
#[json(rename_all = "PascalCase")]
struct TimeInTransit {
    service_summary: Summary,
}

#[derive(Debug, FromJson)]
#[json(rename_all = "PascalCase")]
struct Summary {
    service: Option<ServiceName>,
    estimated_arrival: Arrival,
}

#[derive(Debug, FromJson)]
#[json(rename_all = "PascalCase")]
struct ServiceName {
    description: Option<String>,
}

#[derive(Debug, Default, FromJson)]
#[json(rename_all = "PascalCase", default)]
struct Arrival {
    arrival: Option<DateTime>,
    pickup: Option<DateTime>,
    business_days_in_transit: Option<String>,
    customer_center_cutoff: Option<String>,
}

#[derive(Debug, Default, FromJson)]
#[json(rename_all = "PascalCase", default)]
struct DateTime {
    date: String,
    time: String,
}

impl Rates for Ups {
    fn quote(call: &Call, asked: &Shipment) -> Result<Quotes, Failure> {
        refusals::check_quote(asked)?;
        let kind = if asked.service.is_some() { "Rate" } else { "Shop" };
        let mut body = shipment::common(call, asked);
        body["PaymentDetails"] = json!({ "ShipmentCharge": shipment::payments(call, asked) });
        body["DeliveryTimeInformation"] = delivery_time(call, asked);
        body["Package"] = json!(shipment::packages(asked, "PackagingType"));
        // Time in transit across a border asks for both (ASSUMED from UPS's error texts).
        body["ShipmentTotalWeight"] =
            shipment::weight(asked, asked.parcels.iter().map(|parcel| parcel.weight_grams).sum());
        if let Some(total) = invoice::total(asked) {
            body["InvoiceLineTotal"] = json!({ "CurrencyCode": total.currency, "MonetaryValue": total.amount });
        }
        let request = json!({ "RateRequest": {
            "Request": { "RequestOption": kind, "TransactionReference": { "CustomerContext": call.call_id() } },
            "Shipment": body,
        } });
        let request = Request::post("api", "/rating/v2409")
            .path_segment(kind)
            .query("additionalinfo", "timeintransit")
            .json(&request);
        let response = wire::identified(call, request.repeatable(), "").send()?;
        if !response.is_success() {
            return Err(error::located(&response, |error| error::pointer("", error)));
        }
        let Body { response: head, rated_shipment } = error::read::<Answer>(&response)?.rate_response;
        let mut messages: Vec<_> = head.unwrap_or_default().alert.into_iter().map(Note::warning).collect();
        let mut rates = Vec::new();
        let mut all_unreadable = !rated_shipment.is_empty();
        for rated in rated_shipment {
            match rated {
                Ok(rated) => {
                    all_unreadable = false;
                    if asked.service.as_ref().is_none_or(|service| *service == rated.service.code) {
                        rates.push(rate(asked, rated));
                    }
                }
                Err(words) => messages.push(error::unreadable("RatedShipment", &words)),
            }
        }
        match messages.pop_if(|_| all_unreadable) {
            Some(unreadable) => {
                Err(Failure::unexpected_answer("unreadable", unreadable.text).status(response.status()))
            }
            None => Ok(Quotes { rates, messages }),
        }
    }
}

/// Documents or not, and when UPS gets the parcels.
fn delivery_time(call: &Call, asked: &Shipment) -> serde_json::Value {
    let day = asked.shipping_date.clone().unwrap_or_else(|| time::today(call.now(), Some(&asked.sender.country)));
    json!({ "PackageBillType": if invoice::is_documents(asked) { "02" } else { "03" }, "Pickup": { "Date": day.replace('-', "") } })
}

fn rate(asked: &Shipment, rated: Rated) -> Rate {
    let code = rated.service.code;
    let known = SERVICES.iter().find(|(known, ..)| *known == code);
    let summary = rated.time_in_transit.map(|transit| transit.service_summary);
    let named = summary.as_ref().and_then(|summary| summary.service.as_ref()?.description.clone());
    let arrival = summary.map(|summary| summary.estimated_arrival).unwrap_or_default();
    let guaranteed = rated.guaranteed_delivery.and_then(|guaranteed| guaranteed.business_days_in_transit);
    let days = guaranteed.or(arrival.business_days_in_transit);
    let at = |place: &Option<DateTime>, country: &str| {
        place.as_ref().and_then(|at| time::compact(&at.date, &at.time, Some(country)))
    };
    let cut_off = arrival.pickup.as_ref().zip(arrival.customer_center_cutoff.as_ref());
    let price = money::price(&rated.charges, rated.negotiated_rate_charges.as_ref());
    let list = rated.charges.total().filter(|_| price.as_ref().is_some_and(|price| price.own_price));
    let alerts = rated.rated_shipment_alert.into_iter().map(Note::warning);
    let disclaimers = rated.disclaimer.unwrap_or_default().into_iter().map(Note::note);
    Rate {
        name: named
            .unwrap_or_else(|| known.map_or_else(|| format!("UPS service {code}"), |(_, name, _)| (*name).to_owned())),
        delivery_kind: known.map_or("other", |(.., kind)| kind).to_owned(),
        service: code,
        price,
        transit_days: days.and_then(|days| days.parse().ok()),
        delivery: at(&arrival.arrival, &asked.recipient.country)
            .map(|latest| Window { earliest: None, latest: Some(latest) }),
        cut_off: cut_off.and_then(|(pickup, time)| time::compact(&pickup.date, time, Some(&asked.sender.country))),
        messages: alerts.chain(disclaimers).collect(),
        extensions: list
            .map(|list| ("list-price".to_owned(), format!("{} {}", list.amount, list.currency)))
            .into_iter()
            .collect(),
        ..Rate::default()
    }
}
