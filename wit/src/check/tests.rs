use serde_json::{Value, json};

use super::*;

/// A description that is sound and has something of everything.
fn sound() -> Value {
    json!({
        "schema": 1, "id": "acme", "display_name": "Acme", "version": "1.2.3", "contract": VERSION,
        "countries": ["NO"],
        "accounts": [{
            "id": "main", "label": "Acme account",
            "fields": [
                {"key": "api_key", "label": "Key", "kind": "secret", "required": true, "pattern": "[a-z]{8}", "example": "abcdefgh"},
                {"key": "customer", "label": "Customer number", "kind": "text", "required": true},
            ],
            "capabilities": ["auth", "tracking", "webhooks"],
            "lacks": {"tracking.track": "there is a reason"},
            "test": "host",
        }],
        "endpoints": [{
            "name": "api", "production": "https://api.acme.example/v1", "test": "https://test.acme.example",
            "routes": [{"methods": ["GET", "POST"], "path_prefix": "/track/"}],
            "schemes": {"main": "bearer"},
        }],
        "schemes": [{"id": "bearer", "placements": [
            {"place": "header", "name": "Authorization", "prefix": "Bearer ", "value": {"token": "access"}},
            {"place": "json", "pointer": "/customer", "value": {"field": "customer"}},
        ]}],
        "tokens": [{
            "id": "access", "endpoint": "api", "path": "/oauth/token", "grant": "client-credentials",
            "placements": [{"place": "basic", "user": {"field": "customer"}, "password": {"field": "api_key"}}],
            "token_pointer": "/access_token", "lifetime": {"pointer": "/expires_in"},
        }],
        "document_hosts": ["labels.acme.example", "*.cdn.example"],
        "limits": [{"endpoint": "api", "count": 10, "window_s": 60, "per": {"field": "customer"}}],
        "webhook": {"any_of": [{
            "proof": "hmac", "algorithm": "sha256", "header": "X-Signature", "encoding": "hex",
            "signed": ["body"], "key": "webhook-secret",
        }]},
        "tracking_link": "https://acme.example/track/{number}",
        "number_patterns": [{"name": "SSCC", "pattern": "[0-9]{18}", "check": "gs1", "example": "376104250021234569"}],
        "services": [{"code": "HOME", "name": "Home", "delivery_kind": "home"}],
        "default_service": "HOME",
        "options": [{"code": "saturday", "label": "Saturday", "kind": "flag", "services": ["HOME"]}],
        "label_formats": [{"format": "pdf", "sizes": ["A6"]}],
    })
}

fn flaws_of(document: Value) -> Vec<String> {
    let description = serde_json::from_value(document).expect("the document has the right types");
    check(&description).into_iter().map(|flaw| flaw.pointer).collect()
}

#[test]
fn a_sound_description_has_no_flaw() {
    let description = serde_json::from_value(sound()).unwrap();
    assert_eq!(check(&description), []);
}

#[test]
fn an_endpoint_without_routes_is_for_tokens() {
    let mut document = sound();
    let oauth = json!({"name": "oauth", "production": "https://id.acme.example", "routes": []});
    document["endpoints"].as_array_mut().unwrap().push(oauth);
    assert_eq!(flaws_of(document.clone()), ["/endpoints/1/routes"]);
    document["tokens"][0]["endpoint"] = json!("oauth");
    assert_eq!(flaws_of(document), Vec::<String>::new());
}

