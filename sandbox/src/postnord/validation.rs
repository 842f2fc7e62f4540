//! What booking refuses: the message as a whole, or one of its shipments.

use serde_json::{Map, Value};

use super::auth::Account;
use super::faults::booking as fault;
use crate::common::json::{entries, number, text};
use crate::common::places::{SERVICE_POINTS, postal_code_fits};

const MISSING: &str = "MANDATORY_FIELDS_MISSING";
const INVALID: &str = "INVALID_VALUE";
/// Basic service codes that can be booked.
pub const SERVICES: [&str; 14] = ["17", "18", "19", "11", "20", "24", "30", "32", "34", "48", "52", "83", "86", "91"];
/// Heaviest item of a parcel service, in grams.
const MAX_ITEM_GRAMS: f64 = 35_000.0;
const MAX_NAME_CHARS: usize = 35;

/// Faults that refuse the whole message.
pub fn message_faults(message: &Value, account: &Account) -> Vec<Value> {
    let mut faults = Vec::new();
    for (pointer, sub_type, name) in [
        ("/messageDate", "MESSAGE_DATE", "messageDate"),
        ("/application/name", "APPLICATION_NAME", "application.name"),
        ("/updateIndicator", "UPDATE_INDICATOR", "updateIndicator"),
    ] {
        if text(message, pointer).is_none() {
            faults.push(fault(MISSING, sub_type, &format!("{name} is a required field")));
        }
    }
    if text(message, "/application/name").is_some_and(|name| name.chars().count() > MAX_NAME_CHARS) {
        faults.push(fault(INVALID, "APPLICATION_NAME", "application.name is too long"));
    }
    if let Some(id) = message.pointer("/application/applicationId").filter(|id| !id.is_i64() && !id.is_null()) {
        let words = format!("applicationId ({}) is not a type of integer", id.as_str().unwrap_or_default());
        faults.push(fault(MISSING, "APPLICATION_ID", &words));
    }
    let shipments = entries(message, "/shipment");
    if shipments.is_empty() {
        faults.push(fault(MISSING, "SHIPMENT", "shipment is a required field"));
    }
    for shipment in shipments {
        structure_faults(shipment, account, &mut faults);
    }
    faults
}

fn structure_faults(shipment: &Value, account: &Account, faults: &mut Vec<Value>) {
    if text(shipment, "/service/basicServiceCode").is_none() {
        faults.push(fault(MISSING, "BASIC_SERVICE_CODE", "basicServiceCode is a required field"));
    }
    for party in ["consignor", "consignee"] {
        let pointer = format!("/parties/{party}");
        if shipment.pointer(&pointer).is_none_or(|party| party.as_object().is_none_or(Map::is_empty)) {
            faults.push(fault(MISSING, &party.to_uppercase(), &format!("{party} is a required field")));
            continue;
        }
        party_faults(shipment, &format!("{pointer}/party"), faults);
    }
    let number = text(shipment, "/parties/consignor/partyIdentification/partyId");
    let issuer = text(shipment, "/parties/consignor/issuerCode");
    match number {
        None => faults.push(fault(MISSING, "PARTY_ID", "partyId is a required field")),
        Some(number) if number != account.customer_number => {
            faults.push(fault(INVALID, "PARTY_ID", &format!("customer number {number} is not valid")));
        }
        Some(_) if issuer.as_deref() != Some(account.issuer_code) => {
            faults.push(fault(INVALID, "ISSUER_CODE", "issuerCode does not fit the customer number"));
        }
        Some(_) => {}
    }
    let items: Vec<&Value> =
        entries(shipment, "/goodsItem").into_iter().flat_map(|goods| entries(goods, "/items")).collect();
    if items.is_empty() {
        faults.push(fault(MISSING, "GOODS_ITEM", "goodsItem is a required field"));
    }
    for item in items {
        if text(item, "/itemIdentification/itemId").is_none() {
            faults.push(fault(MISSING, "ITEM_IDENTIFICATION", "itemIdentification is a required field"));
        }
    }
}

fn party_faults(shipment: &Value, pointer: &str, faults: &mut Vec<Value>) {
    let of = |member: &str| text(shipment, &format!("{pointer}{member}"));
    for (member, sub_type, name) in [
        ("/nameIdentification/name", "NAME", "name"),
        ("/address/streets/0", "STREETS", "streets"),
        ("/address/postalCode", "POSTAL_CODE", "postalCode"),
        ("/address/city", "CITY", "city"),
        ("/address/countryCode", "COUNTRY_CODE", "countryCode"),
    ] {
        if of(member).is_none() {
            faults.push(fault(MISSING, sub_type, &format!("{name} is a required field")));
        }
    }
    if let (Some(country), Some(postal_code)) = (of("/address/countryCode"), of("/address/postalCode"))
        && !postal_code_fits(&country, &postal_code)
    {
        faults.push(fault(INVALID, "POSTAL_CODE", &format!("postalCode {postal_code} is not valid in {country}")));
    }
}

/// Faults that refuse one shipment while others of the message are booked.
pub fn shipment_faults(shipment: &Value) -> Vec<Value> {
    let mut faults = Vec::new();
    let service = text(shipment, "/service/basicServiceCode").unwrap_or_default();
    if !SERVICES.contains(&service.as_str()) {
        faults.push(fault(INVALID, "BASIC_SERVICE_CODE", &format!("service {service} is not offered")));
    }
    let items = entries(shipment, "/goodsItem").into_iter().flat_map(|goods| entries(goods, "/items"));
    let pallet = ["52", "83"].contains(&service.as_str());
    for item in items {
        if !pallet && grams(item, "/grossWeight") > MAX_ITEM_GRAMS {
            faults.push(fault(INVALID, "WEIGHT_LIMIT", "grossWeight exceeds the maximum of the service"));
        }
    }
    customs_faults(shipment, &mut faults);
    let party = "/parties/deliveryParty/partyIdentification";
    let point = text(shipment, &format!("{party}/partyId"));
    let wanted = text(shipment, &format!("{party}/partyIdType")).as_deref() == Some("156");
    if wanted && !SERVICE_POINTS.iter().any(|known| Some(known.id) == point.as_deref()) {
        faults.push(fault(INVALID, "SERVICE_POINT", "the service point does not exist"));
    }
    faults
}

/// A CN22 has 1 to 13 lines and a total value; each line says what it is.
fn customs_faults(shipment: &Value, faults: &mut Vec<Value>) {
    const MAX_LINES: usize = 13;
    let Some(declaration) = shipment.get("customsDeclarationCN22").filter(|declaration| declaration.is_object()) else {
        return;
    };
    let lines = entries(declaration, "/detailedDescription");
    let is_described = lines.iter().all(|line| text(line, "/content").is_some());
    if lines.is_empty() || lines.len() > MAX_LINES || !is_described {
        faults.push(fault(INVALID, "DETAILED_DESCRIPTION", "detailedDescription takes 1 to 13 described lines"));
    }
    let has_total =
        number(declaration, "/totalValue/amount").is_some() && text(declaration, "/totalValue/currency").is_some();
    if !has_total {
        faults.push(fault(MISSING, "TOTAL_VALUE", "totalValue is a required field"));
    }
}

/// A weight in grams, whatever its unit.
pub fn grams(value: &Value, pointer: &str) -> f64 {
    let amount = number(value, &format!("{pointer}/value")).unwrap_or(0.0);
    amount
        * match text(value, &format!("{pointer}/unit")).as_deref() {
            Some("GRM") => 1.0,
            Some("TON") => 1_000_000.0,
            _ => 1_000.0,
        }
}
