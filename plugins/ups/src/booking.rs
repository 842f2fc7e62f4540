//! Shipping v2409: booking, void, and looking for a booking by its reference.

use crossdock_sdk::types::{
    Address, Booked, BookedParcel, Booking, Cancellation, Customs, Document, FailureKind, Order, PartFailure, Shipment,
};
use crossdock_sdk::{Call, Failure, Request, Shipments, lenient};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::{self, Note};
use crate::money::{self, Charges};
use crate::rates::Head;
use crate::tracking_wire;
use crate::{Ups, label, shipment, tracking, wire};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    shipment_response: Body,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    #[serde(default, deserialize_with = "lenient::or_none")]
    response: Option<Head>,
    shipment_results: Results,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Results {
    shipment_identification_number: String,
    #[serde(default, deserialize_with = "lenient::or_none")]
    shipment_charges: Option<Charges>,
    #[serde(default, deserialize_with = "lenient::or_none")]
    negotiated_rate_charges: Option<Charges>,
    #[serde(default, deserialize_with = "lenient::one_or_many")]
    package_results: Vec<label::Package>,
    #[serde(default, deserialize_with = "lenient::one_or_many")]
    form: Vec<label::Form>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct VoidAnswer {
    void_shipment_response: Void,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Void {
    summary_result: VoidResult,
    #[serde(default, deserialize_with = "lenient::one_or_many")]
    package_level_result: Vec<VoidResult>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct VoidResult {
    #[serde(default, deserialize_with = "lenient::opt_text")]
    tracking_number: Option<String>,
    #[serde(default, deserialize_with = "lenient::null_as_default")]
    status: Note,
}

impl Shipments for Ups {
    fn create(call: &Call, order: &Order) -> Result<Booking, Failure> {
        let asked = &order.shipment;
        shipment::check(asked, "/shipment")?;
        if asked.service.is_none() {
            let failure = Failure::invalid_input("no-service", "UPS books one named service");
            return Err(failure.problem("/shipment/service", "required", "name a service"));
        }
        let request = Request::post("api", "/shipments/v2409/ship").json(&body(call, order));
        let request = wire::identified(call, label::keep(request), "");
        let response = request.send()?;
        if !response.is_success() {
            return Err(error::located(&response, |error| error::pointer("/shipment", error)));
        }
        let body = error::read::<Answer>(&response)?.shipment_response;
        Ok(booking(asked, &order.label_format, body))
    }

    /// Voids the whole shipment.
    fn cancel(call: &Call, shipment: &Booked) -> Result<Cancellation, Failure> {
        let request =
            Request::delete("api", "/shipments/v2409/void/cancel").path_segment(&shipment.courier_shipment_id);
        let response = wire::identified(call, request, "").send()?;
        let answer: VoidAnswer = error::read(&response).map_err(void_failure)?;
        let Void { summary_result, package_level_result } = answer.void_shipment_response;
        let left = package_level_result.into_iter().filter(|package| package.status.code != "1");
        let messages: Vec<_> = left
            .map(|package| crossdock_sdk::types::Message {
                concerns: package.tracking_number,
                ..package.status.warning()
            })
            .collect();
        Ok(Cancellation { final_: summary_result.status.code == "1" && messages.is_empty(), messages })
    }

    fn label(call: &Call, shipment: &Booked, format: &str) -> Result<Vec<Document>, Failure> {
        label::recover(call, shipment, format)
    }

    /// Tracking by reference, in UPS's window of the last 14 days.
    fn find_by_reference(call: &Call, booking_reference: &str) -> Result<Booking, Failure> {
        let request = Request::get("api", "/track/v1/reference/details")
            .path_segment(booking_reference)
            .query("locale", "en_US")
            .query("shipperNum", wire::account_number(call))
            .query("refNumType", "SmallPackage");
        let response = wire::identified(call, request, "").send()?;
        let answer: tracking_wire::Answer = error::read(&response)?;
        let (packages, messages) = tracking::packages(answer)?;
        let numbers: Vec<String> =
            packages.into_iter().map(|package| package.tracking_number).filter(|number| !number.is_empty()).collect();
        // The shipment's id is its first parcel's number.
        let Some(first) = numbers.first().cloned() else {
            return Err(Failure::unexpected_answer("no-number", "UPS found a shipment without a tracking number"));
        };
        Ok(Booking { courier_shipment_id: first, parcels: parcels(numbers), messages, ..Booking::default() })
    }
}

/// 1901xx: already voided, or too late (REPORTED family; 190117 is "already voided").
fn void_failure(failure: Failure) -> Failure {
    let is_too_late = failure.kind == FailureKind::InvalidInput && failure.code.starts_with("1901");
    if is_too_late { Failure { kind: FailureKind::Conflict, ..failure } } else { failure }
}

fn body(call: &Call, order: &Order) -> Value {
    let asked = &order.shipment;
    let mut body = shipment::common(call, asked);
    body["PaymentInformation"] = json!({ "ShipmentCharge": shipment::payments(call, asked) });
    body["Description"] = json!(description(asked));
    let own = asked.references.iter().map(|reference| reference.value.as_str());
    let references: Vec<&str> = std::iter::once(order.booking_reference.as_str()).chain(own).collect();
    body["Package"] = shipment::packages(asked, "Packaging", &references);
    if !shipment::is_domestic_us(asked) {
        body["ReferenceNumber"] = shipment::reference_numbers(&references);
    }
    if let Some(customs) = asked.customs.as_ref().filter(|customs| customs.content_type != "documents") {
        body["ShipmentServiceOptions"]["InternationalForms"] = forms(call, asked, customs);
    }
    json!({ "ShipmentRequest": {
        "Request": { "RequestOption": "nonvalidate", "TransactionReference": { "CustomerContext": order.booking_reference } },
        "Shipment": body,
        "LabelSpecification": label::specification(&order.label_format, order.label_size.as_deref()),
    } })
}

fn description(asked: &Shipment) -> String {
    let contents = asked.parcels.iter().find_map(|parcel| parcel.contents.as_deref());
    let goods = asked.customs.as_ref().and_then(|customs| customs.items.first()).map(|item| item.title.as_str());
    contents.or(goods).unwrap_or("Goods").chars().take(35).collect()
}

/// The commercial invoice (01). CONFIRMED: `ShipmentServiceOptionsInternationalForms` and `InternationalFormsProduct` in
/// github.com/UPS-API/java-api-examples, shipping/docs (read 2026-11-21); unit `PCS` is ASSUMED.
fn forms(call: &Call, asked: &Shipment, customs: &Customs) -> Value {
    let value = customs.items.iter().find_map(|item| item.value.as_ref());
    let products: Vec<_> = customs
        .items
        .iter()
        .map(|item| {
            let each = item.value.as_ref().map(|value| value.amount.as_str()).unwrap_or("0");
            json!({
                "Description": item.title.chars().take(35).collect::<String>(),
                "Unit": { "Number": item.quantity.to_string(), "UnitOfMeasurement": { "Code": "PCS" }, "Value": each },
                "CommodityCode": item.hs_code,
                "OriginCountryCode": item.origin_country.as_deref().unwrap_or(&asked.sender.country),
            })
        })
        .collect();
    let reason = match customs.content_type.as_str() {
        "gift" => "GIFT",
        "sample" => "SAMPLE",
        "returned-goods" => "RETURN",
        _ => "SALE",
    };
    let date = customs.invoice_date.clone().unwrap_or_else(|| today(call, &asked.sender));
    let mut forms = json!({
        "FormType": "01",
        "InvoiceDate": date.replace('-', ""),
        "ReasonForExport": reason,
        "CurrencyCode": value.map(|value| value.currency.as_str()),
        "Product": products,
        "Contacts": { "SoldTo": wire::party(&asked.recipient) },
    });
    if let Some(number) = &customs.invoice_number {
        forms["InvoiceNumber"] = json!(number);
    }
    if let Some(incoterm) = &customs.incoterm {
        forms["TermsOfShipment"] = json!(incoterm);
    }
    forms
}

fn today(call: &Call, place: &Address) -> String {
    crossdock_sdk::time::today(call.now(), Some(&place.country))
}

fn booking(asked: &Shipment, format: &str, body: Body) -> Booking {
    let results = body.shipment_results;
    let category = if asked.is_return { "return-label" } else { "label" };
    let mut documents = Vec::new();
    let mut failures = Vec::new();
    for (index, package) in (0_u32..).zip(&results.package_results) {
        match package.document(category, format) {
            Some(document) => documents.push(document),
            // Return labels by electronic mail have none here; whoever wants one asks for it again.
            None => failures.push(PartFailure {
                parcel: Some(index),
                failure: Failure::not_found("no-label", "UPS booked this parcel without a label"),
            }),
        }
    }
    documents.extend(results.form.iter().filter_map(label::Form::document));
    let list = results.shipment_charges.unwrap_or_default();
    let numbers = results.package_results.into_iter().map(|package| package.tracking_number).collect();
    let messages = body.response.unwrap_or_default().alert.into_iter().map(Note::warning).collect();
    Booking {
        tracking_link: Some(format!(
            "https://www.ups.com/track?tracknum={}&loc=en_US",
            results.shipment_identification_number
        )),
        courier_shipment_id: results.shipment_identification_number,
        parcels: parcels(numbers),
        documents,
        price: money::price(&list, results.negotiated_rate_charges.as_ref()),
        messages,
        failures,
        ..Booking::default()
    }
}

fn parcels(numbers: Vec<String>) -> Vec<BookedParcel> {
    let parcel = |(index, number)| BookedParcel { index, tracking_number: Some(number), ..BookedParcel::default() };
    (0_u32..).zip(numbers).map(parcel).collect()
}
