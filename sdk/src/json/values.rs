//! How each type is read.

use std::collections::BTreeMap;

use serde_json::Number;

use super::tape::Kind;
use super::{FromJson, Json, JsonError, Members, expected};

/// Elements that room is made for at once, whatever the answer says.
const MAX_RESERVED: usize = 1024;

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
        match json.0.kind() {
            Kind::Text(text) => Ok(text.trim().to_owned()),
            Kind::Number(number) => Ok(number_text(number)),
            Kind::Bool(flag) => Ok(flag.to_string()),
            other => Err(expected("text", &other)),
        }
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn is_blank(&self) -> bool {
        self.is_empty()
    }
}

/// What a courier wrote as `12.50` is `12.5`, and `3.0` is `3`, as counts and codes are.
fn number_text(number: &Number) -> String {
    let mut text = number.to_string();
    if text.ends_with(".0") {
        text.truncate(text.len() - ".0".len());
    }
    text
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

impl<T: FromJson> FromJson for BTreeMap<String, T> {
    fn from_json(json: Json) -> Result<Self, JsonError> {
        let mut all = Self::new();
        let Members(mut members) = json.members()?;
        while let (Some(name), Some(value)) = (members.next(), members.next()) {
            if let Kind::Text(name) = name.kind()
                && !value.is_null()
            {
                all.insert(name.to_owned(), T::from_json(Json(value)).map_err(|error| error.under(name))?);
            }
        }
        Ok(all)
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}

/// For a type that holds its like.
impl<T: FromJson> FromJson for Box<T> {
    fn from_json(json: Json) -> Result<Self, JsonError> {
        T::from_json(json).map(Self::new)
    }

    fn absent() -> Option<Self> {
        T::absent().map(Self::new)
    }

    fn is_blank(&self) -> bool {
        T::is_blank(self)
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
    ($($type:ty: $written:ident,)*) => {
        $(impl FromJson for $type {
            /// A number, or text that is one.
            fn from_json(json: Json) -> Result<Self, JsonError> {
                let read = match json.0.kind() {
                    Kind::Number(number) => number.$written().and_then(|number| number.try_into().ok()),
                    Kind::Text(text) => text.trim().parse().ok(),
                    _ => None,
                };
                read.ok_or_else(|| no_number(json))
            }
        })*
    };
}

numbers!(i32: as_i64, i64: as_i64, u32: as_u64, u64: as_u64, f64: as_f64,);

#[cold]
fn no_number(json: Json) -> JsonError {
    match String::from_json(json) {
        Ok(found) => JsonError::new(["expected a number, found ", &found].concat()),
        Err(_) => expected("a number", &json.0.kind()),
    }
}
