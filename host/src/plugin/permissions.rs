//! What a plugin asks for, as lines that an operator can read, compare and grant: where its requests go, which of the
//! merchant's values the host writes into them, and from where documents are fetched.

use std::collections::BTreeSet;

use crossdock_contract::Description;
use crossdock_contract::description::{
    Endpoint, HostValue, Placement, Route, Scheme, SchemePlacement, TokenExchange, Value, is_below,
};

/// Returns every permission that a description asks for. A plugin that asks for a line more than was granted waits.
pub fn permissions(description: &Description) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for endpoint in &description.endpoints {
        for base in bases(endpoint) {
            all.extend(endpoint.routes.iter().flat_map(|route| requests(base, route)));
            let placements = schemes(description, endpoint).flat_map(|scheme| &scheme.placements);
            all.extend(
                placements.filter(|placed| is_made(placed, endpoint)).map(|placed| sent(base, "", &placed.placement)),
            );
        }
    }
    for token in &description.tokens {
        let endpoints = description.endpoints.iter().filter(|endpoint| endpoint.name == token.endpoint);
        for base in endpoints.flat_map(bases) {
            all.extend(exchange(base, token));
        }
    }
    all.extend(description.document_hosts.iter().map(|host| format!("documents from https://{host}")));
    all
}

fn bases(endpoint: &Endpoint) -> impl Iterator<Item = &str> {
    std::iter::once(endpoint.production.as_str()).chain(endpoint.test.as_deref())
}

fn requests(base: &str, route: &Route) -> impl Iterator<Item = String> {
    route.methods.iter().map(move |method| format!("{method} {base}{}", route.path_prefix))
}

fn schemes<'a>(description: &'a Description, endpoint: &'a Endpoint) -> impl Iterator<Item = &'a Scheme> {
    let named: BTreeSet<&String> = endpoint.schemes.values().collect();
    description.schemes.iter().filter(move |scheme| named.contains(&scheme.id))
}

/// Whether a placement that is made in some requests only is made in any of this endpoint's.
fn is_made(placed: &SchemePlacement, endpoint: &Endpoint) -> bool {
    let is_ours = |route: &Route| endpoint.routes.iter().any(|own| is_below(&route.path_prefix, &own.path_prefix));
    placed.routes.is_empty() || placed.routes.iter().any(is_ours)
}

fn exchange(base: &str, token: &TokenExchange) -> impl Iterator<Item = String> {
    let line = format!("POST {base}{}", token.path);
    std::iter::once(line).chain(token.placements.iter().map(move |placement| sent(base, &token.path, placement)))
}

/// Says which value goes where.
fn sent(base: &str, path: &str, placement: &Placement) -> String {
    let (what, place) = match placement {
        Placement::Header { name, value, .. } => (said(value), format!("header {}", name.to_ascii_lowercase())),
        Placement::Query { name, value } => (said(value), format!("query {name}")),
        Placement::Basic { user, password } => (format!("{} and {}", said(user), said(password)), "Basic".to_owned()),
        Placement::Form { name, value } => (said(value), format!("form field {name}")),
        Placement::Json { pointer, value } => (said(value), format!("JSON {pointer}")),
        Placement::Template { placeholder, value, .. } => (said(value), format!("body text {placeholder}")),
        Placement::PathSegment { name, value } => (said(value), format!("path segment {name}")),
    };
    format!("{what} to {base}{path} ({place})")
}

fn said(value: &Value) -> String {
    match value {
        Value::Field(key) => format!("credential field {key}"),
        Value::Token(id) => format!("token {id}"),
        Value::Host(HostValue::WebhookSecret) => "webhook secret".to_owned(),
        Value::Host(HostValue::CallbackUrl) => "callback address".to_owned(),
        Value::Host(HostValue::HandshakeSecret) => "handshake secret".to_owned(),
        Value::Constant(text) => format!("constant {text:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn description(change: impl FnOnce(&mut serde_json::Value)) -> Description {
        let mut description = serde_json::json!({
            "schema": 1, "id": "acme", "display_name": "Acme", "version": "1.0.0", "contract": "0.1.0",
            "accounts": [{
                "id": "main", "label": "Main", "capabilities": ["tracking"], "test": "host",
                "fields": [{ "key": "api_key", "label": "Key", "kind": "secret", "required": true }],
            }],
            "endpoints": [{
                "name": "api", "production": "https://api.acme.example", "test": "https://test.acme.example",
                "routes": [{ "methods": ["GET"], "path_prefix": "/track" }], "schemes": { "main": "bearer" },
            }],
            "schemes": [{ "id": "bearer", "placements": [
                { "place": "header", "name": "Authorization", "prefix": "Bearer ", "value": { "token": "access" } },
            ]}],
            "tokens": [{
                "id": "access", "endpoint": "api", "path": "/oauth", "grant": "client-credentials",
                "placements": [{ "place": "form", "name": "key", "value": { "field": "api_key" } }],
                "token_pointer": "/access_token", "lifetime": { "fixed-s": 3600 },
            }],
            "document_hosts": ["labels.acme.example"],
        });
        change(&mut description);
        serde_json::from_value(description).expect("it is a description")
    }

    #[test]
    fn every_way_of_a_request_a_secret_and_a_document_is_a_line() {
        let asked = permissions(&description(|_| ()));
        assert_eq!(
            asked.iter().map(String::as_str).collect::<Vec<_>>(),
            [
                "GET https://api.acme.example/track",
                "GET https://test.acme.example/track",
                "POST https://api.acme.example/oauth",
                "POST https://test.acme.example/oauth",
                "credential field api_key to https://api.acme.example/oauth (form field key)",
                "credential field api_key to https://test.acme.example/oauth (form field key)",
                "documents from https://labels.acme.example",
                "token access to https://api.acme.example (header authorization)",
                "token access to https://test.acme.example (header authorization)",
            ]
        );
    }

    #[test]
    fn whatever_widens_is_a_new_line() {
        let before = permissions(&description(|_| ()));
        let widened: [fn(&mut serde_json::Value); 5] = [
            |it| it["endpoints"][0]["production"] = "https://evil.example".into(),
            |it| it["endpoints"][0]["routes"][0]["methods"] = serde_json::json!(["GET", "POST"]),
            |it| it["endpoints"][0]["routes"][0]["path_prefix"] = "/".into(),
            |it| it["schemes"][0]["placements"][0]["value"] = serde_json::json!({ "field": "api_key" }),
            |it| it["document_hosts"] = serde_json::json!(["*.example"]),
        ];
        for (number, change) in widened.into_iter().enumerate() {
            assert!(!permissions(&description(change)).is_subset(&before), "change {number}");
        }
        let same = permissions(&description(|it| it["version"] = "1.1.0".into()));
        assert_eq!(same, before);
    }
}
