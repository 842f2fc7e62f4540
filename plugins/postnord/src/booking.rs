//! The booking request (CONFIRMED: Booking 3.5.29, unless marked).

use crossdock_sdk::types::{Address, Order, Parcel, ServicePoint, Shipment};
use crossdock_sdk::{Call, Failure, Refusals, Request, time, units};
use serde_json::{Value, json};

use crate::delivery_options::OPTIONAL_SERVICE_POINT;
use crate::places::{API, language};
use crate::refusals::{delivery_text, refuse_what_cannot_be};
use crate::transit_times::HAND_OVER;
use crate::{customs, label, service_points};

/// Booking's longest application name.
const MAX_APPLICATION_NAME: usize = 35;
/// A location of PostNord's, in place of a party's own number.
const LOCATION_ID: &str = "156";
/// A customer number.
const CUSTOMER_NUMBER: &str = "160";
/// PostNord is to assign the number.
const ASSIGN: &str = "0";
/// Services that carry back to the merchant; they are booked elsewhere.
const RETURN_SERVICES: [&str; 2] = ["20", "24"];
const USUAL_RETURN_SERVICE: &str = "24";

/// Options that are PostNord's additional services. REPORTED list; A3, A7 CONFIRMED.
const ADDITIONAL_SERVICES: &[(&str, &str)] = &[
    ("notification-letter", "A2"),
    ("notification-sms", "A3"),
    ("notification-email", "A4"),
    ("notification-call", "A9"),
];

/// One request that books the whole order and answers with its labels.
pub fn request(call: &Call, order: &Order) -> Result<Request, Failure> {
    let shipment = &order.shipment;
    let is_return =
        shipment.is_return || shipment.service.as_deref().is_some_and(|code| RETURN_SERVICES.contains(&code));
    let usual = is_return.then(|| USUAL_RETURN_SERVICE.to_owned());
    let service = shipment.service.clone().or(usual);
    let mut refusals = Refusals::new("/shipment", "PostNord cannot carry this shipment as it is asked for");
    if service.is_none() {
        refusals.refuse("/service", "required", "PostNord has no service of its own accord");
    }
    refuse_what_cannot_be(shipment, is_return, &mut refusals);
    let declaration = customs::declaration(shipment, service.as_deref(), &mut refusals);
    refusals.finish()?;
    let service = service.unwrap_or_default();
    let point = service_point(shipment)?;
    let path =
        format!("/rest/shipment/v3{}/edi/labels/{}", if is_return { "/returns" } else { "" }, order.label_format);
    let mut request = Request::post(API, &path);
    if order.label_format == "pdf" {
        request =
            request.query("paperSize", order.label_size.as_deref().unwrap_or("LABEL")).query("locale", language(call));
    }
    if is_return {
        // ASSUMED: the functionality is a query parameter.
        let labelless = shipment.has_option("qr-code");
        request = request
            .query("functionality", if labelless { "LABELLESS" } else { "STANDARD" })
            .query_opt("generateQrcodeImage", labelless.then_some("true"));
    }
    let mut booked = body(call, order, &service, point.as_ref());
    if let Some(declaration) = declaration {
        booked["customsDeclarationCN22"] = declaration;
    }
    let body = json!({
        "messageDate": now(call),
        "messageFunction": "Instruction",
        "messageId": order.booking_reference,
        "application": application(call)?,
        "language": language(call).to_uppercase(),
        "updateIndicator": "Original",
        "testIndicator": false,
        "shipment": [booked],
    });
    Ok(request.json(&body).keep_base64(label::IN_BOOKING))
}

fn now(call: &Call) -> String {
    time::of_timestamp(call.now(), None).at.unwrap_or_default()
}

fn application(call: &Call) -> Result<Value, Failure> {
    let name: String = call.field("application_name").unwrap_or_else(|| "Crossdock".to_owned());
    let mut application = json!({"name": name.chars().take(MAX_APPLICATION_NAME).collect::<String>(), "version": env!("CARGO_PKG_VERSION")});
    if let Some(id) = call.field("application_id") {
        // A text in its place is refused (CONFIRMED by a captured fault).
        let id: u32 = id
            .parse()
            .map_err(|_| Failure::invalid_input("application-id", "the credential's application id is not a number"))?;
        application["applicationId"] = id.into();
    }
    Ok(application)
}

fn service_point(shipment: &Shipment) -> Result<Option<ServicePoint>, Failure> {
    let Some(id) = shipment.option_text("service-point") else {
        return Ok(None);
    };
    let point = service_points::by_id(&id, &shipment.recipient.country)?;
    let words = "PostNord knows no such service point in the recipient's country";
    let missing = || Failure::not_found("service-point", words).problem("/shipment/options", "not-found", words);
    point.map(Some).ok_or_else(|| Failure { kind: crossdock_sdk::types::FailureKind::InvalidInput, ..missing() })
}

fn body(call: &Call, order: &Order, service: &str, point: Option<&ServicePoint>) -> Value {
    let shipment = &order.shipment;
    let total: u32 = shipment.parcels.iter().map(|parcel| parcel.weight_grams).fold(0, u32::saturating_add);
    let mut body = json!({
        "shipmentIdentification": {"shipmentId": ASSIGN},
        "dateAndTimes": {"loadingDate": loading(call, shipment)},
        "service": {"basicServiceCode": service, "additionalServiceCode": additional_services(shipment)},
        "numberOfPackages": {"value": shipment.parcels.len()},
        "totalGrossWeight": weight(total),
        "references": references(order),
        "parties": parties(call, shipment, point),
        "goodsItem": goods(&shipment.parcels),
    });
    let texts = free_texts(&shipment.recipient);
    if !texts.is_empty() {
        body["freeText"] = texts.into();
    }
    body
}

