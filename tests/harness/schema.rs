//! Whether a value is what a schema of the OpenAPI document says: as much of JSON Schema as the document uses.

use serde_json::Value;

/// The API's description, to compare answers and examples with.
#[derive(Debug, Clone)]
pub struct Schemas(Value);

impl Schemas {
    /// Takes the whole document: references lead into it.
    pub fn new(document: Value) -> Self {
        Self(document)
    }

    /// Returns the document.
    pub fn document(&self) -> &Value {
        &self.0
    }

    /// Returns what is wrong with a value, each with its place; nothing if it fits.
    pub fn faults(&self, schema: &Value, value: &Value) -> Vec<String> {
        let mut faults = Vec::new();
        self.check(schema, value, "", &mut faults);
        faults
    }

    fn check(&self, schema: &Value, value: &Value, place: &str, faults: &mut Vec<String>) {
        if let Some(path) = schema["$ref"].as_str() {
            match self.0.pointer(path.trim_start_matches('#')) {
                Some(target) => self.check(target, value, place, faults),
                None => faults.push(format!("{place}: {path} leads nowhere")),
            }
        }
        for kind in elements(&schema["allOf"]) {
            self.check(kind, value, place, faults);
        }
        for member in ["oneOf", "anyOf"] {
            let mut kinds = elements(&schema[member]).peekable();
            if kinds.peek().is_some() && !kinds.any(|kind| self.faults(kind, value).is_empty()) {
                faults.push(format!("{place}: is none of {member}: {value}"));
            }
        }
        if !is_of_type(&schema["type"], value) {
            faults.push(format!("{place}: must be {}, is {value}", schema["type"]));
        }
        if let Some(words) = schema["enum"].as_array()
            && !words.contains(value)
        {
            faults.push(format!("{place}: must be one of {}, is {value}", schema["enum"]));
        }
        for (index, element) in elements(value).enumerate() {
            if schema["items"].is_object() {
                self.check(&schema["items"], element, &format!("{place}/{index}"), faults);
            }
        }
        self.check_members(schema, value, place, faults);
    }

    fn check_members(&self, schema: &Value, value: &Value, place: &str, faults: &mut Vec<String>) {
        let Some(members) = value.as_object() else { return };
        for name in elements(&schema["required"]).filter_map(Value::as_str) {
            if !members.contains_key(name) {
                faults.push(format!("{place}: {name} is missing"));
            }
        }
        for (name, member) in members {
            let place = format!("{place}/{name}");
            match (schema["properties"].get(name), &schema["additionalProperties"]) {
                (Some(property), _) => self.check(property, member, &place, faults),
                (None, Value::Bool(false)) => faults.push(format!("{place}: is not known")),
                (None, other) if other.is_object() => self.check(other, member, &place, faults),
                // An object of this shape may gain members; that one is described is checked for answers below.
                (None, _) if schema["properties"].is_object() && schema.get("additionalProperties").is_none() => {
                    if !self.is_part(schema) {
                        faults.push(format!("{place}: is not described"));
                    }
                }
                (None, _) => {}
            }
        }
    }

    /// Whether other schemas describe members of the same object.
    fn is_part(&self, schema: &Value) -> bool {
        let text = self.0.to_string();
        let is_named = |name: &str| text.contains(&format!("\"allOf\":[{{\"$ref\":\"#/components/schemas/{name}\""));
        let named = self.0["components"]["schemas"].as_object().into_iter().flatten();
        let own = named.filter(|(_, other)| *other == schema).any(|(name, _)| is_named(name));
        own || text.contains(&format!(",{schema}]"))
    }
}

fn is_of_type(kind: &Value, value: &Value) -> bool {
    let is = |word: &str| match word {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    };
    match kind {
        Value::String(word) => is(word),
        Value::Array(words) => words.iter().filter_map(Value::as_str).any(is),
        _ => true,
    }
}

fn elements(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_fault_has_its_place() {
        let schemas = Schemas::new(json!({"components": {"schemas": {"Size": {"type": "integer"}}}}));
        let schema = json!({
            "type": "object", "required": ["size"], "additionalProperties": false,
            "properties": {"size": {"$ref": "#/components/schemas/Size"}, "names": {"type": ["array", "null"], "items": {"type": "string"}}},
        });
        assert_eq!(schemas.faults(&schema, &json!({"size": 1, "names": ["a"]})), Vec::<String>::new());
        let wrong = json!({"size": "1", "names": [2], "more": true});
        let faults = schemas.faults(&schema, &wrong);
        assert!(faults.iter().any(|fault| fault.starts_with("/size: must be")), "{faults:?}");
        assert!(faults.iter().any(|fault| fault.starts_with("/names/0: must be")), "{faults:?}");
        assert!(faults.contains(&"/more: is not known".to_owned()), "{faults:?}");
        assert_eq!(schemas.faults(&schema, &json!({})), ["/: size is missing".replace('/', "")]);
    }
}
