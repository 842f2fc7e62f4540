//! Shipping Guide 2: prices and promised days.

use crossdock_sdk::types::{Charge, FailureKind, Level, Message, Money, Price, Quotes, Rate, Shipment};
use crossdock_sdk::{Call, Failure, Refusals, Request, Response, time, units};
use serde_json::{Value, json};

use crate::answer::{authenticated, language, refused};
use crate::customs;
use crate::rates_wire::{Amounts, Answer, FieldErrors, PriceSet, Product};
use crate::services::{self, Area, PRODUCTS};
use crate::shipment::{additional_services, country, refuse_what_cannot_be, shipping_time};

pub fn quote(call: &Call, shipment: &Shipment) -> Result<Quotes, Failure> {
    let mut refusals = Refusals::new("", "Bring cannot carry this shipment as it is asked for");
    refuse_what_cannot_be(shipment, &mut refusals);
    customs::declaration(shipment, &mut refusals);
    refusals.finish()?;
    let answer =
        authenticated(Request::post("shipping-guide", "/products").json(&body(call, shipment)).repeatable().send()?)?;
    if !answer.is_success() {
        return Err(field_errors(answer));
    }
    let answer: Answer = answer.read()?;
    let mut quotes = Quotes::default();
    for text in answer.trace_messages.0 {
        quotes.messages.push(trace(text));
    }
    for product in answer.consignments.into_iter().flat_map(|consignment| consignment.products) {
        let Some(id) = product.id.clone().or_else(|| product.production_code.clone()) else {
            continue;
        };
        if product.errors.is_empty() {
            quotes.rates.push(rate(id, product, &country(&shipment.recipient)));
        } else {
            quotes.messages.extend(product.errors.iter().map(|error| error.message(Level::Warning, &id)));
        }
    }
    Ok(quotes)
}

fn body(call: &Call, shipment: &Shipment) -> Value {
    let customer_number = call.field("customer_number");
    let products: Vec<Value> =
        codes(shipment).into_iter().map(|code| json!({"id": code, "customerNumber": customer_number})).collect();
    let centimetres = |mm: Option<u32>| mm.map(units::mm_as_centimetres);
    let packages: Vec<Value> = shipment
        .parcels
        .iter()
        .zip(1..)
        .map(|(parcel, id)| {
            let id: u32 = id;
            json!({"id": id.to_string(), "grossWeight": parcel.weight_grams, "length": centimetres(parcel.length_mm),
                "width": centimetres(parcel.width_mm), "height": centimetres(parcel.height_mm)})
        })
        .collect();
    let mut consignment = json!({
        "id": "1", "products": products, "packages": packages,
        "fromCountryCode": country(&shipment.sender), "fromPostalCode": shipment.sender.compact_postal_code(),
        "toCountryCode": country(&shipment.recipient), "toPostalCode": shipment.recipient.compact_postal_code(),
        "addressLine": shipment.recipient.first_line(),
        "additionalServices": additional_services(shipment, false),
    });
    // Without it Bring takes now.
    if shipment.shipping_date.is_some() {
        let at = shipping_time(call, shipment);
        let part = |range: std::ops::Range<usize>| at.get(range).unwrap_or_default().to_owned();
        consignment["shippingDate"] = json!({"year": part(0..4), "month": part(5..7), "day": part(8..10),
            "hour": part(11..13), "minute": part(14..16)});
    }
    json!({
        "language": language(&call.language(), ["EN", "NO", "SE", "DK"]), "withPrice": true, "withExpectedDelivery": true,
        "withGuiInformation": true, "edi": true, "postingAtPostOffice": false, "trace": true,
        "consignments": [consignment],
    })
}

/// The named service, or those that usually run between these countries.
fn codes(shipment: &Shipment) -> Vec<String> {
    if let Some(service) = &shipment.service {
        return vec![service.clone()];
    }
    let within_norway = country(&shipment.sender) == "NO" && country(&shipment.recipient) == "NO";
    let area = if within_norway { Area::Norway } else { Area::Nordic };
    PRODUCTS
        .iter()
        .filter(|product| product.area == area && product.is_return == shipment.is_return)
        .map(|product| product.code.to_owned())
        .collect()
}

/// REPORTED: the customer number that the user may not see prices of is only told in a trace message.
fn trace(text: String) -> Message {
    let (level, code) = if text.contains("does not have access to customer") {
        (Level::Warning, "no-customer-access")
    } else if text.contains("INVALID_MEASUREMENTS") {
        (Level::Warning, "INVALID_MEASUREMENTS")
    } else {
        (Level::Note, "")
    };
    Message { level, code: code.to_owned(), text, ..Message::default() }
}

