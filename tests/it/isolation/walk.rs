//! Every operation of the OpenAPI document, as one merchant with another's ids.

use crossdock_tests::{Client, Reply};
use reqwest::Method;
use serde_json::{Value, json};

use super::known::{Kind, Meaning, body, by_name, in_path, is_id, query};
use super::owner::Owner;
use crate::desk::Desk;

/// One operation, with the names of all ids that it takes.
#[derive(Debug)]
pub struct Operation {
    method: String,
    path: String,
    path_names: Vec<String>,
    query_names: Vec<String>,
    /// Pointers of ids in the body, and whether it is a list of them.
    members: Vec<(String, bool)>,
    has_body: bool,
}

impl Operation {
    /// Whether it is for operators.
    pub fn is_the_platforms(&self) -> bool {
        self.path.starts_with("/v1/admin/")
    }
}

/// An operators' operation tells a merchant's key nothing, not even what there is.
pub async fn is_closed_to_merchants(merchant: &Client, operation: &Operation) {
    let Operation { method, path, path_names, .. } = operation;
    for value in ["ups", "nobody"] {
        let path = path_names.iter().fold(path.clone(), |path, name| path.replace(&format!("{{{name}}}"), value));
        let problem = send(merchant, method, &path, &json!({})).await.expect(403).problem();
        assert_eq!(problem.code, "wrong_key_kind", "{method} {path}");
    }
}

/// Reads the document.
pub fn operations(document: &Value) -> Vec<Operation> {
    let paths = document["paths"].as_object().expect("the document has paths");
    let mut found = Vec::new();
    for (path, item) in paths {
        for (method, operation) in
            item.as_object().into_iter().flatten().filter(|(_, one)| one["responses"].is_object())
        {
            let parameters = || operation["parameters"].as_array().into_iter().flatten();
            let names = |place: &str| {
                let those = parameters().filter(|parameter| parameter["in"] == *place);
                those.filter_map(|parameter| parameter["name"].as_str().map(str::to_owned)).collect::<Vec<_>>()
            };
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            let mut members = Vec::new();
            collect(document, schema, "", &mut members, 0);
            found.push(Operation {
                method: method.clone(),
                path: path.clone(),
                path_names: names("path"),
                query_names: names("query"),
                members,
                has_body: operation["requestBody"].is_object(),
            });
        }
    }
    found
}

/// Deepest level of a body that is searched: beyond every one of ours.
const MAX_DEPTH: usize = 24;

fn collect(document: &Value, schema: &Value, pointer: &str, found: &mut Vec<(String, bool)>, depth: usize) {
    assert!(depth < MAX_DEPTH, "the body is deeper than this test looks: {pointer}");
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(reference.trim_start_matches('#')).expect("references lead somewhere");
        return collect(document, target, pointer, found, depth + 1);
    }
    for part in ["oneOf", "anyOf", "allOf"].into_iter().flat_map(|word| schema[word].as_array().into_iter().flatten()) {
        collect(document, part, pointer, found, depth + 1);
    }
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        let pointer = format!("{pointer}/{name}");
        if is_id(name) {
            found.push((pointer.clone(), member["items"].is_object()));
        }
        collect(document, member, &pointer, found, depth + 1);
        collect(document, &member["items"], &format!("{pointer}/0"), found, depth + 1);
    }
}

