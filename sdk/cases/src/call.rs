//! `call.json`.

use std::collections::BTreeMap;

use crossdock_contract::Description;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Which of the courier's systems a call is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Environment {
    /// Real parcels, real money.
    Production,
    /// The courier's test system.
    Test,
}

/// `call.json`: what is called, and what the host tells.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallFile {
    /// `<interface>.<function>`, such as `tracking.track` or `service-points.find`.
    pub operation: String,
    /// The function's arguments by their names in the contract, in snake_case. The body of a webhook may be text or JSON.
    #[serde(default)]
    pub args: Value,
    /// The account kind; the description's first if not said.
    #[serde(default)]
    pub account_kind: String,
    /// The plain fields of the credential.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// `production` (if not said) or `test`.
    #[serde(default = "production")]
    pub environment: Environment,
    /// BCP 47; `en` if not said.
    #[serde(default = "english")]
    pub locale: String,
    /// RFC 3339; 2025-11-20T12:00:00Z if not said.
    #[serde(default = "now")]
    pub now: Timestamp,
    /// 26 characters.
    #[serde(default = "call_id")]
    pub call_id: String,
    /// 30 seconds if not said.
    #[serde(default = "time_left_ms")]
    pub time_left_ms: u64,
    /// What `verify` answers.
    #[serde(default)]
    pub verifies: bool,
    /// The base URLs; those of the description if not said.
    #[serde(default)]
    pub endpoint_urls: BTreeMap<String, String>,
}

impl CallFile {
    /// Makes a call of this operation with these arguments; everything else is as if not said.
    pub fn new(operation: impl Into<String>, args: Value) -> Self {
        Self {
            operation: operation.into(),
            args,
            account_kind: String::new(),
            fields: BTreeMap::new(),
            environment: Environment::Production,
            locale: english(),
            now: now(),
            call_id: call_id(),
            time_left_ms: time_left_ms(),
            verifies: false,
            endpoint_urls: BTreeMap::new(),
        }
    }

    /// Fills in what the description says of what the file leaves out.
    pub fn complete(&mut self, description: &Description) {
        if self.account_kind.is_empty()
            && let Some(kind) = description.accounts.first()
        {
            self.account_kind.clone_from(&kind.id);
        }
        for endpoint in &description.endpoints {
            let test = endpoint.test.as_ref().filter(|_| self.environment == Environment::Test);
            let url = test.unwrap_or(&endpoint.production);
            self.endpoint_urls.entry(endpoint.name.clone()).or_insert_with(|| url.clone());
        }
    }

    /// Returns the arguments, a webhook's body as bytes.
    pub fn arguments(&self) -> Value {
        let mut args = self.args.clone();
        if self.operation == "webhooks.receive"
            && let Some(body) = args.pointer_mut("/request/body")
        {
            let bytes = match &*body {
                Value::Array(_) => return args,
                Value::String(text) => text.clone().into_bytes(),
                json => json.to_string().into_bytes(),
            };
            *body = json!(bytes);
        }
        args
    }
}

fn production() -> Environment {
    Environment::Production
}

fn english() -> String {
    "en".to_owned()
}

fn now() -> Timestamp {
    "2025-11-20T12:00:00Z".parse().expect("a time")
}

fn call_id() -> String {
    "01JD4ZXCALL00000000000TEST".to_owned()
}

fn time_left_ms() -> u64 {
    30_000
}
