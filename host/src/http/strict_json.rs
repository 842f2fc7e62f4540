//! JSON read as it is written: an object is an object. Serde's own readers take a list for one too, member by member, so that
//! `"sender": []` would be a sender without anything.

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{Error as _, IntoDeserializer, Unexpected, Visitor};
use serde::{Deserializer, forward_to_deserialize_any};
use serde_json::{Error, Value};

/// A value to read from.
pub(crate) struct Strict(pub(crate) Value);

impl Strict {
    fn unexpected(&self) -> Unexpected<'_> {
        match &self.0 {
            Value::Null => Unexpected::Unit,
            Value::Bool(flag) => Unexpected::Bool(*flag),
            Value::Number(_) => Unexpected::Other("number"),
            Value::String(text) => Unexpected::Str(text),
            Value::Array(_) => Unexpected::Seq,
            Value::Object(_) => Unexpected::Map,
        }
    }
}

impl<'de> IntoDeserializer<'de, Error> for Strict {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Strict {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(elements) => visitor.visit_seq(SeqDeserializer::new(elements.into_iter().map(Strict))),
            Value::Object(members) => {
                let members = members.into_iter().map(|(name, member)| (name, Strict(member)));
                visitor.visit_map(MapDeserializer::new(members))
            }
            plain => plain.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if self.0.is_object() {
            return self.deserialize_any(visitor);
        }
        Err(Error::invalid_type(self.unexpected(), &visitor))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Outer {
        inner: Vec<Inner>,
        free: BTreeMap<String, Value>,
        word: Option<String>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Inner {
        count: u32,
    }

    #[test]
    fn an_object_is_an_object() {
        let read = |value| Outer::deserialize(Strict(value)).map_err(|error| error.to_string());
        let whole = json!({"inner": [{"count": 1}], "free": {"a": [null, {"b": 1.5}]}, "word": "x"});
        let free = BTreeMap::from([("a".to_owned(), json!([null, {"b": 1.5}]))]);
        assert_eq!(read(whole), Ok(Outer { inner: vec![Inner { count: 1 }], free, word: Some("x".to_owned()) }));
        for (wrong, words) in [
            (json!([]), "invalid type: sequence, expected struct Outer"),
            (json!({"inner": [[1]]}), "invalid type: sequence, expected struct Inner"),
            (json!({"inner": [{"count": -1}]}), "invalid value: integer `-1`, expected u32"),
            (json!(7), "invalid type: number, expected struct Outer"),
        ] {
            assert_eq!(read(wrong), Err(words.to_owned()));
        }
    }
}
