//! Labels: with a booking, and again for one.

use crossdock_sdk::types::{Booked, Document, DocumentContent, extension};
use crossdock_sdk::{Failure, FromJson, Json, JsonError, Request, kept};
use serde_json::json;

use crate::faults;
use crate::places::API;

/// Where the labels stand in a booking's answer.
///
/// ZPL is base64 by the specification and plain by a client's tests (REPORTED): plain text is not base64, so the host
/// leaves it in its place and it is taken as it stands.
pub const IN_BOOKING: &str = "/labelPrintout/*/printout/data";
/// Where they stand in the answer of the labels' own call: a bare list. ASSUMED: no sample was found.
const IN_LABELS: &str = "/*/printout/data";

/// A label or another print.
#[derive(Debug, Default, FromJson)]
#[json(rename_all = "camelCase", default)]
pub struct Printout {
    item_ids: Vec<ItemId>,
    printout: Option<Print>,
}

#[derive(Debug, Default, FromJson)]
#[json(rename_all = "camelCase", default)]
struct ItemId {
    #[json(strict)]
    item_ids: Option<String>,
}

#[derive(Debug, Default, FromJson)]
#[json(rename_all = "camelCase", default)]
struct Print {
    #[json(rename = "type")]
    kind: String,
    label_format: String,
    data: Option<String>,
}

/// Formats that the contract has a word for (a QR code may come as SVG, which has none).
const FORMATS: [&str; 4] = ["pdf", "zpl", "png", "gif"];

/// The documents of the printouts; `numbers` are the parcels' tracking numbers.
pub fn documents(printouts: &[Printout], numbers: &[String]) -> Vec<Document> {
    printouts.iter().filter_map(|printout| document(printout, numbers)).collect()
}

fn document(printout: &Printout, numbers: &[String]) -> Option<Document> {
    let print = printout.printout.as_ref()?;
    let data = print.data.as_ref()?;
    let format = print.label_format.to_ascii_lowercase();
    let content = match kept(data) {
        Some(kept) => kept,
        None if format == "zpl" => DocumentContent::Bytes(data.as_bytes().to_vec()),
        None => return None,
    };
    let tracking_number = match (printout.item_ids.as_slice(), numbers) {
        ([one], _) => one.item_ids.clone(),
        ([], [only]) => Some(only.clone()),
        _ => None,
    };
    let category = match print.kind.to_ascii_uppercase().as_str() {
        "QRCODE" => "qr-code",
        kind if kind.contains("CUSTOMS") => "customs-declaration",
        _ => "label",
    };
    FORMATS.contains(&format.as_str()).then(|| Document {
        category: category.to_owned(),
        format,
        content,
        tracking_number,
        ..Document::default()
    })
}

/// Fetches the labels of a booking again, by the ids for printing, or by the item ids (CONFIRMED: either is taken).
pub fn again(shipment: &Booked, format: &str) -> Result<Vec<Document>, Failure> {
    let token = extension(&shipment.extensions, "label-token").unwrap_or_default();
    let print_ids: Vec<&str> = token.split(',').filter(|id| !id.is_empty()).collect();
    let ids = if shipment.tracking_numbers.is_empty() {
        print_ids
    } else {
        shipment.tracking_numbers.iter().map(String::as_str).collect()
    };
    if ids.is_empty() {
        return Err(Failure::unsupported(
            "no-item-id",
            "PostNord prints labels by item id, and none is known of this booking",
        ));
    }
    let body: Vec<_> = ids.iter().map(|id| json!({"id": id})).collect();
    let path = format!("/rest/shipment/v3/labels/ids/{format}");
    let mut request = Request::post(API, &path).json(&body).keep_base64(IN_LABELS).keep_base64(IN_BOOKING).repeatable();
    if format == "pdf" {
        request = request.query("paperSize", "LABEL");
    }
    let answer = faults::checked(request.send()?, "")?;
    let Printouts(printouts) = answer.read()?;
    let documents = documents(&printouts, &shipment.tracking_numbers);
    if documents.is_empty() {
        return Err(Failure::not_found("no-label", "PostNord sent no label for this booking").status(answer.status()));
    }
    Ok(documents)
}

/// ASSUMED: a bare list; an object like a booking's is read, too.
struct Printouts(Vec<Printout>);

impl FromJson for Printouts {
    fn from_json(json: Json) -> Result<Self, JsonError> {
        match json.members() {
            Ok(members) => members.get(&["labelPrintout"]),
            Err(_) => json.list(),
        }
        .map(Self)
    }
}
