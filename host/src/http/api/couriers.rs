//! `/v1/couriers`: what can be connected, as the plugins in charge describe it.

use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::courier::{CourierBody, CourierSummaryBody};
use crate::app::App;
use crate::http::json::Json;
use crate::http::page::{List, Page, PageParams};
use crate::http::params::{Filters, NoFilters, Path};
use crate::http::problem::{Problem, Result};
use crate::model::caller::Merchant;
use crate::model::courier::CourierId;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(read))
}

/// Lists the couriers that can be connected, by id.
///
/// These are the couriers whose plugins this host has in charge; which of them a merchant has an account with is another question
/// (`GET /v1/credentials`).
#[utoipa::path(get, path = "/v1/couriers", operation_id = "list_couriers", tag = "couriers", params(PageParams),
    responses((status = 200, description = "The couriers", body = List<CourierSummaryBody>)),
    security(("api_key" = [])))]
async fn list(
    State(app): State<App>,
    _merchant: Merchant,
    Filters(NoFilters {}): Filters<NoFilters>,
    page: Page,
) -> List<CourierSummaryBody> {
    let after = page.after().and_then(|keyset| keyset.first());
    let plugins = app
        .registry
        .list()
        .into_iter()
        .filter(|plugin| after.is_none_or(|after| plugin.id().as_str() > after.as_str()))
        .take(page.rows_to_read() as usize)
        .collect();
    page.list(
        plugins,
        |plugin| vec![plugin.id().to_string()],
        |plugin| CourierSummaryBody::from(&**plugin.description()),
    )
}

/// Describes a courier: what an account needs, and what can be done with it.
///
/// Everything that a form or a program needs to connect an account and to book: the kinds of accounts with their fields, the base
/// URLs, services, options, label formats, and what the courier cannot do, with the reason.
#[utoipa::path(get, path = "/v1/couriers/{courier}", operation_id = "get_courier", tag = "couriers",
    params(("courier" = String, Path, description = "The courier's id", example = "acme")),
    responses((status = 200, description = "The courier", body = CourierBody),
        (status = 404, description = "No such courier is installed")),
    security(("api_key" = [])))]
async fn read(
    State(app): State<App>,
    _merchant: Merchant,
    Path(courier): Path<CourierId>,
) -> Result<Json<CourierBody>> {
    let none =
        || Problem::not_found().detail(format!("no courier {courier} is installed; GET /v1/couriers lists them"));
    let plugin = app.registry.get(&courier).ok_or_else(none)?;
    Ok(Json(CourierBody::from(&**plugin.description())))
}
