//! Reading couriers' JSON as they write it: numbers as text, one thing for a list of one, nulls everywhere.
//!
//! A type is read by one small function of its own: members are taken from the tree by name and handed to the type of
//! the field. What is needed for all types alike (trees, names, errors and their paths) exists once in a plugin; serde's way
//! costs two to five kilobytes for every struct.

use std::fmt;

use serde_json::{Map, Value};

pub use crossdock_sdk_derive::FromJson;

/// What can be read from a courier's JSON; `#[derive(FromJson)]` for structs.
///
/// - `String`: text without surrounding blanks; numbers and flags as they are written; absent or null: empty.
/// - `Option<T>`: `None` where it is absent, null, blank or cannot be read: for what only informs.
/// - `Vec<T>`: a list, one thing for a list of one, nothing for null and blank text; nulls within are left out.
/// - `Vec<Result<T, String>>`: the same, each element for itself.
/// - a struct: an object; it must be there unless it is `#[json(default)]`.
pub trait FromJson: Sized {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// It cannot be read; the error says where and why.
    fn from_json(json: Json) -> Result<Self, JsonError>;

    /// What an absent or null member is; `None`: that is an error.
    fn absent() -> Option<Self> {
        None
    }

    /// Whether it says nothing, as blank text does.
    fn is_blank(&self) -> bool {
        false
    }

    /// Reads an element of a list.
    ///
    /// # Errors
    ///
    /// As [`FromJson::from_json`].
    fn from_element(json: Json, place: usize) -> Result<Self, JsonError> {
        Self::from_json(json).map_err(|error| error.under(&format!("[{place}]")))
    }
}

/// A piece of a courier's answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Json(Value);

/// What was wrong, and where: `parcels[1].id: missing`.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonError {
    path: String,
    message: String,
}

/// The members of an object, each taken once.
#[derive(Debug)]
pub struct Members(Map<String, Value>);

impl Json {
    /// Reads JSON; some couriers start it with a byte order mark.
    ///
    /// # Errors
    ///
    /// It is broken.
    pub fn parse(bytes: &[u8]) -> Result<Self, JsonError> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        serde_json::from_slice(bytes).map(Self).map_err(|error| JsonError::new(error.to_string()))
    }

    /// The members of an object.
    ///
    /// # Errors
    ///
    /// It is none.
    pub fn members(self) -> Result<Members, JsonError> {
        match self.0 {
            Value::Object(members) => Ok(Members(members)),
            other => Err(expected("an object", &other)),
        }
    }

    fn text(self) -> Result<String, JsonError> {
        match self.0 {
            Value::String(text) if text.trim().len() == text.len() => Ok(text),
            Value::String(text) => Ok(text.trim().to_owned()),
            Value::Number(number) => Ok(number.to_string()),
            Value::Bool(flag) => Ok(flag.to_string()),
            other => Err(expected("text", &other)),
        }
    }

    /// The elements of a list, with one for a list of one.
    fn elements(self) -> Vec<Value> {
        match self.0 {
            Value::Null => Vec::new(),
            Value::String(text) if text.trim().is_empty() => Vec::new(),
            Value::Array(mut elements) => {
                elements.retain(|element| !element.is_null());
                elements
            }
            one => vec![one],
        }
    }
}

impl Members {
    /// Reads the member with one of these names.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is absent and must be there.
    pub fn get<T: FromJson>(&mut self, names: &[&str]) -> Result<T, JsonError> {
        match self.take(names) {
            Value::Null => T::absent().ok_or_else(|| missing(names)),
            value => T::from_json(Json(value)).map_err(|error| error.under(names[0])),
        }
    }

    /// The same of a member that must say something.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is absent, null or blank.
    pub fn required<T: FromJson>(&mut self, names: &[&str]) -> Result<T, JsonError> {
        match self.take(names) {
            Value::Null => Err(missing(names)),
            value => {
                let value = T::from_json(Json(value)).map_err(|error| error.under(names[0]))?;
                if value.is_blank() { Err(missing(names)) } else { Ok(value) }
            }
        }
    }

    /// Whether the member is there, whatever it says.
    pub fn present(&mut self, names: &[&str]) -> bool {
        !self.take(names).is_null()
    }

    /// Reads what was not taken.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub fn rest<T: FromJson>(&mut self) -> Result<T, JsonError> {
        T::from_json(Json(Value::Object(std::mem::take(&mut self.0))))
    }

    /// Objects are short, and most names differ in their first letters: faster than hashing.
    fn take(&mut self, names: &[&str]) -> Value {
        for name in names {
            if let Some((_, value)) = self.0.iter_mut().find(|(known, value)| known == name && !value.is_null()) {
                return value.take();
            }
        }
        Value::Null
    }
}

impl JsonError {
    fn new(message: impl Into<String>) -> Self {
        Self { path: String::new(), message: message.into() }
    }

