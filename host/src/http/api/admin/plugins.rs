//! `/v1/admin/plugins`: which version of each courier's plugin serves, and what it may do.

use std::collections::BTreeSet;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderMap};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::plugin_bodies::{InstalledBody, MetricsBody, PluginBody, PluginLimitsBody, RefusalBody, VersionBody};
use crate::app::App;
use crate::http::etag::{ETag, IfMatch, IfMatchParam};
use crate::http::json::Json;
use crate::http::page::List;
use crate::http::params::{Path, Query};
use crate::http::problem::{Problem, Result, code};
use crate::http::validate::{Findings, Validate};
use crate::model::caller::Admin;
use crate::model::courier::CourierId;
use crate::plugin::limits::MAX_COMPONENT_BYTES;
use crate::service::plugins::change::Patch;
use crate::service::plugins::view::PluginView;
use crate::service::plugins::{self, Actor, Grants, view};
use crate::store::plugins::ReplayPolicy;

/// Permissions of one plugin: ten couriers ask for some thirty each.
const MAX_GRANTS: usize = 500;

/// Longest permission, in characters: an address and the names around it.
const MAX_GRANT_CHARS: usize = 2_000;

/// The media type of a component.
const WASM: &str = "application/wasm";

pub(super) fn router() -> OpenApiRouter<App> {
    // More than any other body: a component of the largest tool chain.
    let limit = usize::try_from(MAX_COMPONENT_BYTES).unwrap_or(usize::MAX);
    let uploads = OpenApiRouter::new().routes(routes!(list, upload)).layer(DefaultBodyLimit::max(limit));
    OpenApiRouter::new()
        .merge(uploads)
        .routes(routes!(get, patch))
        .routes(routes!(versions))
        .routes(routes!(metrics))
        .routes(routes!(accept))
        .routes(routes!(rollback))
        .routes(routes!(enable))
        .routes(routes!(disable))
        .routes(routes!(refusals))
}

/// How an upload is granted what it asks for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct UploadParams {
    /// `asked` grants whatever the component asks for. Without it, it waits for what was not granted before.
    grant: Option<String>,
}

impl Validate for UploadParams {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        if self.grant.as_deref().is_some_and(|grant| grant != "asked") {
            findings.add(&format!("{pointer}/grant"), "invalid_value", "must be `asked`, or be left out");
        }
    }
}

/// What to change on a plugin; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PluginChange)]
struct ChangeRequest {
    /// What it may do: the permissions that it has from now on, each as a version's `wants` writes it. If they cover the newest version
    /// that waits for approval, that version is put in charge.
    #[schema(example = json!(["GET https://api.example.com/track"]))]
    grants: Option<BTreeSet<String>>,
    /// Its limits, all of them; what is null or left out is as for every plugin.
    limits: Option<PluginLimitsBody>,
    /// What is done with a new version that does otherwise than the one in charge when recorded calls are played again: `ask` (it waits
    /// until it is accepted), `warn` (it serves, and the differences are kept), `refuse`, or `default` for what the host is configured to do.
    #[schema(example = "ask")]
    replay_policy: Option<String>,
    /// Whether some calls are recorded, redacted and sealed, for such replays. Switched off, the recordings that are there are deleted.
    record_calls: Option<bool>,
}

/// The word that takes a plugin's own policy away.
const DEFAULT_POLICY: &str = "default";

impl Validate for ChangeRequest {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        if let Some(grants) = &self.grants {
            findings.count(&format!("{pointer}/grants"), grants.len(), 0..=MAX_GRANTS);
            for (place, grant) in grants.iter().enumerate() {
                findings.required_text(&format!("{pointer}/grants/{place}"), grant, MAX_GRANT_CHARS);
            }
        }
        let is_policy = |word: &String| word == DEFAULT_POLICY || ReplayPolicy::parse(word).is_some();
        if self.replay_policy.as_ref().is_some_and(|word| !is_policy(word)) {
            let detail = "must be ask, warn, refuse or default";
            findings.add(&format!("{pointer}/replay_policy"), "invalid_value", detail);
        }
        if let Some(limits) = &self.limits {
            limits.validate(&format!("{pointer}/limits"), findings);
        }
    }
}

