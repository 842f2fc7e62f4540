//! The way to a courier that is a recording: whoever asks what was asked then gets what was answered then.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use crossdock_contract::Description;
use crossdock_contract::description::HmacAlgorithm;
use serde_json::{Value, json};

use crate::model::credential::AccountView;
use crate::model::exchange::{CourierRequest, CourierResponse, KeepEncoding};
use crate::model::failure::{Failure, FailureKind};
use crate::outbound;
use crate::plugin::Wire;
use crate::service::recordings::STAND_IN;
use crate::service::recordings::call::{Body, Exchange, RecordedCall};

/// Plays a recording to one call.
pub(super) struct Replayed {
    description: Arc<Description>,
    account: AccountView,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// What was recorded and not asked yet.
    left: Vec<Exchange>,
    verified: std::vec::IntoIter<bool>,
    requests: Vec<Value>,
    unknown: Vec<String>,
}

impl Replayed {
    /// Plays a recorded call to a plugin with this description.
    pub(super) fn new(description: &Arc<Description>, recorded: &RecordedCall) -> Arc<Self> {
        let state = State {
            left: recorded.exchanges.clone(),
            verified: recorded.verified.clone().into_iter(),
            ..State::default()
        };
        let (description, account) = (Arc::clone(description), recorded.facts.account());
        Arc::new(Self { description, account, state: Mutex::new(state) })
    }

    /// Returns all requests, and those that were not recorded.
    pub(super) fn asked(&self) -> (Vec<Value>, Vec<String>) {
        let mut state = self.state();
        (std::mem::take(&mut state.requests), std::mem::take(&mut state.unknown))
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Wire for Replayed {
    async fn send(&self, request: CourierRequest) -> Result<CourierResponse, Failure> {
        let mut state = self.state();
        state.requests.push(shown(&request));
        if let Err(refused) = outbound::check_request(&self.description, &self.account, &request) {
            // It was refused then, too, or the description does not cover what the plugin asks.
            state.take(&request);
            return Err(refused);
        }
        match state.take(&request) {
            Some(Exchange { answer: Some(answer), .. }) => Ok(answer.response()),
            Some(Exchange { failure: Some(failure), .. }) => Err(failure),
            Some(_) => Err(Failure::new(FailureKind::Timeout, "no-answer", "the courier did not answer in time")),
            None => {
                let line = format!("{} {} {}", request.method.as_str(), request.endpoint, request.path);
                state.unknown.push(line);
                let words = "the replay has no answer to this request: it was not made when the call was recorded";
                Err(Failure::new(FailureKind::Unavailable, "not-recorded", words))
            }
        }
    }

    fn verify(&self, _: HmacAlgorithm, _: &str, _: &[u8], _: &[u8]) -> bool {
        self.state().verified.next().unwrap_or(false)
    }

    fn scrub(&self, text: &str) -> String {
        text.to_owned()
    }

    fn take_kept(&self, _: u32) -> Option<Vec<u8>> {
        Some(STAND_IN.to_vec())
    }
}

impl State {
    /// Takes what was recorded for a request: the same query if there is one, for the rest the same path in the same order.
    fn take(&mut self, request: &CourierRequest) -> Option<Exchange> {
        let is_same = |exchange: &Exchange| {
            let recorded = &exchange.request;
            recorded.endpoint == request.endpoint
                && recorded.method == request.method.as_str()
                && recorded.path == request.path
        };
        let exactly = self.left.iter().position(|one| is_same(one) && one.request.query == request.query);
        let place = exactly.or_else(|| self.left.iter().position(is_same))?;
        Some(self.left.remove(place))
    }
}

/// A request as reports show it.
fn shown(request: &CourierRequest) -> Value {
    let body = request.body.as_deref().map(|bytes| match serde_json::from_slice::<Value>(bytes) {
        Ok(json) if json.is_object() || json.is_array() => json,
        _ => match Body::of(bytes) {
            Body::Text(text) => Value::String(text),
            Body::Base64(text) => json!({ "base64": text }),
        },
    });
    let keep = request.keep.iter().map(|keep| json!({ "pointer": keep.pointer, "encoding": word(keep.encoding) }));
    json!({
        "endpoint": request.endpoint, "method": request.method.as_str(), "path": request.path, "query": request.query,
        "headers": request.headers, "body": body, "keep": keep.collect::<Value>(), "repeatable": request.repeatable,
    })
}

fn word(encoding: KeepEncoding) -> &'static str {
    match encoding {
        KeepEncoding::Base64 => "base64",
        KeepEncoding::Hex => "hex",
        KeepEncoding::Text => "text",
        KeepEncoding::ByteArray => "byte-array",
        KeepEncoding::Body => "body",
    }
}
