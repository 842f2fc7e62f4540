//! `exchange-<n>.json`.

use std::collections::BTreeMap;
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::case::{CaseError, read_file};

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
    pub failure: Option<HostFailure>,
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

/// The contract's kinds of failure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "documented case by case in wit/types.wit")]
pub enum FailureKind {
    Auth,
    NotFound,
    InvalidInput,
    Conflict,
    RateLimited,
    Unavailable,
    Timeout,
    Unsupported,
    #[default]
    UnexpectedAnswer,
}

/// One thing that is wrong in a request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs, reason = "documented field by field in wit/types.wit")]
pub struct Problem {
    pub pointer: String,
    pub code: String,
    pub detail: String,
}

/// The host's failure in place of an answer: the contract's record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs, reason = "documented field by field in wit/types.wit")]
pub struct HostFailure {
    pub kind: FailureKind,
    pub code: String,
    pub message: String,
    pub problems: Vec<Problem>,
    pub retry_after_ms: Option<u64>,
    pub courier_status: Option<u16>,
    pub request_sent: bool,
}

impl HostFailure {
    /// Makes a failure of nothing but kind, code and words.
    pub fn new(kind: FailureKind, code: &str, message: &str) -> Self {
        Self { kind, code: code.to_owned(), message: message.to_owned(), ..Self::default() }
    }
}

/// A request as the file tells it, and what came back.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// As [`ExchangeFile::request`].
    pub request: Value,
    /// The answer, or the host's failure.
    pub answer: Result<Answer, HostFailure>,
}

/// A courier's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Lower-case names.
    pub headers: Vec<(String, String)>,
    /// Byte for byte.
    pub body: Vec<u8>,
}

impl Exchange {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// It cannot be read, or does not say what was answered.
    pub(crate) fn read(path: &Path) -> Result<Self, CaseError> {
        let file: ExchangeFile = read_file(path)?;
        let answer = match (file.response, file.failure) {
            (Some(response), None) => Ok(response.answer(path)?),
            (None, Some(failure)) => Err(failure),
            _ => return Err(CaseError::at(path, "give one of `response` and `failure`")),
        };
        Ok(Self { request: file.request, answer })
    }
}

impl ResponseFile {
    fn answer(self, path: &Path) -> Result<Answer, CaseError> {
        let body = match (self.body, self.body_base64, self.body_file) {
            (None, None, None) => Vec::new(),
            (Some(Value::String(text)), None, None) => text.into_bytes(),
            (Some(json), None, None) => json.to_string().into_bytes(),
            (None, Some(base64), None) => {
                BASE64_STANDARD.decode(base64).map_err(|error| CaseError::at(path, format!("body_base64: {error}")))?
            }
            (None, None, Some(file)) => {
                let file = path.with_file_name(file);
                std::fs::read(&file).map_err(|error| CaseError::at(&file, error))?
            }
            _ => return Err(CaseError::at(path, "give one of `body`, `body_base64` and `body_file`")),
        };
        let headers = self.headers.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
        Ok(Answer { status: self.status, headers, body })
    }
}
