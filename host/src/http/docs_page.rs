//! The readable documentation: plain HTML written from the OpenAPI document, without scripts.

use std::fmt::Write as _;

use serde_json::Value;

use super::problem::code;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;\
color:#1a1a1a;background:#fff}table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}th,td{text-align:left;\
vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #ccc}code{font:14px ui-monospace,monospace}\
h2{margin-top:2.5rem}.method{font-weight:700}:target{background:#fff3bf}\
@media(prefers-color-scheme:dark){body{color:#e6e6e6;background:#16181c}a{color:#8ab4f8}th,td{border-color:#444}\
:target{background:#4a4010}}";

/// Deepest level of inline objects that is shown; named types are links.
const MAX_DEPTH: usize = 4;

/// Writes the page of all operations and types.
pub fn operations(document: &Value) -> String {
    let mut page = start("Crossdock API");
    page.push_str(
        "<p>Send <code>Authorization: Bearer &lt;API key&gt;</code>. Errors are \
         <a href=\"/docs/problems\">problem documents</a>. The same as \
         <a href=\"/v1/openapi.json\">OpenAPI 3.1</a>.</p>\n",
    );
    let operations = each_operation(document);
    page.push_str("<h2>Calls</h2>\n<table>");
    for (method, path, operation) in &operations {
        let (path, anchor, summary) = (escape(path), anchor(method, path), text(operation, "summary"));
        _ = writeln!(
            page,
            "<tr><td class=\"method\">{method}</td><td><a href=\"#{anchor}\"><code>{path}</code></a></td><td>{summary}</td></tr>"
        );
    }
    page.push_str("</table>\n");
    for (method, path, operation) in &operations {
        write_operation(&mut page, method, path, operation);
    }
    page.push_str("<h2 id=\"types\">Types</h2>\n");
    for (name, schema) in members(&document["components"]["schemas"]) {
        let name = escape(name);
        _ = writeln!(page, "<h3 id=\"type-{name}\">{name}</h3><p>{}</p>", text(schema, "description"));
        write_properties(&mut page, schema);
    }
    finish(page)
}

/// Writes the page of problem codes; each is an anchor, and the `type` of its problems.
pub fn problems() -> String {
    let mut page = start("Problems");
    page.push_str("<p>Every error is <code>application/problem+json</code> (RFC 9457) with one of these codes.</p>\n");
    page.push_str("<table><tr><th>Code</th><th>Status</th><th>Meaning</th><th>Source</th><th>Retry helps</th><th>What to do</th></tr>\n");
    for code in code::ALL {
        let source = serde_json::to_value(code.source).unwrap_or_default();
        _ = writeln!(
            page,
            "<tr id=\"{word}\"><td><code>{word}</code></td><td>{status}</td><td>{title}</td><td>{source}</td><td>{retry}</td><td>{advice}</td></tr>",
            word = code.word,
            status = code.status.as_u16(),
            title = escape(code.title),
            source = source.as_str().unwrap_or(""),
            retry = if code.retryable { "yes" } else { "no" },
            advice = escape(code.advice),
        );
    }
    page.push_str("</table>\n");
    finish(page)
}

fn start(title: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head><body>\n<h1>{title}</h1>\n"
    )
}

fn finish(mut page: String) -> String {
    page.push_str("</body></html>\n");
    page
}

fn each_operation(document: &Value) -> Vec<(String, &str, &Value)> {
    let mut operations = Vec::new();
    for (path, item) in members(&document["paths"]) {
        for (method, operation) in members(item).filter(|(_, operation)| operation.get("responses").is_some()) {
            operations.push((method.to_ascii_uppercase(), path, operation));
        }
    }
    operations
}

fn write_operation(page: &mut String, method: &str, path: &str, operation: &Value) {
    let anchor = anchor(method, path);
    _ = writeln!(page, "<h2 id=\"{anchor}\"><span class=\"method\">{method}</span> <code>{}</code></h2>", escape(path));
    _ = writeln!(page, "<p>{}</p><p>{}</p>", text(operation, "summary"), text(operation, "description"));
    let scopes: Vec<_> =
        elements(&operation["security"]).flat_map(members).flat_map(|(_, scopes)| elements(scopes)).collect();
    for scope in scopes.iter().filter_map(|scope| scope.as_str()) {
        _ = writeln!(page, "<p>Scope: <code>{}</code></p>", escape(scope));
    }
    let parameters: Vec<_> = elements(&operation["parameters"]).collect();
    if !parameters.is_empty() {
        page.push_str("<table><tr><th>Parameter</th><th>In</th><th>Type</th><th></th></tr>\n");
        for parameter in parameters {
            let (name, place, words) = (text(parameter, "name"), text(parameter, "in"), text(parameter, "description"));
            let kind = type_of(&parameter["schema"], 0);
            _ = writeln!(page, "<tr><td><code>{name}</code></td><td>{place}</td><td>{kind}</td><td>{words}</td></tr>");
        }
        page.push_str("</table>\n");
    }
    for (media, content) in members(&operation["requestBody"]["content"]) {
        _ = writeln!(page, "<p>Body (<code>{}</code>): {}</p>", escape(media), type_of(&content["schema"], 0));
    }
    page.push_str("<table><tr><th>Status</th><th>Answer</th><th></th></tr>\n");
    for (status, response) in members(&operation["responses"]) {
        let kinds: Vec<_> = members(&response["content"]).map(|(_, content)| type_of(&content["schema"], 0)).collect();
        let kind = if response.get("$ref").is_some() {
            "<a href=\"#type-Problem\">Problem</a>".to_owned()
        } else {
            kinds.join(", ")
        };
        _ = writeln!(
            page,
            "<tr><td>{}</td><td>{kind}</td><td>{}</td></tr>",
            escape(status),
            text(response, "description")
        );
    }
    page.push_str("</table>\n");
}

fn write_properties(page: &mut String, schema: &Value) {
    let required: Vec<_> = elements(&schema["required"]).filter_map(Value::as_str).collect();
    page.push_str("<table>");
    for (name, property) in members(&schema["properties"]) {
        let kind = type_of(property, 0);
        let mark = if required.contains(&name) { " (required)" } else { "" };
        let words = text(property, "description");
        _ = writeln!(page, "<tr><td><code>{}</code>{mark}</td><td>{kind}</td><td>{words}</td></tr>", escape(name));
    }
    page.push_str("</table>\n");
}

/// Returns a type's words, with a link where it has a name.
fn type_of(schema: &Value, depth: usize) -> String {
    if depth > MAX_DEPTH {
        return "…".to_owned();
    }
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        let name = escape(name);
        return format!("<a href=\"#type-{name}\">{name}</a>");
    }
    for member in ["oneOf", "anyOf", "allOf"] {
        if schema[member].is_array() {
            let kinds: Vec<_> = elements(&schema[member]).map(|kind| type_of(kind, depth + 1)).collect();
            return kinds.join(" or ");
        }
    }
    match &schema["type"] {
        Value::String(kind) if kind == "array" => format!("list of {}", type_of(&schema["items"], depth + 1)),
        Value::String(kind) => escape(kind),
        Value::Array(kinds) if kinds.iter().any(|kind| kind == "array") => {
            format!("list of {} or null", type_of(&schema["items"], depth + 1))
        }
        Value::Array(kinds) => {
            let kinds: Vec<_> = kinds.iter().filter_map(Value::as_str).map(escape).collect();
            kinds.join(" or ")
        }
        _ => "any".to_owned(),
    }
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, member)| (name.as_str(), member))
}

fn elements(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value, member: &str) -> String {
    escape(value[member].as_str().unwrap_or(""))
}

fn anchor(method: &str, path: &str) -> String {
    let plain = |char: char| if char.is_ascii_alphanumeric() { char } else { '-' };
    format!("{method}{}", path.chars().map(plain).collect::<String>())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
