//! Examples of requests and answers: files beside this one, named by operation. Tests check each against the schema of its place.

use serde_json::{Value, json};

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        /// The files: `<operation>.request` or `<operation>.<status>`.
        pub(super) const FILES: &[(&str, &str)] = &[$(($name, include_str!(concat!("examples/", $name, ".json")))),*];
    };
}

files!(
    "accept_plugin.request",
    "cancel_pickup.200",
    "cancel_shipment.200",
    "change_credential.request",
    "create_credential.201",
    "create_credential.request",
    "create_pickup.201",
    "create_pickup.202",
    "create_pickup.request",
    "create_rates.200",
    "create_rates.request",
    "create_shipment.200",
    "create_shipment.201",
    "create_shipment.202",
    "create_shipment.request",
    "create_store.201",
    "create_store.request",
    "get_courier.200",
    "change_plugin.request",
    "install_plugin.201",
    "install_plugin.202",
    "list_courier_calls.200",
    "list_couriers.200",
    "list_documents.200",
    "list_plugin_refusals.200",
    "list_plugin_versions.200",
    "list_service_points.200",
    "read_plugin.200",
    "read_plugin_metrics.200",
    "resolve_shipment.request",
    "roll_back_plugin.request",
    "test_credential.200",
    "test_unsaved_credential.200",
    "track_number.200",
    "track_shipment.200",
    "validate_address.200",
    "validate_address.request",
);

/// Operations that answer a resource which another operation's example shows.
const SAME: [(&str, &str); 11] = [
    ("accept_plugin.200", "read_plugin.200"),
    ("change_plugin.200", "read_plugin.200"),
    ("disable_plugin.200", "read_plugin.200"),
    ("enable_plugin.200", "read_plugin.200"),
    ("roll_back_plugin.200", "read_plugin.200"),
    ("get_shipment.200", "create_shipment.201"),
    ("get_pickup.200", "create_pickup.201"),
    ("get_credential.200", "create_credential.201"),
    ("change_credential.200", "create_credential.201"),
    ("resolve_shipment.200", "create_shipment.201"),
    ("test_unsaved_credential.request", "create_credential.request"),
];

/// Lists, and whose example is their row.
const LISTS: [(&str, &str); 5] = [
    ("list_plugins.200", "read_plugin.200"),
    ("list_shipments.200", "create_shipment.201"),
    ("list_pickups.200", "create_pickup.201"),
    ("list_credentials.200", "create_credential.201"),
    ("list_stores.200", "create_store.201"),
];

/// Returns the example of an operation's body.
pub(super) fn request(operation: &str) -> Option<Value> {
    read(&format!("{operation}.request"))
}

/// Returns the example of an operation's answer.
pub(super) fn response(operation: &str, status: &str) -> Option<Value> {
    read(&format!("{operation}.{status}"))
}

/// Returns the example of a problem that any operation may answer.
pub(super) fn problem(component: &str) -> Value {
    let (code, status, title) = match component {
        "Unauthenticated" => ("unauthenticated", 401, "A valid API key is required"),
        "Forbidden" => ("missing_scope", 403, "The API key lacks a scope"),
        "QuotaExceeded" => return quota_exceeded(),
        _ => ("courier_unavailable", 502, "The courier does not answer"),
    };
    let is_courier = code.starts_with("courier");
    json!({
        "type": format!("/docs/problems#{code}"), "title": title, "status": status, "code": code, "instance": "/v1/shipments",
        "request_id": "req_01KAJ3V1Q8E7XB6M4Y2T9ZC5RD", "source": if is_courier { "courier" } else { "request" },
        "retryable": is_courier,
    })
}

fn quota_exceeded() -> Value {
    json!({
        "type": "https://iana.org/assignments/http-problem-types#quota-exceeded", "title": "Too many requests with this API key",
        "status": 429, "code": "quota_exceeded", "instance": "/v1/shipments", "request_id": "req_01KAJ3V1Q8E7XB6M4Y2T9ZC5RD",
        "source": "request", "retryable": true, "retry_after_s": 1, "violated-policies": ["burst"],
    })
}

fn read(name: &str) -> Option<Value> {
    if let Some((_, row)) = LISTS.iter().find(|(list, _)| *list == name) {
        return Some(json!({"data": [read(row)?], "next_cursor": null, "has_more": false}));
    }
    let name = SAME.iter().find(|(same, _)| *same == name).map_or(name, |(_, other)| *other);
    let (_, text) = FILES.iter().find(|(file, _)| *file == name)?;
    Some(serde_json::from_str(text).expect("the examples are JSON: a test reads them all"))
}
