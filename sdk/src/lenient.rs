//! Reading JSON as couriers write it: `#[serde(default, deserialize_with = "crossdock_sdk::lenient::one_or_many")]`.

use serde::de::{DeserializeOwned, Error, IgnoredAny, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::json;

/// A list, a single thing for a list of one, `null` or blank text for an empty list.
///
/// Elements are read from a JSON tree: one copy of each element's reader instead of one per place and shape, which
/// decides the size of a plugin.
///
/// # Errors
///
/// The elements cannot be read.
pub fn one_or_many<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    read_all(elements(Value::deserialize(deserializer)?)).map_err(D::Error::custom)
}

/// The same, each element for itself: what cannot be read is an error's words at its place and takes no other along.
///
/// # Errors
///
/// The JSON itself is broken.
pub fn each<'de, D, T>(deserializer: D) -> Result<Vec<Result<T, String>>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let elements = elements(Value::deserialize(deserializer)?).into_iter().enumerate();
    let read = |(place, element)| json::read(element).map_err(|error| at(place, &error.to_string()));
    Ok(elements.map(read).collect())
}

/// `null` in a list is nothing.
fn elements(value: Value) -> Vec<Value> {
    match value {
        Value::Null => Vec::new(),
        Value::String(text) if text.trim().is_empty() => Vec::new(),
        Value::Array(mut elements) => {
            elements.retain(|element| !element.is_null());
            elements
        }
        one => vec![one],
    }
}

fn read_all<T: DeserializeOwned>(elements: Vec<Value>) -> Result<Vec<T>, String> {
    let mut all = Vec::with_capacity(elements.len());
    for (place, element) in elements.into_iter().enumerate() {
        all.push(json::read(element).map_err(|error| at(place, &error.to_string()))?);
    }
    Ok(all)
}

/// `[1].id: words` of `id: words`.
fn at(place: usize, error: &str) -> String {
    match error.split_once(": ") {
        Some((path, words)) if !path.contains(' ') && path != "missing" && path != "invalid" => {
            format!("[{place}].{path}: {words}")
        }
        _ => format!("[{place}]: {error}"),
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

    fn expecting(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
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
    let value = Value::deserialize(deserializer)?;
    Ok(json::read(value).ok())
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
    fn elements_fail_one_by_one() {
        let tree = serde_json::json!([{"id": 1}, null, {"id": "x"}, {"id": 3}]);
        let read: Vec<Result<Parcel, String>> = each(tree).expect("a list");
        assert_eq!(read.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
        assert!(read[1].as_ref().is_err_and(|words| words.starts_with("[1].id: invalid type")), "{read:?}");
    }

    #[test]
    fn numbers_become_the_text_that_was_written() {
        let loose = read(r#"{"weight":12.50,"note":7,"count":2}"#);
        assert_eq!((loose.weight.as_str(), loose.note.as_deref(), loose.count), ("12.5", Some("7"), 2));
    }
}
