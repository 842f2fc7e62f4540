//! Shipping Guide 2: prices and promised days, every number as text.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::auth::{self, ACCOUNTS, Account, TEST_CUSTOMER_NUMBERS};
use super::products::{PRODUCTS, Product};
use crate::common::answer::{self, Answer};
use crate::common::json::{entries, money, number, text, whole};
use crate::common::places::postal_code_fits;
use crate::common::world::World;
use crate::common::zone::local;

/// Heaviest package in grams.
const MAX_WEIGHT_GRAMS: u64 = 35_000;
/// Øre for every kilogram after the first.
const PER_KILOGRAM: u64 = 1_150;

pub fn router() -> Router<World> {
    Router::new().route("/shippingguide/api/v2/products", post(products))
}

async fn products(State(world): State<World>, headers: HeaderMap, body: Bytes) -> Answer {
    let account = auth::check(&world, &headers, "rates")?;
    let Ok(request) = serde_json::from_slice::<Value>(&body) else {
        return Ok(field_errors(&[("INVALID_JSON", "", "The request cannot be parsed")]));
    };
    let faults = field_faults(&request);
    if !faults.is_empty() {
        return Ok(field_errors(&faults));
    }
    let mut trace = Vec::new();
    let consignments: Vec<Value> = entries(&request, "/consignments")
        .into_iter()
        .map(|consignment| {
            let products: Vec<Value> = entries(consignment, "/products")
                .into_iter()
                .filter_map(|asked| offer(&world, account, &request, consignment, asked, &mut trace))
                .collect();
            json!({"products": products})
        })
        .collect();
    let body =
        json!({"traceMessages": trace, "consignments": consignments, "uniqueId": world.random.uuid().to_string()});
    Ok(answer::json(200, &body))
}

type FieldFault = (&'static str, &'static str, &'static str);

fn field_faults(request: &Value) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    let consignments = entries(request, "/consignments");
    if consignments.is_empty() {
        faults.push(("MISSING", "consignments", "At least one consignment is needed"));
    }
    for consignment in consignments {
        for (country, postal_code, field) in [
            ("/fromCountryCode", "/fromPostalCode", "consignments[0].fromPostalCode"),
            ("/toCountryCode", "/toPostalCode", "consignments[0].toPostalCode"),
        ] {
            let country = text(consignment, country).unwrap_or_default().to_uppercase();
            if !postal_code_fits(&country, &text(consignment, postal_code).unwrap_or_default()) {
                faults.push(("INVALID_POSTAL_CODE", field, "The postal code is missing or not valid"));
            }
        }
        if entries(consignment, "/packages").is_empty() {
            faults.push(("MISSING", "consignments[0].packages", "At least one package is needed"));
        }
        if entries(consignment, "/products").is_empty() {
            faults.push(("MISSING", "consignments[0].products", "At least one product is needed"));
        }
    }
    faults
}

fn field_errors(faults: &[FieldFault]) -> axum::response::Response {
    let row = |(code, field, message): &FieldFault| json!({"code": code, "field": field, "message": message});
    answer::json(400, &json!({"fieldErrors": faults.iter().map(row).collect::<Vec<_>>()}))
}

/// One product's entry, or nothing if Bring has no such product.
fn offer(
    world: &World,
    account: &Account,
    request: &Value,
    consignment: &Value,
    asked: &Value,
    trace: &mut Vec<Value>,
) -> Option<Value> {
    let id = text(asked, "/id")?;
    let Some(product) = PRODUCTS.iter().find(|product| product.id == id) else {
        trace.push(format!("Product {id} is not known").into());
        return None;
    };
    let mut entry = json!({"id": product.id, "productionCode": product.production});
    let customer = text(asked, "/customerNumber");
    if let Some(customer) = &customer {
        entry["customerNumber"] = customer.clone().into();
    }
    let grams: Vec<u64> = entries(consignment, "/packages").into_iter().map(weight_grams).collect();
    let country = |pointer: &str| text(consignment, pointer).unwrap_or_default().to_uppercase();
    let domestic = country("/fromCountryCode") == "NO" && country("/toCountryCode") == "NO";
    let error = if grams.iter().any(|grams| *grams > MAX_WEIGHT_GRAMS) {
        Some(("INVALID_MEASUREMENTS", "INVALID_MEASUREMENTS: too heavy for this product"))
    } else if domestic == product.nordic {
        Some(("NOT_AVAILABLE", "The product does not run between these countries"))
    } else {
        None
    };
    if let Some((code, description)) = error {
        entry["errors"] = json!([{"code": code, "description": description}]);
        return Some(entry);
    }
    if request["withGuiInformation"] == true {
        entry["guiInformation"] = gui_information(product);
    }
    if request["withPrice"] == true {
        let own = customer
            .as_deref()
            .is_some_and(|number| number == account.customer_number || TEST_CUSTOMER_NUMBERS.contains(&number));
        match customer.as_deref() {
            Some(number) if !own => {
                trace.push(format!("User does not have access to customer {number}").into());
                let stranger = ACCOUNTS.iter().any(|other| other.customer_number == number);
                let description = if stranger { "No price without access" } else { "No price for this customer" };
                entry["warnings"] = json!([{"code": "NO_PRICE_INFORMATION", "description": description}]);
            }
            _ => entry["price"] = price(product, &grams, &services(consignment), own),
        }
    }
    if request["withExpectedDelivery"] == true {
        entry["expectedDelivery"] = expected_delivery(product, consignment, world.clock.now());
    }
    Some(entry)
}

