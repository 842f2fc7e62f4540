//! `/v1/service-points`: shops and lockers near a place.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::service_point::ServicePointBody;
use crate::app::App;
use crate::http::auth::MayReadShipments;
use crate::http::json::Json;
use crate::http::language::AcceptLanguageParam;
use crate::http::params::Query;
use crate::http::problem::{Problem, Result};
use crate::http::validate::{Findings, Validate};
use crate::model::address::{Address, Position};
use crate::model::courier::CourierId;
use crate::model::id::CredentialId;
use crate::model::service_point::{Near, ServicePointSearch};
use crate::service::service_points::find;

/// How many are returned where the caller does not say.
const USUAL_LIMIT: u32 = 10;
/// Most that the contract lets a courier be asked for.
const MAX_LIMIT: u64 = 50;
/// Longest value of a parameter, in characters.
const MAX_TEXT_CHARS: usize = 100;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

/// Where to look.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Params {
    /// The courier.
    courier: Option<String>,
    /// The account, where several could be meant.
    credential_id: Option<String>,
    /// ISO 3166-1 alpha-2.
    country: String,
    /// Around this postal code.
    postal_code: Option<String>,
    /// The city to it.
    city: Option<String>,
    /// The street with its number.
    street: Option<String>,
    /// Around this point instead: degrees north.
    latitude: Option<String>,
    /// Degrees east.
    longitude: Option<String>,
    /// At most so many, nearest first; 1 to 50, usually 10.
    limit: Option<String>,
    /// Only `shop`, `locker`, `depot` or `post-office`.
    kind: Option<String>,
    /// Only those that serve it.
    service: Option<String>,
}

impl Validate for Params {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        let at = |name: &str| format!("{pointer}/{name}");
        findings.country(&at("country"), &self.country);
        self.check_place(pointer, findings);
        for (name, text) in [
            ("postal_code", &self.postal_code),
            ("city", &self.city),
            ("street", &self.street),
            ("service", &self.service),
        ] {
            findings.optional_text(&at(name), text.as_deref(), MAX_TEXT_CHARS);
        }
        if self.courier.as_ref().is_some_and(|id| id.parse::<CourierId>().is_err()) {
            findings.add(&at("courier"), "invalid_value", "must be a courier's id");
        }
        if self.credential_id.as_ref().is_some_and(|id| id.parse::<CredentialId>().is_err()) {
            findings.add(&at("credential_id"), "invalid_value", "must be a credential's id");
        }
        if self.courier.is_none() && self.credential_id.is_none() {
            findings.add(&at("courier"), "required", "name a courier or a credential_id");
        }
        if let Some(kind) = &self.kind {
            findings.one_of(&at("kind"), kind, &["shop", "locker", "depot", "post-office"]);
        }
        if let Some(limit) = &self.limit {
            findings.range(&at("limit"), limit.parse().unwrap_or(0), 1..=MAX_LIMIT);
        }
    }
}

impl Params {
    fn check_place(&self, pointer: &str, findings: &mut Findings) {
        let at = |name: &str| format!("{pointer}/{name}");
        let degrees = [("latitude", &self.latitude, 90.0), ("longitude", &self.longitude, 180.0)];
        for (name, text, most) in degrees {
            if text.as_deref().is_some_and(|text| microdegrees(text, most).is_none()) {
                findings.add(
                    &at(name),
                    "out_of_range",
                    format!("must be degrees from -{most} to {most}, such as 59.33"),
                );
            }
        }
        let half = match (&self.latitude, &self.longitude) {
            (Some(_), None) => Some("longitude"),
            (None, Some(_)) => Some("latitude"),
            _ => None,
        };
        if let Some(missing) = half {
            findings.add(&at(missing), "required", "latitude and longitude go together");
        }
        let has_code = self.postal_code.as_deref().is_some_and(|code| !code.trim().is_empty());
        if !has_code && self.latitude.is_none() && self.longitude.is_none() {
            findings.add(&at("postal_code"), "required", "give a postal_code, or latitude and longitude in degrees");
        }
    }

    fn position(&self) -> Option<Position> {
        Some(Position {
            latitude_microdegrees: microdegrees(self.latitude.as_deref()?, 90.0)?,
            longitude_microdegrees: microdegrees(self.longitude.as_deref()?, 180.0)?,
        })
    }

    fn into_search(self) -> ServicePointSearch {
        let near = match self.position() {
            Some(position) if self.postal_code.is_none() => Near::Position(position),
            _ => Near::Address(Box::new(Address {
                lines: self.street.into_iter().collect(),
                postal_code: self.postal_code.unwrap_or_default(),
                city: self.city.unwrap_or_default(),
                country: self.country.clone(),
                ..Address::default()
            })),
        };
        let limit = self.limit.and_then(|limit| limit.parse().ok()).unwrap_or(USUAL_LIMIT);
        ServicePointSearch { near, country: self.country, limit, kind: self.kind, service: self.service }
    }
}

/// Reads degrees; `None` beyond `most`.
fn microdegrees(text: &str, most: f64) -> Option<i32> {
    let degrees: f64 = text.parse().ok()?;
    #[expect(clippy::cast_possible_truncation, reason = "at most 180 million")]
    (degrees.abs() <= most).then(|| (degrees * 1_000_000.0).round() as i32)
}

/// Service points, nearest first.
#[derive(Debug, Serialize, ToSchema)]
struct ServicePointList {
    /// The courier.
    courier: String,
    /// Nearest first.
    data: Vec<ServicePointBody>,
}

/// Finds a courier's shops and lockers near a place.
///
/// Give a postal code, or a position. Nearest first; distances are in metres as the courier measures them.
#[utoipa::path(get, path = "/v1/service-points", operation_id = "list_service_points", tag = "service points", params(Params, AcceptLanguageParam),
    responses((status = 200, body = ServicePointList), (status = 422, description = "The courier has none")),
    security(("api_key" = ["shipments:read"])))]
async fn list(
    State(app): State<App>,
    MayReadShipments(merchant): MayReadShipments,
    Query(params): Query<Params>,
) -> Result<Json<ServicePointList>> {
    let courier = params.courier.as_deref().and_then(|id| id.parse().ok());
    let credential = params.credential_id.as_deref().and_then(|id| id.parse().ok());
    let found = find(&app, &merchant, courier.as_ref(), credential.as_ref(), &params.into_search()).await;
    let (courier, points) = found.map_err(Problem::of_query)?;
    let data = points.into_iter().map(Into::into).collect();
    Ok(Json(ServicePointList { courier: courier.to_string(), data }))
}
