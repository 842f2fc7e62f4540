//! The whole edge around one sample resource.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::sample::{SampleState, samples};
use super::{Edge, router};
use crate::app::metrics::Metrics;
use crate::http::auth::{Gate, KeyLookup, KeyOwner, KeyRecord, LookupError};
use crate::http::health::Health;
use crate::http::observe::Observer;
use crate::http::page::CursorKey;
use crate::http::rate_limit::{RateLimiter, RateOverrides};
use crate::model::caller::Scope;
use crate::model::clock::{Clock, OsRandom, SystemClock};
use crate::model::id::{ApiKeyId, MerchantId};

struct Keys(BTreeMap<&'static str, KeyRecord>);

#[async_trait::async_trait]
impl KeyLookup for Keys {
    async fn find(&self, token: &str) -> Result<Option<KeyRecord>, LookupError> {
        Ok(self.0.get(token).cloned())
    }
}

fn key(scopes: &[Scope], is_disabled: bool) -> KeyRecord {
    let now = SystemClock.now();
    KeyRecord {
        id: ApiKeyId::new(now, &OsRandom),
        owner: KeyOwner::Merchant { id: MerchantId::new(now, &OsRandom), is_test: false, is_disabled },
        scopes: scopes.to_vec(),
        allowed_networks: Vec::new(),
        rates: RateOverrides::default(),
    }
}

fn app() -> Router {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let keys = BTreeMap::from([
        ("cdk_live_all", key(&Scope::ALL, false)),
        ("cdk_live_read", key(&[Scope::ShipmentsRead], false)),
        ("cdk_live_disabled", key(&Scope::ALL, true)),
    ]);
    let edge = Edge {
        observer: Observer { clock: clock.clone(), random: Arc::new(OsRandom), metrics: Arc::new(Metrics::new()) },
        gate: Gate { keys: Arc::new(Keys(keys)), limiter: Arc::new(RateLimiter::new(clock)) },
        health: Arc::new(Health::new(Vec::new())),
    };
    router(samples(), Router::new(), SampleState { cursor_key: CursorKey::new([7; 32]) }, edge)
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }
}

