//! What rating and shipping refuse: the first thing wrong, with its code.

use serde_json::Value;

use super::auth::Account;
use crate::common::json::{entries, number, text};
use crate::common::places::postal_code_fits;

/// Code and words of an error; codes beside 111600 are of UPS's families, not sourced one by one.
pub type Fault = (&'static str, &'static str);

/// Heaviest package, in pounds and in kilograms.
const MAX_POUNDS: f64 = 150.0;
const MAX_KILOGRAMS: f64 = 70.0;

const MAX_WEIGHT_CHARS: usize = 5;

/// The first fault of a shipment, if any.
pub fn fault(shipment: &Value, account: &Account, booking: bool) -> Option<Fault> {
    if entries(shipment, "/Package").is_empty() {
        return Some(("120100", "At least one package is required."));
    }
    match text(shipment, "/Shipper/ShipperNumber") {
        None => return Some(("120104", "Missing shipper number.")),
        Some(number) if number != account.account_number => {
            return Some(("120102", "The shipper number does not belong to this user."));
        }
        Some(_) => {}
    }
    for party in ["Shipper", "ShipTo"] {
        if let Some(fault) = party_fault(shipment, party, booking) {
            return Some(fault);
        }
    }
    let payment = if booking { "/PaymentInformation" } else { "/PaymentDetails" };
    let payer = text(shipment, &format!("{payment}/ShipmentCharge/0/BillShipper/AccountNumber"))
        .or_else(|| text(shipment, &format!("{payment}/ShipmentCharge/BillShipper/AccountNumber")));
    if payer.as_deref().is_some_and(|payer| payer != account.account_number) {
        return Some(("111600", "BillShipper payment method is not valid for this shipment."));
    }
    if booking && payer.is_none() {
        return Some(("120502", "Payment information is missing."));
    }
    if booking && text(shipment, "/Service/Code").is_none() {
        return Some(("120200", "The service code is missing."));
    }
    entries(shipment, "/Package").into_iter().find_map(package_fault)
}

fn party_fault(shipment: &Value, party: &str, booking: bool) -> Option<Fault> {
    let of = |member: &str| text(shipment, &format!("/{party}{member}"));
    let country = of("/Address/CountryCode").unwrap_or_default();
    if country.len() != 2 {
        return Some(("120210", "Missing or invalid country code."));
    }
    if !postal_code_fits(&country, &of("/Address/PostalCode").unwrap_or_default()) {
        return Some(("120201", "Missing or invalid postal code."));
    }
    if booking && of("/Name").is_none() {
        return Some(("120202", "Missing or invalid name."));
    }
    let street = of("/Address/AddressLine/0").or_else(|| of("/Address/AddressLine"));
    if booking && (street.is_none() || of("/Address/City").is_none()) {
        return Some(("120203", "Missing or invalid address line or city."));
    }
    if ["US", "CA"].contains(&country.as_str()) && booking && of("/Address/StateProvinceCode").is_none() {
        return Some(("120206", "Missing or invalid state or province code."));
    }
    None
}

fn package_fault(package: &Value) -> Option<Fault> {
    let weight = number(package, "/PackageWeight/Weight").unwrap_or(0.0);
    let metric = text(package, "/PackageWeight/UnitOfMeasurement/Code").as_deref() == Some("KGS");
    // Five characters are all that UPS takes (REPORTED from Shipping's XML guide).
    if text(package, "/PackageWeight/Weight").is_some_and(|weight| weight.len() > MAX_WEIGHT_CHARS) {
        return Some(("120110", "Missing or invalid package weight."));
    }
    let limit = if metric { MAX_KILOGRAMS } else { MAX_POUNDS };
    if weight <= 0.0 {
        return Some(("120110", "Missing or invalid package weight."));
    }
    (weight > limit).then_some(("111035", "The package exceeds the maximum weight."))
}
