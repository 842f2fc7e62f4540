//! Types in words, with links to where they are described.

use std::fmt::Write as _;

use serde_json::Value;

use super::html::{elements, escape, members, text};

/// Deepest level of inline objects that is shown; named types are links.
const MAX_DEPTH: usize = 4;

/// Writes every named type.
pub fn write_types(main: &mut String, document: &Value) {
    main.push_str("<h2 id=\"types\">Types</h2>\n<p>Members that are not required may be left out of requests; answers hold all of them, \
                   <code>null</code> where nothing is known. Requests with members that are not described are refused; answers may gain some.</p>\n");
    for (name, schema) in members(&document["components"]["schemas"]) {
        let name = escape(name);
        _ = writeln!(main, "<h3 id=\"type-{name}\">{name}</h3>\n<p>{}</p>", text(schema, "description"));
        write_properties(main, schema);
    }
}

fn write_properties(main: &mut String, schema: &Value) {
    let mut parts = elements(&schema["allOf"]).filter_map(|part| part["$ref"].as_str()?.rsplit('/').next()).peekable();
    if parts.peek().is_some() {
        let links: Vec<String> =
            parts.map(|name| format!("<a href=\"#type-{name}\">{name}</a>", name = escape(name))).collect();
        _ = writeln!(main, "<p>All members of {}, and:</p>", links.join(", "));
    }
    let inline = elements(&schema["allOf"]).filter(|part| part["properties"].is_object());
    for schema in std::iter::once(schema).filter(|schema| schema["properties"].is_object()).chain(inline) {
        let required: Vec<_> = elements(&schema["required"]).filter_map(Value::as_str).collect();
        main.push_str("<table><tr><th>Member</th><th>Type</th><th></th></tr>\n");
        for (name, property) in members(&schema["properties"]) {
            let mark = if required.contains(&name) { "" } else { " <span class=\"soft\">optional</span>" };
            let (kind, words) = (type_of(property, 0), text(property, "description"));
            _ = writeln!(
                main,
                "<tr><td><code>{}</code>{mark}</td><td>{kind}</td><td>{words}{}</td></tr>",
                escape(name),
                bounds(property)
            );
        }
        main.push_str("</table>\n");
    }
}

/// The limits that a schema states, as words.
pub fn bounds(schema: &Value) -> String {
    let mut words = Vec::new();
    for (member, before) in [
        ("minimum", "at least "),
        ("maximum", "at most "),
        ("minLength", "at least characters: "),
        ("maxLength", "at most characters: "),
        ("minItems", "at least elements: "),
        ("maxItems", "at most elements: "),
        ("default", "if not said: "),
    ] {
        if let Some(value) = schema.get(member).filter(|value| !value.is_null() && **value != serde_json::json!({})) {
            words.push(format!("{before}<code>{}</code>", escape(&value.to_string())));
        }
    }
    if words.is_empty() { String::new() } else { format!(" <span class=\"soft\">({})</span>", words.join(", ")) }
}

/// Returns a type's words, with a link where it has a name.
pub fn type_of(schema: &Value, depth: usize) -> String {
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
    let one = |kind: &str| match (kind, schema["format"].as_str()) {
        ("array", _) => format!("list of {}", type_of(&schema["items"], depth + 1)),
        ("object", _) if schema["additionalProperties"].is_object() => {
            format!("object of {}", type_of(&schema["additionalProperties"], depth + 1))
        }
        ("string", Some("date-time")) => "time (RFC 3339)".to_owned(),
        (kind, _) => escape(kind),
    };
    match &schema["type"] {
        Value::String(kind) => one(kind),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).map(one).collect::<Vec<_>>().join(" or "),
        _ if schema["enum"].is_array() => elements(&schema["enum"])
            .map(|word| format!("<code>{}</code>", escape(&word.to_string())))
            .collect::<Vec<_>>()
            .join(" or "),
        _ => "any".to_owned(),
    }
}
