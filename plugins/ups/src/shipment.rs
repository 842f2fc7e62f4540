//! A shipment as rating and shipping write it.

use crossdock_sdk::types::{Address, Parcel, Payment, Shipment};
use crossdock_sdk::{Call, units};
use serde_json::{Map, Value, json};

use crate::describe::RETURN_SERVICE;
use crate::{invoice, wire};

/// Millionths of a gram in a pound (exactly 453.59237 g).
const MICROGRAMS_PER_POUND: u64 = 453_592_370;
/// "Print return label": needs nothing but a printer.
const DEFAULT_RETURN: &str = "9";

/// What rating and shipping have in common, without packages and payment.
pub fn common(call: &Call, asked: &Shipment) -> Value {
    // The shipper is whose account it is: in a return that is who gets the parcels.
    let merchant = if asked.is_return { &asked.recipient } else { &asked.sender };
    let mut shipper = wire::party(merchant);
    shipper["ShipperNumber"] = json!(wire::account_number(call));
    let mut body = json!({
        "Shipper": shipper,
        "ShipTo": wire::party(&asked.recipient),
        "ShipFrom": wire::ship_from(&asked.sender),
        "NumOfPieces": asked.parcels.len().to_string(),
        "ShipmentRatingOptions": { "NegotiatedRatesIndicator": "Y", "TPFCNegotiatedRatesIndicator": "Y" },
        // Without it the price holds no taxes where UPS charges them.
        "TaxInformationIndicator": "",
    });
    if let Some(code) = &asked.service {
        body["Service"] = json!({ "Code": code });
    }
    let options = service_options(asked);
    if !options.is_empty() {
        body["ShipmentServiceOptions"] = Value::Object(options);
    }
    if asked.is_return {
        let code = asked.option_text(RETURN_SERVICE).unwrap_or_else(|| DEFAULT_RETURN.to_owned());
        body["ReturnService"] = json!({ "Code": code });
    }
    if invoice::is_documents(asked) && may_be_documents(asked) {
        body["DocumentsOnlyIndicator"] = json!("");
    }
    // CONFIRMED: for these two destinations alone, and required there (Shipping.yaml, `ShipmentInvoiceLineTotal`).
    let is_near = matches!(asked.recipient.country.as_str(), "CA" | "PR");
    if asked.sender.country == "US"
        && is_near
        && !asked.is_return
        && let Some(total) = invoice::total(asked)
    {
        body["InvoiceLineTotal"] = json!({ "CurrencyCode": total.currency, "MonetaryValue": total.amount });
    }
    body
}

/// CONFIRMED: across a border, and not from the United States to its neighbours (Shipping.yaml).
fn may_be_documents(asked: &Shipment) -> bool {
    let (from, to) = (asked.sender.country.as_str(), asked.recipient.country.as_str());
    from != to && !(from == "US" && matches!(to, "CA" | "PR" | "MX"))
}

/// Names CONFIRMED (Shipping.yaml, `ShipmentServiceOptions` and `DeliveryConfirmation`). Between other countries than the
/// United States a signature is the shipment's, else each package's; which codes go with which (REPORTED).
fn service_options(asked: &Shipment) -> Map<String, Value> {
    let mut options = Map::new();
    if asked.has_option("saturday") {
        options.insert("SaturdayDeliveryIndicator".to_owned(), json!(""));
    }
    if let Some(signature) = asked.option_text("signature").filter(|_| !is_domestic_us(asked)) {
        let code = if signature == "adult" { "2" } else { "1" };
        options.insert("DeliveryConfirmation".to_owned(), json!({ "DCISType": code }));
    }
    options
}

/// Whether references and signatures are the packages' (Shipping.yaml: US to US and Puerto Rico to Puerto Rico).
pub fn is_domestic_us(asked: &Shipment) -> bool {
    asked.sender.country == asked.recipient.country && is_imperial(&asked.sender)
}

/// UPS wants the units of the place of origin.
pub fn is_imperial(origin: &Address) -> bool {
    matches!(origin.country.as_str(), "US" | "PR")
}

/// The packages; `packaging` is called `PackagingType` by rating and `Packaging` by shipping.
pub fn packages(asked: &Shipment, packaging_name: &str) -> Vec<Value> {
    let packages = asked.parcels.iter().map(|parcel| {
        let mut package = json!({
            packaging_name: { "Code": packaging(parcel).unwrap_or("02") },
            "PackageWeight": weight(asked, parcel.weight_grams),
        });
        if let (Some(length), Some(width), Some(height)) = (parcel.length_mm, parcel.width_mm, parcel.height_mm) {
            package["Dimensions"] = dimensions(asked, length, width, height);
        }
        let options = package_options(asked, parcel);
        if !options.is_empty() {
            package["PackageServiceOptions"] = Value::Object(options);
        }
        package
    });
    packages.collect()
}

