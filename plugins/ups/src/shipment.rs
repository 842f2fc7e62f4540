//! A shipment as rating and shipping write it.

use crossdock_sdk::types::{Address, Money, Parcel, Shipment};
use crossdock_sdk::{Call, Failure, units};
use serde_json::{Map, Value, json};

use crate::describe::RETURN_SERVICE;
use crate::wire;

/// UPS prints three lines of 35 characters (Shipping.yaml).
const MAX_LINES: usize = 3;
const MAX_LINE_CHARS: usize = 35;
/// "Print return label": needs nothing but a printer.
const DEFAULT_RETURN: &str = "9";

/// Refuses what UPS would cut off or drop.
pub fn check(asked: &Shipment, prefix: &str) -> Result<(), Failure> {
    let mut failure = Failure::invalid_input("bad-shipment", "UPS cannot take the shipment as it is");
    for (name, place) in [("sender", &asked.sender), ("recipient", &asked.recipient)] {
        if place.lines.len() > MAX_LINES {
            failure = failure.problem(format!("{prefix}/{name}/lines"), "too-many", "UPS has three address lines");
        }
        for (at, line) in place.lines.iter().enumerate() {
            if line.chars().count() > MAX_LINE_CHARS {
                let pointer = format!("{prefix}/{name}/lines/{at}");
                failure = failure.problem(pointer, "too-long", "UPS's address lines have at most 35 characters");
            }
        }
        for (member, text) in [("company", &place.company), ("person", &place.person)] {
            if text.as_ref().is_some_and(|text| text.chars().count() > MAX_LINE_CHARS) {
                let pointer = format!("{prefix}/{name}/{member}");
                failure = failure.problem(pointer, "too-long", "UPS's names have at most 35 characters");
            }
        }
    }
    for (at, parcel) in asked.parcels.iter().enumerate() {
        if packaging(parcel).is_none() {
            let pointer = format!("{prefix}/parcels/{at}/packaging");
            failure = failure.problem(pointer, "unknown", "UPS has no such packaging");
        }
    }
    if failure.problems.is_empty() { Ok(()) } else { Err(failure) }
}

