//! The files of a case.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::diff;
use crate::call::Facts;
use crate::types::{Environment, Failure};
use crate::{Description, Plugin};

/// `call.json`: what is called, and what the host tells.
#[derive(Debug, Clone, Deserialize)]
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

/// `exchange-<n>.json`: one request and its answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExchangeFile {
    /// What the plugin must send: `endpoint`, `method`, `path`, and where they are not empty `query` and `headers`
    /// (objects; a list of values for a repeated name), `body` (JSON, or text for what is not), `keep`, `repeatable`.
    #[serde(default)]
    pub request: Value,
    /// The courier's answer: `status`, `headers`, and one of `body` (JSON; text for what is not), `body_base64`,
    /// `body_file` (a file in the case's folder, byte for byte).
    #[serde(default)]
    pub response: Option<ResponseFile>,
    /// The host's failure instead of an answer.
    #[serde(default)]
    pub failure: Option<Failure>,
    /// Where it was recorded or which page documents it.
    #[serde(default)]
    pub source: Option<String>,
}

/// A courier's answer in an exchange.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "documented at `ExchangeFile::response`")]
pub struct ResponseFile {
    pub status: u16,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    #[serde(default)]
    pub body: Option<Value>,
    #[serde(default)]
    pub body_base64: Option<String>,
    #[serde(default)]
    pub body_file: Option<String>,
}

/// A case as it runs.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub name: String,
    pub call: CallFile,
    pub exchanges: Vec<Exchange>,
    pub expected: Value,
    folder: PathBuf,
}

#[derive(Debug, Clone)]
pub(crate) struct Exchange {
    pub request: Value,
    pub answer: Result<Answer, Failure>,
}

#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Case {
    pub(crate) fn read<P: Plugin>(folder: &Path) -> Self {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut call: CallFile = read(&folder.join("call.json"));
        call.complete(&P::describe());
        let mut exchanges = Vec::new();
        loop {
            let path = exchange_path(folder, exchanges.len());
            if !path.exists() {
                break;
            }
            exchanges.push(Exchange::read(&path));
        }
        let expected = folder.join("expected.json");
        let expected = if expected.exists() { read(&expected) } else { Value::Null };
        Self { name, call, exchanges, expected, folder: folder.to_owned() }
    }

    /// The arguments, a webhook's body as bytes.
    pub(crate) fn args(&self) -> Value {
        let mut args = self.call.args.clone();
        if self.call.operation == "webhooks.receive"
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

    /// Writes what the plugin did into the files of the case.
    pub(crate) fn write(&self, made: &[Value], outcome: &Value) {
        for (place, request) in made.iter().enumerate() {
            let path = exchange_path(&self.folder, place);
            let mut file: Value = if path.exists() { read(&path) } else { json!({ "response": { "status": 200 } }) };
            file["request"] = request.clone();
            write(&path, &file);
        }
        write(&self.folder.join("expected.json"), &diff::pruned(outcome.clone()));
    }
}

impl Exchange {
    fn read(path: &Path) -> Self {
        let file: ExchangeFile = read(path);
        let answer = match (file.response, file.failure) {
            (Some(response), None) => Ok(response.answer(path)),
            (None, Some(failure)) => Err(failure),
            _ => panic!("{}: one of `response` and `failure`", path.display()),
        };
        Self { request: file.request, answer }
    }
}

impl ResponseFile {
    fn answer(self, path: &Path) -> Answer {
        let body = match (self.body, self.body_base64, self.body_file) {
            (None, None, None) => Vec::new(),
            (Some(Value::String(text)), None, None) => text.into_bytes(),
            (Some(json), None, None) => json.to_string().into_bytes(),
            (None, Some(base64), None) => BASE64_STANDARD.decode(base64).expect("body_base64 is base64"),
            (None, None, Some(file)) => {
                let file = path.with_file_name(file);
                std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
            }
            _ => panic!("{}: one of `body`, `body_base64` and `body_file`", path.display()),
        };
        let headers = self.headers.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
        Answer { status: self.status, headers, body }
    }
}

impl CallFile {
    fn complete(&mut self, description: &Description) {
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
}

impl Facts for CallFile {
    fn field(&self, key: &str) -> Option<String> {
        self.fields.get(key).cloned()
    }

    fn account_kind(&self) -> String {
        self.account_kind.clone()
    }

    fn environment(&self) -> Environment {
        self.environment
    }

    fn locale(&self) -> String {
        self.locale.clone()
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.now.as_millisecond()).unwrap_or_default()
    }

    fn time_left_ms(&self) -> u64 {
        self.time_left_ms
    }

    fn call_id(&self) -> String {
        self.call_id.clone()
    }

    fn endpoint_url(&self, name: &str) -> Option<String> {
        self.endpoint_urls.get(name).cloned()
    }
}

fn exchange_path(folder: &Path, place: usize) -> PathBuf {
    folder.join(format!("exchange-{}.json", place + 1))
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> T {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut reader = serde_json::Deserializer::from_str(&text);
    serde_path_to_error::deserialize(&mut reader).unwrap_or_else(|error| panic!("{} at {error}", path.display()))
}

fn write(path: &Path, value: &Value) {
    let text = serde_json::to_string_pretty(value).expect("JSON can be written");
    std::fs::write(path, text + "\n").unwrap_or_else(|error| panic!("{}: {error}", path.display()));
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
