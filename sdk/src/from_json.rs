//! Reading couriers' JSON as they write it: numbers as text, one thing for a list of one, nulls everywhere.
//!
//! A type is read by one small function of its own: members are found by name and handed to the type of the field. What is
//! needed for all types alike (values, names, errors and their paths) exists once in a plugin; serde's way costs two to five
//! kilobytes for every struct. The answer is read in place: only what a type keeps is copied.

use std::fmt;

use crate::json::{Kind, Node, Nodes, Tape};

pub use crossdock_sdk_derive::FromJson;

/// Elements that room is made for at once, whatever the answer says.
const MAX_RESERVED: usize = 1024;

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
#[derive(Debug, Clone, Copy)]
pub struct Json<'a>(Node<'a>);

/// What was wrong, and where: `parcels[1].id: missing`.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonError {
    path: String,
    message: String,
}

/// The members of an object.
#[derive(Debug, Clone, Copy)]
pub struct Members<'a>(Nodes<'a>);

/// Reads a body; some couriers start it with a byte order mark.
///
/// # Errors
///
/// It is no JSON, or what must be there is missing or wrong.
pub fn read<T: FromJson>(body: &[u8]) -> Result<T, JsonError> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let text = std::str::from_utf8(body).map_err(|error| JsonError::new(error.to_string()))?;
    let tape = Tape::of(text).map_err(|error| JsonError::new(crate::json::no_json(&error)))?;
    T::from_json(Json(tape.root()))
}

impl<'a> Json<'a> {
    /// The members of an object.
    ///
    /// # Errors
    ///
    /// It is none.
    pub fn members(self) -> Result<Members<'a>, JsonError> {
        match self.0.kind() {
            Kind::Object(members) => Ok(Members(members)),
            other => Err(expected("an object", &other)),
        }
    }

    fn text(self) -> Result<String, JsonError> {
        match self.0.kind() {
            Kind::Text(text) => Ok(text.trim().to_owned()),
            Kind::Number(number) => Ok(number.to_string()),
            Kind::Bool(flag) => Ok(flag.to_string()),
            other => Err(expected("text", &other)),
        }
    }
}

impl<'a> Members<'a> {
    /// Reads the member with one of these names.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is absent and must be there.
    pub fn get<T: FromJson>(self, names: &[&str]) -> Result<T, JsonError> {
        match self.find(names) {
            None => T::absent().ok_or_else(|| missing(names)),
            Some(value) => T::from_json(value).map_err(|error| error.under(names[0])),
        }
    }

    /// The same of a member that must say something.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is absent, null or blank.
    pub fn required<T: FromJson>(self, names: &[&str]) -> Result<T, JsonError> {
        let value = self.find(names).ok_or_else(|| missing(names))?;
        let value = T::from_json(value).map_err(|error| error.under(names[0]))?;
        if value.is_blank() { Err(missing(names)) } else { Ok(value) }
    }

    /// Whether the member is there, whatever it says.
    pub fn present(self, names: &[&str]) -> bool {
        self.find(names).is_some()
    }

    /// The first name's member that is not null, else the next name's. Objects are short, and most names differ in their
    /// first letters: faster than hashing.
    fn find(self, names: &[&str]) -> Option<Json<'a>> {
        names.iter().find_map(|name| {
            let mut members = self.0;
            while let (Some(known), Some(value)) = (members.next(), members.next()) {
                if matches!(known.kind(), Kind::Text(known) if known == *name) && !value.is_null() {
                    return Some(Json(value));
                }
            }
            None
        })
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
fn expected(what: &str, found: &Kind) -> JsonError {
    let found = match found {
        Kind::Null => "null",
        Kind::Bool(_) => "a flag",
        Kind::Number(_) => "a number",
        Kind::Text(_) => "text",
        Kind::List(_) => "a list",
        Kind::Object(_) => "an object",
    };
    JsonError::new(["expected ", what, ", found ", found].concat())
}

/// Whatever stands there: for an answer whose coming says it all.
impl FromJson for () {
    fn from_json(_: Json) -> Result<Self, JsonError> {
        Ok(())
    }

    fn absent() -> Option<Self> {
        Some(())
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
        let elements = json.0.one_or_many();
        let mut all = Self::with_capacity(elements.count.min(MAX_RESERVED));
        for (place, element) in elements.enumerate().filter(|(_, element)| !element.is_null()) {
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
        match json.0.kind() {
            Kind::Bool(flag) => Ok(flag),
            Kind::Text(text) if text.trim().eq_ignore_ascii_case("true") => Ok(true),
            Kind::Text(text) if text.trim().eq_ignore_ascii_case("false") => Ok(false),
            other => Err(expected("a flag", &other)),
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

    fn read(tree: serde_json::Value) -> Result<Order, String> {
        super::read(tree.to_string().as_bytes()).map_err(|error| error.to_string())
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
                    errors("[2].mm: expected a number, found x"),
                    errors("[3]: expected an object, found a number"),
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
