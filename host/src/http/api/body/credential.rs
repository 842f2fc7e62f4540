//! A merchant's account at a courier, as the API takes and shows it. Secrets come in and never go out.

use std::collections::BTreeMap;
use std::fmt;

use crossdock_contract::description::{AccountKind, FieldKind};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::json::escape;
use crate::http::validate::{Findings, Validate};
use crate::model::credential::Environment;
use crate::store::credentials::Credential;
use crate::vault::TypedIn;

/// What stands for a secret that is set.
pub const MASK: &str = "********";

/// Longest value of a field, in characters: a private key in PEM form fits.
const MAX_VALUE_CHARS: usize = 8_192;

/// Most fields of one credential.
const MAX_FIELDS: usize = 50;

/// Most endpoints of one courier that can be pointed elsewhere.
const MAX_ENDPOINTS: usize = 20;

const MAX_URL_CHARS: usize = 2_000;

const MAX_NAME_CHARS: usize = 100;

/// A field's value on its way in: not shown by `Debug`, zeroed when dropped.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(from = "String")]
#[schema(value_type = String)]
pub struct FieldValue(SecretString);

impl FieldValue {
    /// Gives the value to whoever seals or checks it.
    pub fn into_secret(self) -> SecretString {
        self.0
    }

    /// Lets a checker look at it.
    pub fn typed(&self) -> TypedIn<'_> {
        TypedIn::of(&self.0)
    }
}

impl From<String> for FieldValue {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for FieldValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(MASK)
    }
}

/// The values of a credential's fields by key, secrets among them.
pub type FieldValues = BTreeMap<String, FieldValue>;

/// An account to connect or to test.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CredentialRequest {
    /// The courier's id.
    #[schema(example = "acme")]
    pub courier: String,
    /// The kind of account, as the courier's description lists it; may be left out where there is one only.
    #[serde(default)]
    pub account_kind: Option<String>,
    /// `production` or `test`; by the kind of API key if not said.
    #[serde(default)]
    pub environment: Option<String>,
    /// A name, so that a store can have several accounts at one courier.
    #[serde(default)]
    pub label: Option<String>,
    /// The shop that it is for; all of them if not said.
    #[serde(default)]
    pub store_id: Option<String>,
    /// What the courier's description asks for, by key.
    #[schema(value_type = BTreeMap<String, String>)]
    pub fields: FieldValues,
    /// Other base URLs than the description's, by endpoint name.
    #[serde(default)]
    pub endpoints: BTreeMap<String, String>,
    /// Whether saving runs the test.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub test: bool,
}

fn yes() -> bool {
    true
}

impl Validate for CredentialRequest {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        let at = |name: &str| format!("{pointer}/{name}");
        findings.required_text(&at("courier"), &self.courier, MAX_NAME_CHARS);
        findings.optional_text(&at("account_kind"), self.account_kind.as_deref(), MAX_NAME_CHARS);
        check_shared(pointer, self.environment.as_deref(), self.label.as_deref(), &self.endpoints, findings);
        check_values(&at("fields"), &self.fields, findings);
    }
}

/// What to change of a credential. Whoever changes endpoints, environment or account kind gives every secret again.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CredentialChange {
    /// Another kind of account.
    #[serde(default)]
    pub account_kind: Option<String>,
    /// `production` or `test`.
    #[serde(default)]
    pub environment: Option<String>,
    /// Another name.
    #[serde(default)]
    pub label: Option<String>,
    /// Another shop; null: all of them; left out: as it is.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Option<String>)]
    pub store_id: Option<Option<String>>,
    /// Values to replace, by key.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, String>)]
    pub fields: FieldValues,
    /// All other base URLs, by endpoint name; left out: as they are.
    #[serde(default)]
    pub endpoints: Option<BTreeMap<String, String>>,
    /// Whether saving runs the test; yes if not said.
    #[serde(default)]
    pub test: Option<bool>,
}

impl Validate for CredentialChange {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        let none = BTreeMap::new();
        let endpoints = self.endpoints.as_ref().unwrap_or(&none);
        findings.optional_text(&format!("{pointer}/account_kind"), self.account_kind.as_deref(), MAX_NAME_CHARS);
        check_shared(pointer, self.environment.as_deref(), self.label.as_deref(), endpoints, findings);
        check_values(&format!("{pointer}/fields"), &self.fields, findings);
    }
}

/// Tells null from what is left out.
fn some<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

fn check_shared(
    pointer: &str,
    environment: Option<&str>,
    label: Option<&str>,
    endpoints: &BTreeMap<String, String>,
    findings: &mut Findings,
) {
    if environment.is_some_and(|word| Environment::parse(word).is_none()) {
        findings.add(&format!("{pointer}/environment"), "invalid_choice", "must be production or test");
    }
    findings.optional_text(&format!("{pointer}/label"), label, MAX_NAME_CHARS);
    findings.count(&format!("{pointer}/endpoints"), endpoints.len(), 0..=MAX_ENDPOINTS);
    for (name, url) in endpoints {
        let pointer = format!("{pointer}/endpoints/{}", escape(name));
        findings.required_text(&pointer, url, MAX_URL_CHARS);
        if url.parse::<url::Url>().is_err() {
            findings.add(&pointer, "invalid_url", "must be an absolute URL");
        }
    }
}

