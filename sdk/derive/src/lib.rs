//! `#[derive(FromJson)]`: see `FromJson` in `crossdock-sdk`.
//!
//! Written against the compiler's own token streams: what it reads is plain structs, and a parser of all of Rust would
//! take longer to compile than a plugin.

mod parse;

use std::fmt::Write as _;

use proc_macro::TokenStream;

use parse::{Field, Item, Shape};

/// Reads a struct from a courier's JSON, member by member.
///
/// `#[json(rename_all = "camelCase")]` or `"PascalCase"` and `#[json(default)]` (absent: the default) on the struct;
/// `#[json(rename = "…")]`, `#[json(alias = "…")]`, `#[json(required)]` (absent, null or blank: an error),
/// `#[json(present)]` (a `bool`: whether the member is there) and `#[json(flatten)]` on a field.
#[proc_macro_derive(FromJson, attributes(json))]
pub fn from_json(input: TokenStream) -> TokenStream {
    let written = match parse::item(input) {
        Ok(item) => write(&item),
        Err(words) => format!("compile_error!({words:?});"),
    };
    written.parse().expect("what is written here is Rust")
}

fn write(item: &Item) -> String {
    let name = &item.name;
    let (read, absent) = match &item.shape {
        Shape::Newtype => (
            "Ok(Self(::crossdock_sdk::FromJson::from_json(json)?))".to_owned(),
            "::crossdock_sdk::FromJson::absent().map(Self)",
        ),
        Shape::Fields(fields) => (write_fields(fields, item.rename_all.as_deref()), "None"),
    };
    let absent = if item.default { "Some(Self::default())" } else { absent };
    format!(
        "impl ::crossdock_sdk::FromJson for {name} {{
            fn from_json(json: ::crossdock_sdk::Json<'_>) -> Result<Self, ::crossdock_sdk::JsonError> {{ {read} }}
            fn absent() -> Option<Self> {{ {absent} }}
        }}"
    )
}

fn write_fields(fields: &[Field], rename_all: Option<&str>) -> String {
    let mut text = "let members = json.members()?; Ok(Self { ".to_owned();
    for field in fields {
        if field.flatten {
            let _ = write!(text, "{}: ::crossdock_sdk::FromJson::from_json(json)?, ", field.name);
            continue;
        }
        let own = field.rename.clone().unwrap_or_else(|| renamed(&field.name, rename_all));
        let names: Vec<_> = std::iter::once(&own).chain(&field.aliases).collect();
        let (method, question) = match (field.required, field.present) {
            (true, _) => ("required", "?"),
            (_, true) => ("present", ""),
            _ => ("get", "?"),
        };
        let _ = write!(text, "{}: members.{method}(&{names:?}){question}, ", field.name);
    }
    text + "})"
}

/// `trackingNumber` or `TrackingNumber` of `tracking_number`.
fn renamed(name: &str, rename_all: Option<&str>) -> String {
    let capital = match rename_all {
        Some("camelCase") => false,
        Some("PascalCase") => true,
        _ => return name.to_owned(),
    };
    let mut words = name.split('_').filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default();
    let first = if capital { capitalized(first) } else { first.to_owned() };
    words.fold(first, |all, word| all + &capitalized(word))
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}