/// Which version to return to.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PluginRollback)]
struct RollbackRequest {
    /// The version's digest; without it, the one before.
    digest: Option<String>,
}

impl Validate for RollbackRequest {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        check_digest(self.digest.as_deref(), pointer, findings);
    }
}

/// Which version to accept.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PluginAcceptance)]
struct AcceptRequest {
    /// The version's digest; without it, the newest that waits because of its replay.
    digest: Option<String>,
}

impl Validate for AcceptRequest {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        check_digest(self.digest.as_deref(), pointer, findings);
    }
}

fn check_digest(digest: Option<&str>, pointer: &str, findings: &mut Findings) {
    let is_digest = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if digest.is_some_and(|digest| !is_digest(digest)) {
        let detail = "must be a SHA-256 in hexadecimal, 64 characters";
        findings.add(&format!("{pointer}/digest"), "invalid_value", detail);
    }
}

/// Lists every courier's plugin: the version in charge, what waits, what it may do.
///
/// The database says which version is in charge, and every host serves it within a second.
#[utoipa::path(get, path = "/v1/admin/plugins", operation_id = "list_plugins", tag = "plugins",
    responses((status = 200, description = "All plugins", body = List<PluginBody>)),
    security(("api_key" = ["admin"])))]
async fn list(State(app): State<App>, _admin: Admin) -> Result<List<PluginBody>> {
    let (plugins, _) = view::list(&app).await?;
    Ok(List::whole(plugins.iter().map(PluginBody::from).collect()))
}

/// Installs a component.
///
/// The body is the component itself, `application/wasm`. It passes the same gate as a file in the plugins folder. 201 means that it is
/// in charge; 202 that it waits: it asks for more than was granted (read `missing`, and grant it by `PATCH`), or it does otherwise than the
/// version in charge on recorded calls (read `version.replay`, and accept it). The version before serves meanwhile.
#[utoipa::path(post, path = "/v1/admin/plugins", operation_id = "install_plugin", tag = "plugins", params(UploadParams),
    request_body(content = Vec<u8>, content_type = "application/wasm"),
    responses((status = 201, description = "It is in charge", body = InstalledBody),
        (status = 202, description = "It waits for approval", body = InstalledBody),
        (status = 413, description = "It is larger than a component may be"),
        (status = 415, description = "The body is no `application/wasm`"),
        (status = 422, description = "It was refused; the reason is kept")),
    security(("api_key" = ["admin"])))]
async fn upload(
    State(app): State<App>,
    admin: Admin,
    Query(params): Query<UploadParams>,
    headers: HeaderMap,
    body: std::result::Result<Bytes, BytesRejection>,
) -> Result<Response> {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !media_type.trim().eq_ignore_ascii_case(WASM) {
        let detail = format!("send the component itself with Content-Type: {WASM}");
        return Err(Problem::new(code::UNSUPPORTED_MEDIA_TYPE).detail(detail));
    }
    let body = body.map_err(|rejection| unread(&rejection))?;
    let grants = match params.grant {
        Some(_) => Grants::Asked,
        None => Grants::Named(BTreeSet::new()),
    };
    let installed =
        plugins::install(&app, &Actor::Admin(admin), body.into(), plugins::install::Origin::Upload(grants)).await?;
    let status = if installed.is_in_charge() { StatusCode::CREATED } else { StatusCode::ACCEPTED };
    Ok((status, Json(InstalledBody::from(installed))).into_response())
}

/// Says why an upload could not be read to its end.
fn unread(rejection: &BytesRejection) -> Problem {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        let detail = format!("a component has at most {MAX_COMPONENT_BYTES} bytes; build it smaller");
        return Problem::new(code::BODY_TOO_LARGE).detail(detail);
    }
    Problem::new(code::INVALID_BODY).detail("the upload broke off; send it again")
}

/// Reads a courier's plugin.
///
/// `grants` is what the operator allowed, `awaiting_approval` what came and asks for more.
#[utoipa::path(get, path = "/v1/admin/plugins/{courier}", operation_id = "read_plugin", tag = "plugins",
    params(("courier" = String, Path, description = "The courier's id")),
    responses((status = 200, description = "The plugin", body = PluginBody), (status = 404, description = "No such plugin")),
    security(("api_key" = ["admin"])))]
