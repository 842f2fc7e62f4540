//! A courier that sends back all that it received, in any spelling.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Response};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::json;

/// Every way in which it can answer.
pub const SPELLINGS: &[&str] = &[
    "plain",
    "text",
    "xml",
    "header",
    "gzip",
    "deflate",
    "gzip-unmarked",
    "zlib-unmarked",
    "base64",
    "base64url",
    "percent",
    "json-twice",
    "hex",
    "utf16",
    "error",
    "error-json",
    "redirect",
    "range",
    "cookie",
];

/// The token that it hands out.
pub const TOKEN: &str = "MARKED-token.eyJhbGciOiJIUzI1NiJ9_abc-123";

/// A running courier.
pub struct Echo {
    /// Where it listens.
    pub address: SocketAddr,
    received: Arc<Mutex<Vec<String>>>,
}

impl Echo {
    /// Starts one.
    pub async fn start() -> Self {
        let received = Arc::new(Mutex::new(Vec::new()));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&received));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, received }
    }

    /// Whether this was in any request, once what HTTP encodes is decoded.
    pub fn has_received(&self, text: &str) -> bool {
        self.received.lock().unwrap().iter().any(|piece| piece.contains(text))
    }
}

async fn answer(State(received): State<Arc<Mutex<Vec<String>>>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    let body = String::from_utf8_lossy(&body).into_owned();
    let mut pieces: Vec<String> = Vec::new();
    for value in parts.headers.values() {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        pieces.extend(value.split_once(' ').map(|(_, last)| last.to_owned()));
        pieces
            .extend(value.strip_prefix("Basic ").and_then(|pair| String::from_utf8(STANDARD.decode(pair).ok()?).ok()));
        pieces.push(value);
    }
    let query = parts.uri.query().unwrap_or_default();
    pieces.extend(url::form_urlencoded::parse(query.as_bytes()).map(|(_, value)| value.into_owned()));
    let is_form = parts.headers.get("content-type").is_some_and(|kind| kind.as_bytes().ends_with(b"form-urlencoded"));
    if is_form {
        pieces.extend(url::form_urlencoded::parse(body.as_bytes()).map(|(_, value)| value.into_owned()));
    }
    let decode = |segment: &str| percent_decode_str(segment).decode_utf8_lossy().into_owned();
    pieces.extend(parts.uri.path().split('/').map(decode));
    if let Ok(json) = serde_json::from_str::<serde_json::Value>(&body) {
        pieces.extend(json.pointer("/credentials/key").and_then(|key| key.as_str().map(str::to_owned)));
    }
    pieces.push(
        body.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&apos;", "'")
            .replace("&amp;", "&"),
    );
    pieces.push(body);
    pieces.push(parts.uri.to_string());
    received.lock().unwrap().extend(pieces.iter().cloned());
    if parts.uri.path().ends_with("/oauth/token") {
        let token = json!({"access_token": TOKEN, "expires_in": 3600}).to_string();
        return reply(200, &[("content-type", "application/json")], token.into_bytes());
    }
    let spelling = parts.uri.path().split("/echo/").nth(1).unwrap_or_default();
    spell(spelling.split('/').next().unwrap_or_default(), &pieces)
}

fn spell(spelling: &str, pieces: &[String]) -> Response<Body> {
    let all = pieces.join(" | ");
    let json = |encode: &dyn Fn(&str) -> String| {
        let each: Vec<String> = pieces.iter().map(|piece| encode(piece)).collect();
        let with_user: Vec<String> = pieces.iter().map(|piece| encode(&format!("someone:{piece}"))).collect();
        json!({"all": encode(&all), "pieces": each, "with_user": with_user}).to_string().into_bytes()
    };
    let plain = |text: &str| text.to_owned();
    let percent = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let encoded = |coding: &'static str, body: Vec<u8>| reply(200, &[("content-encoding", coding)], body);
    let echoed: Vec<(&str, &str)> = pieces.iter().map(|piece| ("x-echo", piece.as_str())).collect();
    match spelling {
        "text" => reply(200, &[], all.into_bytes()),
        "xml" => reply(200, &[("content-type", "text/xml")], xml(&all).into_bytes()),
        "header" => {
            let joined = STANDARD.encode(&all);
            reply(200, &[echoed, vec![("x-echo-base64", joined.as_str())]].concat(), Vec::new())
        }
        "gzip" => encoded("gzip", gzip(&json(&plain))),
        "deflate" => encoded("deflate", zlib(&json(&plain))),
        "gzip-unmarked" => reply(200, &[], gzip(&json(&plain))),
        "zlib-unmarked" => reply(200, &[], zlib(&json(&plain))),
        "base64" => reply(200, &[], json(&|text| STANDARD.encode(text))),
        "base64url" => reply(200, &[], json(&|text| URL_SAFE_NO_PAD.encode(text))),
        "percent" => reply(200, &[], json(&percent)),
        "json-twice" => reply(200, &[], json(&|text| json!({ "inner": text }).to_string())),
        "hex" => reply(200, &[], json(&|text| hex::encode(text))),
        "utf16" => reply(200, &[], all.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        "error" => reply(401, &[("www-authenticate", &all)], format!("invalid key {all}").into_bytes()),
        "error-json" => reply(400, &[], json(&|text| format!("the key '{text}' is not valid"))),
        "redirect" => {
            reply(302, &[("location", &format!("http://127.0.0.1:9/?all={}", percent(&all)))], all.into_bytes())
        }
        "range" => reply(206, &[("content-range", "bytes 0-99/100")], json(&plain)),
        "cookie" => reply(200, &[("set-cookie", &format!("key={all}")), ("x-echo", &all)], Vec::new()),
        _ => reply(200, &[("content-type", "application/json")], json(&plain)),
    }
}

/// Headers that cannot be written are left out.
fn reply(status: u16, headers: &[(&str, &str)], body: Vec<u8>) -> Response<Body> {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            response = response.header(*name, value);
        }
    }
    response.body(Body::from(body)).unwrap()
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn zlib(body: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn xml(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<error code=\"{}\">{text}</error>", text.replace('"', "&quot;").replace('\'', "&apos;"))
}