fn loading(call: &Call, shipment: &Shipment) -> String {
    let country = Some(shipment.sender.country.as_str());
    let on = shipment.shipping_date.as_ref().and_then(|date| time::local(&format!("{date}T{HAND_OVER}"), country)?.at);
    on.unwrap_or_else(|| now(call))
}

fn additional_services(shipment: &Shipment) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    let mut add = |code: &str| {
        if !code.is_empty() && !codes.iter().any(|known| known == code) {
            codes.push(code.to_owned());
        }
    };
    for option in &shipment.options {
        if option.value == "true" {
            let named = ADDITIONAL_SERVICES.iter().find(|(known, _)| *known == option.code).map(|(_, code)| *code);
            add(named.or_else(|| option.code.strip_prefix("courier:")).unwrap_or_default());
        }
    }
    if shipment.option("service-point").is_some() {
        add(OPTIONAL_SERVICE_POINT);
    }
    for code in shipment.option_text("rate-token").unwrap_or_default().split(',') {
        add(code.trim());
    }
    codes
}

/// The booking reference first, so that it finds the shipment again.
///
/// ASSUMED: a shipment may have several references of type CU.
fn references(order: &Order) -> Vec<Value> {
    let own = order.shipment.references.iter().map(|reference| reference.value.as_str());
    let all = [order.booking_reference.as_str()].into_iter().chain(own).filter(|value| !value.is_empty());
    all.map(reference).collect()
}

fn reference(value: &str) -> Value {
    json!({"referenceNo": value, "referenceType": "CU"})
}

fn parties(call: &Call, shipment: &Shipment, point: Option<&ServicePoint>) -> Value {
    let mut parties = json!({
        // ASSUMED for returns: the customer number stands at the consignor there, too.
        "consignor": {
            "issuerCode": call.field("issuer_code"),
            "partyIdentification": {"partyId": call.field("customer_number"), "partyIdType": CUSTOMER_NUMBER},
            "party": party(&shipment.sender),
        },
        "consignee": {"party": party(&shipment.recipient)},
    });
    if let Some(back) = shipment.return_to.as_ref().filter(|_| !shipment.is_return) {
        parties["returnParty"] = json!({"party": party(back)});
    }
    if let Some(point) = point {
        let place = Address { company: Some(point.name.clone()), ..point.address.clone() };
        parties["deliveryParty"] = json!({
            "partyIdentification": {"partyId": point.id, "partyIdType": LOCATION_ID},
            "party": party(&place),
        });
    }
    parties
}

fn party(address: &Address) -> Value {
    let name = address.company.as_ref().or(address.person.as_ref());
    let streets: Vec<String> = address.first_line().into_iter().chain(address.lines.iter().skip(1).cloned()).collect();
    let mut contact = json!({});
    let parts = [
        ("contactName", address.person.as_ref().or(name)),
        ("emailAddress", address.email.as_ref()),
        ("phoneNo", address.phone.as_ref()),
        ("smsNo", address.phone.as_ref()),
    ];
    for (member, value) in parts {
        if let Some(value) = value {
            contact[member] = value.as_str().into();
        }
    }
    json!({
        "nameIdentification": {"name": name},
        "address": {"streets": streets, "postalCode": address.compact_postal_code(), "city": address.city, "countryCode": address.country},
        "contact": contact,
    })
}

fn free_texts(recipient: &Address) -> Vec<Value> {
    let door = recipient.door_code.clone().map(|code| ("ZDC", code));
    let words = delivery_text(recipient).map(|words| ("DEL", words));
    [door, words].into_iter().flatten().map(|(usage, text)| json!({"usageCode": usage, "text": text})).collect()
}

/// Parcels of the same packaging in a row share a goods item.
fn goods(parcels: &[Parcel]) -> Vec<Value> {
    let groups = parcels.chunk_by(|one, other| package_code(one) == package_code(other));
    groups
        .map(|group| {
            let items: Vec<Value> = group.iter().map(item).collect();
            json!({"packageTypeCode": group.first().map(package_code), "items": items})
        })
        .collect()
}

fn package_code(parcel: &Parcel) -> &str {
    match parcel.packaging.as_str() {
        "envelope" | "pak" => "EN",
        "pallet" => "PE",
        other => other.strip_prefix("courier:").unwrap_or("PC"),
    }
}

fn item(parcel: &Parcel) -> Value {
    let mut item = json!({"itemIdentification": {"itemId": ASSIGN}, "grossWeight": weight(parcel.weight_grams)});
    let sides = [("length", parcel.length_mm), ("width", parcel.width_mm), ("height", parcel.height_mm)];
    for (side, mm) in sides {
        if let Some(mm) = mm {
            item["dimensions"][side] = json!({"value": units::mm_as_centimetres(mm), "unit": "CMT"});
        }
    }
    if let Some(own) = &parcel.reference {
        item["references"] = json!([reference(own)]);
    }
    item
}

fn weight(grams: u32) -> Value {
    json!({"value": f64::from(grams) / 1000.0, "unit": "KGM"})
}