fn rate(id: String, product: Product, country: &str) -> Rate {
    let known = services::find(&id);
    let gui = product.gui_information.unwrap_or_default();
    let expected = product.expected_delivery.unwrap_or_default();
    Rate {
        name: gui
            .product_name
            .or(gui.display_name)
            .or_else(|| known.map(|known| known.name.to_owned()))
            .unwrap_or_else(|| id.clone()),
        price: product.price.and_then(|price| {
            let own = price.net_price.and_then(|net| of_price(&net, true));
            own.or_else(|| price.list_price.and_then(|list| of_price(&list, false)))
        }),
        transit_days: expected.working_days.as_deref().and_then(|days| days.parse().ok()),
        delivery: expected.expected_delivery_date.and_then(|day| time::whole_day(&day.iso()?, Some(country))),
        delivery_kind: match known.map(|known| known.kind) {
            Some("freight") | None => "other".to_owned(),
            Some(kind) => kind.to_owned(),
        },
        messages: product.warnings.iter().map(|warning| warning.message(Level::Warning, &id)).collect(),
        service: id,
        ..Rate::default()
    }
}

fn of_price(price: &PriceSet, own_price: bool) -> Option<Price> {
    let whole = price.price_with_additional_services.as_ref().or(price.price_without_additional_services.as_ref())?;
    let currency = price.currency_code.clone()?;
    let money = |amount: &str| Money::read(amount, &currency);
    let with_vat = whole.amount_with_vat.as_deref().and_then(money);
    let tax_included = with_vat.is_some();
    let total = with_vat.or_else(|| money(whole.amount_without_vat.as_deref()?))?;
    let mut charges = Vec::new();
    let mut charge = |kind: &str, code: Option<String>, name: &str, amount: Option<&str>| {
        if let Some(amount) = amount.and_then(money) {
            charges.push(Charge { kind: kind.to_owned(), code, name: name.to_owned(), amount });
        }
    };
    let net = |amounts: &Option<Amounts>| amounts.as_ref().and_then(|amounts| amounts.amount_without_vat.clone());
    charge("base", None, "Transport", net(&price.price_without_additional_services).as_deref());
    for service in &price.additional_services {
        let code = service.additional_service_id.clone();
        let name = service.additional_service_description.clone().or_else(|| code.clone()).unwrap_or_default();
        charge("add-on", code, &name, net(&service.additional_service_price).as_deref());
    }
    charge("tax", None, "VAT", whole.vat.as_deref().filter(|_| tax_included));
    Some(Price { total, tax_included: Some(tax_included), own_price, charges })
}

/// REPORTED: `{"fieldErrors": [{"code", "field", "message"}]}` with 400.
fn field_errors(answer: Response) -> Failure {
    let errors = answer.read::<FieldErrors>().unwrap_or_default().field_errors;
    let Some(first) = errors.first() else {
        return refused(answer);
    };
    let words = first.message.clone().unwrap_or_else(|| "Bring refused the request".to_owned());
    let mut failure = answer.failure_of(FailureKind::InvalidInput, first.code.clone().unwrap_or_default(), words);
    for error in errors {
        let pointer = pointer_of(error.field.as_deref().unwrap_or_default());
        failure = failure.problem(pointer, error.code.unwrap_or_default(), error.message.unwrap_or_default());
    }
    failure
}

/// Where a field of Bring's request came from; the field names are those of the request (ASSUMED, as paths).
fn pointer_of(field: &str) -> String {
    let index =
        field.split("packages[").nth(1).and_then(|rest| rest.split(']').next()?.parse::<u32>().ok()).unwrap_or(0);
    let last = field.rsplit('.').next().unwrap_or_default();
    match last.split('[').next().unwrap_or_default() {
        "toPostalCode" => "/recipient/postal_code".to_owned(),
        "fromPostalCode" => "/sender/postal_code".to_owned(),
        "toCountryCode" => "/recipient/country".to_owned(),
        "fromCountryCode" => "/sender/country".to_owned(),
        "addressLine" => "/recipient/lines/0".to_owned(),
        "grossWeight" => format!("/parcels/{index}/weight_grams"),
        "length" => format!("/parcels/{index}/length_mm"),
        "width" => format!("/parcels/{index}/width_mm"),
        "height" => format!("/parcels/{index}/height_mm"),
        "packages" | "volumeInDm3" => format!("/parcels/{index}"),
        "shippingDate" | "year" | "month" | "day" => "/shipping_date".to_owned(),
        "products" | "id" => "/service".to_owned(),
        "additionalServices" => "/options".to_owned(),
        _ => String::new(),
    }
}
