//! The wire of a call by hand: the real one, and a note of all that passes it on the plugin's side, where no secret is.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use async_trait::async_trait;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use crossdock_cases::{Answer, CallFile, Case, Exchange as RecordedExchange, HostFailure, write_file};
use crossdock_contract::description::HmacAlgorithm;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::conformance::made;
use crate::model::exchange::{CourierRequest, CourierResponse};
use crate::model::failure::Failure;
use crate::outbound::Session;
use crate::plugin::Wire;

/// Headers of answers that change with every call and say nothing to a plugin.
const PASSING: [&str; 5] = ["age", "connection", "date", "server", "vary"];

/// The session of one call, watched.
pub struct Shown {
    session: Session,
    exchanges: Mutex<Vec<(CourierRequest, Result<CourierResponse, Failure>)>>,
}

/// What the plugin asked and heard, as the files of a fixture tell it.
#[derive(Debug, Clone, Serialize)]
pub struct Exchange {
    /// What it asked.
    pub request: Value,
    /// The courier's answer.
    pub response: Option<Value>,
    /// Why there was none.
    pub failure: Option<Value>,
}

impl Shown {
    /// Watches a session.
    pub fn new(session: Session) -> Arc<Self> {
        Arc::new(Self { session, exchanges: Mutex::default() })
    }

    /// Base URLs that requests go to.
    pub fn endpoint_urls(&self) -> BTreeMap<String, String> {
        self.session.endpoint_urls()
    }

    /// What passed so far.
    pub fn exchanges(&self) -> Vec<Exchange> {
        let exchanges = self.exchanges.lock().unwrap_or_else(PoisonError::into_inner);
        exchanges.iter().map(|(request, answer)| exchange(request, answer)).collect()
    }
}

#[async_trait]
impl Wire for Shown {
    async fn send(&self, request: CourierRequest) -> Result<CourierResponse, Failure> {
        let answer = self.session.send(request.clone()).await;
        let mut exchanges = self.exchanges.lock().unwrap_or_else(PoisonError::into_inner);
        exchanges.push((request, answer.clone()));
        answer
    }

    fn verify(&self, algorithm: HmacAlgorithm, key: &str, message: &[u8], signature: &[u8]) -> bool {
        self.session.verify(algorithm, key, message, signature)
    }

    fn scrub(&self, text: &str) -> String {
        self.session.scrub(text)
    }

    fn take_kept(&self, number: u32) -> Option<Vec<u8>> {
        self.session.take_kept(number)
    }
}

fn exchange(request: &CourierRequest, answer: &Result<CourierResponse, Failure>) -> Exchange {
    let request = made(request, |made| made.to_json());
    match answer {
        Ok(answer) => Exchange { request, response: Some(response(answer)), failure: None },
        Err(failure) => Exchange { request, response: None, failure: Some(failed(failure)) },
    }
}

fn response(answer: &CourierResponse) -> Value {
    let headers = answer.headers.iter().filter(|(name, _)| !PASSING.contains(&name.as_str()));
    let headers: Map<String, Value> = headers.map(|(name, value)| (name.clone(), json!(value))).collect();
    let mut response = json!({ "status": answer.status, "headers": headers });
    let json = serde_json::from_slice::<Value>(&answer.body).ok().filter(|json| json.is_object() || json.is_array());
    match (json, std::str::from_utf8(&answer.body)) {
        (Some(json), _) => response["body"] = json,
        (None, Ok("")) => {}
        (None, Ok(text)) => response["body"] = json!(text),
        (None, Err(_)) => response["body_base64"] = json!(BASE64_STANDARD.encode(&answer.body)),
    }
    response
}

/// The contract's record.
fn failed(failure: &Failure) -> Value {
    json!({
        "kind": failure.kind.as_str().replace('_', "-"),
        "code": failure.code,
        "message": failure.message,
        "retry_after_ms": failure.retry_after_ms,
        "courier_status": failure.courier_status,
        "request_sent": failure.request_sent,
    })
}

/// The call as it could be played again.
pub fn case(file: &CallFile, exchanges: &[Exchange]) -> Case {
    let recorded = exchanges.iter().map(|exchange| RecordedExchange {
        request: exchange.request.clone(),
        answer: match &exchange.response {
            Some(response) => Ok(answer(response)),
            None => Err(host_failure(exchange.failure.clone().unwrap_or_default())),
        },
    });
    Case::made_up("call", file.clone(), recorded.collect())
}

fn answer(response: &Value) -> Answer {
    let headers = response["headers"].as_object().into_iter().flatten();
    let body = match (&response["body"], response["body_base64"].as_str()) {
        (_, Some(base64)) => BASE64_STANDARD.decode(base64).unwrap_or_default(),
        (Value::Null, None) => Vec::new(),
        (Value::String(text), None) => text.clone().into_bytes(),
        (json, None) => json.to_string().into_bytes(),
    };
    Answer {
        status: response["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or_default(),
        headers: headers.map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned())).collect(),
        body,
    }
}

fn host_failure(failure: Value) -> HostFailure {
    serde_json::from_value(failure).unwrap_or_default()
}

/// Writes the call as a fixture.
///
/// # Errors
///
/// The folder exists, or cannot be written.
pub fn save(folder: &Path, file: &CallFile, exchanges: &[Exchange], outcome: &Value) -> anyhow::Result<()> {
    anyhow::ensure!(!folder.exists(), "{} exists: a fixture is not written over another", folder.display());
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut call = serde_json::to_value(file)?;
    // The fixture is to hold wherever the courier is.
    for name in ["endpoint_urls", "verifies", "time_left_ms"] {
        call.as_object_mut().map(|members| members.remove(name));
    }
    write_file(&folder.join("call.json"), &call)?;
    for (place, exchange) in exchanges.iter().enumerate() {
        let mut written = json!({ "source": format!("recorded by hand, {}", file.now.strftime("%F")) });
        written["request"] = exchange.request.clone();
        match (&exchange.response, &exchange.failure) {
            (Some(response), _) => written["response"] = response.clone(),
            (None, failure) => written["failure"] = failure.clone().unwrap_or_default(),
        }
        write_file(&folder.join(format!("exchange-{}.json", place + 1)), &written)?;
    }
    write_file(&folder.join("expected.json"), &crossdock_cases::pruned(outcome.clone()))?;
    Ok(())
}