fn package_options(asked: &Shipment, parcel: &Parcel) -> Map<String, Value> {
    let mut options = Map::new();
    if let Some(value) = &parcel.declared_value {
        options.insert(
            "DeclaredValue".to_owned(),
            json!({ "CurrencyCode": value.currency, "MonetaryValue": value.amount }),
        );
    }
    if let Some(signature) = asked.option_text("signature").filter(|_| is_domestic_us(asked)) {
        let code = if signature == "adult" { "3" } else { "2" };
        options.insert("DeliveryConfirmation".to_owned(), json!({ "DCISType": code }));
    }
    options
}

/// Packaging codes (Rating.yaml); `courier:21` names one of UPS's own.
pub fn packaging(parcel: &Parcel) -> Option<&str> {
    match parcel.packaging.as_str() {
        "" | "own" => Some("02"),
        "envelope" => Some("01"),
        "pak" => Some("04"),
        "tube" => Some("03"),
        "pallet" => Some("30"),
        own => own
            .strip_prefix("courier:")
            .filter(|code| ["01", "02", "03", "04", "21", "24", "25", "30", "2a", "2b", "2c"].contains(code)),
    }
}

/// A weight in the sender's unit.
pub fn weight(asked: &Shipment, grams: u32) -> Value {
    let (unit, weight) = weight_of(&asked.sender, grams);
    json!({ "UnitOfMeasurement": { "Code": unit }, "Weight": weight })
}

/// Unit and weight at a place. Five characters are all that UPS takes (REPORTED from Shipping's XML guide): one decimal,
/// rounded up, because a courier that bills by weight must not get too little.
pub fn weight_of(place: &Address, grams: u32) -> (&'static str, String) {
    let (unit, tenths) = match is_imperial(place) {
        true => ("LBS", u64::from(grams).saturating_mul(10_000_000).div_ceil(MICROGRAMS_PER_POUND)),
        false => ("KGS", u64::from(grams).div_ceil(100)),
    };
    (unit, format!("{}.{}", tenths / 10, tenths % 10))
}

fn dimensions(asked: &Shipment, length: u32, width: u32, height: u32) -> Value {
    let imperial = is_imperial(&asked.sender);
    let write = |mm| {
        if imperial { units::mm_as_inches(mm) } else { units::mm_as_centimetres(mm).to_string() }
    };
    json!({
        "UnitOfMeasurement": { "Code": if imperial { "IN" } else { "CM" } },
        "Length": write(length), "Width": write(width), "Height": write(height),
    })
}

/// Who pays: 01 is transport, 02 duties. Without a word, the merchant pays transport and the recipient duties.
pub fn payments(call: &Call, asked: &Shipment) -> Value {
    let account = wire::account_number(call);
    let mut charges = Vec::new();
    // In a return the merchant, whose account it is, is the recipient.
    let merchant = if asked.is_return { "recipient" } else { "sender" };
    for payment in &asked.payments {
        let kinds: &[&str] = match payment.charge.as_str() {
            "duties" => &["02"],
            "all" => &["01", "02"],
            _ => &["01"],
        };
        let number = payment.account_number.as_deref();
        let (member, payer) = match (payment.payer.as_str(), number) {
            (payer, _) if payer == merchant => ("BillShipper", json!({ "AccountNumber": number.unwrap_or(&account) })),
            // Without an account number UPS bills duties to who receives the goods.
            (_, None) => continue,
            ("third-party", Some(number)) => ("BillThirdParty", other_payer(number, payment)),
            (_, Some(number)) => ("BillReceiver", other_payer(number, payment)),
        };
        charges.extend(kinds.iter().map(|kind| json!({ "Type": kind, member: payer })));
    }
    let names = |kind: &str| charges.iter().any(|charge| charge["Type"] == kind);
    let (transport, duties) = (names("01"), names("02"));
    if !transport {
        charges.insert(0, json!({ "Type": "01", "BillShipper": { "AccountNumber": account } }));
    }
    let sender_pays = asked.customs.as_ref().is_some_and(|customs| match customs.duties_paid_by.as_deref() {
        Some(payer) => payer == merchant,
        None => customs.incoterm.as_deref() == Some("DDP"),
    });
    // CONFIRMED: invalid within one country (Shipping.yaml, "Qualified Domestic Shipments").
    if !duties && sender_pays && asked.sender.country != asked.recipient.country {
        charges.push(json!({ "Type": "02", "BillShipper": { "AccountNumber": account } }));
    }
    Value::Array(charges)
}

fn other_payer(number: &str, payment: &Payment) -> Value {
    let mut payer = json!({ "AccountNumber": number });
    let mut address = Map::new();
    for (member, value) in [("PostalCode", &payment.postal_code), ("CountryCode", &payment.country)] {
        if let Some(value) = value {
            address.insert(member.to_owned(), json!(value));
        }
    }
    if !address.is_empty() {
        payer["Address"] = Value::Object(address);
    }
    payer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_have_one_decimal_and_are_never_too_little() {
        let at = |country: &str| Address { country: country.to_owned(), ..Address::default() };
        let write = |country, grams| weight_of(&at(country), grams).1;
        assert_eq!([1, 1500, 30_000, 30_001].map(|grams| write("SE", grams)), ["0.1", "1.5", "30.0", "30.1"]);
        assert_eq!([454, 1500, 68_038].map(|grams| write("US", grams)), ["1.1", "3.4", "150.0"]);
    }
}
