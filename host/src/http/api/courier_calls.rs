//! `/v1/courier-calls`: the redacted log of requests to couriers.

use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::store_page;
use crate::app::App;
use crate::http::auth::MayReadShipments;
use crate::http::page::{List, Page, PageParams};
use crate::http::params::Filters;
use crate::http::problem::Result;
use crate::http::validate::{Findings, Validate};
use crate::model::courier::CourierId;
use crate::model::credential::Environment;
use crate::model::id::CredentialId;
use crate::store::courier_calls::{self, CourierCall, CourierCallFilter};

/// Longest outcome's word, in characters.
const MAX_OUTCOME_CHARS: usize = 50;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

/// Filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Only to this courier.
    courier: Option<String>,
    /// Only with this outcome: `ok`, `http_error`, or a failure's kind such as `timeout`.
    outcome: Option<String>,
    /// Only through this account.
    credential_id: Option<String>,
    /// Only started at this time or later, RFC 3339.
    #[param(example = "2026-11-21T10:00:00Z")]
    from: Option<String>,
    /// Only started before this time, RFC 3339.
    #[param(example = "2026-11-21T11:00:00Z")]
    before: Option<String>,
}

impl Validate for Filter {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        let at = |name: &str| format!("{pointer}/{name}");
        if self.courier.as_ref().is_some_and(|id| id.parse::<CourierId>().is_err()) {
            findings.add(&at("courier"), "invalid_value", "must be a courier's id");
        }
        let credential = self.credential_id.as_ref();
        if credential.is_some_and(|id| id.parse::<CredentialId>().is_err()) {
            findings.add(&at("credential_id"), "invalid_value", "must be a credential's id");
        }
        findings.optional_text(&at("outcome"), self.outcome.as_deref(), MAX_OUTCOME_CHARS);
        for (name, time) in [("from", &self.from), ("before", &self.before)] {
            if time.as_ref().is_some_and(|time| time.parse::<Timestamp>().is_err()) {
                findings.add(&at(name), "invalid_time", "must be RFC 3339 with an offset");
            }
        }
    }
}

impl From<Filter> for CourierCallFilter {
    /// Takes a filter that was validated.
    fn from(filter: Filter) -> Self {
        Self {
            courier: filter.courier.and_then(|id| id.parse().ok()),
            outcome: filter.outcome,
            credential_id: filter.credential_id.and_then(|id| id.parse().ok()),
            started_from: filter.from.and_then(|time| time.parse().ok()),
            started_before: filter.before.and_then(|time| time.parse().ok()),
            environment: None,
        }
    }
}

/// A header of a request or an answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CourierCallHeader)]
struct HeaderBody {
    /// Lower-case.
    name: String,
    /// Redacted where it could hold a secret.
    value: String,
}

/// A request to a courier. Secrets are cut out before it is stored.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CourierCall)]
struct CourierCallBody {
    /// Its id.
    id: String,
    /// The courier's id.
    courier: String,
    /// The version of the plugin that asked.
    plugin_version: String,
    /// The account; null if it was not saved.
    credential_id: Option<String>,
    /// What it was for, such as `track` or `create`.
    operation: String,
    /// The plugin call that it belongs to: several requests may serve one.
    call_id: String,
    /// The HTTP method.
    method: String,
    /// The endpoint's name in the courier's description.
    endpoint: String,
    /// The path below the endpoint, without its query.
    path: String,
    /// The courier's HTTP status; null if it did not answer.
    status: Option<i64>,
    /// `ok`, `http_error`, or a failure's kind such as `timeout`.
    outcome: String,
    /// How long it took.
    duration_ms: i64,
    /// Size of what was sent.
    request_bytes: i64,
    /// Size of what came back.
    response_bytes: i64,
    /// What was sent.
    request_headers: Vec<HeaderBody>,
    /// What came back.
    response_headers: Vec<HeaderBody>,
    /// What was sent; null unless the operator keeps bodies.
    request_body: Option<String>,
    /// What came back; null unless the operator keeps bodies.
    response_body: Option<String>,
    /// What went wrong, in words.
    error: Option<String>,
    /// When it started, RFC 3339.
    started_at: String,
}

impl From<CourierCall> for CourierCallBody {
    fn from(call: CourierCall) -> Self {
        Self {
            id: call.id.into(),
            courier: call.courier.into(),
            plugin_version: call.plugin_version,
            credential_id: call.credential_id.map(Into::into),
            operation: call.operation,
            call_id: call.call_id,
            method: call.method,
            endpoint: call.endpoint,
            path: call.path,
            status: call.status,
            outcome: call.outcome,
            duration_ms: call.duration_ms,
            request_bytes: call.request_bytes,
            response_bytes: call.response_bytes,
            request_headers: headers(call.request_headers.0),
            response_headers: headers(call.response_headers.0),
            request_body: call.request_body.map(text),
            response_body: call.response_body.map(text),
            error: call.error,
            started_at: call.started_at.to_string(),
        }
    }
}

fn headers(headers: Vec<(String, String)>) -> Vec<HeaderBody> {
    headers.into_iter().map(|(name, value)| HeaderBody { name, value }).collect()
}

/// A body may be cut off within a character, or be no text at all.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Lists requests to couriers, newest first.
///
/// Each request that a plugin made, with its status, duration and sizes: the place to look when a courier does not do what it should.
/// Secrets are cut out before a row is stored; bodies are kept only if the operator switched that on. Rows are written within a
/// second and kept for 30 days. A test key sees those of test accounts.
#[utoipa::path(get, path = "/v1/courier-calls", operation_id = "list_courier_calls", tag = "courier calls",
    params(PageParams, Filter),
    responses((status = 200, description = "The requests", body = List<CourierCallBody>),
        (status = 400, description = "A filter is wrong")),
    security(("api_key" = ["shipments:read"])))]
async fn list(
    State(app): State<App>,
    MayReadShipments(merchant): MayReadShipments,
    Filters(filter): Filters<Filter>,
    page: Page,
) -> Result<List<CourierCallBody>> {
    let filter = CourierCallFilter { environment: merchant.is_test().then_some(Environment::Test), ..filter.into() };
    let mut tx = app.db.begin_read(merchant.id()).await?;
    let listed = courier_calls::list(&mut tx, merchant.id(), &filter, &store_page(&page)).await?;
    Ok(page.list(listed.rows, |call| vec![call.id.to_string()], CourierCallBody::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(query: &str) -> Filter {
        axum::extract::Query::try_from_uri(&format!("/?{query}").parse().unwrap()).unwrap().0
    }

    #[test]
    fn every_wrong_filter_is_named() {
        let mut findings = Findings::new();
        filter("courier=%C3%A5&credential_id=x&from=today&before=2026-11-21T10:00:00Z").validate("", &mut findings);
        let pointers: Vec<_> = findings.into_errors().into_iter().map(|error| error.pointer).collect();
        assert_eq!(pointers, ["/courier", "/credential_id", "/from"]);
    }

    #[test]
    fn a_time_with_an_offset_is_a_moment() {
        let read = CourierCallFilter::from(filter("from=2026-11-21T11:00:00%2B01:00"));
        assert_eq!(read.started_from, Some("2026-11-21T10:00:00Z".parse().unwrap()));
    }
}
