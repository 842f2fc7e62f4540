//! The part before the reference: what a stranger has to know. Figures come from where they are used.

use std::fmt::Write as _;

use serde_json::Value;

use super::html::{block, words};
use crate::http::json::BODY_LIMIT_BYTES;
use crate::http::page::{DEFAULT_LIMIT, MAX_LIMIT};
use crate::http::rate_limit::{LISTS_PER_SECOND, READS_PER_MINUTE, WRITE_BURST_PER_SECOND, WRITES_PER_MINUTE};
use crate::model::caller::Scope;
use crate::service::idempotency::KEPT;

/// The sections: anchor and title.
const SECTIONS: [(&str, &str); 9] = [
    ("start", "Getting started"),
    ("authentication", "Authentication"),
    ("errors", "Errors"),
    ("idempotency", "Idempotency"),
    ("limits", "Limits"),
    ("lists", "Lists"),
    ("changes", "Changing what others may change"),
    ("test-mode", "Test mode"),
    ("values", "Values and units"),
];

/// Writes the menu's part.
pub fn menu() -> String {
    let mut menu = String::from("<b>Crossdock API</b>");
    for (anchor, title) in SECTIONS {
        _ = write!(menu, "<a href=\"#{anchor}\">{title}</a>");
    }
    menu.push_str("<a href=\"/docs/problems\">All problem codes</a><a href=\"/v1/openapi.json\">OpenAPI 3.1</a>");
    menu
}

/// Writes the sections.
pub fn text(document: &Value) -> String {
    let mut text = format!("<p>{}</p>\n", words(document["info"]["description"].as_str().unwrap_or_default()));
    for (anchor, title) in SECTIONS {
        _ = writeln!(text, "<h2 id=\"{anchor}\">{title}</h2>");
        text.push_str(&section(anchor));
    }
    text
}

fn section(anchor: &str) -> String {
    match anchor {
        "start" => start(),
        "authentication" => authentication(),
        "errors" => errors(),
        "idempotency" => idempotency(),
        "limits" => limits(),
        "lists" => lists(),
        "changes" => paragraphs(&[
            "Credentials and pickups have an `ETag`. Send it as `If-Match` with a `PATCH` or `DELETE`, and it is done only if nobody changed \
             the resource since you read it; otherwise the answer is 412 `precondition_failed`. Without the header the change is made \
             whatever came between.",
        ]),
        "test-mode" => paragraphs(&[
            "A key that begins with `cdk_test_` connects and uses test accounts only and sees nothing that is real; everything it makes \
             says `\"test\": true`. How a courier is tried without spending money is in its description (`accounts[].test`): `host`, it has a \
             test system; `flag`, its production system is told; `none`, it cannot: then the answer is 422 `no_test_environment`, and \
             production is never used instead.",
        ]),
        _ => values(),
    }
}

fn start() -> String {
    let mut text = paragraphs(&[
        "You need an API key, which the operator of this host makes, and an account at a courier. Four calls lead to a label:",
    ]);
    text.push_str(&block(
        "export URL=https://crossdock.example KEY=cdk_live_…\n\n\
         # 1. What does the courier need?\n\
         curl \"$URL/v1/couriers/acme\" -H \"Authorization: Bearer $KEY\"\n\n\
         # 2. Connect your account. It is tested before it is saved.\n\
         curl \"$URL/v1/credentials\" -H \"Authorization: Bearer $KEY\" -H \"Content-Type: application/json\" \\\n  \
         -d '{\"courier\": \"acme\", \"fields\": {\"api_key\": \"…\", \"customer_number\": \"…\"}}'\n\n\
         # 3. Book. The same Idempotency-Key never books twice.\n\
         curl \"$URL/v1/shipments\" -H \"Authorization: Bearer $KEY\" -H \"Content-Type: application/json\" \\\n  \
         -H \"Idempotency-Key: order-1001\" -d @shipment.json\n\n\
         # 4. Print.\n\
         curl \"$URL/v1/shipments/$ID/label?format=pdf\" -H \"Authorization: Bearer $KEY\" -o label.pdf",
    ));
    text.push_str(
        "<p>A whole <code>shipment.json</code> stands at <a href=\"#POST-v1-shipments\">POST /v1/shipments</a>; ask \
                   <a href=\"#POST-v1-rates\">POST /v1/rates</a> first for what it would cost.</p>\n",
    );
    text
}

fn authentication() -> String {
    let mut text = paragraphs(&[
        "Every call under `/v1` takes `Authorization: Bearer <API key>`. A key begins with `cdk_live_` or `cdk_test_` and is shown once, when \
         it is made. It may expire, and may be bound to networks. What it may do are its scopes:",
    ]);
    text.push_str("<table><tr><th>Scope</th><th>Allows to</th></tr>\n");
    for scope in Scope::ALL.into_iter().filter(|scope| *scope != Scope::Admin) {
        let allows = match scope {
            Scope::ShipmentsRead => "read shipments, labels, tracking, rates and the log of courier calls",
            Scope::ShipmentsWrite => "cancel and resolve shipments, order and cancel pickups",
            Scope::LabelsBuy => "book: spends your money",
            Scope::WebhooksManage => "manage webhook endpoints",
            Scope::CredentialsWrite => "connect, test, change and remove courier accounts; add shops",
            Scope::Admin => "",
        };
        _ = writeln!(text, "<tr><td><code>{scope}</code></td><td>{allows}</td></tr>");
    }
    text.push_str("</table>\n");
    text
}

