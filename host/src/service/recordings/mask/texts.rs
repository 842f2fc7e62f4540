//! JSON, XML and forms: every value with the place where it stands.

use serde_json::{Number, Value};
use url::form_urlencoded;

use super::place::Place;

/// Deepest XML that is told apart; below it, elements count as those above.
const MAX_DEPTH: usize = 128;

/// Longest name of an XML entity.
const MAX_ENTITY: usize = 10;

/// The member whose values are pairs of key and text.
const PAIRS: &str = "extensions";

/// Stands for documents: never a label's bytes.
pub const STAND_IN: &[u8] = b"%PDF-1.4\n% stands for a document\n%%EOF\n";

/// What becomes of a value at a place; `None`: it stays.
pub type Visit<'a> = dyn FnMut(&str, Place) -> Option<String> + 'a;

/// Visits every text of a JSON value, and the numbers that are personal.
pub fn json(value: &mut Value, place: Place, key: &str, visit: &mut Visit<'_>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                json(member, place.below(key), key, visit);
            }
        }
        Value::Array(items) => match items.as_mut_slice() {
            [Value::String(name), Value::String(text)] if key == PAIRS => {
                if let Some(other) = visit(text, place.below(name)) {
                    *text = other;
                }
            }
            items => items.iter_mut().for_each(|item| json(item, place, key, visit)),
        },
        Value::String(text) => {
            if let Some(other) = visit(text, place) {
                *text = other;
            }
        }
        Value::Number(number) => {
            let text = number.to_string();
            let place = if place.is_personal_number(key) { place } else { Place::default() };
            if let Some(other) = visit(&text, place).and_then(|other| other.parse::<Number>().ok()) {
                *number = other;
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

/// Visits a body, whatever it is made of. What is no text is a document.
pub fn body(bytes: &[u8], visit: &mut Visit<'_>) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(bytes) else { return STAND_IN.to_vec() };
    let trimmed = text.trim_start_matches('\u{feff}').trim_start();
    if trimmed.starts_with("%PDF") || trimmed.starts_with("^XA") {
        return STAND_IN.to_vec();
    }
    if trimmed.starts_with(['{', '['])
        && let Ok(mut value) = serde_json::from_str::<Value>(trimmed)
    {
        json(&mut value, Place::default(), "", visit);
        return value.to_string().into_bytes();
    }
    if trimmed.starts_with('<') {
        return xml(text, visit).into_bytes();
    }
    if text.contains('=') && !text.contains(char::is_whitespace) {
        return form(text, visit).into_bytes();
    }
    visit(text, Place::default()).unwrap_or_else(|| text.to_owned()).into_bytes()
}

/// Visits pairs of names and values.
pub fn pairs(pairs: &mut [(String, String)], visit: &mut Visit<'_>) {
    for (name, value) in pairs {
        if let Some(other) = visit(value, Place::default().below(name)) {
            *value = other;
        }
    }
}

fn form(text: &str, visit: &mut Visit<'_>) -> String {
    let mut all: Vec<(String, String)> = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
    pairs(&mut all, visit);
    form_urlencoded::Serializer::new(String::new()).extend_pairs(all).finish()
}

/// Visits the texts and attributes of XML. Whatever it cannot make out stays as it is, but for known words.
fn xml(text: &str, visit: &mut Visit<'_>) -> String {
    let mut written = String::with_capacity(text.len());
    let mut places = vec![Place::default()];
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let here = places.last().copied().unwrap_or_default();
        written.push_str(&xml_text(&rest[..start], here, visit));
        rest = &rest[start..];
        if let Some(content) = rest.strip_prefix("<![CDATA[") {
            let end = content.find("]]>").unwrap_or(content.len());
            written.push_str("<![CDATA[");
            written.push_str(&visit(&content[..end], here).unwrap_or_else(|| content[..end].to_owned()));
            rest = &content[end..];
            if let Some(behind) = rest.strip_prefix("]]>") {
                written.push_str("]]>");
                rest = behind;
            }
            continue;
        }
        let Some(end) = rest.find('>') else { break };
        let (tag, behind) = rest.split_at(end + 1);
        rest = behind;
        if tag.starts_with("</") {
            written.push_str(tag);
            if places.len() > 1 {
                places.pop();
            }
        } else if tag.starts_with("<?") || tag.starts_with("<!") {
            written.push_str(tag);
        } else {
            let name = tag[1..].split(|letter: char| letter.is_whitespace() || "/>".contains(letter)).next();
            let place = here.below(name.unwrap_or_default().rsplit(':').next().unwrap_or_default());
            written.push_str(&attributes(tag, place, visit));
            if !tag.ends_with("/>") && places.len() < MAX_DEPTH {
                places.push(place);
            }
        }
    }
    written.push_str(&xml_text(rest, Place::default(), visit));
    written
}

fn attributes(tag: &str, place: Place, visit: &mut Visit<'_>) -> String {
    let mut written = String::with_capacity(tag.len());
    let mut rest = tag;
    while let Some(equals) = rest.find('=') {
        let quote = rest[equals + 1..].chars().next().filter(|quote| matches!(quote, '"' | '\''));
        let Some(quote) = quote else { break };
        let start = equals + 2;
        let Some(length) = rest[start..].find(quote) else { break };
        let name = rest[..equals].rsplit(char::is_whitespace).next().unwrap_or_default();
        let name = name.rsplit(':').next().unwrap_or_default();
        written.push_str(&rest[..start]);
        match rest[..equals].contains("xmlns") {
            true => written.push_str(&rest[start..start + length]),
            false => written.push_str(&xml_text(&rest[start..start + length], place.below(name), visit)),
        }
        rest = &rest[start + length..];
    }
    written.push_str(rest);
    written
}

/// Visits a text between entities such as `&amp;`, which stay.
fn xml_text(text: &str, place: Place, visit: &mut Visit<'_>) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        let entity = rest.find('&').and_then(|start| {
            let length = rest[start..].bytes().take(MAX_ENTITY).position(|byte| byte == b';')?;
            Some((start, start + length + 1))
        });
        let (end, next) = entity.unwrap_or((rest.len(), rest.len()));
        let piece = &rest[..end];
        written.push_str(&visit(piece, place).unwrap_or_else(|| piece.to_owned()));
        written.push_str(&rest[end..next]);
        rest = &rest[next..];
        if rest.is_empty() {
            return written;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn crossed(text: &str) -> String {
        let mut cross = |text: &str, place: Place| place.is_personal(text).then(|| "x".repeat(text.len()));
        String::from_utf8(body(text.as_bytes(), &mut cross)).unwrap()
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(text in "[<>&;=\"'a-z/! \\[\\]{}:,åN-]{0,80}") {
            let again = String::from_utf8(body(text.as_bytes(), &mut |_, _| None)).unwrap();
            if text.trim_start().starts_with('<') {
                prop_assert_eq!(again, text);
            }
        }
    }

    #[test]
    fn values_are_found_in_every_kind_of_body() {
        assert_eq!(
            crossed(r#"{"status":"OK","name":"Kari","zip":12345}"#),
            r#"{"status":"OK","name":"xxxx","zip":12345}"#
        );
        let pairs = r#"{"extensions":[["phone","123"],["layout","a"]]}"#;
        assert_eq!(crossed(pairs), r#"{"extensions":[["phone","xxx"],["layout","a"]]}"#);
        let xml = r#"<?xml version="1.0"?><s:P xmlns:s="urn:name"><s:Name>Kari &amp; Ola</s:Name><S t="1"/><City name="Oslo"><![CDATA[Bo]]></City>z</s:P>"#;
        let crossed_xml = r#"<?xml version="1.0"?><s:P xmlns:s="urn:name"><s:Name>xxxxx&amp;xxxx</s:Name><S t="1"/><City name="xxxx"><![CDATA[xx]]></City>z</s:P>"#;
        assert_eq!(crossed(xml), crossed_xml);
        assert_eq!(crossed("name=Kari+N&code=5"), "name=xxxxxx&code=5");
        assert_eq!(crossed("just words"), "just words");
        assert_eq!(crossed("^XA^FDKari^XZ").as_bytes(), STAND_IN);
        let odd = ["<a", "<", "<a b=", "<a b=\"c", "</a></a>", "&", "&;", "<a>&amp", "{\"a\":", "<![CDATA[x", "<!-- x"];
        for text in odd {
            assert_eq!(crossed(text), text);
        }
    }
}