    #[cold]
    fn under(mut self, segment: &str) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = [segment, dot, &self.path].concat();
        self
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        if !self.path.is_empty() {
            formatter.write_str(&self.path)?;
            formatter.write_str(": ")?;
        }
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for JsonError {}

#[cold]
fn missing(names: &[&str]) -> JsonError {
    JsonError::new("missing").under(names[0])
}

#[cold]
fn expected(what: &str, found: &Value) -> JsonError {
    let found = match found {
        Value::Null => "null",
        Value::Bool(_) => "a flag",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    JsonError::new(["expected ", what, ", found ", found].concat())
}

impl FromJson for Json {
    fn from_json(json: Json) -> Result<Self, JsonError> {
        Ok(json)
    }

    fn absent() -> Option<Self> {
        Some(Self(Value::Null))
    }
}

impl FromJson for String {
    fn from_json(json: Json) -> Result<Self, JsonError> {
        json.text()
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn is_blank(&self) -> bool {
        self.is_empty()
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn from_json(json: Json) -> Result<Self, JsonError> {
        Ok(T::from_json(json).ok().filter(|value| !value.is_blank()))
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(json: Json) -> Result<Self, JsonError> {
        let mut all = Self::new();
        for (place, element) in json.elements().into_iter().enumerate() {
            all.push(T::from_element(Json(element), place)?);
        }
        Ok(all)
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}

impl<T: FromJson> FromJson for Result<T, String> {
    fn from_json(json: Json) -> Result<Self, JsonError> {
        Ok(T::from_json(json).map_err(|error| error.to_string()))
    }

    fn from_element(json: Json, place: usize) -> Result<Self, JsonError> {
        Ok(T::from_element(json, place).map_err(|error| error.to_string()))
    }
}

impl FromJson for bool {
    fn from_json(json: Json) -> Result<Self, JsonError> {
        match &json.0 {
            Value::Bool(flag) => Ok(*flag),
            Value::String(text) if text.trim().eq_ignore_ascii_case("true") => Ok(true),
            Value::String(text) if text.trim().eq_ignore_ascii_case("false") => Ok(false),
            other => Err(expected("a flag", other)),
        }
    }
}

macro_rules! numbers {
    ($($type:ty)*) => {
        $(impl FromJson for $type {
            /// A number, or text that is one.
            fn from_json(json: Json) -> Result<Self, JsonError> {
                let text = json.text()?;
                text.parse().map_err(|_| JsonError::new(["expected a number, found ", &text].concat()))
            }
        })*
    };
}

numbers!(i32 i64 u32 u64 f64);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, FromJson)]
    #[json(rename_all = "camelCase")]
    struct Order {
        #[json(required)]
        order_id: String,
        parcels: Vec<Parcel>,
        #[json(alias = "remark")]
        note: Option<String>,
        #[json(rename = "type")]
        kind: String,
        size: Option<Size>,
        #[json(present)]
        urgent: bool,
        events: Vec<Result<Size, String>>,
        #[json(flatten)]
        rest: Rest,
    }

    #[derive(Debug, Default, PartialEq, FromJson)]
    #[json(default)]
    struct Rest {
        weight: String,
    }

    #[derive(Debug, PartialEq, FromJson)]
    struct Parcel {
        size: Size,
    }

    #[derive(Debug, PartialEq, FromJson)]
    struct Size {
        mm: u32,
    }

    fn read(tree: Value) -> Result<Order, String> {
        Order::from_json(Json(tree)).map_err(|error| error.to_string())
    }

    #[test]
    fn odd_answers_are_read() {
        let tree = json!({"orderId": 17, "parcels": {"size": {"mm": "3"}}, "remark": " a ", "type": null, "size": "x",
            "urgent": "", "events": [null, {"mm": 1}, {"mm": "x"}, 4], "weight": 12.5});
        let order = read(tree).expect("readable");
        let errors = |words: &str| Err(words.to_owned());
        assert_eq!(
            order,
            Order {
                order_id: "17".to_owned(),
                parcels: vec![Parcel { size: Size { mm: 3 } }],
                note: Some("a".to_owned()),
                kind: String::new(),
                size: None,
                urgent: true,
                events: vec![
                    Ok(Size { mm: 1 }),
                    errors("[1].mm: expected a number, found x"),
                    errors("[2]: expected an object, found a number"),
                ],
                rest: Rest { weight: "12.5".to_owned() },
            }
        );
    }

    #[test]
    fn what_is_wrong_is_named_with_its_path() {
        assert_eq!(read(json!({"orderId": " "})), Err("orderId: missing".to_owned()));
        assert_eq!(read(json!([])), Err("expected an object, found a list".to_owned()));
        let tree = json!({"orderId": "1", "parcels": [{"size": {"mm": 1}}, {}]});
        assert_eq!(read(tree), Err("parcels[1].size: missing".to_owned()));
    }
}