async fn get(
    State(app): State<App>,
    _admin: Admin,
    Path(courier): Path<CourierId>,
) -> Result<(ETag, Json<PluginBody>)> {
    Ok(shown(&view::get(&app, &courier).await?))
}

/// Changes what a plugin may do, and how its new versions are tried.
///
/// Its grants and its limits; what is done with a version that does otherwise on recorded calls, and whether calls are recorded.
/// Grants that cover the newest version that waits for them put it in charge. Grants that the version in charge could not live with are refused.
#[utoipa::path(patch, path = "/v1/admin/plugins/{courier}", operation_id = "change_plugin", tag = "plugins",
    params(("courier" = String, Path, description = "The courier's id"), IfMatchParam), request_body = ChangeRequest,
    responses((status = 200, description = "The plugin as it is now", body = PluginBody),
        (status = 404, description = "No such plugin"),
        (status = 409, description = "The version in charge needs more than these grants"),
        (status = 412, description = "It was changed since it was read")),
    security(("api_key" = ["admin"])))]
async fn patch(
    State(app): State<App>,
    admin: Admin,
    Path(courier): Path<CourierId>,
    if_match: IfMatch,
    Json(request): Json<ChangeRequest>,
) -> Result<(ETag, Json<PluginBody>)> {
    let change = Patch {
        grants: request.grants,
        limits: request.limits.map(Into::into),
        // `default` is no policy of its own.
        replay_policy: request.replay_policy.as_deref().map(ReplayPolicy::parse),
        records_calls: request.record_calls,
        revision: if_match.version(),
    };
    let changed = plugins::patch(&app, &Actor::Admin(admin), &courier, change).await;
    changed.map_err(|error| if_match.too_late(error).unwrap_or_else(Problem::from))?;
    Ok(shown(&view::get(&app, &courier).await?))
}

/// Lists a courier's versions, the newest first.
///
/// The ten newest are kept beside the one in charge and the one before it.
#[utoipa::path(get, path = "/v1/admin/plugins/{courier}/versions", operation_id = "list_plugin_versions", tag = "plugins",
    params(("courier" = String, Path, description = "The courier's id")),
    responses((status = 200, description = "Its versions", body = List<VersionBody>),
        (status = 404, description = "No such plugin")),
    security(("api_key" = ["admin"])))]
async fn versions(State(app): State<App>, _admin: Admin, Path(courier): Path<CourierId>) -> Result<List<VersionBody>> {
    let (row, versions) = view::versions(&app, &courier).await?;
    let versions = versions.iter().map(|version| VersionBody::of(version, row.digest.as_deref()));
    Ok(List::whole(versions.collect()))
}

/// Reads what the version that this host serves did since it was loaded.
///
/// Each host counts for itself; all of them together are in the metrics that each shows to Prometheus.
#[utoipa::path(get, path = "/v1/admin/plugins/{courier}/metrics", operation_id = "read_plugin_metrics", tag = "plugins",
    params(("courier" = String, Path, description = "The courier's id")),
    responses((status = 200, description = "Calls, outcomes, times, memory and limits hit", body = MetricsBody),
        (status = 404, description = "No such plugin, or none serves")),
    security(("api_key" = ["admin"])))]
async fn metrics(State(app): State<App>, _admin: Admin, Path(courier): Path<CourierId>) -> Result<Json<MetricsBody>> {
    let plugin = app.registry.get(&courier).ok_or(crate::service::Error::NotFound("plugin"))?;
    Ok(Json(MetricsBody::from(&*plugin)))
}

/// Puts an earlier version in charge again.
///
/// It was compiled before, so it serves at once; calls in flight finish on the version that they began with.
#[utoipa::path(post, path = "/v1/admin/plugins/{courier}/rollback", operation_id = "roll_back_plugin", tag = "plugins",
    params(("courier" = String, Path, description = "The courier's id")), request_body = RollbackRequest,
    responses((status = 200, description = "The plugin as it is now", body = PluginBody),
        (status = 404, description = "No such plugin or version"),
        (status = 409, description = "There is no version before, or it must not serve")),
    security(("api_key" = ["admin"])))]
