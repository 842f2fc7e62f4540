//! The customs declaration CN22 in a booking (CONFIRMED: Booking 3.5.29.1, `customsDeclarationCN22`, read 2026-11-21).
//!
//! Which services take it is REPORTED: Tracked Letter and International Parcel in a client's tests
//! (github.com/Joaqim/karrio). Other parcels want a customs invoice, which is not offered here.

use crossdock_sdk::types::{Customs, Item, Shipment};
use crossdock_sdk::{Refusals, units};
use serde_json::{Value, json};

const SERVICES: [&str; 2] = ["34", "91"];
/// Most lines (CONFIRMED).
const MAX_LINES: usize = 13;
const MAX_CONTENT_CHARS: usize = 1025;
const MAX_EORI_CHARS: usize = 17;

/// Our content types and `categoryType`.
const CATEGORIES: &[(&str, &str)] = &[
    ("merchandise", "SALE OF GOODS"),
    ("returned-goods", "RETURNED GOODS"),
    ("gift", "GIFT"),
    ("sample", "COMMERCIAL SAMPLE"),
    ("documents", "DOCUMENT"),
    ("other", "OTHER"),
];

/// The declaration of a shipment with customs data; what it has no place for is refused.
pub fn declaration(shipment: &Shipment, service: Option<&str>, refusals: &mut Refusals) -> Option<Value> {
    let customs = shipment.customs.as_ref()?;
    if !service.is_some_and(|service| SERVICES.contains(&service)) {
        let words =
            "PostNord's CN22 goes with the services 34 and 91; customs invoices for others are not offered here";
        refusals.refuse("/customs", "not-offered", words);
    }
    refuse_what_has_no_place(shipment, customs, refusals);
    let sender = &shipment.sender;
    let category = CATEGORIES.iter().find(|(ours, _)| *ours == customs.content_type).map(|(_, category)| *category);
    if category.is_none() {
        refusals.refuse("/customs/content_type", "unknown", "not a content type");
    }
    let items = shipment.customs_items();
    if items.is_empty() || items.len() > MAX_LINES {
        refusals.refuse("/customs/items", "out-of-range", format!("PostNord takes 1 to {MAX_LINES} kinds of goods"));
    }
    let lines: Vec<Value> = items.iter().zip(1_u32..).map(|((at, item), row)| line(at, item, row, refusals)).collect();
    let currency = items.first().and_then(|(_, item)| item.value.as_ref()).map(|value| value.currency.clone());
    for (at, item) in &items {
        if item.value.as_ref().is_some_and(|value| Some(&value.currency) != currency.as_ref()) {
            refusals.refuse(format!("{at}/value"), "not-valid", "PostNord wants one currency for all");
        }
    }
    let total: f64 = lines.iter().filter_map(|line| line.pointer("/value/amount")?.as_f64()).sum();
    let mut declaration = json!({
        "EORIorPersonalIdNumber": sender.tax_id("eori"),
        "categoryOfItem": {"categoryType": [category]},
        "detailedDescription": lines,
        // In hundredths, where the sum of decimal fractions is none.
        "totalValue": {"amount": (total * 100.0).round() / 100.0, "currency": currency},
    });
    for kind in ["voec", "ioss"] {
        if let Some(number) = sender.tax_id(kind) {
            declaration[kind] = number.into();
        }
    }
    Some(declaration)
}

fn refuse_what_has_no_place(shipment: &Shipment, customs: &Customs, refusals: &mut Refusals) {
    let words = "PostNord's CN22 has no place for it";
    refusals.customs_papers(customs, words);
    refusals.unless_absent("/customs/incoterm", customs.incoterm.as_ref(), words);
    refusals.unless_absent("/customs/duties_paid_by", customs.duties_paid_by.as_ref(), words);
    refusals.tax_ids("/sender", &shipment.sender, &["eori", "voec", "ioss"], words);
    refusals.tax_ids("/recipient", &shipment.recipient, &[], words);
    // CONFIRMED: "An EORI number is required in all customs declarations".
    match shipment.sender.tax_id("eori") {
        None => refusals.refuse("/sender/tax_ids", "required", "PostNord wants the sender's EORI number"),
        eori => refusals.longer_than(MAX_EORI_CHARS, "/sender/tax_ids", eori),
    }
}

/// A line with the weight and value of all its pieces.
fn line(at: &str, item: &Item, row: u32, refusals: &mut Refusals) -> Value {
    let total = item.value.as_ref().map(|value| (units::times(&value.amount, item.quantity), &value.currency));
    let amount = total.as_ref().and_then(|(amount, _)| amount.as_ref()?.parse::<f64>().ok());
    let is_there = [
        ("quantity", item.quantity > 0),
        ("weight_grams", item.weight_grams.is_some_and(|grams| grams > 0)),
        ("value", amount.is_some()),
        ("origin_country", item.origin_country.is_some()),
    ];
    for (member, _) in is_there.iter().filter(|(_, is_there)| !is_there) {
        refusals.refuse(format!("{at}/{member}"), "required", "PostNord's CN22 needs it");
    }
    refusals.longer_than(MAX_CONTENT_CHARS, format!("{at}/title"), Some(&item.title));
    let grams = item.weight_grams.map(|grams| f64::from(grams) * f64::from(item.quantity));
    let mut line = json!({
        "content": item.title, "quantity": {"value": item.quantity},
        "grossWeight": {"value": grams.map(|grams| grams / 1000.0), "unit": "KGM"},
        "value": {"amount": amount, "currency": total.map(|(_, currency)| currency)},
        "countryCode": item.origin_country, "rowNo": row,
    });
    if let Some(code) = &item.hs_code {
        line["hsTariffNumber"] = code.as_str().into();
    }
    line
}
