//! What all of UPS's requests share.

use crossdock_sdk::types::{Address, TaxId};
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
        "AddressLine": lines(address).into_iter().map(|(_, line)| line).collect::<Vec<_>>(),
        "City": address.city,
        "PostalCode": postal_code(address),
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

/// Five or nine digits in the United States, six characters in Canada, without what stands between them (REPORTED).
pub fn postal_code(address: &Address) -> String {
    let is_plain = matches!(address.country.as_str(), "US" | "PR" | "CA");
    address.postal_code.trim().chars().filter(|letter| !is_plain || letter.is_alphanumeric()).collect()
}

/// Digits only; in North America without the country's (REPORTED from Shipping's XML guide).
pub fn phone_digits(phone: &str, country: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix('1') {
        Some(local) if local.len() == 10 && matches!(country, "US" | "PR" | "CA") => local.to_owned(),
        _ => digits.strip_prefix("00").unwrap_or(&digits).to_owned(),
    }
}

/// The printed lines, each with the member of our address that it comes from: the street first if it stands apart, what
/// UPS has no member for last.
pub fn lines(address: &Address) -> Vec<(String, String)> {
    let own = address.lines.iter().enumerate().map(|(at, line)| (format!("lines/{at}"), line.trim().to_owned()));
    let mut lines: Vec<_> = own.filter(|(_, line)| !line.is_empty()).collect();
    if let Some(street) = address.street.as_deref().map(str::trim).filter(|street| !street.is_empty())
        && !lines.iter().any(|(_, line)| line.contains(street))
    {
        let number = address.street_number.as_deref().unwrap_or_default().trim();
        lines.insert(0, ("street".to_owned(), format!("{street} {number}").trim_end().to_owned()));
    }
    let more = [("entrance", &address.entrance), ("floor", &address.floor), ("door_code", &address.door_code)];
    let mut given = more.iter().filter_map(|(member, value)| Some((*member, value.as_deref()?.trim())));
    if let Some((member, _)) = given.clone().find(|(_, value)| !value.is_empty()) {
        let words = given.by_ref().filter(|(_, value)| !value.is_empty());
        let words: Vec<_> = words.map(|(name, value)| format!("{} {value}", name.replace('_', " "))).collect();
        lines.push((member.to_owned(), words.join(", ")));
    }
    lines
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
        json["Phone"] = json!({ "Number": phone_digits(phone, &place.country) });
    }
    if let Some(email) = &place.email {
        json["EMailAddress"] = json!(email);
    }
    if let Some(tax_id) = tax_id(place) {
        json["TaxIdentificationNumber"] = json!(tax_id.value);
    }
    json
}

/// The sender, with the number under which the recipient's tax was collected. CONFIRMED: Shipping.yaml, `ShipFrom.VendorInfo`.
pub fn ship_from(place: &Address) -> Value {
    let mut json = party(place);
    if let Some((code, tax_id)) = vendor(place) {
        json["VendorInfo"] = json!({ "VendorCollectIDTypeCode": code, "VendorCollectIDNumber": tax_id.value });
    }
    json
}

/// Whether UPS has a place for this number of the address.
pub fn takes_tax_id(place: &Address, number: &TaxId, is_sender: bool) -> bool {
    let is = |other: Option<&TaxId>| other.is_some_and(|other| std::ptr::eq(other, number));
    is(tax_id(place)) || is_sender && is(vendor(place).map(|(_, tax_id)| tax_id))
}

fn tax_id(place: &Address) -> Option<&TaxId> {
    place.tax_ids.iter().find(|tax_id| vendor_code(tax_id).is_none())
}

fn vendor(place: &Address) -> Option<(&'static str, &TaxId)> {
    place.tax_ids.iter().find_map(|tax_id| Some((vendor_code(tax_id)?, tax_id)))
}

fn vendor_code(tax_id: &TaxId) -> Option<&'static str> {
    match tax_id.kind.as_str() {
        "ioss" => Some("0356"),
        "voec" => Some("0357"),
        _ => None,
    }
}