#[test]
fn every_flaw_is_found_where_it_stands() {
    let cases = [
        ("/schema", json!(2), "/schema"),
        ("/id", json!("Acme"), "/id"),
        ("/version", json!("1.2"), "/version"),
        ("/contract", json!("0.2.0"), "/contract"),
        ("/countries/0", json!("no"), "/countries/0"),
        ("/accounts/0/capabilities/0", json!("flying"), "/accounts/0/capabilities/0"),
        ("/accounts/0/fields/0/pattern", json!("(["), "/accounts/0/fields/0/pattern"),
        ("/accounts/0/fields/0/example", json!("short"), "/accounts/0/fields/0/example"),
        ("/accounts/0/fields/1/key", json!("api_key"), "/accounts/0/fields/1/key"),
        ("/accounts/0/lacks", json!({"rates.quote": "none"}), "/accounts/0/lacks/rates.quote"),
        ("/endpoints/0/production", json!("http://api.acme.example"), "/endpoints/0/production"),
        ("/endpoints/0/production", json!("https://api.acme.example/v1?x=1"), "/endpoints/0/production"),
        ("/endpoints/0/production", json!("https://user:pw@acme.example"), "/endpoints/0/production"),
        ("/endpoints/0/production", json!("https://127.0.0.1"), "/endpoints/0/production"),
        ("/endpoints/0/routes/0/methods/0", json!("TRACE"), "/endpoints/0/routes/0/methods/0"),
        ("/endpoints/0/routes/0/path_prefix", json!("/a/../b"), "/endpoints/0/routes/0/path_prefix"),
        ("/endpoints/0/schemes", json!({"other": "bearer"}), "/endpoints/0/schemes/other"),
        ("/endpoints/0/schemes/main", json!("none"), "/endpoints/0/schemes/main"),
        ("/schemes/0/placements/0/name", json!("Host"), "/schemes/0/placements/0/name"),
        ("/schemes/0/placements/0/value", json!({"token": "gone"}), "/schemes/0/placements/0"),
        ("/schemes/0/placements/1/value", json!({"host": "handshake-secret"}), "/schemes/0/placements/1"),
        ("/tokens/0/endpoint", json!("gone"), "/tokens/0/endpoint"),
        ("/tokens/0/lifetime", json!({"fixed-s": 1}), "/tokens/0/lifetime"),
        ("/tokens/0/placements/0/user", json!({"token": "access"}), "/tokens/0/placements/0"),
        ("/document_hosts/0", json!("*.example"), "/document_hosts/0"),
        ("/limits/0/count", json!(0), "/limits/0/count"),
        ("/limits/0/per", json!({"field": "gone"}), "/limits/0/per"),
        ("/webhook/any_of", json!([]), "/webhook/any_of"),
        ("/webhook/any_of/0/signed", json!(["url"]), "/webhook/any_of/0/signed"),
        ("/webhook", json!(null), "/webhook"),
        ("/tracking_link", json!("https://acme.example"), "/tracking_link"),
        ("/number_patterns/0/example", json!("376104250021234568"), "/number_patterns/0/example"),
        ("/default_service", json!("GONE"), "/default_service"),
        ("/options/0/services/0", json!("GONE"), "/options/0/services/0"),
        ("/label_formats/0/format", json!("docx"), "/label_formats/0/format"),
    ];
    for (place, value, pointer) in cases {
        let mut document = sound();
        *document.pointer_mut(place).unwrap_or_else(|| panic!("{place} is there")) = value.clone();
        let found = flaws_of(document);
        assert!(found.iter().any(|flaw| flaw == pointer), "{place} = {value}: {found:?}");
    }
}

#[test]
fn an_account_kind_must_have_the_fields_that_its_scheme_writes() {
    let mut document = sound();
    document["accounts"][0]["fields"].as_array_mut().unwrap().pop();
    let found = flaws_of(document);
    assert!(found.iter().any(|flaw| flaw == "/endpoints/0/schemes/main"), "{found:?}");
}

#[test]
fn what_decides_where_a_secret_goes_is_closed() {
    let mut document = sound();
    document["schemes"][0]["placements"][0]["place"] = json!("anywhere");
    assert!(serde_json::from_value::<Description>(document).is_err());
    let mut document = sound();
    document["whatever"] = json!(1);
    assert!(serde_json::from_value::<Description>(document).is_ok(), "unknown plain members are ignored");
}

#[test]
fn a_placement_may_be_made_in_some_requests_only() {
    let mut document = sound();
    document["schemes"][0]["placements"][1]["routes"] =
        json!([{"methods": ["POST"], "path_prefix": "/track/subscribe"}]);
    let description: Description = serde_json::from_value(document.clone()).unwrap();
    assert_eq!(check(&description), []);
    let count = |method, path| description.schemes[0].placements_for(method, path).count();
    assert_eq!((count("POST", "/track/subscribe"), count("POST", "/track/subscribe/1")), (2, 2));
    assert_eq!((count("GET", "/track/subscribe"), count("POST", "/track/subscribed")), (1, 1));
    let written = serde_json::to_value(&description).unwrap();
    assert!(written["schemes"][0]["placements"][0].get("routes").is_none());

    for (methods, prefix) in
        [(json!(["DELETE"]), "/track/subscribe"), (json!(["POST"]), "/elsewhere"), (json!([]), "/track/1")]
    {
        document["schemes"][0]["placements"][1]["routes"] = json!([{"methods": methods, "path_prefix": prefix}]);
        let flaws = flaws_of(document.clone());
        assert!(flaws.iter().all(|flaw| flaw.starts_with("/schemes/0/placements/1/routes/0")) && !flaws.is_empty());
    }
    document["schemes"][0]["placements"][1]["rotes"] = json!([]);
    assert!(serde_json::from_value::<Description>(document).is_err(), "a misspelt member must not be ignored");
}

/// `UPDATE_SCHEMA=1` writes the file anew.
#[test]
fn the_schema_file_is_that_of_the_types() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/description.schema.json");
    let schema = schemars::schema_for!(Description);
    let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(committed == text, "run the tests with UPDATE_SCHEMA=1 and commit {path}");
}
