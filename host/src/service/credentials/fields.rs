//! What a merchant typed in, against what the courier's description asks for.

use std::collections::BTreeMap;

use crossdock_contract::Description;
use crossdock_contract::description::{AccountKind, CredentialField, FieldKind, TestEnvironment};

use crate::app::App;
use crate::model::caller::Merchant;
use crate::model::credential::{AccountView, Environment};
use crate::model::failure::Problem;
use crate::outbound::check_endpoint_override;
use crate::service::error::{Error, Result};
use crate::vault::{SecretString, Secrets, TypedIn};

/// Longest value of a field, in bytes: longer than any key or certificate that a courier hands out.
const MAX_FIELD_BYTES: usize = 8 * 1024;

/// What a merchant typed in. Not `Debug`: the fields hold secrets.
#[derive(Clone, Default)]
pub struct Entered {
    /// The account kind; `None` where the courier has one.
    pub account_kind: Option<String>,
    /// Which system; `None`: the one that the key is for.
    pub environment: Option<Environment>,
    /// Every field by its key; until the description has divided them, each is treated as a secret.
    pub fields: BTreeMap<String, SecretString>,
    /// Base URLs instead of the description's.
    pub endpoints: BTreeMap<String, String>,
}

/// What was typed in, taken apart and found right.
pub struct Account {
    /// The plain part.
    pub view: AccountView,
    /// The secret part.
    pub secrets: Secrets,
}

/// Checks all that was typed in and returns every fault at once.
///
/// # Errors
///
/// `Invalid` with a pointer per wrong field, `Unsupported` if the courier cannot be tried without spending money.
pub fn check(app: &App, merchant: &Merchant, description: &Description, entered: Entered) -> Result<Account> {
    let kind = account_kind(description, entered.account_kind.as_deref())?;
    let environment = environment(merchant, description, kind, entered.environment)?;
    let mut problems = Vec::new();
    for key in entered.fields.keys() {
        if !kind.fields.iter().any(|field| field.key == *key) {
            problems.push(problem(
                format!("/fields/{}", escape(key)),
                "unknown_field",
                format!("{} has no such field; it has {}", kind.label, keys(kind)),
            ));
        }
    }
    for field in &kind.fields {
        problems.extend(fault(field, entered.fields.get(&field.key).map(TypedIn::of)));
    }
    for (name, url) in &entered.endpoints {
        problems.extend(endpoint_fault(app, description, name, url));
    }
    if !problems.is_empty() {
        return Err(Error::Invalid { problems });
    }
    Ok(split(kind, environment, entered))
}

fn account_kind<'a>(description: &'a Description, id: Option<&str>) -> Result<&'a AccountKind> {
    let ids = || description.accounts.iter().map(|kind| kind.id.as_str()).collect::<Vec<_>>().join(", ");
    match (id, description.accounts.as_slice()) {
        (None, [only]) => Ok(only),
        (None, _) => {
            Err(Error::invalid("/account_kind", "required", format!("say which kind of account it is: {}", ids())))
        }
        (Some(id), kinds) => kinds
            .iter()
            .find(|kind| kind.id == id)
            .ok_or_else(|| Error::invalid("/account_kind", "unknown_account_kind", format!("it is one of {}", ids()))),
    }
}

fn environment(
    merchant: &Merchant,
    description: &Description,
    kind: &AccountKind,
    asked: Option<Environment>,
) -> Result<Environment> {
    let usual = if merchant.is_test() { Environment::Test } else { Environment::Production };
    let environment = asked.unwrap_or(usual);
    if merchant.is_test() && environment == Environment::Production {
        return Err(Error::invalid("/environment", "test_key", "a test key connects test accounts only"));
    }
    if environment == Environment::Test && kind.test == TestEnvironment::None {
        let detail = format!("{} cannot be tried without spending money", description.display_name);
        return Err(Error::Unsupported { code: "no_test_environment", detail });
    }
    Ok(environment)
}

fn fault(field: &CredentialField, value: Option<TypedIn<'_>>) -> Option<Problem> {
    let pointer = || format!("/fields/{}", field.key);
    let help = || field.help.as_deref().map(|help| format!(" ({help})")).unwrap_or_default();
    match value.filter(|value| !value.is_empty()) {
        None if field.required => Some(problem(pointer(), "required", format!("{} is missing{}", field.label, help()))),
        None => None,
        Some(value) if value.bytes() > MAX_FIELD_BYTES => {
            Some(problem(pointer(), "too_long", format!("{} is longer than {MAX_FIELD_BYTES} bytes", field.label)))
        }
        Some(value) if value.has_control_characters() => {
            Some(problem(pointer(), "invalid_characters", format!("{} holds control characters", field.label)))
        }
        // The value itself is never repeated: it may be a secret.
        Some(value) => {
            field.pattern.as_deref().filter(|pattern| !value.matches(pattern)).map(|_| {
                problem(pointer(), "invalid_format", format!("{} does not look like one{}", field.label, help()))
            })
        }
    }
}

fn endpoint_fault(app: &App, description: &Description, name: &str, url: &str) -> Option<Problem> {
    let pointer = format!("/endpoints/{}", escape(name));
    if !description.endpoints.iter().any(|endpoint| endpoint.name == name) {
        let names: Vec<&str> = description.endpoints.iter().map(|endpoint| endpoint.name.as_str()).collect();
        return Some(problem(pointer, "unknown_endpoint", format!("it is one of {}", names.join(", "))));
    }
    let refused = check_endpoint_override(url, app.outbound.config()).err()?;
    Some(problem(pointer, "endpoint_refused", refused.to_string()))
}

/// Writes a member's name as a JSON Pointer does.
fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn keys(kind: &AccountKind) -> String {
    kind.fields.iter().map(|field| field.key.as_str()).collect::<Vec<_>>().join(", ")
}

fn split(kind: &AccountKind, environment: Environment, entered: Entered) -> Account {
    let mut fields = BTreeMap::new();
    let mut secrets = Secrets::default();
    for (key, value) in entered.fields.into_iter().filter(|(_, value)| !TypedIn::of(value).is_empty()) {
        let is_secret = kind.fields.iter().any(|field| field.key == key && field.kind == FieldKind::Secret);
        if is_secret {
            secrets.insert(key, value);
        } else {
            fields.insert(key, TypedIn::of(&value).to_plain());
        }
    }
    Account { view: AccountView { kind: kind.id.clone(), environment, fields, endpoints: entered.endpoints }, secrets }
}

fn problem(pointer: String, code: &str, detail: String) -> Problem {
    Problem { pointer, code: code.to_owned(), detail }
}
