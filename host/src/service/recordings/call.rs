//! A recorded call: what a plugin was asked, what passed between it and its courier as it saw it, and what it said.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::credential::{AccountView, Environment};
use crate::model::exchange::{CourierRequest, CourierResponse};
use crate::model::failure::Failure;
use crate::model::question::Question;
use crate::plugin::{Call, Wire};

/// A call that can be made again. It has no secret in it: it is what the plugin saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedCall {
    /// What was asked.
    pub question: Question,
    /// What the plugin could ask of the host.
    pub facts: Facts,
    /// Requests and answers, in the order in which the requests were made.
    pub exchanges: Vec<Exchange>,
    /// What was said of signatures, in order.
    pub verified: Vec<bool>,
    /// What came of it.
    pub said: Value,
}

/// The facts of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The account kind's id.
    pub account_kind: String,
    /// Which system.
    pub environment: Environment,
    /// The account's plain fields.
    pub fields: BTreeMap<String, String>,
    /// Base URLs that the merchant set.
    pub endpoints: BTreeMap<String, String>,
    /// Base URLs as the call used them.
    pub endpoint_urls: BTreeMap<String, String>,
    /// The caller's language.
    pub locale: String,
    /// The call's time.
    pub now: Timestamp,
    /// The call's id.
    pub call_id: String,
}

/// A request, and what came of it. Neither answer nor failure: none came in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// As the plugin made it, before the host put credentials in.
    pub request: Request,
    /// As the plugin saw it.
    pub answer: Option<Answer>,
    /// Why there is none.
    pub failure: Option<Failure>,
}

/// A plugin's request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The endpoint's name.
    pub endpoint: String,
    /// HTTP method.
    pub method: String,
    /// Below the base URL.
    pub path: String,
    /// Decoded pairs.
    pub query: Vec<(String, String)>,
    /// The plugin's own headers.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Option<Body>,
}

/// A courier's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Lower-case names.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Option<Body>,
}

/// A body, readable where it is text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// UTF-8.
    Text(String),
    /// Anything else.
    Base64(String),
}

impl Body {
    /// Writes a body down.
    pub fn of(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Text(text.to_owned()),
            Err(_) => Self::Base64(BASE64_STANDARD.encode(bytes)),
        }
    }

    /// Returns its bytes.
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.clone().into_bytes(),
            Self::Base64(text) => BASE64_STANDARD.decode(text).unwrap_or_default(),
        }
    }
}

impl Facts {
    /// Notes the facts of a call.
    pub fn of(call: &Call) -> Self {
        let AccountView { kind, environment, fields, endpoints } = call.account.clone();
        Self {
            account_kind: kind,
            environment,
            fields,
            endpoints,
            endpoint_urls: call.endpoint_urls.clone(),
            locale: call.locale.clone(),
            now: call.now,
            call_id: call.call_id.clone(),
        }
    }

    /// Returns the account as the plugin knows it.
    pub fn account(&self) -> AccountView {
        AccountView {
            kind: self.account_kind.clone(),
            environment: self.environment,
            fields: self.fields.clone(),
            endpoints: self.endpoints.clone(),
        }
    }

    /// Makes the surroundings of the same call once more.
    pub fn call(&self, wire: Arc<dyn Wire>, deadline: Duration) -> Call {
        Call {
            account: self.account(),
            locale: self.locale.clone(),
            now: self.now,
            call_id: self.call_id.clone(),
            deadline,
            wire,
            merchant: None,
            endpoint_urls: self.endpoint_urls.clone(),
        }
    }
}

impl Request {
    /// Notes a request.
    pub fn of(request: &CourierRequest) -> Self {
        Self {
            endpoint: request.endpoint.clone(),
            method: request.method.as_str().to_owned(),
            path: request.path.clone(),
            query: request.query.clone(),
            headers: request.headers.clone(),
            body: request.body.as_deref().map(Body::of),
        }
    }
}

impl Answer {
    /// Notes an answer.
    pub fn of(response: &CourierResponse) -> Self {
        let body = (!response.body.is_empty()).then(|| Body::of(&response.body));
        Self { status: response.status, headers: response.headers.clone(), body }
    }

    /// Returns the answer.
    pub fn response(&self) -> CourierResponse {
        let body = self.body.as_ref().map(Body::bytes).unwrap_or_default();
        CourierResponse { status: self.status, headers: self.headers.clone(), body }
    }
}
