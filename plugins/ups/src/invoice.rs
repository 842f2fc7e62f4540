//! The commercial invoice of a shipment that crosses a border.

use crossdock_sdk::types::{Customs, Item, Money, Shipment};
use crossdock_sdk::{Call, time, units};
use serde_json::{Value, json};

use crate::refusals::{MAX_LINE_CHARS, Problems};
use crate::wire;

/// Lines of an item's description, and items of an invoice (Shipping.yaml, `InternationalForms.Product`).
const MAX_DESCRIPTION_LINES: usize = 3;
const MAX_ITEMS: usize = 100;
/// `TermsOfShipment`. CONFIRMED: Shipping.yaml; the newer DAP, DPU and DAT are not among them.
const TERMS: &[&str] = &["CFR", "CIF", "CIP", "CPT", "DAF", "DDP", "DDU", "DEQ", "DES", "EXW", "FAS", "FCA", "FOB"];

/// Whether the papers say only that there is nothing of value.
pub fn is_documents(asked: &Shipment) -> bool {
    asked.customs.as_ref().is_some_and(|customs| customs.content_type == "documents")
}

/// What the invoice lists: the customs' own items, else those of the parcels.
fn items<'a>(asked: &'a Shipment, customs: &'a Customs) -> Vec<(String, &'a Item)> {
    if !customs.items.is_empty() {
        return (0..)
            .zip(&customs.items)
            .map(|(at, item): (usize, _)| (format!("/customs/items/{at}"), item))
            .collect();
    }
    let mut all = Vec::new();
    for (parcel_at, parcel) in asked.parcels.iter().enumerate() {
        for (at, item) in parcel.items.iter().enumerate() {
            all.push((format!("/parcels/{parcel_at}/items/{at}"), item));
        }
    }
    all
}

/// Refuses what UPS's invoice has no place for or cannot do without.
pub fn check(asked: &Shipment, problems: &mut Problems) {
    let Some(customs) = &asked.customs else {
        return;
    };
    let no_place = [
        ("signer", &customs.signer),
        ("license_number", &customs.license_number),
        ("certificate_number", &customs.certificate_number),
        ("eel_pfc", &customs.eel_pfc),
        ("aes", &customs.aes),
    ];
    for (member, _) in no_place.iter().filter(|(_, value)| value.is_some()) {
        problems.add(format!("/customs/{member}"), "unsupported", "UPS's commercial invoice has no place for it");
    }
    if customs.content_type == "documents" {
        return;
    }
    if customs.incoterm.as_ref().is_some_and(|incoterm| !TERMS.contains(&incoterm.as_str())) {
        problems.add("/customs/incoterm", "unknown", &format!("UPS knows {}", TERMS.join(", ")));
    }
    let items = items(asked, customs);
    if items.is_empty() {
        problems.add("/customs/items", "required", "UPS's commercial invoice lists at least one item");
    }
    if items.len() > MAX_ITEMS {
        problems.add("/customs/items", "too-many", "UPS's commercial invoice lists at most 100 items");
    }
    let currency = items.iter().find_map(|(_, item)| item.value.as_ref()).map(|value| &value.currency);
    for (pointer, item) in &items {
        match &item.value {
            None => problems.add(format!("{pointer}/value"), "required", "UPS's invoice names each item's value"),
            Some(value) if Some(&value.currency) != currency => {
                problems.add(format!("{pointer}/value/currency"), "conflict", "UPS's invoice has one currency");
            }
            Some(_) => {}
        }
        if item.origin_country.is_none() {
            problems.add(format!("{pointer}/origin_country"), "required", "UPS's invoice names each item's origin");
        }
        if lines(item).len() > MAX_DESCRIPTION_LINES {
            let member = if lines_of(&item.title).len() > MAX_DESCRIPTION_LINES { "title" } else { "description" };
            let detail = "UPS's invoice has three lines of 35 characters for title and description";
            problems.add(format!("{pointer}/{member}"), "too-long", detail);
        }
    }
}

