//! What every operation shares: who may call, what else may be answered, and the places that the generator leaves empty.

use serde_json::{Map, Value, json};
use utoipa::{PartialSchema, ToSchema};

use super::{API_KEY, examples};
use crate::http::problem::{PROBLEM_JSON, Problem};

/// Members of a path that are operations.
pub(super) const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Deepest nesting of schemas that is walked; ours stay below ten.
const MAX_DEPTH: usize = 64;

/// The resources in the order in which a merchant meets them.
const TAGS: [(&str, &str); 11] = [
    ("couriers", "What can be connected, and what each courier needs and can do."),
    ("stores", "A merchant's shops."),
    ("credentials", "A merchant's accounts at couriers. Secrets come in and never go out."),
    ("rates", "What sending would cost and how long it would take, couriers side by side."),
    ("shipments", "Booked once, found again, labelled, cancelled."),
    ("pickups", "Having parcels collected."),
    ("tracking", "Where parcels are."),
    ("service points", "Shops and lockers."),
    ("addresses", "Whether an address exists."),
    ("courier calls", "The redacted log of requests to couriers."),
    ("plugins", "For operators: which version of each courier's plugin serves, and what it may do."),
];

/// Answers that any operation may give, by status: component and words.
const SHARED: [(&str, &str, &str); 4] = [
    ("401", "Unauthenticated", "No API key, or none that is valid (`unauthenticated`)."),
    (
        "403",
        "Forbidden",
        "The key may not do that: `missing_scope`, `wrong_key_kind`, `address_not_allowed`, `merchant_disabled`.",
    ),
    ("429", "QuotaExceeded", "The key's quota is used up (`quota_exceeded`); `Retry-After` says when to come again."),
    ("default", "Problem", "Any other problem; /docs/problems lists the codes."),
];

/// Completes the generated document.
pub(super) fn complete(document: &mut Value) {
    document["openapi"] = json!("3.1.0");
    document["info"] = json!({
        "title": "Crossdock",
        "version": env!("CARGO_PKG_VERSION"),
        "summary": "One API for every parcel courier that a merchant has an account with.",
        "description": "Connect the courier accounts that you already have; then quote, book, label, track and cancel through one API. \
                        The couriers bill you directly.",
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    });
    document["servers"] = json!([{"url": "/", "description": "The host that serves this document."}]);
    document["security"] = json!([{ API_KEY: [] }]);
    document["tags"] = TAGS.iter().map(|(name, words)| json!({"name": name, "description": words})).collect();
    complete_components(&mut document["components"]);
    let schemas = document["components"]["schemas"].clone();
    let Some(paths) = document["paths"].as_object_mut() else { return };
    let operations = paths.values_mut().filter_map(Value::as_object_mut).flatten();
    for (_, operation) in operations.filter(|(member, _)| METHODS.contains(&member.as_str())) {
        complete_operation(operation, &schemas);
    }
    tidy(document, 0);
}

fn complete_components(components: &mut Value) {
    components["securitySchemes"][API_KEY] = json!({
        "type": "http",
        "scheme": "bearer",
        "description": "An API key: `cdk_live_…` for real parcels, `cdk_test_…` for test accounts only. Operators' keys (`cdk_adm_…`) are \
                        not for this API.",
    });
    let mut schemas = vec![(Problem::name().into_owned(), Problem::schema())];
    Problem::schemas(&mut schemas);
    for (name, schema) in schemas {
        components["schemas"][name] = serde_json::to_value(schema).expect("a schema is JSON");
    }
    // The generator names a map by its Rust type.
    if let Some(mut map) = components["schemas"].as_object_mut().and_then(|schemas| schemas.remove("BTreeMap")) {
        map["description"] =
            json!("Further values by key, all text. Couriers' own needs; unknown keys are refused by nobody.");
        components["schemas"]["Extensions"] = map;
    }
    components["headers"] = json!({
        "X-Request-Id": {
            "description": "The request's id: the caller's where it sent one of 1 to 128 plain characters, else ours. Give it when you ask for help.",
            "schema": {"type": "string"}, "example": "req_01KAJ3V1Q8E7XB6M4Y2T9ZC5RD",
        },
        "RateLimit-Policy": {
            "description": "The quotas of the key that this request counted against: `q` requests in `w` seconds.",
            "schema": {"type": "string"}, "example": "\"write\";q=100;w=60, \"burst\";q=15;w=1",
        },
        "RateLimit": {
            "description": "What is left of each: `r` requests; whole again in `t` seconds.",
            "schema": {"type": "string"}, "example": "\"write\";r=97;t=2, \"burst\";r=14;t=1",
        },
        "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}, "example": 2},
    });
    for (_, name, words) in SHARED {
        components["responses"][name] = json!({
            "description": words,
            "headers": {
                "X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"},
                "Retry-After": {"$ref": "#/components/headers/Retry-After"},
            },
            "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": examples::problem(name)}},
        });
    }
}