fn check_values(pointer: &str, fields: &FieldValues, findings: &mut Findings) {
    findings.count(pointer, fields.len(), 0..=MAX_FIELDS);
    for (key, value) in fields {
        let pointer = format!("{pointer}/{}", escape(key));
        if value.typed().is_text(MASK) {
            findings.add(&pointer, "masked_value", "this is the mask, not the secret; leave the field out to keep it");
        } else if value.typed().characters() > MAX_VALUE_CHARS {
            findings.add(&pointer, "too_long", format!("at most {MAX_VALUE_CHARS} characters"));
        }
    }
}

/// Returns a credential's fields as the API shows them: plain ones as they are, a mask for each secret that is set.
pub fn shown_fields(
    kind: &AccountKind,
    plain: &BTreeMap<String, String>,
    is_set: impl Fn(&str) -> bool,
) -> BTreeMap<String, String> {
    let shown = kind.fields.iter().filter_map(|field| match field.kind {
        FieldKind::Text => plain.get(&field.key).map(|value| (field.key.clone(), value.clone())),
        FieldKind::Secret => is_set(&field.key).then(|| (field.key.clone(), MASK.to_owned())),
    });
    shown.collect()
}

/// A connected account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Credential)]
pub struct CredentialBody {
    /// Its id.
    pub id: String,
    /// The courier's id.
    pub courier: String,
    /// The kind of account.
    pub account_kind: String,
    /// `production` or `test`.
    pub environment: &'static str,
    /// Its name.
    pub label: String,
    /// The shop that it is for; null: all of them.
    pub store_id: Option<String>,
    /// Its fields; secrets are masked.
    pub fields: BTreeMap<String, String>,
    /// Other base URLs than the description's.
    pub endpoints: BTreeMap<String, String>,
    /// How it stands: `ok`, `untested`, `failing`.
    pub status: &'static str,
    /// What its last test said, if it failed.
    pub tested_detail: Option<String>,
    /// When it was last used, RFC 3339.
    pub last_used_at: Option<String>,
    /// When it was last tested, RFC 3339.
    pub tested_at: Option<String>,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub updated_at: String,
    /// Whether it belongs to test keys.
    pub test: bool,
}

impl CredentialBody {
    /// Shows a stored account, its kind's description deciding what is masked. Without one (the plugin is gone) it is what was saved as
    /// a secret.
    pub fn new(credential: Credential, kind: Option<&AccountKind>) -> Self {
        let plain = credential.fields.0;
        let fields = match kind {
            Some(kind) => {
                let is_set = |key: &str| credential.secrets.contains_key(key) || plain.contains_key(key);
                shown_fields(kind, &plain, is_set)
            }
            None => {
                let masked = credential.secrets.keys().map(|key| (key.clone(), MASK.to_owned()));
                plain.into_iter().chain(masked).collect()
            }
        };
        Self {
            id: credential.id.into(),
            courier: credential.courier.into(),
            account_kind: credential.account_kind,
            environment: credential.environment.as_str(),
            label: credential.label,
            store_id: credential.store_id.map(Into::into),
            fields,
            endpoints: credential.endpoints.0,
            status: status(credential.tested_outcome.as_deref()),
            tested_detail: credential.tested_detail,
            last_used_at: credential.last_used_at.map(|at| at.to_string()),
            tested_at: credential.tested_at.map(|at| at.to_string()),
            created_at: credential.created_at.to_string(),
            updated_at: credential.updated_at.to_string(),
            test: credential.environment == Environment::Test,
        }
    }
}

fn status(tested: Option<&str>) -> &'static str {
    match tested {
        Some("ok") => "ok",
        // The courier has no way to test an account.
        None | Some("unsupported") => "untested",
        Some(_) => "failing",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind() -> AccountKind {
        serde_json::from_value(serde_json::json!({
            "id": "main", "label": "Main", "capabilities": ["tracking"], "test": "host",
            "fields": [
                {"key": "user", "label": "User", "kind": "text", "required": true, "pattern": "[a-z]+@[a-z.]+"},
                {"key": "api_key", "label": "API key", "kind": "secret", "required": true},
                {"key": "note", "label": "Note", "kind": "text", "required": false}
            ]
        }))
        .unwrap()
    }

    #[test]
    fn secrets_are_never_shown() {
        let value: FieldValue = "hunter2".to_owned().into();
        assert_eq!(format!("{value:?}"), MASK);
        let plain = BTreeMap::from([("user".to_owned(), "a@b.se".to_owned())]);
        let shown = shown_fields(&kind(), &plain, |key| key == "api_key");
        assert_eq!(serde_json::to_value(shown).unwrap(), serde_json::json!({"api_key": MASK, "user": "a@b.se"}));
    }
}
