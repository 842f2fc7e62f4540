//! The shape of PostNord's product errors.

use axum::response::Response;
use serde_json::{Value, json};

use crate::common::answer;

/// 400 with fault codes: code, words and the parameter concerned.
pub fn api(status: u16, faults: &[(&str, &str, &str)]) -> Response {
    let row = |(code, words, parameter): &(&str, &str, &str)| {
        json!({"faultCode": code, "explanationText": words,
            "paramValues": [{"param": parameter, "value": null}], "faultReferences": []})
    };
    let faults: Vec<Value> = faults.iter().map(row).collect();
    answer::json(status, &json!({"message": "Invalid input", "compositeFault": {"faults": faults}}))
}

/// A fault of booking: no code, the machine-readable part stands in the references.
pub fn booking(kind: &str, sub_type: &str, words: &str) -> Value {
    let origin =
        if kind == "MANDATORY_FIELDS_MISSING" { "CustomerOriginValidationError" } else { "CustomerValidationError" };
    json!({"explanationText": words, "faultReferences": [
        {"key": format!("{origin}.type"), "value": kind},
        {"key": format!("{origin}.subType"), "value": sub_type}]})
}
