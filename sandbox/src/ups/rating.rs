//! Rating: one service or all of them, with time in transit where asked.

use std::collections::HashMap;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::routing::post;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::charges::{Charge, amount, offers, own_price};
use super::{auth, errors, validation};
use crate::common::answer::{self, Answer};
use crate::common::json::text;
use crate::common::world::World;
use crate::common::zone::local;
use crate::control;

pub fn router() -> Router<World> {
    Router::new().route("/api/rating/{version}/{option}", post(rate))
}

async fn rate(
    State(world): State<World>,
    headers: HeaderMap,
    Path((_, option)): Path<(String, String)>,
    Query(query): Query<HashMap<String, String>>,
    body: Bytes,
) -> Answer {
    let account = auth::check(&world, &headers)?;
    let option = option.to_lowercase();
    if !["rate", "shop", "ratetimeintransit", "shoptimeintransit"].contains(&option.as_str()) {
        return Ok(errors::answer(400, "111100", "The request option is not valid."));
    }
    let request: Value = serde_json::from_slice(&body).map_err(|_| errors::unreadable())?;
    let Some(shipment) = request.pointer("/RateRequest/Shipment") else {
        return Ok(errors::unreadable());
    };
    if let Some((code, message)) = validation::fault(shipment, account, false) {
        return Ok(errors::answer(400, code, message));
    }
    let mut charges = offers(shipment);
    if option.starts_with("rate") {
        let wanted = text(shipment, "/Service/Code").unwrap_or_else(|| "03".to_owned());
        charges.retain(|charge| charge.code == wanted);
    }
    if charges.is_empty() {
        return Ok(errors::answer(400, "111210", "The requested service is not available between the locations."));
    }
    let additional = query.get("additionalinfo").is_some_and(|value| value.eq_ignore_ascii_case("timeintransit"));
    let timed = additional || option.ends_with("timeintransit");
    let negotiated = shipment.pointer("/ShipmentRatingOptions/NegotiatedRatesIndicator").is_some();
    let rows: Vec<Value> = charges.iter().map(|charge| rated(&world, shipment, charge, timed, negotiated)).collect();
    let context = text(&request, "/RateRequest/Request/TransactionReference/CustomerContext");
    let response = json!({"ResponseStatus": {"Code": "1", "Description": "Success"},
        "Alert": alert(&world, "110971", "The invoice may differ from the rates shown"),
        "TransactionReference": {"CustomerContext": context,
            "TransactionIdentifier": world.random.uuid().simple().to_string()}});
    let rows = if rows.len() == 1 { one_or_list(&world, rows) } else { Value::Array(rows) };
    Ok(answer::json(200, &json!({"RateResponse": {"Response": response, "RatedShipment": rows}})))
}

fn rated(world: &World, shipment: &Value, charge: &Charge, timed: bool, negotiated: bool) -> Value {
    let money = |hundredths: u64| amount(charge.currency, hundredths);
    let packages: Vec<Value> = charge
        .per_package
        .iter()
        .map(|(price, weight)| json!({"TotalCharges": money(*price), "Weight": weight}))
        .collect();
    let mut rated = json!({
        "Service": {"Code": charge.code, "Description": ""},
        "RatedShipmentAlert": alert(world, "110971", "The invoice may differ from the rates shown"),
        "RatingMethod": "01",
        "BillingWeight": charge.billing,
        "TransportationCharges": money(charge.list),
        "BaseServiceCharge": money(charge.list * 9 / 10),
        "ItemizedCharges": one_or_list(world, vec![json!({"Code": "375", "CurrencyCode": charge.currency,
            "MonetaryValue": crate::common::json::money(charge.list - charge.list * 9 / 10)})]),
        "ServiceOptionsCharges": money(0),
        "TaxCharges": null,
        "TotalCharges": money(charge.list),
        "NegotiatedRateCharges": null,
        "RatedPackage": if packages.len() == 1 { one_or_list(world, packages) } else { Value::Array(packages) }
    });
    if negotiated {
        rated["NegotiatedRateCharges"] = own_price(shipment, charge);
    }
    if charge.days < 3 {
        rated["GuaranteedDelivery"] =
            json!({"BusinessDaysInTransit": charge.days.to_string(), "DeliveryByTime": "12:00 P.M."});
    }
    if timed {
        rated["TimeInTransit"] = time_in_transit(world, shipment, charge);
    }
    rated
}