async fn rollback(
    State(app): State<App>,
    admin: Admin,
    Path(courier): Path<CourierId>,
    Json(request): Json<RollbackRequest>,
) -> Result<(ETag, Json<PluginBody>)> {
    plugins::rollback(&app, &Actor::Admin(admin), &courier, request.digest.as_deref()).await?;
    Ok(shown(&view::get(&app, &courier).await?))
}

/// Accepts a version that does otherwise on recorded calls.
///
/// It is put in charge if what it asks for is granted, and is not replayed again. A version that its replay refused can be accepted, too, by
/// its digest.
#[utoipa::path(post, path = "/v1/admin/plugins/{courier}/accept", operation_id = "accept_plugin", tag = "plugins",
    params(("courier" = String, Path, description = "The courier's id")), request_body = AcceptRequest,
    responses((status = 200, description = "The plugin as it is now", body = PluginBody),
        (status = 404, description = "No such plugin or version"),
        (status = 409, description = "No version, or not this one, waits because of its replay")),
    security(("api_key" = ["admin"])))]
async fn accept(
    State(app): State<App>,
    admin: Admin,
    Path(courier): Path<CourierId>,
    Json(request): Json<AcceptRequest>,
) -> Result<(ETag, Json<PluginBody>)> {
    plugins::accept(&app, &Actor::Admin(admin), &courier, request.digest.as_deref()).await?;
    Ok(shown(&view::get(&app, &courier).await?))
}

/// Lets a plugin serve again.
///
/// The version in charge is the one that was when it was disabled, unless it was changed meanwhile.
#[utoipa::path(post, path = "/v1/admin/plugins/{courier}/enable", operation_id = "enable_plugin", tag = "plugins",
    params(("courier" = String, Path, description = "The courier's id")),
    responses((status = 200, description = "The plugin as it is now", body = PluginBody),
        (status = 404, description = "No such plugin")),
    security(("api_key" = ["admin"])))]
async fn enable(
    State(app): State<App>,
    admin: Admin,
    Path(courier): Path<CourierId>,
) -> Result<(ETag, Json<PluginBody>)> {
    plugins::enable(&app, &Actor::Admin(admin), &courier).await?;
    Ok(shown(&view::get(&app, &courier).await?))
}

/// Takes a plugin out of charge until it is enabled again; calls in flight finish.
///
/// To merchants the courier is not there: 404. What they stored stays.
#[utoipa::path(post, path = "/v1/admin/plugins/{courier}/disable", operation_id = "disable_plugin", tag = "plugins",
    params(("courier" = String, Path, description = "The courier's id")),
    responses((status = 200, description = "The plugin as it is now", body = PluginBody),
        (status = 404, description = "No such plugin")),
    security(("api_key" = ["admin"])))]
async fn disable(
    State(app): State<App>,
    admin: Admin,
    Path(courier): Path<CourierId>,
) -> Result<(ETag, Json<PluginBody>)> {
    plugins::disable(&app, &Actor::Admin(admin), &courier).await?;
    Ok(shown(&view::get(&app, &courier).await?))
}

/// Lists components that were refused lately, the newest first, with the reasons.
///
/// Whatever came from the plugins folder or by upload and did not pass the gate; the last 50 are shown.
#[utoipa::path(get, path = "/v1/admin/plugin-refusals", operation_id = "list_plugin_refusals", tag = "plugins",
    responses((status = 200, description = "The newest refusals", body = List<RefusalBody>)),
    security(("api_key" = ["admin"])))]
async fn refusals(State(app): State<App>, _admin: Admin) -> Result<List<RefusalBody>> {
    let (_, refusals) = view::list(&app).await?;
    Ok(List::whole(refusals.iter().map(RefusalBody::from).collect()))
}

fn shown(view: &PluginView) -> (ETag, Json<PluginBody>) {
    (ETag(view.row.revision), Json(PluginBody::from(view)))
}
