//! The page of the API: how to begin, each operation with an example, and the types.

use std::fmt::Write as _;

use serde_json::Value;

use super::guide;
use super::html::{block, elements, escape, members, page, text, words};
use super::types::{bounds, type_of, write_types};

/// Writes the page.
pub fn operations(document: &Value) -> String {
    let operations = each_operation(document);
    let mut main = guide::text(document);
    let mut menu = guide::menu();
    for (tag, description) in tags(document, &operations) {
        let anchor = anchor("", &tag);
        _ = writeln!(main, "<h2 id=\"{anchor}\">{}</h2>\n<p>{}</p>", capital(&tag), words(&description));
        _ = write!(menu, "<b><a href=\"#{anchor}\">{}</a></b>", capital(&tag));
        for operation in operations.iter().filter(|operation| operation.tag == tag) {
            write_operation(&mut main, document, operation);
            let (method, path) = (&operation.method, escape(operation.path));
            _ = write!(menu, "<a href=\"#{}\"><span class=\"verb\">{method}</span>{path}</a>", operation.anchor());
        }
    }
    write_types(&mut main, document);
    menu.push_str("<b><a href=\"#types\">Types</a></b>");
    page("Crossdock API", &menu, &main)
}

struct Operation<'a> {
    method: String,
    path: &'a str,
    tag: String,
    value: &'a Value,
}

impl Operation<'_> {
    fn anchor(&self) -> String {
        anchor(&self.method, self.path)
    }
}

fn each_operation(document: &Value) -> Vec<Operation<'_>> {
    let mut operations = Vec::new();
    for (path, item) in members(&document["paths"]) {
        for (method, value) in members(item).filter(|(_, operation)| operation.get("responses").is_some()) {
            let tag = value["tags"][0].as_str().unwrap_or("other").to_owned();
            operations.push(Operation { method: method.to_ascii_uppercase(), path, tag, value });
        }
    }
    operations
}

