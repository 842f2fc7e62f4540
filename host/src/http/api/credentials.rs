//! `/v1/credentials`: a merchant's accounts at couriers. Secrets come in and never go out.

use axum::body::Body;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::credential::{CredentialBody, CredentialChange, CredentialRequest};
use super::body::credential_test::CredentialTestBody;
use super::store_page;
use crate::app::App;
use crate::http::auth::MayWriteCredentials;
use crate::http::etag::{ETag, IfMatch, IfMatchParam};
use crate::http::idempotency_key::{IdempotencyKey, OptionalIdempotencyKeyParam};
use crate::http::json::{FingerprintedJson, Json};
use crate::http::once::{answer, create_once};
use crate::http::page::{List, Page, PageParams};
use crate::http::params::{Filters, Path};
use crate::http::problem::{Problem, Result, code};
use crate::http::validate::{Findings, Validate};
use crate::model::caller::{Merchant, Scope};
use crate::model::courier::CourierId;
use crate::model::credential::Environment;
use crate::model::failure::FailureKind;
use crate::model::id::{CredentialId, StoreId};
use crate::service::credentials::{self, TestOutcome};
use crate::service::idempotency::{Answer, Key};
use crate::service::{Error, connection};
use crate::store::credentials::{Credential, CredentialFilter};

mod request;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(test_unsaved))
        .routes(routes!(read, change, remove))
        .routes(routes!(test))
}

/// A merchant whose key may see which accounts are connected: whoever connects them, and whoever works with them.
struct MaySeeCredentials(Merchant);

impl<S: Send + Sync> FromRequestParts<S> for MaySeeCredentials {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let merchant = Merchant::from_request_parts(parts, state).await?;
        let scopes = [Scope::CredentialsWrite, Scope::ShipmentsRead];
        if scopes.iter().any(|scope| merchant.scopes().contains(scope)) {
            return Ok(Self(merchant));
        }
        let [one, other] = scopes;
        Err(Problem::new(code::MISSING_SCOPE).detail(format!("the key needs the scope {one} or {other}")))
    }
}

/// Filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Only at this courier.
    courier: Option<String>,
    /// Only of this shop.
    store_id: Option<String>,
    /// Only `production` or `test`.
    environment: Option<String>,
}

impl Validate for Filter {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        let at = |name: &str| format!("{pointer}/{name}");
        if self.courier.as_ref().is_some_and(|id| id.parse::<CourierId>().is_err()) {
            findings.add(&at("courier"), "invalid_value", "must be a courier's id");
        }
        if self.store_id.as_ref().is_some_and(|id| id.parse::<StoreId>().is_err()) {
            findings.add(&at("store_id"), "invalid_value", "must be a store's id");
        }
        if let Some(word) = &self.environment {
            findings.one_of(&at("environment"), word, &["production", "test"]);
        }
    }
}

impl From<Filter> for CredentialFilter {
    /// Takes a filter that was validated.
    fn from(filter: Filter) -> Self {
        Self {
            courier: filter.courier.and_then(|id| id.parse().ok()),
            store_id: filter.store_id.and_then(|id| id.parse().ok()),
            environment: filter.environment.as_deref().and_then(Environment::parse),
        }
    }
}

/// Connects an account: tests it at the courier, then saves it with its secrets sealed.
///
/// `GET /v1/couriers/{courier}` says which fields the account needs. With `"test": false` it is saved untested. If the test fails
/// nothing is saved; the problem's `errors[0].code` is then the cause: `account`, `network`, `courier`, `limit` or `plugin`. Secrets
/// are masked in every answer from then on. With an `Idempotency-Key` a repeated request gets the first one's answer.
#[utoipa::path(post, path = "/v1/credentials", operation_id = "create_credential", tag = "credentials",
    params(OptionalIdempotencyKeyParam), request_body = CredentialRequest,
    responses((status = 201, description = "The account is connected", body = CredentialBody),
        (status = 409, description = "The store has an account at this courier with this label, or the first request with this key is \
            still under way"),
        (status = 422, description = "A field is wrong, or the courier rejects the account"),
        (status = 502, description = "The courier or its plugin failed; nothing was saved"),
        (status = 504, description = "The courier did not answer in time; nothing was saved")),
    security(("api_key" = ["credentials:write"])))]
async fn create(
    State(app): State<App>,
    MayWriteCredentials(merchant): MayWriteCredentials,
    key: Option<IdempotencyKey>,
    request: FingerprintedJson<CredentialRequest>,
) -> Result<Response<Body>> {
    let FingerprintedJson { body, fingerprint } = request;
    let key = key.map(|key| keyed(&app, key.of_post("/v1/credentials", &fingerprint)));
    let new = request::new_credential(&app, body)?;
    let (host, owner) = (app.clone(), merchant.clone());
    let call = async move {
        let (credential, _) = credentials::create(&host, &owner, new).await.map_err(untested)?;
        let (ETag(version), Json(body)) = shown(&host, credential);
        Ok(Answer { version: Some(version), ..answer(StatusCode::CREATED, &body) })
    };
    create_once(&app, merchant.id(), key, Some("/v1/credentials/"), call).await
}

