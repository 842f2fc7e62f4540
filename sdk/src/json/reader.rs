//! The deserializer that all types are read by. It knows structs as objects only.

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::forward_to_deserialize_any;

use super::Error;
use super::tape::{Kind, Node, Nodes};

/// Asked for as a newtype's name: a list, one thing for a list of one, `null` or blank text for an empty one.
pub const ONE_OR_MANY: &str = "$one-or-many";

/// Asked for as a newtype's name: whatever stands there, of which reading may fail without harm.
pub const OR_NONE: &str = "$or-none";

/// A value that is read in place.
#[derive(Clone, Copy)]
pub struct Json<'a>(pub Node<'a>);

impl<'de> Json<'de> {
    fn not(self, expected: &dyn de::Expected) -> Error {
        let found = match self.0.kind() {
            Kind::Null => Unexpected::Unit,
            Kind::Bool(flag) => Unexpected::Bool(flag),
            Kind::Number(_) => Unexpected::Other("a number"),
            Kind::Text(_) => Unexpected::Other("text"),
            Kind::List(_) => Unexpected::Seq,
            Kind::Object(_) => Unexpected::Map,
        };
        de::Error::invalid_type(found, expected)
    }
}

impl<'de> Deserializer<'de> for Json<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0.kind() {
            Kind::Null => visitor.visit_unit(),
            Kind::Bool(flag) => visitor.visit_bool(flag),
            Kind::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), ..) => visitor.visit_u64(number),
                (_, Some(number), _) => visitor.visit_i64(number),
                (.., number) => visitor.visit_f64(number.unwrap_or(f64::NAN)),
            },
            Kind::Text(text) => visitor.visit_borrowed_str(text),
            Kind::List(elements) => visitor.visit_seq(List { elements, place: 0, without_nulls: false }),
            Kind::Object(members) => visitor.visit_map(Object { members, name: "" }),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0.kind() {
            Kind::Null => visitor.visit_none(),
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
        match self.0.kind() {
            Kind::Object(members) => visitor.visit_map(Object { members, name: "" }),
            _ => Err(self.not(&visitor)),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0.kind() {
            Kind::List(elements) => visitor.visit_seq(List { elements, place: 0, without_nulls: false }),
            _ => Err(self.not(&visitor)),
        }
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        match name {
            ONE_OR_MANY => visitor.visit_seq(List { elements: self.0.one_or_many(), place: 0, without_nulls: true }),
            OR_NONE => visitor.visit_some(self),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0.kind() {
            Kind::Text(text) => visitor.visit_enum(BorrowedStrDeserializer::new(text)),
            _ => Err(self.not(&visitor)),
        }
    }

    /// There is nothing to read past.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct tuple
        tuple_struct identifier
    }
}

struct List<'a> {
    elements: Nodes<'a>,
    place: usize,
    without_nulls: bool,
}

impl<'de> SeqAccess<'de> for List<'de> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let (place, element) = loop {
            let Some(element) = self.elements.next() else {
                return Ok(None);
            };
            let place = self.place;
            self.place += 1;
            if !(self.without_nulls && element.is_null()) {
                break (place, element);
            }
        };
        seed.deserialize(Json(element)).map(Some).map_err(|error| error.under_place(place))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.elements.count)
    }
}

struct Object<'a> {
    members: Nodes<'a>,
    name: &'a str,
}

impl<'de> MapAccess<'de> for Object<'de> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Some(Kind::Text(name)) = self.members.next().map(Node::kind) else {
            return Ok(None);
        };
        self.name = name;
        seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        let value = self.members.next().ok_or_else(|| de::Error::custom("a member without a value"))?;
        seed.deserialize(Json(value)).map_err(|error: Error| error.under(self.name))
    }
}