/// The document's tags in its order, then those that it does not list.
fn tags(document: &Value, operations: &[Operation<'_>]) -> Vec<(String, String)> {
    let word = |tag: &Value, member: &str| tag[member].as_str().unwrap_or_default().to_owned();
    let mut tags: Vec<_> =
        elements(&document["tags"]).map(|tag| (word(tag, "name"), word(tag, "description"))).collect();
    for operation in operations {
        if !tags.iter().any(|(name, _)| *name == operation.tag) {
            tags.push((operation.tag.clone(), String::new()));
        }
    }
    tags.retain(|(name, _)| operations.iter().any(|operation| operation.tag == *name));
    tags
}

fn write_operation(main: &mut String, document: &Value, operation: &Operation<'_>) {
    let Operation { method, path, value, .. } = operation;
    _ = writeln!(
        main,
        "<h3 id=\"{}\"><span class=\"verb\">{method}</span><code>{}</code></h3>",
        operation.anchor(),
        escape(path)
    );
    _ = writeln!(main, "<p><b>{}</b></p><p>{}</p>", text(value, "summary"), text(value, "description"));
    let scopes = elements(&value["security"]).flat_map(members).flat_map(|(_, scopes)| elements(scopes));
    let scopes: Vec<_> =
        scopes.filter_map(Value::as_str).map(|scope| format!("<code>{}</code>", escape(scope))).collect();
    let needed = if scopes.is_empty() { "any key of a merchant".to_owned() } else { scopes.join(" or ") };
    _ = writeln!(main, "<p class=\"soft\">Scope: {needed}</p>");
    write_parameters(main, value);
    for (_, content) in members(&value["requestBody"]["content"]) {
        _ = writeln!(main, "<h4>Body: {}</h4>", type_of(&content["schema"], 0));
    }
    main.push_str("<h4>Example</h4>\n");
    main.push_str(&block(&curl(operation)));
    write_answers(main, document, value);
}

fn write_parameters(main: &mut String, operation: &Value) {
    if elements(&operation["parameters"]).next().is_none() {
        return;
    }
    main.push_str("<table><tr><th>Parameter</th><th>In</th><th>Type</th><th></th></tr>\n");
    for parameter in elements(&operation["parameters"]) {
        let (name, place, words) = (text(parameter, "name"), text(parameter, "in"), text(parameter, "description"));
        let (kind, bounds) = (type_of(&parameter["schema"], 0), bounds(&parameter["schema"]));
        let mark = if parameter["required"] == true { " <b>required</b>" } else { "" };
        _ = writeln!(
            main,
            "<tr><td><code>{name}</code>{mark}</td><td>{place}</td><td>{kind}</td><td>{words}{bounds}</td></tr>"
        );
    }
    main.push_str("</table>\n");
}

fn write_answers(main: &mut String, document: &Value, operation: &Value) {
    main.push_str("<table><tr><th>Status</th><th>Answer</th><th></th></tr>\n");
    let mut examples = String::new();
    for (status, response) in members(&operation["responses"]) {
        let shared = response["$ref"].as_str().and_then(|path| document.pointer(path.trim_start_matches('#')));
        let response = shared.unwrap_or(response);
        let kinds: Vec<_> = members(&response["content"]).map(|(media, content)| kind_of(media, content)).collect();
        let status = escape(status);
        _ = writeln!(
            main,
            "<tr><td>{status}</td><td>{}</td><td>{}</td></tr>",
            kinds.join(", "),
            text(response, "description")
        );
        if let Some(example) = response["content"]["application/json"].get("example") {
            let json = serde_json::to_string_pretty(example).unwrap_or_default();
            _ = writeln!(examples, "<details><summary>Answer {status}</summary>{}</details>", block(&json));
        }
    }
    main.push_str("</table>\n");
    main.push_str(&examples);
}

fn kind_of(media: &str, content: &Value) -> String {
    if content["schema"].is_object() {
        type_of(&content["schema"], 0)
    } else {
        format!("<code>{}</code>", escape(media))
    }
}

/// The operation as one types it; `$URL` and `$KEY` are those of the reader.
fn curl(operation: &Operation<'_>) -> String {
    let mut path = operation.path.to_owned();
    let mut query = Vec::new();
    let mut headers = vec!["Authorization: Bearer $KEY".to_owned()];
    for parameter in elements(&operation.value["parameters"]) {
        let name = parameter["name"].as_str().unwrap_or_default();
        let example =
            parameter.get("example").map(|example| example.as_str().map_or_else(|| example.to_string(), str::to_owned));
        match (parameter["in"].as_str(), example) {
            (Some("path"), Some(example)) => path = path.replace(&format!("{{{name}}}"), &example),
            (Some("path"), None) => path = path.replace(&format!("{{{name}}}"), &format!("${}", name.to_uppercase())),
            (Some("query"), example) if parameter["required"] == true => {
                query.push(format!("{name}={}", example.unwrap_or_default()))
            }
            (Some("header"), _) if name == "Idempotency-Key" => headers.push(format!("{name}: $(uuidgen)")),
            _ => {}
        }
    }
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    let method = if operation.method == "GET" { String::new() } else { format!(" -X {}", operation.method) };
    let body = operation.value["requestBody"]["content"]["application/json"].get("example");
    if body.is_some() {
        headers.push("Content-Type: application/json".to_owned());
    }
    let mut line = format!("curl{method} \"$URL{path}{query}\"");
    for header in headers {
        _ = write!(line, " \\\n  -H \"{header}\"");
    }
    if let Some(body) = body {
        _ = write!(line, " \\\n  -d '{}'", serde_json::to_string_pretty(body).unwrap_or_default());
    }
    line
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    escape(&(first + chars.as_str()))
}

fn anchor(method: &str, path: &str) -> String {
    let plain = |char: char| if char.is_ascii_alphanumeric() { char } else { '-' };
    format!("{method}{}", path.chars().map(plain).collect::<String>())
}
