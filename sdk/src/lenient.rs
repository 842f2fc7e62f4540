//! Reading JSON as couriers write it: `#[serde(default, deserialize_with = "crossdock_sdk::lenient::one_or_many")]`.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, Error, IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::json::{ONE_OR_MANY, OR_NONE, Tape};

/// Elements that room is made for at once, whatever the answer says.
const MAX_RESERVED: usize = 1024;

/// A list, a single thing for a list of one, `null` or blank text for an empty list; nulls within are left out.
///
/// # Errors
///
/// The elements cannot be read.
pub fn one_or_many<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    deserializer.deserialize_newtype_struct(ONE_OR_MANY, OneOrMany(PhantomData))
}

struct OneOrMany<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for OneOrMany<T> {
    type Value = Vec<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("one or many")
    }

    /// The SDK's own reader: it knows the name.
    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Vec<T>, A::Error> {
        let mut all = Vec::with_capacity(elements.size_hint().unwrap_or_default().min(MAX_RESERVED));
        while let Some(element) = elements.next_element()? {
            all.push(element);
        }
        Ok(all)
    }

    /// Any other reader: by a tree.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<T>, D::Error> {
        Tape::deserialize(deserializer)?.read_one_or_many().map_err(D::Error::custom)
    }
}

/// Text; a number or a flag becomes the text that stands in the JSON, `null` becomes empty.
///
/// # Errors
///
/// It is a list or an object.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    opt_text(deserializer).map(Option::unwrap_or_default)
}

/// Text without surrounding blanks; blank or `null` is `None`; numbers as in [`text`].
///
/// # Errors
///
/// It is a list or an object.
pub fn opt_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    deserializer.deserialize_any(Text)
}

struct Text;

impl<'de> Visitor<'de> for Text {
    type Value = Option<String>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("text or a number")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<String>, E> {
        Ok(Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Option<String>, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Option<String>, E> {
        Ok(Some(number.to_string()))
    }

    /// The shortest text that is the same number: what a courier wrote as `12.5` stays `12.5`.
    fn visit_f64<E: Error>(self, number: f64) -> Result<Option<String>, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Option<String>, E> {
        Ok(Some(flag.to_string()))
    }

    fn visit_unit<E: Error>(self) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_none<E: Error>(self) -> Result<Option<String>, E> {
        Ok(None)
    }
}

/// `null` becomes the default. With `#[serde(default)]` an absent member does too.
///
/// # Errors
///
/// The value cannot be read.
pub fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// `None` for whatever cannot be read: for members that only inform and must not break an answer.
///
/// # Errors
///
/// The JSON itself is broken.
pub fn or_none<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    deserializer.deserialize_newtype_struct(OR_NONE, OrNone(PhantomData))
}

struct OrNone<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for OrNone<T> {
    type Value = Option<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("anything")
    }

    /// The SDK's own reader: a value that was read in part leaves nothing behind.
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        Ok(T::deserialize(deserializer).ok())
    }

    /// Any other reader: by a tree.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        Ok(Tape::deserialize(deserializer)?.read().ok())
    }
}

/// Reads and forgets: for a member whose mere presence counts.
///
/// # Errors
///
/// The JSON itself is broken.
pub fn presence<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Loose {
        #[serde(deserialize_with = "one_or_many")]
        parcels: Vec<Parcel>,
        #[serde(deserialize_with = "one_or_many")]
        words: Vec<String>,
        #[serde(deserialize_with = "text")]
        weight: String,
        #[serde(deserialize_with = "opt_text")]
        note: Option<String>,
        #[serde(deserialize_with = "null_as_default")]
        count: u32,
        #[serde(deserialize_with = "or_none")]
        extra: Option<u32>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Parcel {
        id: u32,
    }

    fn read(json: &str) -> Loose {
        serde_json::from_str(json).expect("readable")
    }

    #[test]
    fn one_stands_for_a_list_and_null_for_none() {
        assert_eq!(read(r#"{"parcels":{"id":1},"words":"a"}"#).parcels, [Parcel { id: 1 }]);
        assert_eq!(read(r#"{"parcels":[{"id":1},{"id":2}]}"#).parcels.len(), 2);
        assert_eq!(read(r#"{"parcels":null,"words":"","note":" ","count":null,"extra":{}}"#), Loose::default());
        assert_eq!(read(r#"{"parcels":[null,{"id":1},null]}"#).parcels, [Parcel { id: 1 }]);
    }

    #[test]
    fn numbers_become_the_text_that_was_written() {
        let loose = read(r#"{"weight":12.50,"note":7,"count":2}"#);
        assert_eq!((loose.weight.as_str(), loose.note.as_deref(), loose.count), ("12.5", Some("7"), 2));
    }
}
