//! A folder `fixtures/<case>/`.

use std::fmt;
use std::path::{Path, PathBuf};

use crossdock_contract::Description;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::call::CallFile;
use crate::diff;
use crate::exchange::Exchange;

/// Most exchanges of a case: a call makes at most 64 requests.
const MAX_EXCHANGES: usize = 64;

/// A recorded call.
#[derive(Debug, Clone)]
pub struct Case {
    /// The folder's name.
    pub name: String,
    /// What is called.
    pub call: CallFile,
    /// What the plugin asks and what it hears, in order.
    pub exchanges: Vec<Exchange>,
    /// `{"ok": …}` or `{"err": …}`; `null` where the file is missing.
    pub expected: Value,
    folder: PathBuf,
}

/// A case that cannot be read or written: which file, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseError(String);

impl CaseError {
    pub(crate) fn at(path: &Path, reason: impl fmt::Display) -> Self {
        Self(format!("{}: {reason}", path.display()))
    }
}

impl fmt::Display for CaseError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for CaseError {}

/// Reads every case of a folder, in the order of their names; none where there is no such folder.
///
/// # Errors
///
/// One of them cannot be read.
pub fn cases(folder: &Path, description: &Description) -> Result<Vec<Case>, CaseError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| CaseError::at(folder, error))? {
        paths.push(entry.map_err(|error| CaseError::at(folder, error))?.path());
    }
    paths.retain(|path| path.is_dir());
    paths.sort();
    paths.iter().map(|path| Case::read(path, description)).collect()
}

impl Case {
    /// Reads a case.
    ///
    /// # Errors
    ///
    /// A file is missing, or is not what the format says.
    pub fn read(folder: &Path, description: &Description) -> Result<Self, CaseError> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut call: CallFile = read_file(&folder.join("call.json"))?;
        call.complete(description);
        let mut exchanges = Vec::new();
        loop {
            let path = exchange_path(folder, exchanges.len());
            if !path.exists() || exchanges.len() == MAX_EXCHANGES {
                break;
            }
            exchanges.push(Exchange::read(&path)?);
        }
        let expected = folder.join("expected.json");
        let expected = if expected.exists() { read_file(&expected)? } else { Value::Null };
        Ok(Self { name, call, exchanges, expected, folder: folder.to_owned() })
    }

    /// Makes a case that stands in no folder.
    pub fn made_up(name: impl Into<String>, call: CallFile, exchanges: Vec<Exchange>) -> Self {
        Self { name: name.into(), call, exchanges, expected: Value::Null, folder: PathBuf::new() }
    }

    /// Writes what the plugin did into the files of the case.
    ///
    /// # Errors
    ///
    /// A file cannot be read or written.
    pub fn write(&self, made: &[Value], outcome: &Value) -> Result<(), CaseError> {
        for (place, request) in made.iter().enumerate() {
            let path = exchange_path(&self.folder, place);
            let mut file: Value = match path.exists() {
                true => read_file(&path)?,
                false => json!({ "response": { "status": 200 } }),
            };
            file["request"] = request.clone();
            write_file(&path, &file)?;
        }
        write_file(&self.folder.join("expected.json"), &diff::pruned(outcome.clone()))
    }
}

fn exchange_path(folder: &Path, place: usize) -> PathBuf {
    folder.join(format!("exchange-{}.json", place + 1))
}

pub(crate) fn read_file<T: DeserializeOwned>(path: &Path) -> Result<T, CaseError> {
    let text = std::fs::read_to_string(path).map_err(|error| CaseError::at(path, error))?;
    let mut reader = serde_json::Deserializer::from_str(&text);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| CaseError::at(path, format!("at {error}")))
}

/// Writes a file of a case: JSON for people.
///
/// # Errors
///
/// It cannot be written.
pub fn write_file(path: &Path, value: &Value) -> Result<(), CaseError> {
    let text = serde_json::to_string_pretty(value).map_err(|error| CaseError::at(path, error))?;
    std::fs::write(path, text + "\n").map_err(|error| CaseError::at(path, error))
}
