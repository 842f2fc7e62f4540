//! The OpenAPI 3.1 document: generated from the handlers, completed with what every operation shares.
//!
//! It is served at `/v1/openapi.json`, printed by `crossdock openapi`, and committed as `docs/openapi.json`; a test compares the two.

mod complete;
mod examples;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName};
use axum::response::IntoResponse;
use axum::routing::get;
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;

use super::api;
use super::docs_page;
use crate::app::App;

/// Name of the security scheme; handlers say `security(("api_key" = ["shipments:read"]))`.
pub const API_KEY: &str = "api_key";

/// The documentation runs no scripts and loads nothing.
const DOCS_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

/// Returns the document of the merchants' API.
pub fn document() -> Value {
    split::<App>(api::router()).1
}

/// Returns it as the text that is committed: members in one order, a member a line.
pub fn text() -> String {
    let mut text = serde_json::to_string_pretty(&document()).expect("a document is JSON");
    text.push('\n');
    text
}

/// Separates the routes from their description, and completes it.
pub fn split<S: Clone + Send + Sync + 'static>(api: OpenApiRouter<S>) -> (Router<S>, Value) {
    let (router, document) = api.split_for_parts();
    let mut document = serde_json::to_value(&document).expect("an OpenAPI document is JSON");
    complete::complete(&mut document);
    (router, document)
}

/// Serves `/v1/openapi.json`, `/docs` and `/docs/problems`. The pages are written once.
pub fn router(document: &Value) -> Router {
    let pages = Pages {
        json: document.to_string().into(),
        html: docs_page::operations(document).into(),
        problems: docs_page::problems().into(),
    };
    Router::new()
        .route("/v1/openapi.json", get(json_document))
        .route("/docs", get(operations_page))
        .route("/docs/problems", get(problems_page))
        .with_state(pages)
}

#[derive(Clone)]
struct Pages {
    json: Arc<str>,
    html: Arc<str>,
    problems: Arc<str>,
}

async fn json_document(State(pages): State<Pages>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], pages.json.to_string())
}

async fn operations_page(State(pages): State<Pages>) -> impl IntoResponse {
    (html_headers(), pages.html.to_string())
}

async fn problems_page(State(pages): State<Pages>) -> impl IntoResponse {
    (html_headers(), pages.problems.to_string())
}

fn html_headers() -> [(HeaderName, &'static str); 2] {
    [(CONTENT_TYPE, "text/html; charset=utf-8"), (CONTENT_SECURITY_POLICY, DOCS_POLICY)]
}