fn weight_grams(package: &Value) -> u64 {
    // Weight, else the volume at Bring's usual 280 kg a cubic metre.
    let by_volume = number(package, "/volumeInDm3").map(|volume| volume * 280.0);
    whole(number(package, "/grossWeight").or(by_volume).unwrap_or(1_000.0))
}

fn services(consignment: &Value) -> Vec<String> {
    let of = |service: &Value| text(service, "/id").or_else(|| text(service, ""));
    entries(consignment, "/additionalServices").into_iter().filter_map(of).collect()
}

fn price(product: &Product, grams: &[u64], services: &[String], own: bool) -> Value {
    let list: u64 =
        grams.iter().map(|grams| product.base + grams.saturating_sub(1_000).div_ceil(1_000) * PER_KILOGRAM).sum();
    let priced = |amount: u64| {
        let extras: Vec<Value> = services
            .iter()
            .map(|id| {
                json!({"additionalServiceId": id, "additionalServiceDescription": "",
                    "additionalServicePrice": amounts(0), "additionalServiceCodeFromProductionSystem": "1091"})
            })
            .collect();
        let mut priced = json!({"priceWithoutAdditionalServices": amounts(amount)});
        if !extras.is_empty() {
            priced["additionalServices"] = extras.into();
        }
        priced["priceWithAdditionalServices"] = amounts(amount);
        priced["currencyCode"] = "NOK".into();
        priced
    };
    let mut price = json!({"listPrice": priced(list)});
    if own {
        // The account's own price: a fifth off.
        price["netPrice"] = priced(list * 4 / 5);
    }
    price["zones"] = json!({"totalZoneCount": 1});
    price
}

fn amounts(without_vat: u64) -> Value {
    let vat = without_vat / 4;
    json!({"amountWithoutVAT": money(without_vat), "vat": money(vat), "amountWithVAT": money(without_vat + vat)})
}

fn gui_information(product: &Product) -> Value {
    json!({"sortOrder": "0", "mainDisplayCategory": "Parcel", "subDisplayCategory": "", "trackable": false,
        "logo": if product.nordic { "BRING" } else { "POSTEN" }, "logoUrl": "", "displayName": product.name,
        "productName": product.name, "descriptionText": format!("{} by Bring.", product.name),
        "helpText": format!("{}: {} working days.", product.name, product.days), "shortName": product.name,
        "deliveryType": product.delivery, "maxWeightInKgs": "35"})
}

fn expected_delivery(product: &Product, consignment: &Value, now: Timestamp) -> Value {
    let part = |name: &str| number(consignment, &format!("/shippingDate/{name}")).map(|value| value as i16);
    let from = match (part("year"), part("month"), part("day")) {
        (Some(year), Some(month), Some(day)) => jiff::civil::Date::new(year, month as i8, day as i8).ok(),
        _ => None,
    };
    let from = from
        .and_then(|date| date.at(12, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).ok())
        .map_or(now, |zoned| zoned.timestamp());
    let on = from + SignedDuration::from_hours(24 * i64::from(product.days));
    let shown = |pattern: &str| local("NO", on, pattern);
    json!({"workingDays": product.days.to_string(), "userMessage": "",
        "formattedExpectedDeliveryDate": shown("%d.%m.%Y"),
        "expectedDeliveryDate": {"year": shown("%Y"), "month": shown("%-m"), "day": shown("%-d")},
        "alternativeDeliveryDates": []})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bring::booking::tests::bench;

    fn request(customer: &str) -> Value {
        json!({"withPrice": true, "withExpectedDelivery": true, "consignments": [{
            "id": 1, "fromCountryCode": "NO", "fromPostalCode": "0150", "toCountryCode": "NO", "toPostalCode": "5003",
            "products": [{"id": "5800", "customerNumber": customer}, {"id": "PICKUP_PARCEL", "customerNumber": customer}],
            "packages": [{"id": 1, "grossWeight": 2400}], "additionalServices": ["EVARSLING"]}]})
    }

    #[tokio::test]
    async fn prices_are_text_and_the_accounts_own() {
        let got = bench().post("/bring/shippingguide/api/v2/products", &request(ACCOUNTS[0].customer_number)).await;
        let product = "/consignments/0/products/0";
        assert_eq!(
            got.at(&format!("{product}/price/listPrice/priceWithAdditionalServices/amountWithoutVAT")),
            "122.00"
        );
        assert_eq!(got.at(&format!("{product}/price/netPrice/priceWithAdditionalServices/amountWithVAT")), "122.00");
        assert_eq!(got.at(&format!("{product}/expectedDelivery/expectedDeliveryDate/month")), "2");
        assert_eq!(got.at("/consignments/0/products/1/errors/0/code"), "NOT_AVAILABLE");
    }

    #[tokio::test]
    async fn a_strangers_number_gets_no_price_and_bad_input_field_errors() {
        let bench = bench();
        let got = bench.post("/bring/shippingguide/api/v2/products", &request(ACCOUNTS[1].customer_number)).await;
        assert_eq!(got.status, 200);
        assert!(got.at("/traceMessages/0").as_str().unwrap().contains("does not have access to customer"));
        let mut wrong = request("5");
        wrong["consignments"][0]["toPostalCode"] = "".into();
        let refused = bench.post("/bring/shippingguide/api/v2/products", &wrong).await;
        assert_eq!((refused.status, refused.at("/fieldErrors/0/field")), (400, json!("consignments[0].toPostalCode")));
    }
}
