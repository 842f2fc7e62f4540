//! An answer as one list of entries that borrow its text: a tree costs an allocation for each of its lists and objects.

use std::borrow::Cow;
use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

/// Lists and objects inside each other. Couriers' answers have about ten; a guest's stack, 64 KiB, has room for some hundred.
pub const MAX_DEPTH: usize = 48;

/// What is said of an answer that goes deeper; nothing else is wrong with the data of any JSON.
pub const TOO_DEEP: &str = "it is nested too deep";

/// What stands in an answer, in its order: behind a list its elements, behind an object its members, name before value.
#[derive(Debug)]
enum Entry<'a> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'a, str>),
    List { count: u32, extent: u32 },
    Object { extent: u32 },
}

impl Entry<'_> {
    /// Entries that it and all inside it take.
    fn extent(&self) -> usize {
        match self {
            Self::List { extent, .. } | Self::Object { extent } => *extent as usize,
            _ => 1,
        }
    }
}

/// A whole answer.
#[derive(Debug)]
pub struct Tape<'a>(Vec<Entry<'a>>);

impl<'a> Tape<'a> {
    /// Reads a text.
    pub fn of(text: &'a str) -> serde_json::Result<Self> {
        /// Bytes of an answer that come to one entry, about.
        const BYTES_PER_ENTRY: usize = 12;
        let mut entries = Vec::with_capacity(text.len() / BYTES_PER_ENTRY + 1);
        let mut reader = serde_json::Deserializer::from_str(text);
        Build { entries: &mut entries, levels: MAX_DEPTH }.deserialize(&mut reader)?;
        reader.end()?;
        Ok(Self(entries))
    }

    /// The outermost value.
    pub fn root(&self) -> Node<'_> {
        Node(&self.0)
    }
}

/// A value on a tape: its entry and those inside it.
#[derive(Debug, Clone, Copy)]
pub struct Node<'a>(&'a [Entry<'a>]);

/// What a node is.
pub enum Kind<'a> {
    Null,
    Bool(bool),
    Number(&'a Number),
    Text(&'a str),
    List(Nodes<'a>),
    Object(Nodes<'a>),
}

impl<'a> Node<'a> {
    /// What stands here.
    pub fn kind(self) -> Kind<'a> {
        match self.0.first() {
            None | Some(Entry::Null) => Kind::Null,
            Some(Entry::Bool(flag)) => Kind::Bool(*flag),
            Some(Entry::Number(number)) => Kind::Number(number),
            Some(Entry::Text(text)) => Kind::Text(text),
            Some(Entry::List { count, extent }) => Kind::List(self.inside(*count, *extent)),
            Some(Entry::Object { extent }) => Kind::Object(self.inside(0, *extent)),
        }
    }

    /// Whether it says nothing.
    pub fn is_null(self) -> bool {
        matches!(self.0.first(), None | Some(Entry::Null))
    }

    /// The elements of a list; one thing for a list of one, `null` and blank text for none.
    pub fn one_or_many(self) -> Nodes<'a> {
        match self.kind() {
            Kind::Null => Nodes::EMPTY,
            Kind::Text(text) if text.trim().is_empty() => Nodes::EMPTY,
            Kind::List(elements) => elements,
            _ => Nodes { rest: self.0, count: 1 },
        }
    }

    fn inside(self, count: u32, extent: u32) -> Nodes<'a> {
        Nodes { rest: self.0.get(1..extent as usize).unwrap_or_default(), count: count as usize }
    }
}

/// Values that stand behind each other.
#[derive(Debug, Clone, Copy)]
pub struct Nodes<'a> {
    rest: &'a [Entry<'a>],
    /// How many there were at the start, of a list.
    pub count: usize,
}

impl Nodes<'_> {
    /// None.
    pub const EMPTY: Self = Self { rest: &[], count: 0 };
}

impl<'a> Iterator for Nodes<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        let extent = self.rest.first()?.extent();
        let (node, rest) = self.rest.split_at_checked(extent)?;
        self.rest = rest;
        Some(Node(node))
    }
}

/// Writes a value's entries.
struct Build<'t, 'a> {
    entries: &'t mut Vec<Entry<'a>>,
    /// How many levels may follow.
    levels: usize,
}

impl<'a> Build<'_, 'a> {
    fn push<E>(self, entry: Entry<'a>) -> Result<(), E> {
        self.entries.push(entry);
        Ok(())
    }

    fn below<E: Error>(&mut self) -> Result<Build<'_, 'a>, E> {
        let levels = self.levels.checked_sub(1).ok_or_else(|| E::custom(TOO_DEEP))?;
        Ok(Build { entries: self.entries, levels })
    }
}

/// Entries since `start`; an answer of 4 GiB never comes this far.
fn since(start: usize, entries: &[Entry]) -> u32 {
    u32::try_from(entries.len() - start).unwrap_or(u32::MAX)
}

impl<'de> DeserializeSeed<'de> for Build<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Build<'_, 'de> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.push(Entry::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<(), E> {
        self.push(Entry::Bool(flag))
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.push(Entry::Number(number.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.push(Entry::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        self.push(Number::from_f64(number).map_or(Entry::Null, Entry::Number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<(), E> {
        self.push(Entry::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.push(Entry::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut elements: A) -> Result<(), A::Error> {
        let start = self.entries.len();
        self.entries.push(Entry::List { count: 0, extent: 1 });
        let mut count = 0;
        while elements.next_element_seed(self.below()?)?.is_some() {
            count += 1;
        }
        self.entries[start] = Entry::List { count, extent: since(start, self.entries) };
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<(), A::Error> {
        let start = self.entries.len();
        self.entries.push(Entry::Object { extent: 1 });
        while members.next_key_seed(self.below()?)?.is_some() {
            members.next_value_seed(self.below()?)?;
        }
        self.entries[start] = Entry::Object { extent: since(start, self.entries) };
        Ok(())
    }
}