fn errors() -> String {
    let mut text = paragraphs(&[
        "Every error is a problem document (RFC 9457). `code` is for your program, `detail` for a person, `source` says who has to act \
         (`request`, `platform`, `courier`, `plugin`), and `retryable` whether trying again helps. `errors` lists all that is wrong in your \
         request at once:",
    ]);
    text.push_str(&block(
        "HTTP/1.1 422 Unprocessable Content\nContent-Type: application/problem+json\nX-Request-Id: req_01KAJ3V1Q8E7XB6M4Y2T9ZC5RD\n\n\
         {\n  \"type\": \"/docs/problems#invalid_body\",\n  \"title\": \"The body has wrong or missing fields\",\n  \"status\": 422,\n  \
         \"code\": \"invalid_body\",\n  \"source\": \"request\",\n  \"retryable\": false,\n  \
         \"request_id\": \"req_01KAJ3V1Q8E7XB6M4Y2T9ZC5RD\",\n  \"errors\": [\n    \
         {\"pointer\": \"/shipment/recipient/country\", \"code\": \"invalid_country\", \"detail\": \"must be an ISO 3166-1 alpha-2 code such as SE\"}\n  ]\n}",
    ));
    text.push_str("<p><a href=\"/docs/problems\">All codes, with what to do about each.</a> Where several couriers are asked, the answer is \
                   200 and each that failed has a problem of its own in <code>failures</code>. Send <code>X-Request-Id</code> to give a \
                   request your own id, and <code>traceparent</code> to join your trace.</p>\n");
    text
}

fn idempotency() -> String {
    let hours = KEPT.as_hours();
    paragraphs(&[
        "Calls that spend money or make something at a courier need the header `Idempotency-Key`: 1 to 255 visible characters that \
         name your intent, such as your order's number or a UUID.",
        &format!(
            "The same key with the same body gets the same answer, byte for byte, with `Idempotent-Replayed: true`, for {hours} hours; nothing is \
             done twice. With another body the answer is 422 `idempotency_key_reused`; while the first is still running, 409 \
             `idempotency_in_progress`. So after a time-out, a broken connection or a 5xx, send the very same request again."
        ),
        "Where a shop or an account is added the header may be given, and means the same; a request that failed then leaves its key free.",
        "A booking whose answer was lost on the courier's side is a shipment in the state `unknown` (202). The host asks the courier what \
         became of it; do not book again under a new key.",
    ])
}

fn limits() -> String {
    let mut text = format!(
        "<table><tr><th>Quota</th><th>Usual limit of a key</th></tr>\n\
         <tr><td><code>read</code></td><td>{READS_PER_MINUTE} a minute</td></tr>\n\
         <tr><td><code>list</code></td><td>{LISTS_PER_SECOND} lists a second, which count as reads too</td></tr>\n\
         <tr><td><code>write</code></td><td>{WRITES_PER_MINUTE} a minute: every POST, PATCH and DELETE</td></tr>\n\
         <tr><td><code>burst</code></td><td>{WRITE_BURST_PER_SECOND} writes a second</td></tr>\n\
         <tr><td>body</td><td>{} KiB</td></tr></table>\n",
        BODY_LIMIT_BYTES / 1024
    );
    text.push_str(&paragraphs(&[
        "Every answer tells what is left: `RateLimit-Policy: \"write\";q=100;w=60` (100 in 60 seconds) and `RateLimit: \"write\";r=97;t=2` (97 left, \
         whole again in 2 seconds). Beyond it the answer is 429 with `Retry-After`. Keys can have limits of their own. A courier's limit is \
         another matter: that is 503 `courier_rate_limited`.",
    ]));
    text
}

fn lists() -> String {
    paragraphs(&[&format!(
        "Lists are newest first, {DEFAULT_LIMIT} rows a page unless `limit` (1 to {MAX_LIMIT}) says otherwise: `{{\"data\": […], \"next_cursor\": \"…\", \
         \"has_more\": true}}`. Give `next_cursor` as `cursor` for the next page, with the same filters, or follow `Link: <…>; rel=\"next\"`. \
         A cursor of another list is 400 `invalid_cursor`."
    )])
}

fn values() -> String {
    paragraphs(&[
        "Ids are text with a prefix (`shp_`, `cred_`, `lbl_`, `pck_`, `sto_`) and sort by their time. Weights are whole grams, lengths \
         whole millimetres: the names say so (`weight_grams`). Money is `{\"amount\": \"12.30\", \"currency\": \"SEK\"}`: decimal text and ISO 4217. \
         Countries are ISO 3166-1 alpha-2. Our times are RFC 3339 in UTC; a courier's times are `{at, local, zone_known}`, because couriers \
         often tell the wall clock and not the offset.",
        "Couriers' words come in the language of `Accept-Language`, where the courier has it.",
    ])
}

fn paragraphs(texts: &[&str]) -> String {
    texts.iter().map(|text| format!("<p>{}</p>\n", words(text))).collect()
}