async fn send(method: &str, uri: &str, key: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut request = Request::builder().method(method).uri(uri).header("x-request-id", "my-id");
    if !key.is_empty() {
        request = request.header("authorization", format!("Bearer {key}"));
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = app().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    Answer { status: parts.status.as_u16(), headers: parts.headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
}

async fn get(uri: &str, key: &str) -> Answer {
    send("GET", uri, key, &[], "").await
}

const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test]
async fn each_refusal_is_a_whole_problem() {
    let cases = [
        ("GET", "/v1/nowhere", "", 404, "not_found"),
        ("PUT", "/v1/samples", "cdk_live_all", 405, "method_not_allowed"),
        ("GET", "/v1/samples", "", 401, "unauthenticated"),
        ("GET", "/v1/samples", "cdk_live_unknown", 401, "unauthenticated"),
        ("GET", "/v1/samples", "cdk_live_disabled", 403, "merchant_disabled"),
        ("POST", "/v1/samples", "cdk_live_read", 403, "missing_scope"),
        ("POST", "/v1/samples", "cdk_live_all", 400, "idempotency_key_missing"),
        ("GET", "/v1/samples/nonsense", "cdk_live_all", 404, "not_found"),
        ("GET", "/v1/samples?country=Sweden", "cdk_live_all", 400, "invalid_parameter"),
        ("GET", "/v1/samples?cursor=x", "cdk_live_all", 400, "invalid_cursor"),
        ("DELETE", "/v1/panics", "cdk_live_all", 500, "internal"),
    ];
    for (method, uri, key, status, code) in cases {
        let answer = send(method, uri, key, &[], "").await;
        let problem = answer.json();
        assert_eq!((answer.status, problem["code"].as_str()), (status, Some(code)), "{method} {uri} {}", answer.text);
        assert_eq!(problem["request_id"], "my-id");
        assert_eq!(problem["instance"], uri.split('?').next().unwrap());
        assert_eq!(answer.headers["x-request-id"], "my-id");
        assert_eq!(answer.headers["content-type"], "application/problem+json");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert_eq!(answer.headers.contains_key("www-authenticate"), status == 401);
        assert_eq!(answer.headers.contains_key("allow"), status == 405);
    }
}

#[tokio::test]
async fn a_body_is_parsed_validated_and_answered() {
    let party = json!({"person": "A", "lines": ["Gatan 1"], "city": "X", "postal_code": "1", "country": "SE"});
    let mut body =
        json!({"shipment": {"sender": party, "recipient": party, "parcels": [{"weight_grams": 1, "copies": 3}]}});
    let headers = [JSON, ("idempotency-key", "\"k1\"")];
    let answer = send("POST", "/v1/samples", "cdk_live_all", &headers, &body.to_string()).await;
    assert_eq!((answer.status, answer.json()), (201, json!({"parcels": 3})));
    assert_eq!(answer.headers["etag"], "\"v1\"");
    assert_eq!(answer.headers["ratelimit-policy"], "\"write\";q=100;w=60, \"burst\";q=15;w=1");
    body["shipment"]["recipient"]["country"] = json!("X");
    body["shipment"]["parcels"][0]["weight_grams"] = json!(0);
    let answer = send("POST", "/v1/samples", "cdk_live_all", &headers, &body.to_string()).await;
    let problem = answer.json();
    assert_eq!(answer.status, 422);
    assert_eq!(problem["errors"][0]["pointer"], "/shipment/recipient/country");
    assert_eq!(problem["errors"][1]["pointer"], "/shipment/parcels/0/weight_grams");
    let answer = send("POST", "/v1/samples", "cdk_live_all", &headers, "{\"shipment\": {\"sender\": 5}}").await;
    assert_eq!(answer.json()["errors"][0]["pointer"], "/shipment/sender");
}

#[tokio::test]
async fn pages_follow_each_other() {
    let first = get("/v1/samples?limit=3&country=SE", "cdk_live_all").await;
    assert_eq!(first.json()["data"], json!([{"parcels": 1}, {"parcels": 2}, {"parcels": 3}]));
    let link = first.headers["link"].to_str().unwrap();
    let next = link.strip_prefix('<').unwrap().split('>').next().unwrap();
    let second = get(next, "cdk_live_all").await.json();
    assert_eq!(second["data"], json!([{"parcels": 4}, {"parcels": 5}]));
    assert_eq!((&second["has_more"], &second["next_cursor"]), (&json!(false), &json!(null)));
}

#[tokio::test]
async fn the_api_describes_itself() {
    let document = get("/v1/openapi.json", "").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    let create = &document["paths"]["/v1/samples"]["post"];
    assert_eq!(create["responses"]["default"]["$ref"], "#/components/responses/Problem");
    let problem = &create["responses"]["422"]["content"]["application/problem+json"]["schema"]["$ref"];
    assert_eq!(problem, "#/components/schemas/Problem");
    assert_eq!(create["security"], json!([{"api_key": ["labels:buy"]}]));
    let parameters = document["paths"]["/v1/samples"]["get"]["parameters"].as_array().unwrap();
    let mut names: Vec<_> = parameters.iter().map(|parameter| parameter["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["country", "cursor", "limit"]);
    assert_eq!(
        (&create["parameters"][0]["name"], &create["parameters"][0]["in"]),
        (&json!("Idempotency-Key"), &json!("header"))
    );
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for name in ["ShipmentRequest", "Address", "Money", "Problem", "FieldError", "Source"] {
        assert!(schemas.contains_key(name), "{name} is missing");
    }
    let required = document["components"]["schemas"]["Address"]["required"].clone();
    assert_eq!(required, json!(["city", "country"]));
    assert_no_dangling_reference(&document, &document);
    let page = get("/docs", "").await;
    assert!(page.text.contains("<code>/v1/samples/{id}</code>") && page.text.contains("labels:buy"));
    assert!(page.headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'; style-src"));
    assert!(get("/docs/problems", "").await.text.contains("id=\"quota_exceeded\""));
    assert_eq!(get("/livez", "").await.text, "ok\n");
}

fn assert_no_dangling_reference(document: &Value, value: &Value) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(path)) = members.get("$ref") {
                assert!(document.pointer(path.trim_start_matches('#')).is_some(), "{path} leads nowhere");
            }
            members.values().for_each(|member| assert_no_dangling_reference(document, member));
        }
        Value::Array(elements) => elements.iter().for_each(|element| assert_no_dangling_reference(document, element)),
        _ => {}
    }
}

#[tokio::test]
async fn the_server_stops_when_told() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(super::serve(listener, app(), async move {
        _ = stopped.await;
    }));
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = b"GET /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    tokio::io::AsyncWriteExt::write_all(&mut stream, request).await.unwrap();
    let mut answer = String::new();
    tokio::io::AsyncReadExt::read_to_string(&mut stream, &mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("ok\n"), "{answer}");
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_hangs_is_a_problem() {
    let hangs = Router::new().route("/hangs", axum::routing::get(std::future::pending::<()>));
    let router = hangs.layer(axum::middleware::from_fn(super::limit_time));
    let response = router.oneshot(Request::builder().uri("/hangs").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status().as_u16(), 504);
}