fn complete_operation(operation: &mut Value, schemas: &Value) {
    let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
    // Looked up, not indexed: an index makes what it does not find.
    if let Some(body) = operation.get_mut("requestBody") {
        body["required"] = json!(true);
        for (_, content) in members_mut(&mut body["content"]) {
            if let Some(example) = examples::request(&id) {
                content["example"] = example;
            }
        }
    }
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    for (status, response) in responses.iter_mut() {
        complete_response(&id, status, response, schemas);
    }
    for (status, name, _) in SHARED {
        responses.entry(status).or_insert_with(|| json!({"$ref": format!("#/components/responses/{name}")}));
    }
}

/// Describes the answers that a handler names by their type or by their status alone.
fn complete_response(id: &str, status: &str, response: &mut Value, schemas: &Value) {
    let is_error = status.starts_with(['4', '5']);
    if is_error && response.get("content").is_none() && response.get("$ref").is_none() {
        response["content"] = json!({PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}});
    }
    if response["description"].as_str().is_none_or(str::is_empty) {
        let name =
            response["content"]["application/json"]["schema"]["$ref"].as_str().and_then(|path| path.rsplit('/').next());
        response["description"] = name.map_or(Value::Null, |name| schemas[name]["description"].clone());
    }
    if !is_error {
        if let Some(example) = examples::response(id, status)
            && let Some(content) = response["content"].get_mut("application/json")
        {
            content["example"] = example;
        }
        for name in ["X-Request-Id", "RateLimit-Policy", "RateLimit"] {
            response["headers"][name] = json!({"$ref": format!("#/components/headers/{name}")});
        }
    }
}

/// Mends what the generator writes oddly: a description that stands inside of `oneOf`, a map named by its Rust type, `null` as a default.
fn tidy(value: &mut Value, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    match value {
        Value::Object(members) => {
            if members.get("$ref").is_some_and(|path| path == "#/components/schemas/BTreeMap") {
                members.insert("$ref".to_owned(), json!("#/components/schemas/Extensions"));
            }
            hoist_description(members);
            // Values of examples are no schemas.
            let members = members.iter_mut().filter(|(name, _)| !name.starts_with("example"));
            members.for_each(|(_, member)| tidy(member, depth + 1));
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| tidy(element, depth + 1)),
        _ => {}
    }
}

fn hoist_description(members: &mut Map<String, Value>) {
    let is_nullable = members
        .get("oneOf")
        .and_then(Value::as_array)
        .is_some_and(|kinds| kinds.iter().any(|kind| kind["type"] == "null"));
    if !is_nullable || members.contains_key("description") {
        return;
    }
    if members.get("default").is_some_and(Value::is_null) {
        members.remove("default");
    }
    let kinds = members.get_mut("oneOf").and_then(Value::as_array_mut).into_iter().flatten();
    let words = kinds.filter_map(Value::as_object_mut).find_map(|kind| kind.remove("description"));
    if let Some(words) = words {
        members.insert("description".to_owned(), words);
    }
}

fn members_mut(value: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    value.as_object_mut().into_iter().flatten()
}
