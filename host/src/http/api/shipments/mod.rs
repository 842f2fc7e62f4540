//! `/v1/shipments`: booked once, found again, labelled, cancelled, resolved.

mod body;
pub(super) mod book;
mod papers;

use axum::extract::State;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::body::ShipmentView;
use super::body::tracking::TrackingBody;
use super::store_page;
use super::tracking::{TrackingList, tracking_body};
use crate::app::App;
use crate::http::auth::{MayReadShipments, MayWriteShipments};
use crate::http::etag::ETag;
use crate::http::json::Json;
use crate::http::language::AcceptLanguageParam;
use crate::http::page::{List, Page, PageParams};
use crate::http::params::{Filters, Path};
use crate::http::problem::Result;
use crate::http::validate::{Findings, Validate};
use crate::model::courier::CourierId;
use crate::model::id::ShipmentId;
use crate::service::shipments::{self, Resolve};
use crate::service::tracking;
use crate::store::shipments::{ShipmentFilter, ShipmentState};

/// Longest text of a filter or a resolution, in characters.
const MAX_TEXT_CHARS: usize = 100;

/// Most tracking numbers that a resolution names: one per parcel.
const MAX_NUMBERS: usize = 100;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, book::create))
        .routes(routes!(read))
        .routes(routes!(cancel))
        .routes(routes!(resolve))
        .routes(routes!(track))
        .routes(routes!(papers::label))
        .routes(routes!(papers::list))
        .routes(routes!(papers::read))
}

/// Filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Only at this courier.
    courier: Option<String>,
    /// Only `intent`, `booked`, `failed`, `unknown` or `cancelled`.
    state: Option<String>,
    /// Only with this first reference.
    reference: Option<String>,
    /// Only the shipment of this parcel.
    tracking_number: Option<String>,
    /// Only asked for at this time (RFC 3339) or later.
    created_from: Option<String>,
    /// Only asked for before this time (RFC 3339).
    created_before: Option<String>,
}

impl Validate for Filter {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        let at = |name: &str| format!("{pointer}/{name}");
        if self.courier.as_ref().is_some_and(|id| id.parse::<CourierId>().is_err()) {
            findings.add(&at("courier"), "invalid_value", "must be a courier's id");
        }
        if self.state.as_ref().is_some_and(|state| ShipmentState::parse(state).is_none()) {
            findings.add(&at("state"), "invalid_value", "must be intent, booked, failed, unknown or cancelled");
        }
        findings.optional_text(&at("reference"), self.reference.as_deref(), MAX_TEXT_CHARS);
        findings.optional_text(&at("tracking_number"), self.tracking_number.as_deref(), MAX_TEXT_CHARS);
        for (name, time) in [("created_from", &self.created_from), ("created_before", &self.created_before)] {
            if time.as_ref().is_some_and(|time| time.parse::<jiff::Timestamp>().is_err()) {
                findings.add(&at(name), "invalid_value", "must be a time, RFC 3339");
            }
        }
    }
}

/// How a person closes a shipment that is `unknown`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ResolveRequest {
    /// `booked_as`: it exists at the courier; `not_booked`: it does not.
    resolution: String,
    /// What the courier calls it; required with `booked_as`.
    courier_shipment_id: Option<String>,
    /// Its parcels' numbers, in the order of the parcels.
    #[serde(default)]
    tracking_numbers: Vec<String>,
}

impl Validate for ResolveRequest {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        let at = |name: &str| format!("{pointer}/{name}");
        findings.one_of(&at("resolution"), &self.resolution, &["booked_as", "not_booked"]);
        if self.resolution == "booked_as" {
            let id = self.courier_shipment_id.as_deref().unwrap_or_default();
            findings.required_text(&at("courier_shipment_id"), id, MAX_TEXT_CHARS);
        }
        findings.count(&at("tracking_numbers"), self.tracking_numbers.len(), 0..=MAX_NUMBERS);
        for (index, number) in self.tracking_numbers.iter().enumerate() {
            findings.required_text(&at(&format!("tracking_numbers/{index}")), number, MAX_TEXT_CHARS);
        }
    }
}

/// Lists shipments, newest first.
///
/// Filters narrow the list; all that are given must fit. A test key sees those of test accounts only.
#[utoipa::path(get, path = "/v1/shipments", operation_id = "list_shipments", tag = "shipments", params(PageParams, Filter),
    responses((status = 200, body = List<ShipmentView>)), security(("api_key" = ["shipments:read"])))]
