//! A struct's tokens.

use std::iter::Peekable;

use proc_macro::{Delimiter, Group, TokenStream, TokenTree, token_stream::IntoIter};

type Tokens = Peekable<IntoIter>;
type Attribute = (String, Option<String>);

/// The struct that the derive stands on.
pub struct Item {
    pub name: String,
    pub shape: Shape,
    pub rename_all: Option<String>,
    pub default: bool,
}

pub enum Shape {
    Newtype,
    Fields(Vec<Field>),
}

#[derive(Default)]
pub struct Field {
    pub name: String,
    pub rename: Option<String>,
    pub aliases: Vec<String>,
    pub required: bool,
    pub present: bool,
    pub flatten: bool,
}

/// Reads the struct.
pub fn item(input: TokenStream) -> Result<Item, String> {
    let mut tokens = input.into_iter().peekable();
    let attributes = attributes(&mut tokens)?;
    visibility(&mut tokens);
    if word(&mut tokens).as_deref() != Some("struct") {
        return Err("FromJson is for structs".to_owned());
    }
    let name = word(&mut tokens).ok_or("a struct has a name")?;
    let shape = match tokens.next() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => Shape::Fields(fields(&group)?),
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => Shape::Newtype,
        _ => return Err("FromJson is for structs with members or with one value, without parameters".to_owned()),
    };
    let mut item = Item { name, shape, rename_all: None, default: false };
    for (key, value) in attributes {
        match (key.as_str(), value) {
            ("rename_all", Some(case)) if matches!(case.as_str(), "camelCase" | "PascalCase") => {
                item.rename_all = Some(case);
            }
            ("default", None) => item.default = true,
            _ => return Err(format!("a struct has no `{key}` such as this")),
        }
    }
    Ok(item)
}

fn fields(group: &Group) -> Result<Vec<Field>, String> {
    let mut tokens = group.stream().into_iter().peekable();
    let mut fields = Vec::new();
    while tokens.peek().is_some() {
        let attributes = attributes(&mut tokens)?;
        visibility(&mut tokens);
        let name = word(&mut tokens).ok_or("a member has a name")?;
        let mut field = Field { name, ..Field::default() };
        for (key, value) in attributes {
            match (key.as_str(), value) {
                ("rename", Some(name)) => field.rename = Some(name),
                ("alias", Some(name)) => field.aliases.push(name),
                ("required", None) => field.required = true,
                ("present", None) => field.present = true,
                ("flatten", None) => field.flatten = true,
                _ => return Err(format!("a member has no `{key}` such as this")),
            }
        }
        skip_type(&mut tokens);
        fields.push(field);
    }
    Ok(fields)
}

/// Everything up to the comma that ends a member; commas between `<` and `>` are the type's.
fn skip_type(tokens: &mut Tokens) {
    let mut depth = 0_i32;
    for token in tokens {
        if let TokenTree::Punct(punct) = token {
            match punct.as_char() {
                '<' => depth += 1,
                '>' => depth -= 1,
                ',' if depth == 0 => return,
                _ => {}
            }
        }
    }
}

/// The `#[json(…)]` before an item or a member; others are passed by.
fn attributes(tokens: &mut Tokens) -> Result<Vec<Attribute>, String> {
    let mut all = Vec::new();
    while matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == '#') {
        tokens.next();
        let Some(TokenTree::Group(group)) = tokens.next() else {
            return Err("an attribute has brackets".to_owned());
        };
        let mut inner = group.stream().into_iter().peekable();
        if word(&mut inner).as_deref() == Some("json")
            && let Some(TokenTree::Group(arguments)) = inner.next()
        {
            pairs(arguments.stream(), &mut all)?;
        }
    }
    Ok(all)
}

/// `default, rename = "type"`.
fn pairs(stream: TokenStream, all: &mut Vec<Attribute>) -> Result<(), String> {
    let mut tokens = stream.into_iter().peekable();
    while let Some(key) = word(&mut tokens) {
        let mut value = None;
        if matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == '=') {
            tokens.next();
            let text = tokens.next().map(|token| token.to_string()).unwrap_or_default();
            let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
            value = Some(inner.ok_or_else(|| format!("`{key}` takes a text"))?.to_owned());
        }
        all.push((key, value));
        // The comma.
        tokens.next();
    }
    Ok(())
}

fn visibility(tokens: &mut Tokens) {
    if matches!(tokens.peek(), Some(TokenTree::Ident(ident)) if ident.to_string() == "pub") {
        tokens.next();
        if matches!(tokens.peek(), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis) {
            tokens.next();
        }
    }
}

fn word(tokens: &mut Tokens) -> Option<String> {
    match tokens.peek() {
        Some(TokenTree::Ident(ident)) => {
            let word = ident.to_string();
            tokens.next();
            Some(word)
        }
        _ => None,
    }
}