/// What rating and shipping have in common, without packages and payment.
pub fn common(call: &Call, asked: &Shipment) -> Value {
    // The shipper is whose account it is: in a return that is who gets the parcels.
    let merchant = if asked.is_return { &asked.recipient } else { &asked.sender };
    let mut shipper = wire::party(merchant);
    shipper["ShipperNumber"] = json!(wire::account_number(call));
    let mut body = json!({
        "Shipper": shipper,
        "ShipTo": wire::party(&asked.recipient),
        "ShipFrom": wire::party(&asked.sender),
        "NumOfPieces": asked.parcels.len().to_string(),
        "ShipmentRatingOptions": { "NegotiatedRatesIndicator": "Y", "TPFCNegotiatedRatesIndicator": "Y" },
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
    body
}

/// Member names of options: ASSUMED, not in the facts that were read. Between other countries than the United
/// States a signature is the shipment's, else each package's.
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
fn is_imperial(origin: &Address) -> bool {
    matches!(origin.country.as_str(), "US" | "PR")
}

/// The packages; `packaging` is called `PackagingType` by rating and `Packaging` by shipping.
pub fn packages(asked: &Shipment, packaging_name: &str, references: &[&str]) -> Value {
    let packages = asked.parcels.iter().map(|parcel| {
        let mut package = json!({
            packaging_name: { "Code": packaging(parcel).unwrap_or("02") },
            "PackageWeight": weight(asked, parcel.weight_grams),
        });
        if let (Some(length), Some(width), Some(height)) = (parcel.length_mm, parcel.width_mm, parcel.height_mm) {
            package["Dimensions"] = dimensions(asked, length, width, height);
        }
        if let Some(contents) = &parcel.contents {
            package["Description"] = json!(contents.chars().take(MAX_LINE_CHARS).collect::<String>());
        }
        let own = parcel.reference.as_deref().into_iter();
        let values: Vec<_> = references.iter().copied().chain(own.filter(|_| !references.is_empty())).collect();
        if is_domestic_us(asked) && !values.is_empty() {
            package["ReferenceNumber"] = reference_numbers(&values);
        }
        let options = package_options(asked, parcel);
        if !options.is_empty() {
            package["PackageServiceOptions"] = Value::Object(options);
        }
        package
    });
    Value::Array(packages.collect())
}

/// UPS prints two references (Shipping.yaml); the first ones count.
pub fn reference_numbers(values: &[&str]) -> Value {
    values
        .iter()
        .take(2)
        .map(|value| json!({ "Value": value.chars().take(MAX_LINE_CHARS).collect::<String>() }))
        .collect()
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
fn packaging(parcel: &Parcel) -> Option<&str> {
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

/// Unit and weight at a place.
pub fn weight_of(place: &Address, grams: u32) -> (&'static str, String) {
    match is_imperial(place) {
        true => ("LBS", units::grams_as_pounds(grams)),
        false => ("KGS", units::grams_as_kilograms(grams)),
    }
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

/// Who pays: 01 is transport, 02 duties. Without a word, the merchant pays transport.
pub fn payments(call: &Call, asked: &Shipment) -> Value {
    let account = wire::account_number(call);
    let mut charges = Vec::new();
    for payment in &asked.payments {
        let number = payment.account_number.clone();
        let place = json!({ "PostalCode": payment.postal_code, "CountryCode": payment.country });
        // In a return the merchant, whose account it is, is the recipient.
        let merchant = if asked.is_return { "recipient" } else { "sender" };
        let (member, payer) = match payment.payer.as_str() {
            payer if payer == merchant => {
                ("BillShipper", json!({ "AccountNumber": number.unwrap_or_else(|| account.clone()) }))
            }
            "third-party" => ("BillThirdParty", json!({ "AccountNumber": number, "Address": place })),
            _ => ("BillReceiver", json!({ "AccountNumber": number, "Address": place })),
        };
        let kinds: &[&str] = match payment.charge.as_str() {
            "duties" => &["02"],
            "all" => &["01", "02"],
            _ => &["01"],
        };
        charges.extend(kinds.iter().map(|kind| json!({ "Type": kind, member: payer })));
    }
    let names = |kind: &str| charges.iter().any(|charge| charge["Type"] == kind);
    let (transport, duties) = (names("01"), names("02"));
    if !transport {
        charges.insert(0, json!({ "Type": "01", "BillShipper": { "AccountNumber": account } }));
    }
    let sender_pays = asked.customs.as_ref().is_some_and(|customs| {
        customs.duties_paid_by.as_deref() == Some("sender") || customs.incoterm.as_deref() == Some("DDP")
    });
    if !duties && sender_pays {
        charges.push(json!({ "Type": "02", "BillShipper": { "AccountNumber": account } }));
    }
    Value::Array(charges)
}

/// The worth of the goods, if every item names one in the same currency.
pub fn customs_total(asked: &Shipment) -> Option<Money> {
    let items = &asked.customs.as_ref()?.items;
    let currency = &items.first()?.value.as_ref()?.currency;
    let mut cents: u64 = 0;
    for item in items {
        let value = item.value.as_ref().filter(|value| value.currency == *currency)?;
        let (whole, part) = value.amount.split_once('.').unwrap_or((&value.amount, ""));
        let part: u64 = format!("{part:0<2}").get(..2)?.parse().ok()?;
        let each = whole.parse::<u64>().ok()?.checked_mul(100)?.checked_add(part)?;
        cents = cents.checked_add(each.checked_mul(u64::from(item.quantity))?)?;
    }
    Some(Money::new(units::minor_units(i64::try_from(cents).ok()?, 2), currency.clone()))
}
