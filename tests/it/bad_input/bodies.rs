//! Bodies that are no JSON, or no JSON of ours.

use reqwest::Method;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE};

use super::judge::{Wanted, judge, wrong};
use crate::desk::Desk;

/// The simplest body of all goes here: what is wrong is wrong for every route.
const PATH: &str = "/v1/stores";
const JSON: &str = "application/json";
const MIB: usize = 1024 * 1024;

const NOT_JSON: Wanted = wrong(400, "malformed_json");
const NOT_OURS: Wanted = wrong(422, "invalid_body");
const NOT_TAKEN: Wanted = wrong(415, "unsupported_media_type");
const TOO_LARGE: Wanted = wrong(413, "body_too_large");

pub async fn all(desk: &Desk) {
    for (what, content_type, body, wanted) in texts() {
        let reply = send(desk, content_type, body).await;
        judge(what, &reply, &wanted);
    }
    let compressed = desk.client.send(Method::POST, PATH, |request| {
        request.header(CONTENT_TYPE, JSON).header(CONTENT_ENCODING, "gzip").body("{}")
    });
    judge("a compressed body", &compressed.await, &NOT_TAKEN);
    let nameless = desk.client.send(Method::POST, PATH, |request| request.body("{\"name\":\"x\"}")).await;
    judge("no content type", &nameless, &NOT_TAKEN);
    oversized(desk).await;
}

fn texts() -> Vec<(&'static str, &'static str, Vec<u8>, Wanted)> {
    let deep = |open: &str, shut: &str| format!("{}{}", open.repeat(5_000), shut.repeat(5_000)).into_bytes();
    let name = |text: &str| format!("{{\"name\":{text}}}").into_bytes();
    let utf16: Vec<u8> = "{\"name\":\"x\"}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    vec![
        ("nothing", JSON, Vec::new(), NOT_JSON),
        ("blanks", JSON, b" \n ".to_vec(), NOT_JSON),
        ("a form", "application/x-www-form-urlencoded", b"name=x".to_vec(), NOT_TAKEN),
        ("JSON as text", "text/plain", name("\"x\""), NOT_TAKEN),
        ("a form called JSON", JSON, b"name=x".to_vec(), NOT_JSON),
        ("half an object", JSON, b"{\"name\":\"x\"".to_vec(), NOT_JSON),
        ("an object and more", JSON, b"{\"name\":\"x\"}}".to_vec(), NOT_JSON),
        ("single quotes", JSON, b"{'name':'x'}".to_vec(), NOT_JSON),
        ("a comma too many", JSON, b"{\"name\":\"x\",}".to_vec(), NOT_JSON),
        ("a comment", JSON, b"{\"name\":\"x\"} // x".to_vec(), NOT_JSON),
        ("NaN", JSON, name("NaN"), NOT_JSON),
        ("Infinity", JSON, name("-Infinity"), NOT_JSON),
        ("a number beyond all", JSON, name("1e400"), NOT_JSON),
        ("a raw line break", JSON, name("\"a\nb\""), NOT_JSON),
        ("half a surrogate", JSON, name("\"\\ud800\""), NOT_JSON),
        ("invalid UTF-8", JSON, b"{\"name\":\"\xc3\x28\"}".to_vec(), NOT_JSON),
        ("UTF-16", JSON, utf16, NOT_JSON),
        ("a byte order mark", JSON, "\u{feff}{\"name\":\"x\"}".into(), NOT_JSON),
        ("objects without end", JSON, deep("{\"name\":", "}"), NOT_JSON),
        ("arrays without end", JSON, deep("[", "]"), NOT_JSON),
        ("null", JSON, b"null".to_vec(), NOT_OURS.at(&[""])),
        ("a number", JSON, b"42".to_vec(), NOT_OURS.at(&[""])),
        ("a text", JSON, b"\"x\"".to_vec(), NOT_OURS.at(&[""])),
        ("a list", JSON, b"[\"x\"]".to_vec(), NOT_OURS.at(&[""])),
        ("an empty object", JSON, b"{}".to_vec(), NOT_OURS.at(&["/name"])),
        ("a name twice", JSON, b"{\"name\":\"x\",\"name\":\"y\"}".to_vec(), NOT_OURS.at(&["/name"])),
        ("an unknown member", JSON, b"{\"name\":\"x\",\"na`m/e\":1}".to_vec(), NOT_OURS.at(&["/na`m~1e"])),
        ("a number for a text", JSON, name("5"), NOT_OURS.at(&["/name"])),
        ("null for a text", JSON, name("null"), NOT_OURS.at(&["/name"])),
        ("blanks for a text", JSON, name("\" \\t \""), NOT_OURS.at(&["/name"])),
        ("NUL in a text", JSON, name("\"a\\u0000b\""), NOT_OURS.at(&["/name"])),
        ("an escape sequence", JSON, name("\"\\u001b[31mred\""), NOT_OURS.at(&["/name"])),
        ("a long text", JSON, name(&format!("\"{}\"", "x".repeat(201))), NOT_OURS.at(&["/name"])),
        ("a member with a long name", JSON, format!("{{\"{}\":1}}", "x".repeat(100_000)).into(), NOT_OURS),
    ]
}

async fn send(desk: &Desk, content_type: &str, body: Vec<u8>) -> crossdock_tests::Reply {
    desk.client.send(Method::POST, PATH, |request| request.header(CONTENT_TYPE, content_type).body(body)).await
}

/// Whether the length is announced or not: the answer comes, though nobody reads the whole body.
async fn oversized(desk: &Desk) {
    for mib in [1, 8] {
        let body = format!("{{\"name\":\"{}\"}}", "x".repeat(mib * MIB));
        judge("an oversized body", &send(desk, JSON, body.clone().into()).await, &TOO_LARGE);
        let parts =
            body.into_bytes().chunks(64 * 1024).map(|part| Ok::<_, std::io::Error>(part.to_vec())).collect::<Vec<_>>();
        let stream = reqwest::Body::wrap_stream(futures::stream::iter(parts));
        let reply =
            desk.client.send(Method::POST, PATH, |request| request.header(CONTENT_TYPE, JSON).body(stream)).await;
        judge("an oversized body in pieces", &reply, &TOO_LARGE);
    }
}
