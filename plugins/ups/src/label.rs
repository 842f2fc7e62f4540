//! Labels and forms: kept by the host when a shipment is booked, and fetched again by label recovery.

use crossdock_sdk::types::{Booked, Document, DocumentContent};
use crossdock_sdk::{Call, Failure, FromJson, Request, kept, send_all};
use serde_json::{Value, json};

use crate::{error, wire};

const RESULTS: &str = "/ShipmentResponse/ShipmentResults";
/// Lists are single objects in some answers, so that both shapes are named.
const KEPT: &[&str] = &[
    "/PackageResults/*/ShippingLabel/GraphicImage",
    "/PackageResults/ShippingLabel/GraphicImage",
    "/PackageResults/*/ShippingLabel/HTMLImage",
    "/PackageResults/ShippingLabel/HTMLImage",
    "/Form/Image/GraphicImage",
    "/Form/*/Image/GraphicImage",
    "/BarCodeImage",
];

#[derive(Debug, Default, FromJson)]
#[json(rename_all = "PascalCase", default)]
pub struct Package {
    pub tracking_number: Option<String>,
    shipping_label: Option<Image>,
}

#[derive(Debug, FromJson)]
#[json(rename_all = "PascalCase")]
pub struct Form {
    image: Option<Image>,
}

#[derive(Debug, Default, FromJson)]
#[json(rename_all = "PascalCase", default)]
struct Image {
    /// Called `LabelImageFormat` by label recovery.
    #[json(alias = "LabelImageFormat")]
    image_format: Option<Format>,
    graphic_image: String,
}

#[derive(Debug, Default, FromJson)]
#[json(rename_all = "PascalCase", default)]
struct Format {
    code: String,
}

#[derive(Debug, FromJson)]
#[json(rename_all = "PascalCase")]
struct Recovered {
    label_recovery_response: Recovery,
}

#[derive(Debug, FromJson)]
#[json(rename_all = "PascalCase")]
struct Recovery {
    #[json(required)]
    label_results: Vec<RecoveredLabel>,
}

#[derive(Debug, FromJson)]
#[json(rename_all = "PascalCase")]
struct RecoveredLabel {
    tracking_number: String,
    label_image: Option<Image>,
}

impl Package {
    /// The label of this parcel, in the format that UPS names or else in the one that was asked for.
    pub fn document(&self, category: &str, asked: &str) -> Option<Document> {
        self.shipping_label.as_ref()?.document(category, asked, self.tracking_number.clone())
    }
}

impl Form {
    /// The customs papers, one PDF for the whole shipment.
    pub fn document(&self) -> Option<Document> {
        self.image.as_ref()?.document("commercial-invoice", "pdf", None)
    }
}

impl Image {
    fn document(&self, category: &str, asked: &str, number: Option<String>) -> Option<Document> {
        let code = self.image_format.as_ref().map(|format| format.code.to_ascii_lowercase()).unwrap_or_default();
        let format = match code.as_str() {
            "epl" => "epl2".to_owned(),
            "gif" | "png" | "zpl" | "pdf" => code,
            // UPS's own printers' language, or a format yet unknown: what it is must not be claimed.
            "" => asked.to_owned(),
            _ => return None,
        };
        let content: DocumentContent = kept(&self.graphic_image)?;
        Some(Document {
            category: category.to_owned(),
            format,
            tracking_number: number,
            content,
            ..Document::default()
        })
    }
}

/// Has the host keep every image of a booking's answer.
pub fn keep(request: Request) -> Request {
    KEPT.iter().fold(request, |request, pointer| request.keep_base64(&format!("{RESULTS}{pointer}")))
}

/// UPS takes 4 inches by 6 or by 8.
pub fn specification(format: &str, size: Option<&str>) -> Value {
    let height = if size == Some("4x8in") { "8" } else { "6" };
    json!({
        "LabelImageFormat": { "Code": code(format) },
        "LabelStockSize": { "Height": height, "Width": "4" },
    })
}

fn code(format: &str) -> String {
    if format == "epl2" { "EPL".to_owned() } else { format.to_ascii_uppercase() }
}

/// Fetches the label of every parcel; PNG is not among the formats of label recovery.
pub fn recover(call: &Call, shipment: &Booked, format: &str) -> Result<Vec<Document>, Failure> {
    if !matches!(format, "gif" | "pdf" | "zpl" | "epl2") {
        return Err(Failure::unsupported("no-such-format", "UPS hands out labels again as GIF, PDF, ZPL or EPL"));
    }
    let lead = std::slice::from_ref(&shipment.courier_shipment_id);
    let numbers = if shipment.tracking_numbers.is_empty() { lead } else { &shipment.tracking_numbers };
    let requests = numbers.iter().map(|number| {
        let body = json!({ "LabelRecoveryRequest": {
            "LabelSpecification": { "LabelImageFormat": { "Code": code(format) } },
            "TrackingNumber": number,
        } });
        let request = Request::post("api", "/labels/v1/recovery").json(&body).repeatable();
        let results = "/LabelRecoveryResponse/LabelResults";
        let request = ["", "/*"].iter().fold(request, |request, every| {
            request
                .keep_base64(&format!("{results}{every}/LabelImage/GraphicImage"))
                .keep_base64(&format!("{results}{every}/LabelImage/HTMLImage"))
        });
        wire::identified(call, request, number)
    });
    let mut documents = Vec::new();
    for (number, response) in numbers.iter().zip(send_all(requests.collect())) {
        let recovered: Recovered = error::read(&response?)?;
        let before = documents.len();
        for label in recovered.label_recovery_response.label_results {
            let own = if label.tracking_number.is_empty() { number.clone() } else { label.tracking_number };
            documents.extend(label.label_image.and_then(|image| image.document("label", format, Some(own))));
        }
        if documents.len() == before {
            return Err(Failure::not_found("no-label", format!("UPS has no label for {number}")));
        }
    }
    Ok(documents)
}