/// The invoice (form 01). CONFIRMED: `ShipmentServiceOptionsInternationalForms` and `InternationalFormsProduct` in
/// github.com/UPS-API/java-api-examples, shipping/docs (read 2026-11-21); unit `PCS` is ASSUMED.
pub fn forms(call: &Call, asked: &Shipment) -> Option<Value> {
    let customs = asked.customs.as_ref().filter(|customs| customs.content_type != "documents")?;
    let items = items(asked, customs);
    let currency = items.iter().find_map(|(_, item)| item.value.as_ref()).map(|value| value.currency.as_str());
    let reason = match customs.content_type.as_str() {
        "gift" => "GIFT",
        "sample" => "SAMPLE",
        "returned-goods" => "RETURN",
        // "Any other reason" is free text.
        "other" => "OTHER",
        _ => "SALE",
    };
    let today = || time::today(call.now(), Some(&asked.sender.country));
    let date = customs.invoice_date.clone().unwrap_or_else(today);
    let mut forms = json!({
        "FormType": "01",
        "InvoiceDate": date.replace('-', ""),
        "ReasonForExport": reason,
        "CurrencyCode": currency,
        "Product": items.iter().map(|(_, item)| product(item)).collect::<Vec<_>>(),
        "Contacts": { "SoldTo": wire::party(&asked.recipient) },
    });
    if let Some(number) = &customs.invoice_number {
        forms["InvoiceNumber"] = json!(number);
    }
    if let Some(incoterm) = &customs.incoterm {
        forms["TermsOfShipment"] = json!(incoterm);
    }
    if !customs.paperless {
        // Accounts with paperless invoices get one to print, too.
        forms["OverridePaperlessIndicator"] = json!("");
    }
    Some(forms)
}

fn product(item: &Item) -> Value {
    let mut product = json!({
        "Description": lines(item),
        "Unit": {
            "Number": item.quantity.to_string(),
            "UnitOfMeasurement": { "Code": "PCS" },
            "Value": item.value.as_ref().map(|value| &value.amount),
        },
        "OriginCountryCode": item.origin_country,
    });
    if let Some(code) = &item.hs_code {
        product["CommodityCode"] = json!(code);
    }
    if let Some(sku) = &item.sku {
        product["PartNumber"] = json!(sku);
    }
    product
}

/// Title and description, broken between words.
fn lines(item: &Item) -> Vec<String> {
    let mut lines = lines_of(&item.title);
    if let Some(description) = item.description.as_ref().filter(|description| **description != item.title) {
        lines.extend(lines_of(description));
    }
    lines
}

fn lines_of(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        // A word longer than a line is broken where the line ends.
        let characters: Vec<char> = word.chars().collect();
        for piece in characters.chunks(MAX_LINE_CHARS) {
            let piece: String = piece.iter().collect();
            match lines.last_mut() {
                Some(line) if line.chars().count() + 1 + piece.chars().count() <= MAX_LINE_CHARS => {
                    line.push(' ');
                    line.push_str(&piece);
                }
                _ => lines.push(piece),
            }
        }
    }
    lines
}

/// The worth of the goods, if every item names one in the same currency.
pub fn total(asked: &Shipment) -> Option<Money> {
    let items = items(asked, asked.customs.as_ref()?);
    let currency = &items.first()?.1.value.as_ref()?.currency;
    let mut cents: u64 = 0;
    for (_, item) in &items {
        let value = item.value.as_ref().filter(|value| value.currency == *currency)?;
        let (whole, part) = value.amount.split_once('.').unwrap_or((&value.amount, ""));
        let part: u64 = format!("{part:0<2}").get(..2)?.parse().ok()?;
        let each = whole.parse::<u64>().ok()?.checked_mul(100)?.checked_add(part)?;
        cents = cents.checked_add(each.checked_mul(u64::from(item.quantity))?)?;
    }
    Some(Money::new(units::minor_units(i64::try_from(cents).ok()?, 2), currency.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_break_between_words() {
        let item = Item { title: "Desk lamp of brushed steel with a long arm".to_owned(), ..Item::default() };
        assert_eq!(lines(&item), ["Desk lamp of brushed steel with a", "long arm"]);
        assert_eq!(lines_of(&"x".repeat(71)).len(), 3);
    }
}
