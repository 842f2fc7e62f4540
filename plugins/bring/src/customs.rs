//! Customs data in a booking: `product.ediCustomsDeclarations`.
//!
//! Members, units and services are CONFIRMED (`content/api/booking/customs/*` and `examples/customsDeclarationWithImporter.json`,
//! `customsImportDeclaration.json` in the history of github.com/bring/developer-site, read 2026-11-21). In March 2025 Bring
//! announced a successor, `customsInformation`, with a grace period for parcels; the names in its lines are not public.

use crossdock_sdk::types::{Address, Customs, Item, Shipment};
use crossdock_sdk::{Refusals, units};
use serde_json::{Value, json};

use crate::describe::MAX_TEXT_CHARS;
use crate::shipment::country;

/// Out of Norway: Business Parcel and PickUp Parcel.
const EXPORT_SERVICES: &[&str] = &["BUSINESS_PARCEL", "PICKUP_PARCEL"];
/// Into Norway, where the shop has a VOEC number.
const VOEC_SERVICES: &[&str] = &["PICKUP_PARCEL", "PICKUP_PARCEL_BULK", "HOME_DELIVERY_PARCEL"];
/// "It must be a 7 digits number."
const VOEC_DIGITS: usize = 7;
const MAX_VAT_CHARS: usize = 30;
/// The importer is the recipient, who pays what is due: what these terms say, too.
const RECIPIENT_PAYS: &[&str] = &["DAP", "DDU"];

/// Our content types and `natureOfTransaction`.
const NATURES: &[(&str, &str)] = &[
    ("merchandise", SALE),
    ("returned-goods", "RETURNED_GOODS"),
    ("gift", "GIFT"),
    ("sample", "COMMERCIAL_SAMPLE"),
    ("documents", "DOCUMENTS"),
    ("other", "OTHER"),
];
/// The only one that may have a VOEC number.
const SALE: &str = "SALE_OF_GOODS";

/// The declaration of a shipment with customs data; what it has no place for is refused.
pub fn declaration(shipment: &Shipment, refusals: &mut Refusals) -> Option<Value> {
    let customs = shipment.customs.as_ref()?;
    let voec = shipment.sender.tax_id("voec");
    refuse_direction(shipment, voec.is_some(), refusals);
    refuse_what_has_no_place(customs, refusals);
    for (at, party, with_place) in
        [("/sender", &shipment.sender, &["voec", "vat"][..]), ("/recipient", &shipment.recipient, &["vat"])]
    {
        // CONFIRMED: an IOSS number "can not be combined with a `reference` field on the senders party".
        let words = "Bring's customs data has no place for it (nor for an IOSS number beside the sender's reference, by which \
                     a lost booking is found again)";
        refusals.tax_ids(at, party, with_place, words);
        refusals.longer_than(MAX_VAT_CHARS, format!("{at}/tax_ids"), party.tax_id("vat"));
    }
    let nature = NATURES.iter().find(|(ours, _)| *ours == customs.content_type).map(|(_, nature)| *nature);
    match nature {
        None => refusals.refuse("/customs/content_type", "unknown", "not a content type"),
        Some(nature) if voec.is_some() && nature != SALE => {
            refusals.refuse("/customs/content_type", "not-offered", "a VOEC number goes with merchandise only");
        }
        Some(_) => {}
    }
    let lines = lines(shipment, voec.is_some(), refusals);
    let mut declaration = json!({"natureOfTransaction": nature, "ediCustomsDeclaration": lines});
    if let Some(voec) = voec {
        if voec.len() != VOEC_DIGITS || !voec.bytes().all(|digit| digit.is_ascii_digit()) {
            refusals.refuse("/sender/tax_ids", "not-valid", "a VOEC number has seven digits");
        }
        declaration["vatOnEcommerce"] = voec.into();
    }
    Some(declaration)
}

/// The VAT number of a party, which Bring takes beside customs data.
pub fn vat_number<'a>(shipment: &Shipment, party: &'a Address) -> Option<&'a str> {
    shipment.customs.as_ref().and(party.tax_id("vat"))
}

fn refuse_direction(shipment: &Shipment, has_voec: bool, refusals: &mut Refusals) {
    let (from, to) = (country(&shipment.sender), country(&shipment.recipient));
    let services = match (from == "NO", to == "NO") {
        (true, false) if !has_voec => EXPORT_SERVICES,
        (false, true) if has_voec => VOEC_SERVICES,
        _ => &[],
    };
    let fits = shipment.service.as_deref().is_none_or(|service| services.contains(&service));
    if services.is_empty() || !fits {
        let words = "Bring takes customs data out of Norway with BUSINESS_PARCEL and PICKUP_PARCEL, and into Norway with a \
                     VOEC number of the sender and PICKUP_PARCEL, PICKUP_PARCEL_BULK or HOME_DELIVERY_PARCEL";
        refusals.refuse("/customs", "not-offered", words);
    }
}

fn refuse_what_has_no_place(customs: &Customs, refusals: &mut Refusals) {
    let has_place = |value: &Option<String>, fine: &[&str]| value.as_deref().is_none_or(|value| fine.contains(&value));
    if !has_place(&customs.incoterm, RECIPIENT_PAYS) || !has_place(&customs.duties_paid_by, &["recipient"]) {
        let words = "at Bring the recipient imports and pays; other terms are for cargo";
        let at = if customs.duties_paid_by.is_some() { "duties_paid_by" } else { "incoterm" };
        refusals.refuse(format!("/customs/{at}"), "not-offered", words);
    }
    refusals.customs_papers(customs, "Bring's customs data has no place for it");
}

/// One line per kind of goods, with the weight and value of all its pieces.
fn lines(shipment: &Shipment, is_voec: bool, refusals: &mut Refusals) -> Vec<Value> {
    let items = shipment.customs_items();
    if items.is_empty() {
        refusals.refuse("/customs/items", "required", "Bring wants to know what is in it");
    }
    items.iter().map(|(at, item)| line(at, item, is_voec, refusals)).collect()
}

fn line(at: &str, item: &Item, is_voec: bool, refusals: &mut Refusals) -> Value {
    let mut required = |member: &str, is_there: bool| {
        if !is_there {
            refusals.refuse(format!("{at}/{member}"), "required", "Bring's customs data needs it");
        }
    };
    required("weight_grams", item.weight_grams.is_some_and(|grams| grams > 0));
    required("value", item.value.is_some());
    required("origin_country", is_voec || item.origin_country.is_some());
    required("hs_code", !is_voec || item.hs_code.is_some());
    required("quantity", item.quantity > 0);
    refusals.longer_than(MAX_TEXT_CHARS as usize, format!("{at}/title"), Some(&item.title));
    let total = item.value.as_ref().map(|value| units::times(&value.amount, item.quantity));
    let amount = total.as_ref().and_then(|total| total.as_ref()?.parse::<f64>().ok());
    if total.is_some() && amount.is_none() {
        refusals.refuse(format!("{at}/value"), "not-valid", "not an amount");
    }
    let grams = item.weight_grams.map(|grams| f64::from(grams) * f64::from(item.quantity));
    json!({
        "quantity": item.quantity, "goodsDescription": item.title, "customsArticleNumber": item.hs_code,
        // The misspelt name is Bring's.
        "itemNetWeightInKg": grams.map(|grams| grams / 1000.0), "tarriffLineAmount": amount,
        "currency": item.value.as_ref().map(|value| &value.currency), "countryOfOrigin": item.origin_country,
    })
}
