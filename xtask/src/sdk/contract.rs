//! The contract's types in the order in which they stand there, free of the parser's indirections.

use anyhow::Context as _;
use crossdock_contract::{CAPABILITIES, WIT};
use wit_parser::{Docs, Function, Interface, InterfaceId, Resolve, SourceMap, Type, TypeDefKind, TypeId};

/// What a plugin's author meets.
pub struct Contract {
    /// Records, enums and variants.
    pub types: Vec<Named>,
    /// The interfaces that a plugin may export.
    pub capabilities: Vec<Capability>,
}

/// A type with a name.
pub struct Named {
    /// In kebab-case, as in the contract.
    pub name: String,
    pub docs: String,
    /// The interface that it stands in.
    pub interface: String,
    pub kind: Kind,
}

/// What kind of type it is, with its members.
pub enum Kind {
    Record(Vec<Member>),
    Enum(Vec<Case>),
    Variant(Vec<Case>),
}

/// A record's field or a function's parameter.
pub struct Member {
    pub name: String,
    pub docs: String,
    pub shape: Shape,
}

/// A case of an enum or of a variant, which has a value.
pub struct Case {
    pub name: String,
    pub docs: String,
    pub shape: Option<Shape>,
}

/// A type where it is used.
pub enum Shape {
    Bool,
    /// A whole number from 0.
    Number,
    /// One that may be negative.
    Signed,
    Text,
    Bytes,
    /// A pair of texts.
    Pair,
    Option(Box<Shape>),
    List(Box<Shape>),
    /// `result<_, failure>`; nothing for `_`.
    Result(Option<Box<Shape>>),
    Record(String),
    Enum(String),
    Variant(String),
    /// The call's context.
    Call,
}

/// An interface that a plugin may export.
pub struct Capability {
    pub name: String,
    pub docs: String,
    pub functions: Vec<Operation>,
}

/// One of its functions.
pub struct Operation {
    pub name: String,
    pub docs: String,
    pub parameters: Vec<Member>,
    pub result: Shape,
}

/// Types of what a plugin may call that its author meets; the rest is behind the packages' own functions.
const HOST_TYPES: [(&str, &str); 4] =
    [("context", "environment"), ("http", "method"), ("http", "keep-encoding"), ("http", "keep")];

/// Reads the contract.
///
/// # Errors
///
/// When it is no WIT, or has a type that the packages do not know yet.
pub fn read() -> anyhow::Result<Contract> {
    let mut resolve = Resolve::default();
    let mut sources = SourceMap::new();
    for (name, text) in WIT {
        sources.push_str(name, *text);
    }
    let group = sources.parse().map_err(|(_, error)| anyhow::anyhow!("{error}"))?;
    let package = resolve.push_group(group).map_err(|error| anyhow::anyhow!("{error:#}"))?;
    let id = |name: &str| -> anyhow::Result<InterfaceId> {
        let id = resolve.packages[package].interfaces.get(name).copied();
        id.with_context(|| format!("the contract has no interface {name}"))
    };
    let mut contract = Contract { types: Vec::new(), capabilities: Vec::new() };
    for (interface, name) in HOST_TYPES {
        let of = &resolve.interfaces[id(interface)?];
        let named = of.types.get(name).with_context(|| format!("{interface} has no type {name}"))?;
        contract.types.extend(named_type(&resolve, of, *named)?);
    }
    for name in ["types"].iter().chain(CAPABILITIES) {
        let interface = &resolve.interfaces[id(name)?];
        for named in interface.types.values() {
            contract.types.extend(named_type(&resolve, interface, *named)?);
        }
        if *name != "types" {
            contract.capabilities.push(capability(&resolve, interface)?);
        }
    }
    Ok(contract)
}

