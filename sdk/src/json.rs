//! The one reader of JSON in a plugin.
//!
//! Serde compiles every type again for every deserializer that it is read by, and every struct once as an object and once as
//! a list. Here all types are read from a tree by one deserializer that knows structs as objects only, and the path of what was
//! wrong is put together on the way out of an error: together a third of a plugin's size.

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Value;

/// Reads a value.
///
/// # Errors
///
/// Something is missing or of the wrong type; the error says where.
pub fn read<T: DeserializeOwned>(value: Value) -> Result<T, Error> {
    T::deserialize(Json(value))
}

/// What was wrong, and where: `parcels[1]: missing field `id``.
#[derive(Debug)]
pub struct Error {
    path: String,
    message: String,
}

impl Error {
    fn under(mut self, segment: &str) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = format!("{segment}{dot}{}", self.path);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match self.path.as_str() {
            "" => formatter.write_str(&self.message),
            path => write!(formatter, "{path}: {}", self.message),
        }
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    /// Without the value, which is the courier's, and without our types' names, which tell a merchant nothing.
    fn invalid_type(found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        let found = match found {
            Unexpected::Unit | Unexpected::Option => "null",
            Unexpected::Bool(_) => "true or false",
            Unexpected::Unsigned(_) | Unexpected::Signed(_) | Unexpected::Float(_) => "a number",
            Unexpected::Str(_) | Unexpected::Char(_) => "text",
            Unexpected::Seq => "a list",
            Unexpected::Map => "an object",
            Unexpected::Other(words) => words,
            _ => "something else",
        };
        let expected = expected.to_string();
        let expected = match expected.as_str() {
            "a sequence" => "a list",
            "a map" => "an object",
            "a string" => "text",
            "u8" | "u16" | "u32" | "u64" | "usize" | "i32" | "i64" => "a whole number",
            "f32" | "f64" => "a number",
            name if name.starts_with("struct ") => "an object",
            other => other,
        };
        Self { path: String::new(), message: format!("{found} stands where {expected} was expected") }
    }

    /// A message that starts with a place in a list comes from a list that was read apart ([`crate::lenient`]).
    fn custom<T: fmt::Display>(message: T) -> Self {
        let message = message.to_string();
        match message.split_once(": ").filter(|(place, _)| place.starts_with('[')) {
            Some((path, rest)) => Self { path: path.to_owned(), message: rest.to_owned() },
            None => Self { path: String::new(), message },
        }
    }
}

struct Json(Value);

impl Json {
    fn not(&self, expected: &dyn de::Expected) -> Error {
        let found = match &self.0 {
            Value::Null => Unexpected::Unit,
            Value::Bool(flag) => Unexpected::Bool(*flag),
            Value::Number(_) => Unexpected::Other("a number"),
            Value::String(_) => Unexpected::Other("text"),
            Value::Array(_) => Unexpected::Seq,
            Value::Object(_) => Unexpected::Map,
        };
        de::Error::invalid_type(found, expected)
    }
}

impl<'de> Deserializer<'de> for Json {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(flag) => visitor.visit_bool(flag),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), ..) => visitor.visit_u64(number),
                (_, Some(number), _) => visitor.visit_i64(number),
                (.., number) => visitor.visit_f64(number.unwrap_or(f64::NAN)),
            },
            Value::String(text) => visitor.visit_string(text),
            Value::Array(elements) => visitor.visit_seq(List { elements: elements.into_iter(), place: 0 }),
            Value::Object(members) => visitor.visit_map(Object { members: members.into_iter(), next: None }),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Object(members) => visitor.visit_map(Object { members: members.into_iter(), next: None }),
            _ => Err(self.not(&visitor)),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(elements) => visitor.visit_seq(List { elements: elements.into_iter(), place: 0 }),
            _ => Err(self.not(&visitor)),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.deserialize_enum(name, variants, visitor).map_err(de::Error::custom)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct tuple
        tuple_struct identifier ignored_any
    }
}

struct List {
    elements: std::vec::IntoIter<Value>,
    place: usize,
}

impl<'de> SeqAccess<'de> for List {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Some(element) = self.elements.next() else {
            return Ok(None);
        };
        let place = self.place;
        self.place += 1;
        seed.deserialize(Json(element)).map(Some).map_err(|error| error.under(&format!("[{place}]")))
    }
}

struct Object {
    members: serde_json::map::IntoIter,
    next: Option<(String, Value)>,
}

impl<'de> MapAccess<'de> for Object {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        self.next = self.members.next();
        match &self.next {
            Some((name, _)) => seed.deserialize(StrDeserializer::new(name)).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        let (name, value) = self.next.take().unwrap_or_default();
        seed.deserialize(Json(value)).map_err(|error| error.under(&name))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;
    use crate::lenient::one_or_many;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Order {
        #[serde(deserialize_with = "one_or_many")]
        parcels: Vec<Parcel>,
        note: Option<String>,
        kind: Kind,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Parcel {
        size: Size,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Size {
        mm: u32,
        scale: f64,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    enum Kind {
        Big,
    }

    #[test]
    fn trees_are_read() {
        let tree = json!({"parcels": {"size": {"mm": 3, "scale": 1, "more": [1]}}, "note": null, "kind": "Big"});
        let parcels = vec![Parcel { size: Size { mm: 3, scale: 1.0 } }];
        assert_eq!(read::<Order>(tree).expect("readable"), Order { parcels, note: None, kind: Kind::Big });
    }

    #[test]
    fn what_is_wrong_is_named_with_its_path() {
        let words = |tree| read::<Order>(tree).expect_err("wrong").to_string();
        let sized = |mm: Value| json!({"parcels": [{"size": {"mm": 1, "scale": 1}}, {"size": {"mm": mm, "scale": 1}}], "kind": "Big"});
        assert!(
            words(sized("x".into())).starts_with("parcels[1].size.mm: text stands where "),
            "{}",
            words(sized("x".into()))
        );
        assert_eq!(words(json!({"parcels": [{}], "kind": "Big"})), "parcels[0]: missing field `size`");
        assert_eq!(words(json!([])), "a list stands where an object was expected");
    }
}
