//! The one reader of JSON in a plugin.
//!
//! `serde_json` reads the text, and every type is read from what it found by one deserializer: serde compiles a type again for
//! every deserializer that it is read by. What it found is read in place, so what [`lenient`](crate::lenient) reads twice
//! or not at all costs no copy, and the path of what was wrong is put together on the way out of an error.

mod reader;
mod tape;

use std::fmt;

use serde::de::{self, DeserializeOwned, Unexpected};

pub(crate) use reader::{ONE_OR_MANY, OR_NONE};
pub(crate) use tape::{Kind, Node, Nodes, Tape};

/// Reads a body. A member that a type knows and that stands twice is an error.
///
/// # Errors
///
/// The body is no JSON, or something in it is missing or of the wrong type; the error says where.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    let text = std::str::from_utf8(body).map_err(de::Error::custom)?;
    Tape::of(text).map_err(|error| <Error as de::Error>::custom(no_json(&error)))?.read()
}

/// Says where a body is no JSON: the reader's own words are for programmers, and this is read by merchants.
#[cold]
pub(crate) fn no_json(error: &serde_json::Error) -> String {
    format!("it is no JSON at line {}, column {}", error.line(), error.column())
}

impl Tape<'_> {
    /// Reads a type.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        T::deserialize(reader::Json(self.root()))
    }

    /// Reads types as [`lenient::one_or_many`](crate::lenient::one_or_many) does.
    pub(crate) fn read_one_or_many<T: DeserializeOwned>(&self) -> Result<Vec<T>, Error> {
        crate::lenient::one_or_many(reader::Json(self.root()))
    }
}

/// What was wrong, and where: `at parcels[1]: missing field `id``.
#[derive(Debug)]
pub struct Error {
    path: String,
    message: String,
}

impl Error {
    #[cold]
    fn under(mut self, name: &str) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = [name, dot, &self.path].concat();
        self
    }

    #[cold]
    fn under_place(self, place: usize) -> Self {
        self.under(&format!("[{place}]"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match self.path.as_str() {
            "" => formatter.write_str(&self.message),
            path => write!(formatter, "at {path}: {}", self.message),
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

    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { path: String::new(), message: message.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::{Value, json};

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

    fn order(tree: &Value) -> Result<Order, Error> {
        read(tree.to_string().as_bytes())
    }

    #[test]
    fn trees_are_read() {
        let tree = json!({"parcels": {"size": {"mm": 3, "scale": 1, "more": [1]}}, "note": null, "kind": "Big"});
        let parcels = vec![Parcel { size: Size { mm: 3, scale: 1.0 } }];
        assert_eq!(order(&tree).expect("readable"), Order { parcels, note: None, kind: Kind::Big });
        assert_eq!(read::<Value>(tree.to_string().as_bytes()).expect("any tree"), tree);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_path() {
        let words = |tree| order(&tree).expect_err("wrong").to_string();
        let sized = |mm: Value| json!({"parcels": [{"size": {"mm": 1, "scale": 1}}, {"size": {"mm": mm, "scale": 1}}], "kind": "Big"});
        assert!(
            words(sized("x".into())).starts_with("at parcels[1].size.mm: text stands where "),
            "{}",
            words(sized("x".into()))
        );
        assert_eq!(words(json!({"parcels": [{}], "kind": "Big"})), "at parcels[0]: missing field `size`");
        assert_eq!(words(json!([])), "a list stands where an object was expected");
    }

    #[test]
    fn a_body_that_goes_deeper_than_any_answer_is_refused() {
        let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(read::<Value>(deep(tape::MAX_DEPTH).as_bytes()).is_ok());
        let words = read::<Value>(deep(100_000).as_bytes()).expect_err("too deep").to_string();
        assert!(words.contains("deep"), "{words}");
    }
}