async fn list(
    State(app): State<App>,
    MayReadShipments(merchant): MayReadShipments,
    Filters(filter): Filters<Filter>,
    page: Page,
) -> Result<List<ShipmentView>> {
    let time = |text: Option<String>| text.and_then(|text| text.parse().ok());
    let filter = ShipmentFilter {
        is_test: None,
        courier: filter.courier.and_then(|id| id.parse().ok()),
        state: filter.state.as_deref().and_then(ShipmentState::parse),
        reference: filter.reference,
        tracking_number: filter.tracking_number,
        created_from: time(filter.created_from),
        created_before: time(filter.created_before),
    };
    let listed = shipments::list(&app, &merchant, filter, &store_page(&page)).await?;
    Ok(page.list(
        listed,
        |view: &shipments::ShipmentView| vec![view.shipment.id.to_string()],
        |view| ShipmentView::from(&view),
    ))
}

/// Returns a shipment.
///
/// With its parcels, the account that it is billed to, its papers as links, and what went wrong if something did.
#[utoipa::path(get, path = "/v1/shipments/{id}", operation_id = "get_shipment", tag = "shipments", params(("id" = String, Path, description = "The shipment's id")),
    responses((status = 200, body = ShipmentView), (status = 404, description = "No such shipment")),
    security(("api_key" = ["shipments:read"])))]
async fn read(
    State(app): State<App>,
    MayReadShipments(merchant): MayReadShipments,
    Path(id): Path<ShipmentId>,
) -> Result<(ETag, Json<ShipmentView>)> {
    Ok(shown(&shipments::get(&app, &merchant, &id).await?))
}

/// Cancels a shipment at its courier.
///
/// One that was cancelled before is returned as it is. Where the courier has no way to, the answer is 422 `unsupported` with the
/// reason; where it is too late for it, 409 `courier_conflict`.
#[utoipa::path(post, path = "/v1/shipments/{id}/cancel", operation_id = "cancel_shipment", tag = "shipments", params(("id" = String, Path, description = "The shipment's id")),
    responses((status = 200, body = ShipmentView), (status = 404, description = "No such shipment"),
        (status = 409, description = "It is not booked, or the courier says that it is too late"),
        (status = 422, description = "The courier cannot cancel")),
    security(("api_key" = ["shipments:write"])))]
async fn cancel(
    State(app): State<App>,
    MayWriteShipments(merchant): MayWriteShipments,
    Path(id): Path<ShipmentId>,
) -> Result<(ETag, Json<ShipmentView>)> {
    Ok(shown(&shipments::cancel(&app, &merchant, &id).await?))
}

/// Closes a shipment whose outcome is unknown, by hand.
///
/// For couriers that cannot be asked by reference: look in the courier's own portal, then say `booked_as` with what is found there,
/// or `not_booked`. It is written to the audit log.
#[utoipa::path(post, path = "/v1/shipments/{id}/resolve", operation_id = "resolve_shipment", tag = "shipments", params(("id" = String, Path, description = "The shipment's id")),
    request_body = ResolveRequest,
    responses((status = 200, body = ShipmentView), (status = 409, description = "Its outcome is known")),
    security(("api_key" = ["shipments:write"])))]
async fn resolve(
    State(app): State<App>,
    MayWriteShipments(merchant): MayWriteShipments,
    Path(id): Path<ShipmentId>,
    Json(request): Json<ResolveRequest>,
) -> Result<(ETag, Json<ShipmentView>)> {
    let found = match request.courier_shipment_id {
        Some(courier_shipment_id) if request.resolution == "booked_as" => {
            Resolve::BookedAs { courier_shipment_id, tracking_numbers: request.tracking_numbers }
        }
        _ => Resolve::NotBooked,
    };
    Ok(shown(&shipments::resolve(&app, &merchant, &id, found).await?))
}

fn shown(view: &shipments::ShipmentView) -> (ETag, Json<ShipmentView>) {
    (ETag(view.shipment.version), Json(ShipmentView::from(view)))
}

/// Returns the tracking of a shipment's parcels.
///
/// Asked from the courier where it is older than a minute. If the courier fails, what was known stands, with the `problem` beside it.
#[utoipa::path(get, path = "/v1/shipments/{id}/tracking", operation_id = "track_shipment", tag = "tracking", 
    params(("id" = String, Path, description = "The shipment's id"), AcceptLanguageParam),
    responses((status = 200, body = TrackingList), (status = 409, description = "It is not booked")),
    security(("api_key" = ["shipments:read"])))]
async fn track(
    State(app): State<App>,
    MayReadShipments(merchant): MayReadShipments,
    Path(id): Path<ShipmentId>,
) -> Result<Json<TrackingList>> {
    let views = tracking::refresh(&app, &merchant, &id).await?;
    let data: Vec<TrackingBody> = views.into_iter().map(tracking_body).collect();
    Ok(Json(TrackingList { data }))
}
