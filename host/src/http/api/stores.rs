//! `/v1/stores`: a merchant's shops.

use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::store_page;
use crate::app::App;
use crate::http::auth::MayWriteCredentials;
use crate::http::idempotency_key::{IdempotencyKey, OptionalIdempotencyKeyParam};
use crate::http::json::FingerprintedJson;
use crate::http::once::{answer, create_once};
use crate::http::page::{List, Page, PageParams};
use crate::http::params::{Filters, NoFilters};
use crate::http::problem::Result;
use crate::http::validate::{Findings, Validate};
use crate::model::caller::Merchant;
use crate::service;
use crate::store::stores::{self, Store};

/// Longest name, in characters.
const MAX_NAME_CHARS: usize = 200;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create))
}

/// A shop to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewStore)]
struct StoreRequest {
    /// Its name.
    #[schema(max_length = 200, example = "example-shop.se")]
    name: String,
}

impl Validate for StoreRequest {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        findings.required_text(&format!("{pointer}/name"), &self.name, MAX_NAME_CHARS);
    }
}

/// A shop.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Store)]
struct StoreBody {
    /// Its id.
    id: String,
    /// Its name.
    name: String,
    /// RFC 3339.
    created_at: String,
}

impl From<Store> for StoreBody {
    fn from(store: Store) -> Self {
        Self { id: store.id.into(), name: store.name, created_at: store.created_at.to_string() }
    }
}

/// Adds a shop.
///
/// A shop groups accounts: one that names a shop serves only that shop, one that names none serves all. With an `Idempotency-Key` a
/// repeated request gets the first one's answer, and no second shop.
#[utoipa::path(post, path = "/v1/stores", operation_id = "create_store", tag = "stores",
    params(OptionalIdempotencyKeyParam), request_body = StoreRequest,
    responses((status = 201, description = "The shop", body = StoreBody),
        (status = 409, description = "The first request with this key is still under way"),
        (status = 422, description = "The name is empty or too long")),
    security(("api_key" = ["credentials:write"])))]
async fn create(
    State(app): State<App>,
    MayWriteCredentials(merchant): MayWriteCredentials,
    key: Option<IdempotencyKey>,
    request: FingerprintedJson<StoreRequest>,
) -> Result<Response<Body>> {
    let FingerprintedJson { body, fingerprint } = request;
    let key = key.map(|key| key.of_post("/v1/stores", &fingerprint));
    let (host, owner) = (app.clone(), merchant.clone());
    let call = async move {
        let store = service::stores::create(&host, &owner, &body.name).await?;
        Ok(answer(StatusCode::CREATED, &StoreBody::from(store)))
    };
    create_once(&app, merchant.id(), key, None, call).await
}

/// Lists the shops, newest first.
///
/// Live and test keys see the same shops: they hold nothing but a name.
#[utoipa::path(get, path = "/v1/stores", operation_id = "list_stores", tag = "stores", params(PageParams),
    responses((status = 200, description = "The shops", body = List<StoreBody>)),
    security(("api_key" = [])))]
async fn list(
    State(app): State<App>,
    merchant: Merchant,
    Filters(NoFilters {}): Filters<NoFilters>,
    page: Page,
) -> Result<List<StoreBody>> {
    let mut tx = app.db.begin_read(merchant.id()).await?;
    let listed = stores::list(&mut tx, merchant.id(), &store_page(&page)).await?;
    Ok(page.list(listed.rows, |store| vec![store.id.to_string()], StoreBody::from))
}
