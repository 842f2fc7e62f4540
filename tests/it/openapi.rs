//! The API's description: committed, whole, and true of its own examples.

use std::collections::BTreeSet;

use crossdock::http::openapi;
use crossdock_tests::schema::Schemas;
use serde_json::Value;

/// The methods that are operations of a path.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Longest summary, in characters: one line of a list.
const MAX_SUMMARY_CHARS: usize = 100;

/// Each operation with its method and path.
pub fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().expect("a document has paths").iter();
    let each = paths.flat_map(|(path, item)| {
        let operations = item.as_object().into_iter().flatten();
        let operations = operations.filter(|(method, _)| METHODS.contains(&method.as_str()));
        operations.map(move |(method, operation)| (format!("{} {path}", method.to_uppercase()), operation))
    });
    each.collect()
}

#[test]
fn the_committed_document_is_what_the_code_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");
    let committed = std::fs::read_to_string(path).expect("docs/openapi.json is committed");
    assert!(
        committed == openapi::text(),
        "docs/openapi.json is old: run `crossdock openapi > docs/openapi.json` and commit it"
    );
}

#[test]
fn every_operation_is_described() {
    let document = openapi::document();
    assert_eq!(document["openapi"], "3.1.0");
    let tags: BTreeSet<&str> =
        document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    let mut ids = BTreeSet::new();
    for (name, operation) in operations(&document) {
        let text = |member: &str| operation[member].as_str().unwrap_or_default().to_owned();
        assert!(ids.insert(text("operationId")) && !text("operationId").is_empty(), "{name}: its id is not its own");
        let summary = text("summary");
        assert!(
            !summary.is_empty() && !summary.contains('\n') && summary.chars().count() <= MAX_SUMMARY_CHARS,
            "{name}: {summary}"
        );
        assert!(!text("description").is_empty(), "{name} has no description");
        assert!(
            operation["tags"].as_array().unwrap().iter().all(|tag| tags.contains(tag.as_str().unwrap())),
            "{name}: unknown tag"
        );
        assert!(operation["security"].as_array().is_some_and(|schemes| !schemes.is_empty()), "{name}: who may call?");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(parameter["description"].as_str().is_some_and(|words| !words.is_empty()), "{name}: {parameter}");
        }
        expect_described_answers(&name, operation);
    }
}

fn expect_described_answers(name: &str, operation: &Value) {
    let responses = operation["responses"].as_object().unwrap();
    for status in ["401", "403", "429", "default"] {
        assert!(responses.contains_key(status), "{name} does not describe {status}");
    }
    for (status, response) in responses.iter().filter(|(_, response)| response.get("$ref").is_none()) {
        assert!(
            response["description"].as_str().is_some_and(|words| !words.is_empty()),
            "{name}: {status} has no words"
        );
        if !status.starts_with('2') {
            assert!(response["content"].get("application/problem+json").is_some(), "{name}: {status} is no problem");
        }
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_member_is_described() {
    let document = openapi::document();
    expect_references(&document, &document);
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        assert!(schema["description"].as_str().is_some_and(|words| !words.is_empty()), "{name} has no description");
        for (member, property) in schema["properties"].as_object().into_iter().flatten() {
            assert!(
                property["description"].as_str().is_some_and(|words| !words.is_empty()),
                "{name}.{member} has no description"
            );
        }
    }
}

fn expect_references(document: &Value, value: &Value) {
    match value {
        Value::Object(members) => {
            if let Some(path) = members.get("$ref").and_then(Value::as_str) {
                assert!(document.pointer(path.trim_start_matches('#')).is_some(), "{path} leads nowhere");
            }
            members.values().for_each(|member| expect_references(document, member));
        }
        Value::Array(elements) => elements.iter().for_each(|element| expect_references(document, element)),
        _ => {}
    }
}

#[test]
fn every_body_has_an_example_that_fits_its_schema() {
    let schemas = Schemas::new(openapi::document());
    let mut count = 0;
    for (name, operation) in operations(schemas.document()) {
        let responses = operation["responses"].as_object().unwrap().iter();
        let answers =
            responses.map(|(status, response)| (format!("{name} {status}"), &response["content"]["application/json"]));
        let request = (format!("{name} body"), &operation["requestBody"]["content"]["application/json"]);
        for (place, content) in answers.chain([request]).filter(|(_, content)| content.is_object()) {
            let example = content.get("example").unwrap_or_else(|| panic!("{place} has no example"));
            assert_eq!(schemas.faults(&content["schema"], example), Vec::<String>::new(), "{place}");
            count += 1;
        }
    }
    let responses = schemas.document()["components"]["responses"].as_object().unwrap();
    for (name, response) in responses {
        let content = &response["content"]["application/problem+json"];
        assert_eq!(schemas.faults(&content["schema"], &content["example"]), Vec::<String>::new(), "{name}");
    }
    assert!(count > 30, "{count} examples");
}
