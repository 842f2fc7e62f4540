//! Plugins of several versions of the contract on one host: an older one that is converted, one from before the contract grew and
//! one from after, beside those of the newest.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use crossdock::plugin::{CompiledCache, Engine, EngineConfig, LoadFault, load_bytes, load_file};
use crossdock_tests::{Client, Database, Host, plugins_dir};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::authors::plugin as tool;
use crate::lab::{Scripted, call, guest, ok, patient, replaced, search};

/// What only the host may know.
const SECRET: &str = "marked-secret-0123456789";

fn component(guest: &str) -> PathBuf {
    plugins_dir().join("guests").join(format!("{guest}.wasm"))
}

fn kept(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("kept").join(name).join("component.wasm")
}

/// A courier that knows one parcel, and answers whoever has the key with the query that it got.
async fn courier() -> SocketAddr {
    let answer = async |request: Request| match (request.uri().path(), request.headers().get("x-api-key")) {
        ("/parcels/NUMBER1", Some(key)) if key == SECRET => {
            (StatusCode::OK, request.uri().query().unwrap_or_default().to_owned())
        }
        ("/parcels/NUMBER1", _) => (StatusCode::UNAUTHORIZED, String::new()),
        _ => (StatusCode::NOT_FOUND, String::new()),
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
    address
}

async fn credential(client: &Client, courier: &str, endpoint: &str, address: SocketAddr) -> String {
    let body = json!({
        "courier": courier, "account_kind": "main", "environment": "production",
        "fields": {"api_key": SECRET, "customer_number": "12345"}, "endpoints": {endpoint: format!("http://{address}")},
    });
    client.post("/v1/credentials", &body).await.expect(201).json()["id"].as_str().unwrap().to_owned()
}

/// A host with a plugin of each version, and a merchant with an account at each.
async fn host() -> (Host, Client, TempDir, String) {
    let folder = TempDir::with_prefix("crossdock-versions-").unwrap();
    for file in [component("older"), component("everything")] {
        fs::copy(&file, folder.path().join(file.file_name().unwrap())).unwrap();
    }
    for name in ["first", "later"] {
        fs::copy(kept(name), folder.path().join(format!("kept-{name}.wasm"))).unwrap();
    }
    let host = Host::start(Database::Sqlite, folder.path(), &[]).await;
    let client = host.merchant("Acme").await;
    let address = courier().await;
    let older = credential(&client, "older", "courier", address).await;
    for name in ["kept-first", "kept-later"] {
        credential(&client, name, "courier", address).await;
    }
    credential(&client, "everything", "main", address).await;
    (host, client, folder, older)
}

async fn track(client: &Client, courier: &str, number: &str) -> Value {
    client.get(&format!("/v1/tracking/{number}?courier={courier}")).await.expect(200).json()
}

#[tokio::test]
async fn plugins_of_older_and_later_contracts_are_served_beside_the_newest() {
    let (host, client, _folder, credential) = host().await;
    let older = track(&client, "older", "NUMBER1").await;
    assert_eq!((&older["status"], &older["courier_text"]), (&json!("available_for_pickup"), &json!("lang=en")));
    assert_eq!(
        (&older["pieces"], &older["weight_grams"]),
        (&json!(3), &json!(1_250)),
        "what was called otherwise arrives"
    );
    assert_eq!(older["pickup_deadline"], Value::Null, "what it cannot say is not said");
    assert_eq!(older["service_point"]["address"]["city"], "Lund");
    let event = &older["events"][0];
    assert_eq!((&event["courier_code"], &event["informational"]), (&json!("31"), &json!(false)));
    assert_eq!(event["occurred_at"]["at"], "2025-11-20T10:15:00+01:00");
    let missing = client.get("/v1/tracking/MISSING?courier=older").await.expect(404);
    assert_eq!(missing.problem().code, "courier_not_found");

    let tested = client.post(&format!("/v1/credentials/{credential}/test"), &json!({})).await.expect(200).json();
    assert_eq!((&tested["ok"], &tested["account"]["id"]), (&json!(true), &json!("12345")));
    let path = format!("/v1/service-points?credential_id={credential}&country=SE&postal_code=11122&limit=2");
    let points = client.get(&path).await.expect(200).json();
    assert_eq!(points["data"][0]["id"], "SE-2", "the search arrives in its own words");

    for name in ["kept-first", "kept-later"] {
        let kept = track(&client, name, "NUMBER1").await;
        assert_eq!(
            (&kept["status"], &kept["courier_text"]),
            (&json!("in_transit"), &json!("customer=12345")),
            "{name}"
        );
        assert_eq!((&kept["pieces"], &kept["events"][0]["informational"]), (&json!(2), &json!(true)), "{name}");
    }
    let newest = track(&client, "everything", "NUMBER1").await;
    assert!(newest["pickup_deadline"].is_object(), "{newest}");

    let admin = host.admin().await;
    for (courier, contract) in
        [("older", "0.0.1"), ("kept-first", "0.1.0"), ("kept-later", "0.1.7"), ("everything", "0.1.0")]
    {
        let plugin = admin.get(&format!("/v1/admin/plugins/{courier}")).await.expect(200).json();
        assert_eq!(plugin["serving_contract"], contract, "{courier}");
    }
    assert!(!host.log().contains(SECRET));
    assert!(host.log().contains("an older plugin tracks"), "its lines are in the log");
}

#[tokio::test]
async fn an_older_plugin_is_called_and_its_requests_are_understood() {
    let plugin = guest("older", patient()).await;
    assert_eq!(plugin.contract(), "0.0.1");
    let wire = Scripted::new(|_| Ok(ok("here")));
    let results = plugin.track(call(Arc::clone(&wire) as _), &["A".to_owned(), "B".to_owned()]).await.unwrap();
    let numbers: Vec<_> = results.iter().map(|result| result.as_ref().unwrap().number.as_str()).collect();
    assert_eq!(numbers, ["A", "B"]);
    let request = wire.requests.lock().unwrap()[0].clone();
    assert!(request.repeatable && request.timeout_ms.is_none(), "{request:?}");
    assert_eq!((request.path.as_str(), request.query[0].1.as_str()), ("/parcels/A", "en"));
    let place = crate::lab::address("SE", "21120");
    let points = plugin.find_service_points(call(Scripted::path()), &search(place)).await.unwrap().unwrap();
    assert_eq!((points[0].id.as_str(), points[0].address.city.as_str()), ("SE-5", "Stad"));
    let quoted = plugin.quote(call(Scripted::path()), &crate::lab::shipment("SE", ("21120", "11423"), "S")).await;
    assert!(quoted.is_err(), "a capability that its contract does not have");
}

#[tokio::test]
async fn tools_speak_a_plugins_own_contract() {
    let plugin = guest("older", patient()).await;
    let args = json!({ "search": { "near": { "position": { "latitude_microdegrees": 5, "longitude_microdegrees": 6 } },
                                   "country": "NO", "at_most": 3 } });
    let found = plugin.invoke(call(Scripted::path()), "service-points.find", &args).await.unwrap().outcome;
    assert_eq!((&found["ok"][0]["id"], &found["ok"][0]["address"]["city"]), (&json!("NO-3"), &json!("5")));
    let newer = json!({ "search": { "near": { "position": {} }, "limit": 3 } });
    let error = plugin.invoke(call(Scripted::path()), "service-points.find", &newer).await.unwrap_err();
    assert!(error.to_string().contains("/search/limit: there is no such member"), "{error}");
    let folder = TempDir::with_prefix("crossdock-tools-").unwrap();
    for (file, contract) in [(component("older"), "0.0.1"), (kept("later"), "0.1.7")] {
        for command in ["check", "inspect"] {
            let ran = tool(folder.path(), &[command, file.to_str().unwrap(), "--json"], &[], "").await;
            assert_eq!(ran.code, Some(0), "{ran:?}");
            let shown: Value = serde_json::from_str(&ran.out).unwrap();
            assert_eq!(shown["contract"], contract, "{command} {}", file.display());
        }
    }
    let tested = tool(folder.path(), &["test", component("older").to_str().unwrap()], &[], "").await;
    assert_eq!(tested.code, Some(1), "{tested:?}");
    assert!(tested.err.contains("was built against contract 0.0.1, and this suite tests 0.1.0"), "{tested:?}");
}

/// The older records really are others: under the newest's name, the same component is refused.
#[tokio::test]
async fn without_its_conversion_an_older_plugin_would_be_refused() {
    let renamed = replaced(&fs::read(component("older")).unwrap(), "@0.0.1", "@0.1.0");
    let engine = Engine::start(EngineConfig { without_pool: true, ..EngineConfig::default() }).unwrap();
    let error = load_bytes(&engine, renamed, &Arc::new(CompiledCache::disabled())).await.unwrap_err();
    let LoadFault::Mismatch { contract, .. } = &error.fault else { panic!("{error}") };
    assert_eq!(contract, "0.1.0");
    let words = error.to_string();
    assert!(words.contains("`tracking-event`: expected 13 fields, found 14"), "{words}");
}

/// A plugin that was made before the contract grew, and one from a later form of which the host knows nothing.
#[tokio::test]
async fn kept_components_are_still_admitted_and_called() {
    let engine =
        Engine::start(EngineConfig { limits: patient(), without_pool: true, ..EngineConfig::default() }).unwrap();
    let cache_folder = TempDir::with_prefix("crossdock-compiled-").unwrap();
    let cache = Arc::new(CompiledCache::open(cache_folder.path(), &[7; 32]).unwrap());
    for (name, contract) in [("first", "0.1.0"), ("later", "0.1.7")] {
        // The second time from the cache, where the version is known before anything is loaded as well.
        for _ in 0..2 {
            let plugin = load_file(&engine, &kept(name), &cache).await.unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(plugin.contract(), contract);
            assert_eq!(plugin.capabilities().iter().collect::<Vec<_>>(), ["tracking"], "returns is not known here");
            let wire = Scripted::new(|_| Ok(ok("moving")));
            let results = plugin.track(call(Arc::clone(&wire) as _), &["A".to_owned()]).await.unwrap();
            let tracking = results[0].as_ref().unwrap();
            assert_eq!((tracking.courier_text.as_deref(), tracking.pieces), (Some("moving"), Some(2)));
            assert_eq!(wire.requests.lock().unwrap()[0].timeout_ms, Some(5_000));
            let args = json!({ "numbers": ["B"] });
            let named = plugin.invoke(call(Scripted::path()), "tracking.track", &args).await.unwrap().outcome;
            assert_eq!(named["ok"][0]["ok"]["number"], "B");
        }
    }
}