/// Lists the connected accounts, newest first.
///
/// Secrets are masked. A test key sees test accounts only.
#[utoipa::path(get, path = "/v1/credentials", operation_id = "list_credentials", tag = "credentials",
    params(PageParams, Filter),
    responses((status = 200, description = "The accounts, secrets masked", body = List<CredentialBody>),
        (status = 400, description = "A filter is wrong")),
    security(("api_key" = ["credentials:write"]), ("api_key" = ["shipments:read"])))]
async fn list(
    State(app): State<App>,
    MaySeeCredentials(merchant): MaySeeCredentials,
    Filters(filter): Filters<Filter>,
    page: Page,
) -> Result<List<CredentialBody>> {
    let listed = credentials::list(&app, &merchant, filter.into(), &store_page(&page)).await?;
    Ok(page.list(listed.rows, |credential| vec![credential.id.to_string()], |credential| shown(&app, credential).1.0))
}

/// Returns a connected account, its secrets masked.
///
/// Reading one is written to the audit log. The `ETag` goes into `If-Match` of a change.
#[utoipa::path(get, path = "/v1/credentials/{id}", operation_id = "get_credential", tag = "credentials",
    params(("id" = String, Path, description = "The credential's id")),
    responses((status = 200, description = "The account, secrets masked", body = CredentialBody),
        (status = 404, description = "No such credential")),
    security(("api_key" = ["credentials:write"]), ("api_key" = ["shipments:read"])))]
async fn read(
    State(app): State<App>,
    MaySeeCredentials(merchant): MaySeeCredentials,
    Path(id): Path<CredentialId>,
) -> Result<(ETag, Json<CredentialBody>)> {
    let credential = credentials::get(&app, &merchant, &id).await?;
    Ok(shown(&app, credential))
}

/// Changes an account; what is left out stays.
///
/// Changed fields, endpoints, environment or account kind are tested first unless `test` is false. Whoever changes endpoints,
/// environment or account kind gives every secret again: a leaked API key must not be able to send stored secrets elsewhere. A mask
/// (`********`) is refused as a value; leave the field out to keep it. With `If-Match` it is changed only if nobody changed it
/// meanwhile.
#[utoipa::path(patch, path = "/v1/credentials/{id}", operation_id = "change_credential", tag = "credentials",
    params(("id" = String, Path, description = "The credential's id"),
        IfMatchParam),
    request_body = CredentialChange,
    responses((status = 200, description = "The account as it is now", body = CredentialBody),
        (status = 404, description = "No such credential"),
        (status = 409, description = "The label is taken, or it was changed meanwhile"),
        (status = 412, description = "It was changed since it was read"),
        (status = 422, description = "A field is wrong, a secret is missing, or the courier rejects the account"),
        (status = 502, description = "The courier or its plugin failed; nothing was changed")),
    security(("api_key" = ["credentials:write"])))]
async fn change(
    State(app): State<App>,
    MayWriteCredentials(merchant): MayWriteCredentials,
    Path(id): Path<CredentialId>,
    if_match: IfMatch,
    Json(request): Json<CredentialChange>,
) -> Result<(ETag, Json<CredentialBody>)> {
    let change = request::change(request, if_match.version())?;
    let changed = credentials::change(&app, &merchant, &id, change).await;
    let (credential, _) = changed.map_err(|error| if_match.too_late(error).unwrap_or_else(untested))?;
    Ok(shown(&app, credential))
}

/// Disconnects an account: its secrets are deleted at once.
///
/// Shipments booked with it stay readable, but can no longer be tracked or cancelled through it. Its label is free again.
#[utoipa::path(delete, path = "/v1/credentials/{id}", operation_id = "delete_credential", tag = "credentials",
    params(("id" = String, Path, description = "The credential's id"),
        IfMatchParam),
    responses((status = 204, description = "It is gone"), (status = 404, description = "No such credential"),
        (status = 412, description = "It was changed since it was read")),
    security(("api_key" = ["credentials:write"])))]
async fn remove(
    State(app): State<App>,
    MayWriteCredentials(merchant): MayWriteCredentials,
    Path(id): Path<CredentialId>,
    if_match: IfMatch,
) -> Result<StatusCode> {
    let removed = credentials::remove(&app, &merchant, &id, if_match.version()).await;
    removed.map_err(|error| if_match.too_late(error).unwrap_or_else(Problem::from))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tests a connected account at its courier, with the cheapest real request.
///
/// A failed test is an answer and no error: `ok` is false and `cause` says whether the account, the network, the courier, a limit or
/// the plugin was to blame. How it ended is kept with the account.
#[utoipa::path(post, path = "/v1/credentials/{id}/test", operation_id = "test_credential", tag = "credentials",
    params(("id" = String, Path, description = "The credential's id")),
    responses((status = 200, description = "How the test ended", body = CredentialTestBody),
        (status = 404, description = "No such credential")),
    security(("api_key" = ["credentials:write"])))]
