//! What Booking refuses, in the order of its catalogue.

use serde_json::Value;

use super::auth::{ACCOUNTS, Account, TEST_CUSTOMER_NUMBERS};
use super::products::PRODUCTS;
use crate::common::json::{entries, number, text};
use crate::common::places::{SERVICE_POINTS, postal_code_fits};

/// A code of the catalogue and its suffix.
pub type Fault = (&'static str, &'static str);

/// Most packages in one consignment.
const MAX_PACKAGES: usize = 50;
/// Heaviest parcel, in kilograms.
const MAX_WEIGHT_KG: f64 = 35.0;
const COUNTRIES: [&str; 12] = ["NO", "SE", "DK", "FI", "DE", "NL", "GB", "FR", "PL", "BE", "AT", "US"];

/// Everything that is wrong with a booking; nothing if it can be booked.
pub fn faults(order: &Value, account: &Account) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut need = |fine: bool, code: &'static str| {
        if !fine {
            faults.push((code, ""));
        }
    };
    need(text(order, "/schemaVersion").is_some(), "BOOK-INPUT-003");
    need(order.get("testIndicator").is_some_and(Value::is_boolean), "BOOK-INPUT-030");
    let consignments = entries(order, "/consignments");
    need(!consignments.is_empty(), "BOOK-INPUT-004");
    need(consignments.len() < 2, "BOOK-INPUT-005");
    if let [consignment] = consignments.as_slice() {
        need(text(consignment, "/shippingDateTime").is_some(), "BOOK-INPUT-012");
        product_faults(consignment, account, &mut faults);
        party_faults(consignment, "/parties/sender", ("BOOK-INPUT-006", "-SENDER"), &mut faults);
        party_faults(consignment, "/parties/recipient", ("BOOK-INPUT-007", "-RECIPIENT"), &mut faults);
        package_faults(consignment, &mut faults);
        service_faults(consignment, &mut faults);
        customs_faults(consignment, &mut faults);
    }
    faults
}

fn product_faults(consignment: &Value, account: &Account, faults: &mut Vec<Fault>) {
    if consignment.get("product").is_none_or(Value::is_null) {
        return faults.push(("BOOK-INPUT-008", ""));
    }
    match text(consignment, "/product/id") {
        None => faults.push(("BOOK-INPUT-018", "")),
        Some(id) if !PRODUCTS.iter().any(|product| product.id == id) => faults.push(("BOOK-INPUT-020", "")),
        Some(_) => {}
    }
    match text(consignment, "/product/customerNumber") {
        None => faults.push(("BOOK-INPUT-019", "")),
        Some(number) if number == account.customer_number => {}
        Some(number) if TEST_CUSTOMER_NUMBERS.contains(&number.as_str()) => {}
        Some(number) if ACCOUNTS.iter().any(|other| other.customer_number == number) => {
            faults.push(("BOOK-AUTHORIZATION-001", ""));
        }
        Some(_) => faults.push(("BOOK-INPUT-021", "")),
    }
}

fn party_faults(consignment: &Value, pointer: &str, (missing, suffix): Fault, faults: &mut Vec<Fault>) {
    let Some(party) = consignment.pointer(pointer).filter(|party| party.is_object()) else {
        return faults.push((missing, ""));
    };
    for (member, code) in [("/name", "BOOK-INPUT-014"), ("/addressLine", "BOOK-INPUT-015"), ("/city", "BOOK-INPUT-016")]
    {
        if text(party, member).is_none() {
            faults.push((code, suffix));
        }
    }
    match text(party, "/countryCode").map(|code| code.to_uppercase()) {
        None => faults.push(("BOOK-INPUT-017", suffix)),
        Some(country) if !COUNTRIES.contains(&country.as_str()) => faults.push(("BOOK-INPUT-028", suffix)),
        Some(country) => {
            if !postal_code_fits(&country, &text(party, "/postalCode").unwrap_or_default()) {
                faults.push(("BOOK_INPUT-057", suffix));
            }
        }
    }
}

/// Customs data that lacks what the documentation calls required. Which code Bring uses is not from the facts.
fn customs_faults(consignment: &Value, faults: &mut Vec<Fault>) {
    let Some(customs) = consignment.pointer("/product/ediCustomsDeclarations").filter(|customs| customs.is_object())
    else {
        return;
    };
    let lines = entries(customs, "/ediCustomsDeclaration");
    let is_import = text(customs, "/vatOnEcommerce").is_some();
    let needed = ["/quantity", "/goodsDescription", "/itemNetWeightInKg", "/tarriffLineAmount", "/currency"];
    let own = if is_import { "/customsArticleNumber" } else { "/countryOfOrigin" };
    let lacks = |line: &Value| needed.iter().chain([&own]).any(|member| text(line, member).is_none());
    if lines.is_empty()
        || lines.into_iter().any(lacks)
        || (!is_import && text(customs, "/natureOfTransaction").is_none())
    {
        faults.push(("BOOK-INPUT-001", ""));
    }
}

fn package_faults(consignment: &Value, faults: &mut Vec<Fault>) {
    let packages = entries(consignment, "/packages");
    if packages.is_empty() {
        faults.push(("BOOK-INPUT-009", ""));
    }
    if packages.len() > MAX_PACKAGES {
        faults.push(("BOOK-INPUT-001", ""));
    }
    for package in packages {
        match number(package, "/weightInKg") {
            Some(weight) if weight > MAX_WEIGHT_KG => faults.push(("BOOK-INPUT-023", "")),
            Some(weight) if weight > 0.0 => {}
            _ => faults.push(("BOOK-INPUT-002", "")),
        }
        let sides =
            ["lengthInCm", "widthInCm", "heightInCm"].map(|side| number(package, &format!("/dimensions/{side}")));
        if sides.iter().any(|side| side.is_none_or(|side| side <= 0.0)) {
            faults.push(("BOOK-INPUT-013", ""));
        }
    }
}

fn service_faults(consignment: &Value, faults: &mut Vec<Fault>) {
    for service in entries(consignment, "/product/additionalServices") {
        let reachable = text(service, "/email").is_some() || text(service, "/mobile").is_some();
        if text(service, "/id").as_deref() == Some("EVARSLING") && !reachable {
            faults.push(("BOOK_VALIDATION-002", ""));
        }
    }
    if let Some(point) = text(consignment, "/parties/pickupPoint/id")
        && !SERVICE_POINTS.iter().any(|known| known.id == point)
    {
        faults.push(("BOOK-INPUT-045", ""));
    }
}
