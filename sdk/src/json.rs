//! Reading couriers' JSON as they write it: numbers as text, one thing for a list of one, nulls everywhere.
//!
//! A type is read by one small function of its own: members are found by name and handed to the type of the field. What is
//! needed for all types alike (values, names, errors and their paths) exists once in a plugin; serde's way costs two to five
//! kilobytes for every struct. The answer is read in place: only what a type keeps is copied.

mod tape;
#[cfg(test)]
mod tests;
mod values;

use std::fmt;

pub use crossdock_sdk_derive::FromJson;

use tape::{Kind, Node, Nodes, Tape};

/// What can be read from a courier's JSON; `#[derive(FromJson)]` for structs.
///
/// - `String`: text without surrounding blanks; numbers (`3.0` is `3`) and flags as they are written; absent or null: empty.
/// - `Option<T>`: `None` where it is absent, null, blank or cannot be read: for what only informs.
/// - `Vec<T>`: a list, one thing for a list of one, nothing for null and blank text; nulls within are left out.
/// - `Vec<Result<T, String>>`: the same, each element for itself.
/// - `BTreeMap<String, T>`: an object whose names say something themselves; nulls are left out.
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
    let tape = Tape::of(text).map_err(|error| no_json(&error))?;
    T::from_json(Json(tape.root()))
}

/// Says where a body is no JSON: the reader's own words are for programmers, and this is read by merchants.
#[cold]
fn no_json(error: &serde_json::Error) -> JsonError {
    let what = if error.is_data() { tape::TOO_DEEP } else { "it is no JSON" };
    JsonError::new(format!("{what} at line {}, column {}", error.line(), error.column()))
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

    /// Reads what must be a list: where one thing is no list of one, but something else, such as an error.
    ///
    /// # Errors
    ///
    /// It is none, or an element cannot be read.
    pub fn list<T: FromJson>(self) -> Result<Vec<T>, JsonError> {
        match self.0.kind() {
            Kind::List(_) => Vec::from_json(self),
            other => Err(expected("a list", &other)),
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

    /// The same of a member that may be absent, null or blank, but not unreadable: what `None` is decides something.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub fn strict<T: FromJson>(self, names: &[&str]) -> Result<Option<T>, JsonError> {
        let Some(value) = self.find(names) else {
            return Ok(None);
        };
        let value = T::from_json(value).map_err(|error| error.under(names[0]))?;
        Ok(Some(value).filter(|value| !value.is_blank()))
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