async fn test(
    State(app): State<App>,
    MayWriteCredentials(merchant): MayWriteCredentials,
    Path(id): Path<CredentialId>,
) -> Result<Json<CredentialTestBody>> {
    let outcome = credentials::test(&app, &merchant, &id).await?;
    Ok(Json(outcome.into()))
}

/// Tests an account without saving it.
///
/// A failed test is an answer and no error, as in `POST /v1/credentials/{id}/test`. Fields that cannot be right are a 422 with a
/// pointer each, before the courier is asked.
#[utoipa::path(post, path = "/v1/credentials/test", operation_id = "test_unsaved_credential", tag = "credentials",
    request_body = CredentialRequest,
    responses((status = 200, description = "How the test ended", body = CredentialTestBody),
        (status = 422, description = "A field is wrong")),
    security(("api_key" = ["credentials:write"])))]
async fn test_unsaved(
    State(app): State<App>,
    MayWriteCredentials(merchant): MayWriteCredentials,
    Json(request): Json<CredentialRequest>,
) -> Result<Json<CredentialTestBody>> {
    let new = request::new_credential(&app, request)?;
    let outcome = credentials::test_unsaved(&app, &merchant, &new.courier, new.entered).await?;
    Ok(Json(outcome.into()))
}

/// The body holds secrets, and the database alone must not suffice to test a guess: its fingerprint is kept under a key.
fn keyed(app: &App, key: Key) -> Key {
    Key { fingerprint: app.pepper.fingerprint_key().of_plain(&key.fingerprint), ..key }
}

fn shown(app: &App, credential: Credential) -> (ETag, Json<CredentialBody>) {
    let plugin = connection::plugin(app, &credential.courier).ok();
    let kinds = plugin.iter().flat_map(|plugin| &plugin.description().accounts);
    let kind = kinds.into_iter().find(|kind| kind.id == credential.account_kind);
    let etag = ETag(credential.version);
    (etag, Json(CredentialBody::new(credential, kind)))
}

/// Makes the answer for an account whose test failed, so that it was not saved: as a test would say it, with its cause.
fn untested(error: Error) -> Problem {
    let Error::Courier { courier, failure } = error else {
        return of_plugin(error);
    };
    let (code, message, status) = (failure.code.clone(), failure.message.clone(), failure.courier_status);
    let outcome = TestOutcome::Failed(failure);
    let cause = outcome.cause().map_or("courier", |cause| cause.as_str());
    let TestOutcome::Failed(failure) = outcome else { unreachable!("it was made of a failure") };
    let problem = match failure.kind {
        // What the courier does not know or refuses is here the account, not what the address names.
        FailureKind::NotFound | FailureKind::InvalidInput | FailureKind::Conflict => {
            Problem::new(code::CREDENTIAL_TEST_FAILED).courier(&code, &message, status)
        }
        _ => Problem::from_plain_failure(&failure, ""),
    };
    problem.error("", cause, &message).detail(format!("not saved, its test failed: {courier}: {message}"))
}

fn of_plugin(error: Error) -> Problem {
    let is_plugin = matches!(error, Error::Plugin(_));
    let problem = Problem::from(error);
    if is_plugin {
        problem.error("", "plugin", "the account could not be tested: the courier's plugin failed")
    } else {
        problem
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::failure::Failure;

    fn problem_of(kind: FailureKind) -> (u16, serde_json::Value) {
        let courier: CourierId = "acme".parse().unwrap();
        let problem = untested(Error::courier(&courier, Failure::new(kind, "E1", "no")));
        (problem.status(), serde_json::from_slice(&problem.to_json()).unwrap())
    }

    #[test]
    fn a_failed_test_tells_its_cause() {
        let cases = [
            (FailureKind::Auth, 422, "courier_auth", "account"),
            (FailureKind::NotFound, 422, "credential_test_failed", "account"),
            (FailureKind::Timeout, 504, "courier_timeout", "network"),
            (FailureKind::RateLimited, 503, "courier_rate_limited", "limit"),
            (FailureKind::UnexpectedAnswer, 502, "courier_unexpected_answer", "courier"),
        ];
        for (kind, status, code, cause) in cases {
            let (found, json) = problem_of(kind);
            assert_eq!((found, json["code"].as_str()), (status, Some(code)));
            assert_eq!(json["errors"][0]["code"], cause);
            assert_eq!(json["courier"]["code"], "E1");
            assert_eq!(json["detail"], "not saved, its test failed: acme: no");
        }
    }
}
