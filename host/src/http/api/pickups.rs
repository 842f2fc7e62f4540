//! `/v1/pickups`: having parcels collected, where the courier does that.

use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::pickup::{ConfirmedPickupBody, PickupDetailsBody};
use super::shipments::book::{error_answer, render};
use super::store_page;
use crate::app::App;
use crate::http::auth::{MayReadShipments, MayWriteShipments};
use crate::http::etag::{ETag, IfMatch, IfMatchParam};
use crate::http::idempotency_key::{IdempotencyKey, IdempotencyKeyParam};
use crate::http::json::{FingerprintedJson, Json};
use crate::http::once::{answer, respond};
use crate::http::page::{List, Page, PageParams};
use crate::http::params::{Filters, Path};
use crate::http::problem::{Problem, Result};
use crate::http::validate::{Findings, Validate};
use crate::model::courier::CourierId;
use crate::model::id::{CredentialId, PickupId, ShipmentId};
use crate::service::idempotency::{Answer, Render};
use crate::service::pickups::{self, NewPickup, RenderPickup};
use crate::store::pickups::{PickupFilter, PickupRow, PickupState};

/// Most shipments of one pickup.
const MAX_SHIPMENTS: usize = 1_000;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(read, cancel))
}

/// What is to be collected.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPickup)]
struct CreateRequest {
    /// With this account.
    #[schema(value_type = Option<String>)]
    credential_id: Option<CredentialId>,
    /// With the account at this courier.
    #[schema(value_type = Option<String>)]
    courier: Option<CourierId>,
    /// The shipments that are to be collected, where known.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    shipment_ids: Vec<ShipmentId>,
    /// Where, when and how much.
    pickup: PickupDetailsBody,
}

impl Validate for CreateRequest {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        if self.credential_id.is_none() && self.courier.is_none() {
            findings.add(&format!("{pointer}/courier"), "required", "name a courier or a credential_id");
        }
        findings.count(&format!("{pointer}/shipment_ids"), self.shipment_ids.len(), 0..=MAX_SHIPMENTS);
        self.pickup.validate(&format!("{pointer}/pickup"), findings);
    }
}

/// Filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Only at this courier.
    courier: Option<String>,
    /// Only `intent`, `scheduled`, `failed`, `unknown` or `cancelled`.
    state: Option<String>,
}

impl Validate for Filter {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        if self.courier.as_ref().is_some_and(|id| id.parse::<CourierId>().is_err()) {
            findings.add(&format!("{pointer}/courier"), "invalid_value", "must be a courier's id");
        }
        if self.state.as_ref().is_some_and(|state| PickupState::parse(state).is_none()) {
            findings.add(&format!("{pointer}/state"), "invalid_value", "must be a pickup's state");
        }
    }
}

