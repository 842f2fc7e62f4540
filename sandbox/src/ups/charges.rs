//! What UPS would charge: services, prices and days of our own, every number as text.

use serde_json::{Value, json};

use crate::common::json::{entries, money, number, text, whole};

/// A service: code, name, price of the first pound in cents, days, domestic.
type Service = (&'static str, &'static str, u64, u8, bool);

const SERVICES: [Service; 12] = [
    ("01", "UPS Next Day Air", 7_420, 1, true),
    ("02", "UPS 2nd Day Air", 3_310, 2, true),
    ("03", "UPS Ground", 1_240, 4, true),
    ("12", "UPS 3 Day Select", 2_180, 3, true),
    ("13", "UPS Next Day Air Saver", 6_630, 1, true),
    ("14", "UPS Next Day Air Early", 11_050, 1, true),
    ("59", "UPS 2nd Day Air A.M.", 3_890, 2, true),
    ("07", "UPS Worldwide Express", 8_960, 2, false),
    ("08", "UPS Worldwide Expedited", 6_480, 4, false),
    ("11", "UPS Standard", 2_470, 3, false),
    ("54", "UPS Worldwide Express Plus", 12_900, 1, false),
    ("65", "UPS Worldwide Saver", 7_850, 2, false),
];

/// What a pound after the first costs, in cents.
const PER_POUND: u64 = 85;

/// One part in five.
const TAX_SHARE: u64 = 5;

/// One priced service.
pub struct Charge {
    /// Service code.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Working days.
    pub days: u8,
    /// Published price in hundredths.
    pub list: u64,
    /// The account's own price.
    pub negotiated: u64,
    /// ISO 4217, by the sender's country.
    pub currency: &'static str,
    /// Weight that is billed, as UPS writes it.
    pub billing: Value,
    /// One price per package.
    pub per_package: Vec<(u64, String)>,
}

pub fn service_name(code: &str) -> &'static str {
    SERVICES.iter().find(|service| service.0 == code).map_or("UPS", |service| service.1)
}

/// The services that run between the shipment's countries, priced.
pub fn offers(shipment: &Value) -> Vec<Charge> {
    let country = |party: &str| text(shipment, &format!("/{party}/Address/CountryCode")).unwrap_or_default();
    let (from, to) = (country("Shipper"), country("ShipTo"));
    let american = from == "US" && to == "US";
    SERVICES.iter().filter(|service| service.4 == american).map(|service| charge(service, shipment, &from)).collect()
}

fn charge(&(code, name, base, days, _): &Service, shipment: &Value, from: &str) -> Charge {
    let (mut pounds_total, mut per_package, mut metric) = (0.0, Vec::new(), false);
    for package in entries(shipment, "/Package") {
        let weight = number(package, "/PackageWeight/Weight").unwrap_or(1.0);
        let kilograms = text(package, "/PackageWeight/UnitOfMeasurement/Code").as_deref() == Some("KGS");
        metric |= kilograms;
        let pounds = if kilograms { weight * 2.204_62 } else { weight };
        pounds_total += weight;
        per_package.push((base + whole(pounds.ceil()).saturating_sub(1) * PER_POUND, format!("{weight:.1}")));
    }
    let list: u64 = per_package.iter().map(|(amount, _)| amount).sum();
    let (unit, words) = if metric { ("KGS", "Kilograms") } else { ("LBS", "Pounds") };
    Charge {
        code,
        name,
        days,
        list,
        negotiated: list * 7 / 10,
        currency: currency(from),
        billing: json!({"UnitOfMeasurement": {"Code": unit, "Description": words}, "Weight": format!("{pounds_total:.1}")}),
        per_package,
    }
}

fn currency(country: &str) -> &'static str {
    match country {
        "US" => "USD",
        "CA" => "CAD",
        "GB" => "GBP",
        "NO" => "NOK",
        "SE" => "SEK",
        "DK" => "DKK",
        _ => "EUR",
    }
}

/// The account's own price, with taxes where they are asked for and due: here, outside the United States.
pub fn own_price(shipment: &Value, charge: &Charge) -> Value {
    let mut price = json!({"TotalCharge": amount(charge.currency, charge.negotiated)});
    if shipment.get("TaxInformationIndicator").is_some() && charge.currency != "USD" {
        let tax = charge.negotiated / TAX_SHARE;
        // Taxes name no currency.
        price["TaxCharges"] = json!({"Type": "VAT", "MonetaryValue": money(tax)});
        price["TotalChargesWithTaxes"] = amount(charge.currency, charge.negotiated + tax);
    }
    price
}

/// An amount as UPS writes it.
pub fn amount(currency: &str, hundredths: u64) -> Value {
    json!({"CurrencyCode": currency, "MonetaryValue": money(hundredths)})
}