/// Sends the operation with each foreign id in turn: the same answer as for an id that nobody has, and never 403.
pub async fn with_foreign_ids(other: &Client, owner: &Owner, operation: &Operation) {
    let Operation { method, path, .. } = operation;
    let rows = rows_in_path(operation);
    if !rows.is_empty() {
        let fill = |id: &dyn Fn(Kind) -> String| {
            rows.iter().fold(path.clone(), |path, (name, kind)| path.replace(&format!("{{{name}}}"), &id(*kind)))
        };
        let body = known_body(owner, operation);
        let foreign = send(other, method, &fill(&|kind| owner.id(kind).to_owned()), &body).await;
        let nobody = send(other, method, &fill(&|kind| kind.of_nothing()), &body).await;
        is_as_nobodys(&format!("{method} {path}"), &foreign, &nobody);
    }
    for name in operation.query_names.iter().filter(|name| is_id(name)) {
        let Meaning::Row(kind) = known(by_name(name), operation, name) else { continue };
        let ask = |id: &str| format!("{path}?{}&{name}={id}", query(path));
        let foreign = send(other, method, &ask(owner.id(kind)), &Value::Null).await;
        let nobody = send(other, method, &ask(&kind.of_nothing()), &Value::Null).await;
        if foreign.status == 200 {
            assert_eq!(foreign.json(), nobody.json(), "{method} {path} by {name}");
            assert_eq!(foreign.json()["data"], json!([]), "{method} {path} by {name}");
        } else {
            is_as_nobodys(&format!("{method} {path} by {name}"), &foreign, &nobody);
        }
    }
    for (pointer, is_list) in &operation.members {
        let name = pointer.rsplit('/').next().unwrap_or_default();
        let Meaning::Row(kind) = known(by_name(name), operation, name) else { continue };
        let with = |id: &str| {
            let mut body = known_body(owner, operation);
            let id = if *is_list { json!([id]) } else { json!(id) };
            crate::bad_input::places::put(&mut body, pointer, id);
            if name.starts_with("credential_id") {
                // The account says which courier it is.
                body.as_object_mut().expect("a body is an object").remove("courier");
            }
            body
        };
        if !rows.is_empty() {
            // What is in the path is somebody else's already; a row of its own is tried in `with_own_rows`.
            continue;
        }
        // Its own account, so that the foreign id is all that is wrong.
        let foreign = send(other, method, path, &with(owner.id(kind))).await;
        let nobody = send(other, method, path, &with(&kind.of_nothing())).await;
        if foreign.status == 200 && path.ends_with("/test") {
            // An unsaved account is tested as it is; what it would belong to does not matter.
            continue;
        }
        is_as_nobodys(&format!("{method} {path} with {pointer}"), &foreign, &nobody);
    }
}

fn rows_in_path(operation: &Operation) -> Vec<(String, Kind)> {
    let names = operation.path_names.iter();
    let meanings = names.map(|name| (name, known(in_path(&operation.path, name), operation, name)));
    meanings
        .filter_map(|(name, meaning)| match meaning {
            Meaning::Row(kind) => Some((name.clone(), kind)),
            Meaning::Public => None,
        })
        .collect()
}

fn known(meaning: Option<Meaning>, operation: &Operation, name: &str) -> Meaning {
    meaning.unwrap_or_else(|| {
        panic!(
            "{} {} takes an id {name:?} that this test does not know: add it to `known`",
            operation.method, operation.path
        )
    })
}

fn known_body(owner: &Owner, operation: &Operation) -> Value {
    if !operation.has_body {
        return Value::Null;
    }
    let known = body(owner, &operation.method, &operation.path);
    known.unwrap_or_else(|| {
        panic!(
            "{} {} takes a body that this test does not know: add it to `known::body`",
            operation.method, operation.path
        )
    })
}

async fn send(client: &Client, method: &str, path: &str, body: &Value) -> Reply {
    let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
    let shape = |request: reqwest::RequestBuilder| {
        let request = request.header("idempotency-key", "foreign");
        if body.is_null() { request } else { request.json(body) }
    };
    client.send(method, path, shape).await
}

#[track_caller]
fn is_as_nobodys(what: &str, foreign: &Reply, nobody: &Reply) {
    let text = String::from_utf8_lossy(&foreign.body);
    assert_eq!(foreign.status, 404, "{what}: {text}");
    foreign.problem();
    assert_eq!(without_ids(foreign), without_ids(nobody), "{what}: it shows that the id is somebody's");
}

/// The body with every id of ours struck out.
fn without_ids(reply: &Reply) -> String {
    let text = String::from_utf8_lossy(&reply.body).into_owned();
    let ids = regex_lite::Regex::new("(req|sto|cred|shp|lbl|pck)_[0-9A-Z]{26}").expect("a pattern");
    ids.replace_all(&text, "$1").into_owned()
}

