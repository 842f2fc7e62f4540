//! A shipment's labels and other papers.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::document_body;
use crate::app::App;
use crate::http::api::body::document::{DocumentBody, media_type};
use crate::http::auth::MayReadShipments;
use crate::http::json::Json;
use crate::http::params::{Path, Query};
use crate::http::problem::{Problem, Result};
use crate::http::validate::{Findings, Validate};
use crate::model::id::{DocumentId, ShipmentId};
use crate::service::shipments::{self, WantedLabel};
use crate::store::documents::DocumentRow;

/// Longest value of a parameter, in characters.
const MAX_TEXT_CHARS: usize = 64;

/// Greatest place of a parcel: a shipment has 100 at most.
const MAX_PARCEL: u64 = 99;

/// Which label.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LabelParams {
    /// `pdf`, `zpl` and so on; the one that it was booked with if not said.
    format: Option<String>,
    /// Only the parcel with this tracking number; all parcels if neither it nor `parcel` is said.
    tracking_number: Option<String>,
    /// Only the parcel at this place in the order, from 0 (its `index`).
    #[param(value_type = Option<u32>, minimum = 0, maximum = 99)]
    parcel: Option<String>,
}

impl Validate for LabelParams {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        findings.optional_text(&format!("{pointer}/format"), self.format.as_deref(), MAX_TEXT_CHARS);
        findings.optional_text(&format!("{pointer}/tracking_number"), self.tracking_number.as_deref(), MAX_TEXT_CHARS);
        if let Some(parcel) = &self.parcel {
            findings.range(&format!("{pointer}/parcel"), parcel.parse().unwrap_or(u64::MAX), 0..=MAX_PARCEL);
        }
    }
}

/// All papers of a shipment.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentList {
    /// Without their bytes.
    data: Vec<DocumentBody>,
}

/// Returns a shipment's label.
///
/// It is the one that was kept with the booking, else it is fetched from the courier again. The labels of several parcels are joined
/// into one file, a page after the other; where a format cannot be joined (pictures), the answer is the problem `several_labels`,
/// whose `links` lead to each.
#[utoipa::path(get, path = "/v1/shipments/{id}/label", operation_id = "get_label", tag = "shipments",
    params(("id" = String, Path, description = "The shipment's id"), LabelParams),
    responses((status = 200, description = "The label", content_type = "application/pdf"),
        (status = 404, description = "No such shipment, or it has no label"),
        (status = 409, description = "It is not booked, or it has several labels that cannot be joined (`several_labels`)"),
        (status = 422, description = "The courier has no such format")),
    security(("api_key" = ["shipments:read"])))]
pub async fn label(
    State(app): State<App>,
    MayReadShipments(merchant): MayReadShipments,
    Path(id): Path<ShipmentId>,
    Query(params): Query<LabelParams>,
) -> Result<Response<Body>> {
    let parcel = params.parcel.and_then(|place| place.parse().ok());
    let wanted = WantedLabel { format: params.format, number: params.tracking_number, parcel };
    let label = shipments::label(&app, &merchant, &id, &wanted).await.map_err(Problem::of_query)?;
    let name = if label.is_joined { label.about.shipment_id.as_str() } else { label.about.id.as_str() };
    Ok(bytes(&label.about, name, label.bytes))
}

/// Lists a shipment's papers.
///
/// Labels, customs declarations, receipts: what each is, and the path of its bytes.
#[utoipa::path(get, path = "/v1/shipments/{id}/documents", operation_id = "list_documents", tag = "shipments", params(("id" = String, Path, description = "The shipment's id")),
    responses((status = 200, body = DocumentList), (status = 404, description = "No such shipment")),
    security(("api_key" = ["shipments:read"])))]
pub async fn list(
    State(app): State<App>,
    MayReadShipments(merchant): MayReadShipments,
    Path(id): Path<ShipmentId>,
) -> Result<Json<DocumentList>> {
    let view = shipments::get(&app, &merchant, &id).await?;
    Ok(Json(DocumentList { data: view.documents.iter().map(document_body).collect() }))
}

/// Returns a paper's bytes.
///
/// As the courier gave them. HTML is served as plain text.
#[utoipa::path(get, path = "/v1/shipments/{id}/documents/{document_id}", operation_id = "get_document", tag = "shipments",
    params(("id" = String, Path, description = "The shipment's id"), ("document_id" = String, Path, description = "The paper's id")),
    responses((status = 200, description = "The paper"), (status = 404, description = "No such paper")),
    security(("api_key" = ["shipments:read"])))]
pub async fn read(
    State(app): State<App>,
    MayReadShipments(merchant): MayReadShipments,
    Path((id, document_id)): Path<(ShipmentId, DocumentId)>,
) -> Result<Response<Body>> {
    let (about, content) = shipments::document(&app, &merchant, &id, &document_id).await?;
    Ok(bytes(&about, about.id.as_str(), content))
}

fn bytes(about: &DocumentRow, name: &str, content: Vec<u8>) -> Response<Body> {
    let name = format!("inline; filename=\"{}-{}.{}\"", about.category, name, about.format);
    let mut response = Response::new(Body::from(content));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type(&about.format)));
    if let Ok(name) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(CONTENT_DISPOSITION, name);
    }
    response
}
