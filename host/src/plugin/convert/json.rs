//! Values of a component as JSON: records as objects in snake_case, enums as their words, variants as `{"word": value}`,
//! results as `{"ok": …}` and `{"err": …}`, bytes as numbers.

use serde_json::{Map, Value, json};
use wasmtime::component::types::Field;
use wasmtime::component::{Type, Val};

/// What does not fit, behind the path to it.
pub type Flaw = String;

/// Returns the contract's name of a member as JSON has it.
pub fn member(name: &str) -> String {
    name.replace('-', "_")
}

/// Turns a value into JSON.
pub fn of_val(value: &Val) -> Value {
    match value {
        Val::Bool(flag) => json!(flag),
        Val::S8(number) => json!(number),
        Val::U8(number) => json!(number),
        Val::S16(number) => json!(number),
        Val::U16(number) => json!(number),
        Val::S32(number) => json!(number),
        Val::U32(number) => json!(number),
        Val::S64(number) => json!(number),
        Val::U64(number) => json!(number),
        Val::Float32(number) => json!(number),
        Val::Float64(number) => json!(number),
        Val::Char(letter) => json!(letter),
        Val::String(text) | Val::Enum(text) => json!(text),
        Val::List(elements) | Val::Tuple(elements) | Val::FixedLengthList(elements) => {
            elements.iter().map(of_val).collect()
        }
        Val::Record(fields) => {
            Value::Object(fields.iter().map(|(name, value)| (member(name), of_val(value))).collect())
        }
        Val::Variant(case, None) => json!(case),
        Val::Variant(case, Some(value)) => json!({ case: of_val(value) }),
        Val::Option(value) => maybe(value.as_deref()),
        Val::Result(Ok(value)) => json!({ "ok": maybe(value.as_deref()) }),
        Val::Result(Err(value)) => json!({ "err": maybe(value.as_deref()) }),
        Val::Flags(words) => json!(words),
        // Of these the contract's results have none.
        Val::Map(_) | Val::Resource(_) | Val::Future(_) | Val::Stream(_) | Val::ErrorContext(_) => Value::Null,
    }
}

fn maybe(value: Option<&Val>) -> Value {
    value.map_or(Value::Null, of_val)
}

/// Turns JSON into a value of a type. What is absent or `null` becomes the least that the type has: an empty text, no
/// element, `false`, zero, a record of such.
///
/// # Errors
///
/// What does not fit, behind the path to it.
pub fn to_val(value: &Value, kind: &Type) -> Result<Val, Flaw> {
    Ok(match kind {
        Type::Bool => Val::Bool(or_least(value, value.as_bool(), "true or false")?),
        Type::U8 => Val::U8(number(value)?),
        Type::S8 => Val::S8(number(value)?),
        Type::U16 => Val::U16(number(value)?),
        Type::S16 => Val::S16(number(value)?),
        Type::U32 => Val::U32(number(value)?),
        Type::S32 => Val::S32(number(value)?),
        Type::U64 => Val::U64(number(value)?),
        Type::S64 => Val::S64(number(value)?),
        Type::String => Val::String(or_least(value, value.as_str().map(str::to_owned), "a text")?),
        Type::List(list) => Val::List(elements(value, |_| Ok(list.ty()))?),
        Type::Tuple(tuple) => {
            let kinds: Vec<Type> = tuple.types().collect();
            let one_too_many = || ": has more elements than it may".to_owned();
            let values = elements(value, |place| kinds.get(place).cloned().ok_or_else(one_too_many))?;
            match values.len() == kinds.len() {
                true => Val::Tuple(values),
                false => return Err(format!(": must have {} elements", kinds.len())),
            }
        }
        Type::Record(record) => Val::Record(fields(value, record.fields())?),
        Type::Option(option) => Val::Option(match value {
            Value::Null => None,
            value => Some(Box::new(to_val(value, &option.ty())?)),
        }),
        Type::Enum(words) => {
            let given = value.as_str().unwrap_or_default();
            match words.names().any(|word| word == given) {
                true => Val::Enum(given.to_owned()),
                false => return Err(format!(": must be one of {}", words.names().collect::<Vec<_>>().join(", "))),
            }
        }
        Type::Variant(variant) => {
            let names = || variant.cases().map(|case| case.name.to_owned()).collect::<Vec<_>>().join(", ");
            let given = value.as_object().filter(|object| object.len() == 1).and_then(|object| object.iter().next());
            let (name, inner) = given.ok_or_else(|| format!(": must be an object with one of {}", names()))?;
            let case = variant.cases().find(|case| case.name == name.as_str());
            let case = case.ok_or_else(|| format!(": must be an object with one of {}", names()))?;
            let value =
                case.ty.map(|kind| to_val(inner, &kind)).transpose().map_err(|flaw| format!("/{name}{flaw}"))?;
            Val::Variant(name.clone(), value.map(Box::new))
        }
        // Of these the contract's arguments have none.
        _ => return Err(": cannot be written as JSON".to_owned()),
    })
}

fn or_least<T: Default>(value: &Value, read: Option<T>, wanted: &str) -> Result<T, Flaw> {
    match (value, read) {
        (Value::Null, _) => Ok(T::default()),
        (_, Some(read)) => Ok(read),
        (_, None) => Err(format!(": must be {wanted}")),
    }
}

fn number<T: Default + TryFrom<i128>>(value: &Value) -> Result<T, Flaw> {
    let whole = value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from));
    or_least(value, whole.and_then(|whole| T::try_from(whole).ok()), "a whole number of its range")
}

fn elements(value: &Value, kind: impl Fn(usize) -> Result<Type, Flaw>) -> Result<Vec<Val>, Flaw> {
    let empty = Vec::new();
    let elements = match value {
        Value::Null => &empty,
        Value::Array(elements) => elements,
        _ => return Err(": must be a list".to_owned()),
    };
    let turned = elements.iter().enumerate().map(|(place, element)| {
        let kind = kind(place)?;
        to_val(element, &kind).map_err(|flaw| format!("/{place}{flaw}"))
    });
    turned.collect()
}

fn fields<'a>(value: &Value, fields: impl Iterator<Item = Field<'a>>) -> Result<Vec<(String, Val)>, Flaw> {
    let empty = Map::new();
    let given = match value {
        Value::Null => &empty,
        Value::Object(given) => given,
        _ => return Err(": must be an object".to_owned()),
    };
    let mut names = Vec::new();
    let mut turned = Vec::new();
    for field in fields {
        let name = member(field.name);
        let value = given.get(&name).unwrap_or(&Value::Null);
        turned.push((field.name.to_owned(), to_val(value, &field.ty).map_err(|flaw| format!("/{name}{flaw}"))?));
        names.push(name);
    }
    match given.keys().find(|name| !names.contains(name)) {
        Some(unknown) => Err(format!("/{unknown}: there is no such member; there are: {}", names.join(", "))),
        None => Ok(turned),
    }
}
