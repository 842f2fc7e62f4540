//! The OpenAPI 3.1 document: generated from the handlers, completed with what every operation shares.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName};
use axum::response::IntoResponse;
use axum::routing::get;
use serde_json::{Value, json};
use utoipa::{PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;

use super::docs_page;
use super::problem::{PROBLEM_JSON, Problem};

/// Name of the security scheme; handlers say `security(("api_key" = ["shipments:read"]))`.
pub const API_KEY: &str = "api_key";

/// The documentation runs no scripts and loads nothing.
const DOCS_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

/// Members of a path that are operations.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Separates the routes from their description, and completes it.
pub fn split<S: Clone + Send + Sync + 'static>(api: OpenApiRouter<S>) -> (Router<S>, Value) {
    let (router, document) = api.split_for_parts();
    let mut document = serde_json::to_value(&document).expect("an OpenAPI document is JSON");
    complete(&mut document);
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

fn complete(document: &mut Value) {
    document["openapi"] = json!("3.1.0");
    document["info"] = json!({
        "title": "Crossdock",
        "version": env!("CARGO_PKG_VERSION"),
        "description": "One API for every parcel courier that a merchant has an account with.",
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    });
    document["security"] = json!([{ API_KEY: [] }]);
    let components = &mut document["components"];
    components["securitySchemes"][API_KEY] = json!({
        "type": "http",
        "scheme": "bearer",
        "description": "An API key: cdk_live_…, cdk_test_… or, for operators, cdk_adm_….",
    });
    let mut schemas = vec![(Problem::name().into_owned(), Problem::schema())];
    Problem::schemas(&mut schemas);
    for (name, schema) in schemas {
        components["schemas"][name] = serde_json::to_value(schema).expect("a schema is JSON");
    }
    components["responses"]["Problem"] = json!({
        "description": "What went wrong; /docs/problems lists the codes.",
        "headers": {"X-Request-Id": {"schema": {"type": "string"}}, "Retry-After": {"schema": {"type": "integer"}}},
        "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    });
    let Some(paths) = document["paths"].as_object_mut() else {
        return;
    };
    let operations = paths.values_mut().filter_map(Value::as_object_mut).flatten();
    for (_, operation) in operations.filter(|(member, _)| METHODS.contains(&member.as_str())) {
        complete_operation(operation);
    }
}

/// Describes the answers that every operation can give, and the problems that a handler names by status alone.
fn complete_operation(operation: &mut Value) {
    let Some(responses) = operation["responses"].as_object_mut() else {
        return;
    };
    for (status, response) in responses.iter_mut() {
        let is_error = status.starts_with(['4', '5']);
        if is_error && response.get("content").is_none() && response.get("$ref").is_none() {
            response["content"] = json!({PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}});
        }
    }
    responses.entry("default").or_insert_with(|| json!({"$ref": "#/components/responses/Problem"}));
}
