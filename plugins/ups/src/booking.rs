//! Shipping v2409: booking, void, and looking for a booking by its reference.

use crossdock_sdk::types::{
    Booked, BookedParcel, Booking, Cancellation, Document, FailureKind, Order, PartFailure, Shipment,
};
use crossdock_sdk::{Call, Failure, FromJson, Request, Shipments};
use serde_json::{Value, json};

use crate::error::{self, Note};
use crate::money::{self, Charges};
use crate::rates::Head;
use crate::tracking_wire;
use crate::{Ups, invoice, label, references, refusals, shipment, tracking, wire};

#[derive(Debug, FromJson)]
#[json(rename_all = "PascalCase")]
struct Answer {
    shipment_response: Body,
}

#[derive(Debug, FromJson)]
#[json(rename_all = "PascalCase")]
struct Body {
    response: Option<Head>,
    shipment_results: Results,
}

#[derive(Debug, FromJson)]
#[json(rename_all = "PascalCase")]
struct Results {
    /// The lead parcel's number (Shipping.yaml); that one stands for it where it is missing.
    shipment_identification_number: Option<String>,
    shipment_charges: Option<Charges>,
    negotiated_rate_charges: Option<Charges>,
    package_results: Vec<Result<label::Package, String>>,
    form: Option<Vec<label::Form>>,
    disclaimer: Option<Vec<Note>>,
}

#[derive(Debug, FromJson)]
#[json(rename_all = "PascalCase")]
struct VoidAnswer {
    void_shipment_response: Void,
}

#[derive(Debug, FromJson)]
#[json(rename_all = "PascalCase")]
struct Void {
    summary_result: VoidResult,
    package_level_result: Vec<VoidResult>,
}

#[derive(Debug, FromJson)]
#[json(rename_all = "PascalCase")]
struct VoidResult {
    tracking_number: Option<String>,
    status: Note,
}

impl Shipments for Ups {
    fn create(call: &Call, order: &Order) -> Result<Booking, Failure> {
        let asked = &order.shipment;
        refusals::check_booking(call, order)?;
        let request = Request::post("api", "/shipments/v2409/ship").json(&body(call, order));
        let request = wire::identified(call, label::keep(request), "");
        let response = request.send()?;
        if !response.is_success() {
            return Err(error::located(&response, |error| error::pointer("/shipment", error)));
        }
        let body = error::read::<Answer>(&response)?.shipment_response;
        booking(asked, &order.label_format, body)
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
        let parcel = |(index, number)| BookedParcel { index, tracking_number: Some(number), ..BookedParcel::default() };
        let parcels = (0_u32..).zip(numbers).map(parcel).collect();
        Ok(Booking { courier_shipment_id: first, parcels, messages, ..Booking::default() })
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
    let mut packages = shipment::packages(asked, "Packaging");
    for (at, (package, parcel)) in packages.iter_mut().zip(&asked.parcels).enumerate() {
        // Returns need one (Shipping.yaml).
        let contents = parcel.contents.clone().or_else(|| asked.is_return.then(|| description(asked)));
        if let Some(contents) = contents {
            package["Description"] = json!(contents);
        }
        if shipment::is_domestic_us(asked) {
            package["ReferenceNumber"] = references::json(&references::of(order, Some(at)));
        }
    }
    body["Package"] = json!(packages);
    if !shipment::is_domestic_us(asked) {
        body["ReferenceNumber"] = references::json(&references::of(order, None));
    }
    if let Some(date) = &asked.shipping_date {
        body["ShipmentDate"] = json!(date.replace('-', ""));
    }
    if let Some(forms) = invoice::forms(call, asked) {
        body["ShipmentServiceOptions"]["InternationalForms"] = forms;
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
    contents.or(goods).unwrap_or("Goods").chars().take(refusals::MAX_LINE_CHARS).collect()
}

fn booking(asked: &Shipment, format: &str, body: Body) -> Result<Booking, Failure> {
    let results = body.shipment_results;
    let mut packages = results.package_results;
    let lead = packages.iter().flatten().find_map(|package| package.tracking_number.clone());
    let Some(id) = results.shipment_identification_number.or(lead) else {
        return Err(Failure::unexpected_answer("no-number", "UPS booked a shipment and did not name its number"));
    };
    // A parcel that UPS says nothing of is a failure of its own, not one less.
    packages.resize_with(packages.len().max(asked.parcels.len()), || Ok(label::Package::default()));
    let category = if asked.is_return { "return-label" } else { "label" };
    let mut documents = Vec::new();
    let mut failures = Vec::new();
    let mut parcels = Vec::new();
    for (index, package) in (0_u32..).zip(packages) {
        let mut failed = |failure| failures.push(PartFailure { parcel: Some(index), failure });
        let package = package.unwrap_or_else(|words| {
            let message = format!("cannot read what UPS says of this parcel: PackageResults{words}");
            failed(Failure::unexpected_answer("unreadable", message));
            label::Package::default()
        });
        match package.document(category, format) {
            Some(document) => documents.push(document),
            // Return labels by electronic mail have none here; whoever wants one asks for it again.
            None => failed(Failure::not_found("no-label", "UPS booked this parcel without a label")),
        }
        if package.tracking_number.is_none() {
            let message = "UPS booked this parcel and did not name its tracking number";
            failed(Failure::unexpected_answer("no-number", message));
        }
        parcels.push(BookedParcel { index, tracking_number: package.tracking_number, ..BookedParcel::default() });
    }
    documents.extend(results.form.into_iter().flatten().filter_map(|form| form.document()));
    let list = results.shipment_charges.unwrap_or_default();
    let alerts = body.response.unwrap_or_default().alert.into_iter().map(Note::warning);
    let disclaimers = results.disclaimer.unwrap_or_default().into_iter().map(Note::note);
    Ok(Booking {
        tracking_link: Some(format!("https://www.ups.com/track?tracknum={id}&loc=en_US")),
        courier_shipment_id: id,
        parcels,
        documents,
        price: money::price(&list, results.negotiated_rate_charges.as_ref()),
        messages: alerts.chain(disclaimers).collect(),
        failures,
        ..Booking::default()
    })
}
