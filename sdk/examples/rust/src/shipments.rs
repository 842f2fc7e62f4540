use crossdock_sdk::types::{
    Address, Booked, BookedParcel, Booking, Cancellation, Document, Order, PartFailure, Shipment,
};
use crossdock_sdk::{Call, Failure, FromJson, Refusals, Request, Shipments, kept};
use serde_json::{Value, json};

use crate::Examplepost;
use crate::errors::accepted;
use crate::rates::{Price, price};

#[derive(FromJson)]
struct Answer {
    shipment: Made,
}

#[derive(FromJson)]
struct Found {
    shipments: Vec<Made>,
}

#[derive(FromJson)]
struct Made {
    #[json(required)]
    id: String,
    parcels: Vec<Parcel>,
    price: Option<Price>,
    label: Option<String>,
}

#[derive(FromJson)]
struct Parcel {
    #[json(required)]
    number: String,
}

#[derive(FromJson)]
struct Printed {
    label: Option<String>,
}

impl Shipments for Examplepost {
    fn create(call: &Call, order: &Order) -> Result<Booking, Failure> {
        refuse_what_has_no_place(&order.shipment)?;
        let request = Request::post("api", "/shipments").json(&body(call, order)).keep_base64("/shipment/label");
        let Answer { shipment } = accepted(request.send()?)?.read()?;
        let documents = labels(shipment.label.as_deref(), &order.label_format);
        // The booking stands without its label, which can be fetched later.
        let failures = match documents.is_empty() {
            true => vec![PartFailure { parcel: None, failure: no_label() }],
            false => Vec::new(),
        };
        Ok(Booking { documents, failures, ..booking(shipment)? })
    }

    fn cancel(_: &Call, shipment: &Booked) -> Result<Cancellation, Failure> {
        accepted(Request::delete("api", "/shipments").path_segment(&shipment.courier_shipment_id).send()?)?;
        Ok(Cancellation { final_: true, ..Cancellation::default() })
    }

    fn label(_: &Call, shipment: &Booked, format: &str) -> Result<Vec<Document>, Failure> {
        let request = Request::get("api", "/shipments").path_segment(&shipment.courier_shipment_id).path("/label");
        let answer = accepted(request.query("format", format).keep_base64("/label").send()?)?;
        let documents = labels(answer.read::<Printed>()?.label.as_deref(), format);
        if documents.is_empty() { Err(no_label()) } else { Ok(documents) }
    }

    fn find_by_reference(_: &Call, booking_reference: &str) -> Result<Booking, Failure> {
        let answer = accepted(Request::get("api", "/shipments").query("reference", booking_reference).send()?)?;
        match answer.read::<Found>()?.shipments.into_iter().next() {
            Some(shipment) => booking(shipment),
            None => Err(Failure::not_found("no-shipment", "there is no shipment with this reference")),
        }
    }
}

fn refuse_what_has_no_place(shipment: &Shipment) -> Result<(), Failure> {
    let mut refusals = Refusals::new("/shipment", "Examplepost cannot carry this as it is");
    let mut refuse = |there: bool, place: &str, what: &str| {
        if there {
            refusals.refuse(place, "not-offered", format!("Examplepost does not take {what}"));
        }
    };
    refuse(shipment.customs.is_some(), "/customs", "customs data: it carries within the Nordic countries");
    refuse(shipment.is_return, "/is_return", "returns");
    refuse(shipment.return_to.is_some(), "/return_to", "another address for returns");
    refuse(!shipment.payments.is_empty(), "/payments", "another payer than the sender");
    refusals.finish()
}

fn body(call: &Call, order: &Order) -> Value {
    let Order { shipment, .. } = order;
    let parcels = shipment.parcels.iter().map(|parcel| json!({"weight_g": parcel.weight_grams}));
    json!({
        "customer": call.field("customer_number"),
        "reference": order.booking_reference,
        "service": shipment.service,
        "label": order.label_format,
        "from": party(&shipment.sender),
        "to": party(&shipment.recipient),
        "parcels": parcels.collect::<Vec<_>>(),
    })
}

fn party(address: &Address) -> Value {
    let all = [
        ("name", address.company.as_ref().or(address.person.as_ref())),
        ("street", address.lines.first()),
        ("zip", Some(&address.postal_code)),
        ("city", Some(&address.city)),
        ("country", Some(&address.country)),
        ("phone", address.phone.as_ref()),
        ("email", address.email.as_ref()),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, value?.as_str()))).collect()
}

fn booking(shipment: Made) -> Result<Booking, Failure> {
    let numbers: Vec<String> = shipment.parcels.into_iter().map(|parcel| parcel.number).collect();
    let first = numbers.first();
    let first =
        first.ok_or_else(|| Failure::unexpected_answer("no-parcels", "the courier's answer holds no parcels"))?;
    Ok(Booking {
        courier_shipment_id: shipment.id,
        tracking_link: Some(format!("https://examplepost.example/track/{first}")),
        parcels: (0..).zip(numbers).map(|(index, number)| parcel(index, number)).collect(),
        price: shipment.price.as_ref().and_then(price),
        ..Booking::default()
    })
}

fn parcel(index: u32, number: String) -> BookedParcel {
    BookedParcel { index, tracking_number: Some(number), ..BookedParcel::default() }
}

/// One document with all labels; the host kept it.
fn labels(label: Option<&str>, format: &str) -> Vec<Document> {
    let content = label.and_then(kept);
    let document = content.map(|content| Document {
        category: "label".to_owned(),
        format: format.to_owned(),
        page_size: (format == "pdf").then(|| "A6".to_owned()),
        content,
        ..Document::default()
    });
    document.into_iter().collect()
}

fn no_label() -> Failure {
    Failure::unexpected_answer("no-label", "the courier's answer holds no label")
}