fn time_in_transit(world: &World, shipment: &Value, charge: &Charge) -> Value {
    let today = local("US", world.clock.now(), "%Y%m%d");
    let picked_up = text(shipment, "/DeliveryTimeInformation/Pickup/Date").unwrap_or(today);
    let arrival = jiff::civil::Date::strptime("%Y%m%d", &picked_up)
        .map(|date| date.saturating_add(SignedDuration::from_hours(24 * i64::from(charge.days))))
        .map_or_else(|_| picked_up.clone(), |date| date.strftime("%Y%m%d").to_string());
    json!({"PickupDate": picked_up, "PackageBillType": "03", "ServiceSummary": {
        "Service": {"Description": charge.name},
        "EstimatedArrival": {"Arrival": {"Date": arrival, "Time": "170000"},
            "BusinessDaysInTransit": charge.days.to_string(), "Pickup": {"Date": picked_up, "Time": "180000"},
            "CustomerCenterCutoff": "170000"},
        "SaturdayDelivery": "0", "SundayDelivery": "0"}})
}

fn alert(world: &World, code: &str, words: &str) -> Value {
    one_or_list(world, vec![json!({"Code": code, "Description": words})])
}

/// UPS writes a list of one as its single entry in old versions and sometimes in new ones: a setting.
fn one_or_list(world: &World, mut list: Vec<Value>) -> Value {
    if control::setting(world, "ups.single_objects").is_some_and(|value| value == true) {
        list.pop().unwrap_or_default()
    } else {
        Value::Array(list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ups::shipping::tests::order;
    use crate::ups::token::tests::bench;

    fn request() -> Value {
        let mut shipment = order("x", 1, "GIF")["ShipmentRequest"]["Shipment"].clone();
        shipment["ShipmentRatingOptions"] = json!({"NegotiatedRatesIndicator": "Y"});
        json!({"RateRequest": {"Request": {"TransactionReference": {"CustomerContext": "c"}}, "Shipment": shipment}})
    }

    #[tokio::test]
    async fn shopping_gives_every_domestic_service() {
        let bench = bench().await;
        let got = bench.post("/ups/api/rating/v2409/Shoptimeintransit", &request()).await;
        assert_eq!(got.at("/RateResponse/RatedShipment").as_array().map(Vec::len), Some(7));
        assert_eq!(got.at("/RateResponse/RatedShipment/2/TotalCharges/MonetaryValue"), "14.10");
        assert_eq!(got.at("/RateResponse/RatedShipment/2/NegotiatedRateCharges/TotalCharge/MonetaryValue"), "9.87");
        let arrival = "/RateResponse/RatedShipment/2/TimeInTransit/ServiceSummary/EstimatedArrival/Arrival/Date";
        assert_eq!(got.at(arrival), "20270207");
    }

    #[tokio::test]
    async fn single_entries_can_be_objects_and_wrong_input_has_a_code() {
        let bench = bench().await;
        let setting = axum::body::Body::from(r#"{"ups.single_objects": true}"#);
        bench.send("PUT", "/_control/settings", setting).await;
        let got = bench.post("/ups/api/rating/v2409/Rate", &request()).await;
        assert_eq!(got.at("/RateResponse/RatedShipment/Service/Code"), "03");
        let mut wrong = request();
        wrong["RateRequest"]["Shipment"]["ShipTo"]["Address"]["PostalCode"] = "".into();
        let refused = bench.post("/ups/api/rating/v2409/Rate", &wrong).await;
        assert_eq!((refused.status, refused.at("/response/errors/0/code")), (400, json!("120201")));
    }

    #[tokio::test]
    async fn time_in_transit_and_taxes_come_where_they_are_asked_for() {
        let bench = bench().await;
        let mut asked = request();
        let shipment = &mut asked["RateRequest"]["Shipment"];
        shipment["TaxInformationIndicator"] = "".into();
        shipment["Shipper"]["Address"] =
            json!({"AddressLine": ["Kaj 7"], "City": "Malmo", "PostalCode": "21119", "CountryCode": "SE"});
        let path = "/ups/api/rating/v2409/Shop?additionalinfo=timeintransit";
        let got = bench.post(path, &asked).await;
        let first = "/RateResponse/RatedShipment/0";
        assert!(got.at(&format!("{first}/TimeInTransit/ServiceSummary")).is_object());
        assert_eq!(got.at(&format!("{first}/NegotiatedRateCharges/TaxCharges/Type")), "VAT");
        asked["RateRequest"]["Shipment"]["Package"][0]["PackageWeight"]["Weight"] = "30.000".into();
        assert_eq!(bench.post(path, &asked).await.status, 400);
    }
}
