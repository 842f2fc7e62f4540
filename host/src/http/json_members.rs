//! Members that stand twice in one object. Serde refuses them where members are fixed, and keeps the last where they are free
//! (fields of an account, options of a courier): whoever reads the request in another way would see another one.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::json::escape;
use super::problem::Problem;
use super::serde_words::twice;

/// Refuses a body with a member that stands twice. The body was parsed before, so that nothing else can be wrong with it.
pub(crate) fn check(bytes: &[u8]) -> Result<(), Problem> {
    let mut found = None;
    let walk = Walk { pointer: String::new(), found: &mut found };
    // The error only ends the walk; what it found says it all.
    let _ = walk.deserialize(&mut serde_json::Deserializer::from_slice(bytes));
    found.map_or(Ok(()), |pointer: String| Err(Problem::invalid_body(vec![twice(&pointer)])))
}

struct Walk<'a> {
    pointer: String,
    found: &'a mut Option<String>,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut names = BTreeSet::new();
        while let Some(name) = map.next_key::<Name>()? {
            let pointer = format!("{}/{}", self.pointer, escape(&name.0));
            if !names.insert(name.0) {
                *self.found = Some(pointer);
                return Err(A::Error::custom("twice"));
            }
            map.next_value_seed(Walk { pointer, found: self.found })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let mut index = 0;
        while seq.next_element_seed(Walk { pointer: format!("{}/{index}", self.pointer), found: self.found })?.is_some()
        {
            index += 1;
        }
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Name(String);

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<String> {
        let problem = check(text.as_bytes()).err()?;
        let json: serde_json::Value = serde_json::from_slice(&problem.to_json()).unwrap();
        json["errors"][0]["pointer"].as_str().map(str::to_owned)
    }

    #[test]
    fn a_member_that_stands_twice_is_found_wherever_it_is() {
        assert_eq!(found(r#"{"a":1,"b":{"a":[{"c":null},{"c":true}]}}"#), None);
        assert_eq!(found(r#"{"a":1,"a":1}"#).as_deref(), Some("/a"));
        assert_eq!(found(r#"{"b":[1.5,{"c/d":"x","\u0063/d":-1}]}"#).as_deref(), Some("/b/1/c~1d"));
    }
}