/// A pickup.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Pickup)]
struct PickupView {
    /// Its id.
    id: String,
    /// `intent`, `scheduled`, `failed`, `unknown` or `cancelled`.
    state: &'static str,
    /// The courier.
    courier: String,
    /// The account.
    credential_id: String,
    /// Whether it belongs to the test data.
    test: bool,
    /// What the courier confirmed.
    confirmed: Option<ConfirmedPickupBody>,
    /// Why there is none, or why nobody knows.
    problem: Option<Problem>,
    /// Grows with every change; its `ETag`.
    version: i64,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl From<&PickupRow> for PickupView {
    fn from(row: &PickupRow) -> Self {
        Self {
            id: row.id.to_string(),
            state: row.state.as_str(),
            courier: row.courier.to_string(),
            credential_id: row.credential_id.to_string(),
            test: row.is_test,
            confirmed: row.pickup.clone().map(|pickup| pickup.0.into()),
            problem: row.failure.as_ref().map(|failure| Problem::from_plain_failure(failure, "/pickup")),
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// Has parcels collected.
///
/// An `Idempotency-Key` is required, and a repeated request gets the same answer without a second pickup. 202 with the state
/// `unknown` means that the courier's answer was lost: no courier can be asked for a pickup by our reference, so ask it yourself
/// before you order another.
#[utoipa::path(post, path = "/v1/pickups", operation_id = "create_pickup", tag = "pickups", params(IdempotencyKeyParam), request_body = CreateRequest,
    responses((status = 201, body = PickupView), (status = 202, description = "The outcome is not known", body = PickupView),
        (status = 422, description = "The request is wrong, or the courier refuses it")),
    security(("api_key" = ["shipments:write"])))]
async fn create(
    State(app): State<App>,
    MayWriteShipments(merchant): MayWriteShipments,
    key: IdempotencyKey,
    payload: FingerprintedJson<CreateRequest>,
) -> Result<Response<Body>> {
    let FingerprintedJson { body, fingerprint } = payload;
    let key = key.of_post("/v1/pickups", &fingerprint);
    let new = NewPickup {
        credential: body.credential_id,
        courier: body.courier,
        shipments: body.shipment_ids,
        request: body.pickup.into_request(Vec::new(), String::new()),
    };
    let common = Render { error: |error, next| error_answer(Problem::of_plain(error, "/pickup"), next), ..render() };
    let render = RenderPickup { pickup: pickup_answer, common };
    respond(
        pickups::schedule(&app, &merchant, new, key, render)
            .await
            .map_err(|error| Problem::of_plain(error, "/pickup"))?,
        Some("/v1/pickups/"),
    )
}

fn pickup_answer(row: &PickupRow) -> Answer {
    let status = if row.state == PickupState::Scheduled { StatusCode::CREATED } else { StatusCode::ACCEPTED };
    answer(status, &PickupView::from(row))
}

/// Lists pickups, newest first.
///
/// A test key sees those of test accounts only.
#[utoipa::path(get, path = "/v1/pickups", operation_id = "list_pickups", tag = "pickups", params(PageParams, Filter),
    responses((status = 200, body = List<PickupView>)), security(("api_key" = ["shipments:read"])))]
async fn list(
    State(app): State<App>,
    MayReadShipments(merchant): MayReadShipments,
    Filters(filter): Filters<Filter>,
    page: Page,
) -> Result<List<PickupView>> {
    let filter = PickupFilter {
        is_test: None,
        courier: filter.courier.and_then(|id| id.parse().ok()),
        state: filter.state.as_deref().and_then(PickupState::parse),
    };
    let listed = pickups::list(&app, &merchant, filter, &store_page(&page)).await?;
    Ok(page.list(listed.rows, |row| vec![row.id.to_string()], |row| PickupView::from(&row)))
}

/// Returns a pickup.
///
/// The `ETag` goes into `If-Match` of a cancellation.
#[utoipa::path(get, path = "/v1/pickups/{id}", operation_id = "get_pickup", tag = "pickups", params(("id" = String, Path, description = "The pickup's id")),
    responses((status = 200, body = PickupView), (status = 404, description = "No such pickup")),
    security(("api_key" = ["shipments:read"])))]
async fn read(
    State(app): State<App>,
    MayReadShipments(merchant): MayReadShipments,
    Path(id): Path<PickupId>,
) -> Result<(ETag, Json<PickupView>)> {
    Ok(shown(&pickups::get(&app, &merchant, &id).await?))
}

/// Cancels a pickup at its courier.
///
/// One that was cancelled before is returned as it is. Where the courier has no way to, the answer is 422 `unsupported` with the
/// reason. With `If-Match` it is cancelled only if it is as it was read.
#[utoipa::path(delete, path = "/v1/pickups/{id}", operation_id = "cancel_pickup", tag = "pickups", params(("id" = String, Path, description = "The pickup's id"), IfMatchParam),
    responses((status = 200, body = PickupView), (status = 404, description = "No such pickup"),
        (status = 409, description = "It is not scheduled, or it is too late"),
        (status = 412, description = "It was changed since it was read"),
        (status = 422, description = "The courier cannot cancel")),
    security(("api_key" = ["shipments:write"])))]
async fn cancel(
    State(app): State<App>,
    MayWriteShipments(merchant): MayWriteShipments,
    Path(id): Path<PickupId>,
    if_match: IfMatch,
) -> Result<(ETag, Json<PickupView>)> {
    let cancelled = pickups::cancel(&app, &merchant, &id, if_match.version()).await;
    let of_error = |error| if_match.too_late(error).unwrap_or_else(|error| Problem::of_plain(error, ""));
    Ok(shown(&cancelled.map_err(of_error)?))
}

fn shown(row: &PickupRow) -> (ETag, Json<PickupView>) {
    (ETag(row.version), Json(PickupView::from(row)))
}
