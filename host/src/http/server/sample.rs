//! A sample resource: the pattern for real ones.

use axum::extract::FromRef;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::api::body::shipment::ShipmentBody;
use crate::http::auth::{MayBuyLabels, MayReadShipments};
use crate::http::etag::ETag;
use crate::http::idempotency_key::{IdempotencyKey, IdempotencyKeyParam};
use crate::http::json::{FingerprintedJson, Json};
use crate::http::page::{CursorKey, List, Page, PageParams};
use crate::http::params::{Filters, Path};
use crate::http::problem::{Problem, Result};
use crate::http::validate::{Findings, Validate};
use crate::model::id::ShipmentId;
use crate::model::shipment::ShipmentRequest;

#[derive(Clone, FromRef)]
pub(super) struct SampleState {
    pub(super) cursor_key: CursorKey,
}

/// A booking to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateRequest {
    /// What is to be sent.
    shipment: ShipmentBody,
}

impl Validate for CreateRequest {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        self.shipment.validate(&format!("{pointer}/shipment"), findings);
    }
}

/// A sample.
#[derive(Debug, Serialize, ToSchema)]
struct SampleBody {
    /// How many parcels.
    parcels: usize,
}

/// Filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Only of this country.
    country: Option<String>,
}

impl Validate for Filter {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        if let Some(country) = &self.country {
            findings.country(&format!("{pointer}/country"), country);
        }
    }
}

pub(super) fn samples() -> OpenApiRouter<SampleState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(read)).routes(routes!(panics))
}

/// Books a sample.
#[utoipa::path(post, path = "/v1/samples", params(IdempotencyKeyParam), request_body = CreateRequest,
    responses((status = 201, body = SampleBody), (status = 422, description = "The body is wrong")),
    security(("api_key" = ["labels:buy"])))]
async fn create(
    MayBuyLabels(merchant): MayBuyLabels,
    key: IdempotencyKey,
    payload: FingerprintedJson<CreateRequest>,
) -> Result<(StatusCode, ETag, Json<SampleBody>)> {
    assert!(!merchant.is_test() && !key.as_str().is_empty() && payload.fingerprint != [0; 32]);
    let request = ShipmentRequest::from(payload.body.shipment);
    Ok((StatusCode::CREATED, ETag(1), Json(SampleBody { parcels: request.parcels.len() })))
}

/// Lists samples.
#[utoipa::path(get, path = "/v1/samples", params(PageParams, Filter), responses((status = 200, body = List<SampleBody>)),
    security(("api_key" = ["shipments:read"])))]
async fn list(
    MayReadShipments(_merchant): MayReadShipments,
    Filters(_filter): Filters<Filter>,
    page: Page,
) -> Result<List<SampleBody>> {
    let first: usize = page.after().and_then(|after| after[0].parse().ok()).unwrap_or(0);
    let rows = (first + 1..=5).take(page.rows_to_read() as usize).collect();
    Ok(page.list(rows, |row| vec![row.to_string()], |parcels| SampleBody { parcels }))
}

/// Returns a sample.
#[utoipa::path(get, path = "/v1/samples/{id}", params(("id" = String, Path, description = "The sample's id")),
    responses((status = 200, body = SampleBody), (status = 404, description = "No such sample")),
    security(("api_key" = ["shipments:read"])))]
async fn read(MayReadShipments(_merchant): MayReadShipments, Path(_id): Path<ShipmentId>) -> Result<Json<SampleBody>> {
    Err(Problem::not_found())
}

/// Fails.
#[utoipa::path(delete, path = "/v1/panics", responses((status = 204)))]
async fn panics() -> StatusCode {
    panic!("as the test wants")
}