/// `None` for what another interface lends, and for names of lists.
fn named_type(resolve: &Resolve, interface: &Interface, id: TypeId) -> anyhow::Result<Option<Named>> {
    let def = &resolve.types[id];
    let kind = match &def.kind {
        TypeDefKind::Record(record) => {
            let fields = record.fields.iter().map(|field| member(resolve, &field.name, &field.docs, &field.ty));
            Kind::Record(fields.collect::<anyhow::Result<_>>()?)
        }
        TypeDefKind::Enum(cases) => {
            let case = |name: &str, docs| Case { name: name.to_owned(), docs: words(docs), shape: None };
            Kind::Enum(cases.cases.iter().map(|given| case(&given.name, &given.docs)).collect())
        }
        TypeDefKind::Variant(variant) => {
            let cases = variant.cases.iter().map(|case| {
                let shape = case.ty.as_ref().map(|given| shape(resolve, given)).transpose()?;
                Ok(Case { name: case.name.clone(), docs: words(&case.docs), shape })
            });
            Kind::Variant(cases.collect::<anyhow::Result<_>>()?)
        }
        _ => return Ok(None),
    };
    let name = def.name.clone().context("a type without a name")?;
    let interface = interface.name.clone().unwrap_or_default();
    Ok(Some(Named { name, docs: words(&def.docs), interface, kind }))
}

fn capability(resolve: &Resolve, interface: &Interface) -> anyhow::Result<Capability> {
    let functions = interface.functions.values().map(|function| operation(resolve, function));
    Ok(Capability {
        name: interface.name.clone().unwrap_or_default(),
        docs: words(&interface.docs),
        functions: functions.collect::<anyhow::Result<_>>()?,
    })
}

fn operation(resolve: &Resolve, function: &Function) -> anyhow::Result<Operation> {
    let parameters = function.params.iter().map(|given| member(resolve, &given.name, &Docs::default(), &given.ty));
    let result = function.result.as_ref().with_context(|| format!("{} returns nothing", function.name))?;
    Ok(Operation {
        name: function.name.clone(),
        docs: words(&function.docs),
        parameters: parameters.collect::<anyhow::Result<_>>()?,
        result: shape(resolve, result)?,
    })
}

fn member(resolve: &Resolve, name: &str, docs: &Docs, given: &Type) -> anyhow::Result<Member> {
    Ok(Member { name: name.to_owned(), docs: words(docs), shape: shape(resolve, given)? })
}

fn shape(resolve: &Resolve, given: &Type) -> anyhow::Result<Shape> {
    let id = match given {
        Type::Bool => return Ok(Shape::Bool),
        Type::String => return Ok(Shape::Text),
        Type::U8 | Type::U16 | Type::U32 | Type::U64 => return Ok(Shape::Number),
        Type::S32 => return Ok(Shape::Signed),
        Type::Id(id) => *id,
        other => anyhow::bail!("the packages do not know {other:?}"),
    };
    let def = &resolve.types[id];
    let name = def.name.clone().unwrap_or_default();
    Ok(match &def.kind {
        TypeDefKind::Type(given) => shape(resolve, given)?,
        TypeDefKind::List(Type::U8) => Shape::Bytes,
        TypeDefKind::List(given) => Shape::List(Box::new(shape(resolve, given)?)),
        TypeDefKind::Option(given) => Shape::Option(Box::new(shape(resolve, given)?)),
        TypeDefKind::Tuple(tuple) if tuple.types == [Type::String, Type::String] => Shape::Pair,
        TypeDefKind::Result(result) => {
            let fine = result.ok.as_ref().map(|given| shape(resolve, given)).transpose()?;
            Shape::Result(fine.map(Box::new))
        }
        TypeDefKind::Record(_) => Shape::Record(name),
        TypeDefKind::Enum(_) => Shape::Enum(name),
        TypeDefKind::Variant(_) => Shape::Variant(name),
        TypeDefKind::Handle(_) => Shape::Call,
        other => anyhow::bail!("the packages do not know {}", other.as_str()),
    })
}

fn words(docs: &Docs) -> String {
    docs.contents.as_deref().unwrap_or_default().trim().to_owned()
}

/// `tracking-event` as `TrackingEvent`.
pub fn pascal(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    });
    words.collect()
}

/// `tracking-event` as `trackingEvent`.
pub fn camel(name: &str) -> String {
    let pascal = pascal(name);
    let mut letters = pascal.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}

/// `tracking-event` as `tracking_event`.
pub fn snake(name: &str) -> String {
    name.replace('-', "_")
}
