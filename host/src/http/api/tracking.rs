//! `/v1/tracking`: any number, booked here or elsewhere.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::tracking::TrackingBody;
use crate::app::App;
use crate::http::auth::MayReadShipments;
use crate::http::json::Json;
use crate::http::language::AcceptLanguageParam;
use crate::http::params::{Path, Query};
use crate::http::problem::{Problem, Result};
use crate::http::validate::{Findings, Validate};
use crate::model::courier::CourierId;
use crate::model::tracking::Tracking;
use crate::service::tracking::{TrackingView, track_number};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read))
}

/// Tracking of several parcels.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrackingList {
    /// One per parcel.
    pub data: Vec<TrackingBody>,
}

/// Whose number it is.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Params {
    /// The courier; where it is not named, the number's pattern and check digit pick the candidates.
    courier: Option<String>,
}

impl Validate for Params {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        if self.courier.as_ref().is_some_and(|id| id.parse::<CourierId>().is_err()) {
            findings.add(&format!("{pointer}/courier"), "invalid_value", "must be a courier's id");
        }
    }
}

/// Tracks a number at a connected courier.
///
/// Booked here or elsewhere. Without `courier` the number's pattern and check digit pick the candidates among the connected couriers,
/// and the likeliest is asked first. The courier is asked each time.
#[utoipa::path(get, path = "/v1/tracking/{number}", operation_id = "track_number", tag = "tracking",
    params(("number" = String, Path, description = "The tracking number, with or without blanks"), Params, AcceptLanguageParam),
    responses((status = 200, body = TrackingBody), (status = 404, description = "The courier has no such number"),
        (status = 400, description = "It is no number, or no such courier is installed"),
        (status = 422, description = "It cannot be a number of a connected courier")),
    security(("api_key" = ["shipments:read"])))]
async fn read(
    State(app): State<App>,
    MayReadShipments(merchant): MayReadShipments,
    Path(number): Path<String>,
    Query(params): Query<Params>,
) -> Result<Json<TrackingBody>> {
    let courier: Option<CourierId> = params.courier.and_then(|id| id.parse().ok());
    let view = track_number(&app, &merchant, &number, courier.as_ref()).await.map_err(Problem::of_query)?;
    Ok(Json(tracking_body(view)))
}

/// Makes the body of what is known, with the reason where it could not be refreshed.
pub(super) fn tracking_body(view: TrackingView) -> TrackingBody {
    let TrackingView { courier, link, row, events, stale } = view;
    let detail = row.detail.0;
    let tracking = Tracking {
        number: row.number,
        status: row.status,
        incident_reason: detail.incident_reason,
        courier_code: detail.courier_code,
        courier_text: detail.courier_text,
        status_at: detail.status_at,
        estimated_delivery: detail.estimated_delivery,
        service: detail.service,
        weight_grams: detail.weight_grams,
        signed_by: detail.signed_by,
        proof_of_delivery: Vec::new(),
        service_point: detail.service_point,
        pickup_deadline: detail.pickup_deadline,
        pieces: detail.pieces,
        related_numbers: detail.related_numbers,
        events,
        messages: detail.messages,
        extensions: detail.extensions,
    };
    let mut body = TrackingBody::of_courier(courier.as_str(), tracking);
    body.test = row.is_test;
    body.tracking_link = link;
    body.refreshed_at = row.refreshed_at;
    body.problem = stale.map(Problem::from);
    body
}
