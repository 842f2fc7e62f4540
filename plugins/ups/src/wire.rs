//! What all of UPS's requests share.

use crossdock_sdk::types::Address;
use crossdock_sdk::{Call, Request};
use serde_json::{Value, json};

/// `transId` is at most this long (Tracking.yaml).
const TRANSACTION_ID_CHARS: usize = 32;

/// Adds UPS's two identifying headers, required for tracking and Track Alert and taken elsewhere. `part` tells the
/// requests of one call apart.
pub fn identified(call: &Call, request: Request, part: &str) -> Request {
    // The end of a number differs, its start does not.
    let id: String = call.call_id().chars().chain(part.chars().rev()).take(TRANSACTION_ID_CHARS).collect();
    request.header("transId", id).header("transactionSrc", "crossdock")
}

/// The merchant's shipper number.
pub fn account_number(call: &Call) -> String {
    call.field("account_number").unwrap_or_default().to_ascii_uppercase()
}

/// UPS's locale of the caller's language; English for those that UPS is not known to have.
pub fn locale(call: &Call) -> &'static str {
    match call.language().as_str() {
        "da" => "da_DK",
        "de" => "de_DE",
        "es" => "es_ES",
        "fi" => "fi_FI",
        "fr" => "fr_FR",
        "it" => "it_IT",
        "nb" | "nn" | "no" => "no_NO",
        "nl" => "nl_NL",
        "pl" => "pl_PL",
        "sv" => "sv_SE",
        _ => "en_US",
    }
}

/// An address as rating and shipping write it.
pub fn address(address: &Address) -> Value {
    let mut json = json!({
        "AddressLine": address.lines,
        "City": address.city,
        "PostalCode": address.postal_code,
        "CountryCode": address.country,
    });
    if let Some(region) = region(address) {
        json["StateProvinceCode"] = json!(region);
    }
    if address.residential == Some(true) {
        json["ResidentialAddressIndicator"] = json!("");
    }
    json
}

/// `NY` of `NY` and `US-NY`.
pub fn region(address: &Address) -> Option<&str> {
    let region = address.region.as_deref()?;
    Some(region.rsplit('-').next().unwrap_or(region)).filter(|region| !region.is_empty())
}

/// Who is at an address: name, contact, phone and the address itself.
pub fn party(place: &Address) -> Value {
    let name = place.company.as_deref().or(place.person.as_deref()).unwrap_or_default();
    let mut json = json!({ "Name": name, "Address": address(place) });
    if let Some(person) = place.person.as_deref().or(place.company.as_deref()) {
        json["AttentionName"] = json!(person);
    }
    if let Some(phone) = &place.phone {
        json["Phone"] = json!({ "Number": phone });
    }
    if let Some(email) = &place.email {
        json["EMailAddress"] = json!(email);
    }
    if let Some(tax_id) = place.tax_ids.iter().find(|tax_id| tax_id.kind != "ioss") {
        json["TaxIdentificationNumber"] = json!(tax_id.value);
    }
    json
}