/// Lists show a merchant its own rows only, also from another's cursor on.
pub async fn lists(owner_client: &Client, other: &Client, owner: &Owner, operation: &Operation) {
    let Operation { method, path, query_names, .. } = operation;
    if method != "get" || !query_names.iter().any(|name| name == "cursor") {
        return;
    }
    // Couriers are everybody's.
    let is_public = path == "/v1/couriers";
    let own = owner_client.get(&format!("{path}?limit=1")).await.expect(200).json();
    assert!(own["data"][0]["id"].is_string(), "{path}: the owner has no row, so that nothing is tried");
    let cursor = own["next_cursor"].as_str().unwrap_or_else(|| panic!("{path}: the owner has one page only"));
    let all = owner_client.get(&format!("{path}?limit=100")).await.expect(200).json();
    let rows = all["data"].as_array().expect("a list has rows");
    let theirs: Vec<&str> = rows.iter().filter_map(|row| row["id"].as_str()).collect();
    for query in ["limit=100".to_owned(), format!("limit=100&cursor={cursor}")] {
        let reply = other.get(&format!("{path}?{query}")).await;
        let text = String::from_utf8_lossy(&reply.body).into_owned();
        for id in theirs.iter().filter(|_| !is_public) {
            assert!(!text.contains(id), "{path}?{query} shows {id}");
        }
        for kind in [Kind::Store, Kind::Credential, Kind::Shipment, Kind::Document, Kind::Pickup] {
            assert!(!text.contains(owner.id(kind)), "{path}?{query} shows the other's {kind:?}");
        }
        if reply.status != 200 {
            assert_eq!(reply.expect(400).problem().code, "invalid_cursor", "{path}");
        }
    }
}

/// Connects an account of the other merchant's own, so that foreign ids are all that is wrong.
pub async fn connect(owner: &Owner, other: &Client) -> Value {
    let mut request = owner.account.request.clone();
    request["fields"] = crossdock_sandbox::second_credentials()["ups"].clone();
    other.post("/v1/credentials", &request).await.expect(201).json()
}

/// Rows of its own do not lead to the other's: an account to a shop, a shipment to a paper, a key to an answer.
pub async fn with_own_rows(desk: &Desk, owner: &Owner, other: &Client, saved: &Value) {
    // Its own account must not move into the other's shop.
    let account = format!("/v1/credentials/{}", saved["id"].as_str().expect("a credential has an id"));
    let move_to = async |store: &str| other.patch(&account, &json!({"store_id": store})).await;
    let foreign = move_to(owner.id(Kind::Store)).await;
    is_as_nobodys("a foreign shop", &foreign, &move_to(&Kind::Store.of_nothing()).await);
    let order = json!({"credential_id": saved["id"], "shipment": owner.account.shipment});
    let booked = other.post_once("/v1/shipments", &order, "own").await.expect(201).json();
    let own = booked["id"].as_str().expect("a shipment has an id");
    let foreign = owner.id(Kind::Document);
    let path = |document: &str| format!("/v1/shipments/{own}/documents/{document}");
    is_as_nobodys(
        "a foreign paper",
        &other.get(&path(foreign)).await,
        &other.get(&path(&Kind::Document.of_nothing())).await,
    );
    let mixed = format!("/v1/shipments/{}/documents/{foreign}", owner.id(Kind::Shipment));
    other.get(&mixed).await.expect(404);
    desk.client.get(&mixed).await.expect(200);
    // The same key is each merchant's own.
    let theirs = json!({"credential_id": owner.account.credential, "shipment": owner.account.shipment});
    desk.client.post_once("/v1/shipments", &theirs, "own").await.expect(201);
    let number = booked["parcels"][0]["tracking_number"].as_str().expect("a parcel has a number");
    let list = desk.client.get(&format!("/v1/shipments?tracking_number={number}")).await.expect(200).json();
    assert_eq!(list["data"], json!([]), "another merchant's shipment is found by its number");
}
