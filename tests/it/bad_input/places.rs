//! Places in a JSON body.

use serde_json::{Map, Value};

/// Puts a value at a JSON Pointer; the last member, or all of them in an object, may be new.
#[track_caller]
pub fn put(body: &mut Value, pointer: &str, value: Value) {
    let (parent, last) = pointer.rsplit_once('/').expect("a pointer to a member");
    let parent = place(body, parent);
    match parent {
        Value::Array(elements) => elements[last.parse::<usize>().expect("an index")] = value,
        Value::Object(members) => drop(members.insert(last.replace("~1", "/").replace("~0", "~"), value)),
        other => panic!("{pointer} leads into {other}"),
    }
}

fn place<'a>(body: &'a mut Value, pointer: &str) -> &'a mut Value {
    let mut here = body;
    for name in pointer.split('/').skip(1) {
        here = match here {
            Value::Array(elements) => &mut elements[name.parse::<usize>().expect("an index")],
            Value::Object(members) => members.entry(name).or_insert_with(|| Value::Object(Map::new())),
            other => panic!("{pointer} leads into {other}"),
        };
    }
    here
}

/// All places in a body, the whole of it too.
pub fn all(body: &Value) -> Vec<String> {
    let mut found = vec![String::new()];
    collect(body, "", &mut found);
    found
}

fn collect(value: &Value, pointer: &str, found: &mut Vec<String>) {
    let mut step = |name: String, value: &Value| {
        let pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
        found.push(pointer.clone());
        collect(value, &pointer, found);
    };
    match value {
        Value::Array(elements) => elements.iter().enumerate().for_each(|(index, one)| step(index.to_string(), one)),
        Value::Object(members) => members.iter().for_each(|(name, one)| step(name.clone(), one)),
        _ => {}
    }
}

#[test]
fn values_are_put_where_a_pointer_leads() {
    let mut body = serde_json::json!({"a": [{"b": 1}]});
    put(&mut body, "/a/0/b", 2.into());
    put(&mut body, "/c/d", 3.into());
    assert_eq!(body, serde_json::json!({"a": [{"b": 2}], "c": {"d": 3}}));
    assert_eq!(all(&body), ["", "/a", "/a/0", "/a/0/b", "/c", "/c/d"]);
}
