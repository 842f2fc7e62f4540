//! The host of a test: hands a plugin's requests to the player of a recorded call.

use std::rc::Rc;

use crossdock_cases::{
    Answer, CallFile, Environment as RecordedEnvironment, HostFailure, Keep, KeepEncoding, Made, Player,
};

use crate::bindings::host::crossdock::courier::http::{Request, Response};
use crate::call::Facts;
use crate::host::native::NativeHost;
use crate::types::{self, Algorithm, Environment, Failure, LogLevel, Method};

/// A player in the host's place.
pub(crate) struct Recorded(pub(crate) Rc<Player>);

impl NativeHost for Recorded {
    fn send(&self, request: Request) -> Result<Response, Failure> {
        let keep: Vec<Keep> = request.keep.iter().map(keep).collect();
        let made = Made {
            endpoint: &request.endpoint,
            method: method(request.method),
            path: &request.path,
            query: &request.query,
            headers: &request.headers,
            body: request.body.as_deref(),
            keep: &keep,
            repeatable: request.repeatable,
        };
        let Answer { status, headers, body } = self.0.answer(&made).map_err(failure)?;
        Ok(Response { status, headers, body })
    }

    fn log(&self, _: LogLevel, _: &str, _: &[(String, String)]) {}

    fn verify(&self, _: Algorithm, _: &str, _: &[u8], _: &[u8]) -> bool {
        self.0.verifies()
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
        match self.environment {
            RecordedEnvironment::Production => Environment::Production,
            RecordedEnvironment::Test => Environment::Test,
        }
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

fn method(method: Method) -> &'static str {
    match method {
        Method::Get => "GET",
        Method::Head => "HEAD",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
    }
}

fn keep(keep: &types::Keep) -> Keep {
    let encoding = match keep.encoding {
        types::KeepEncoding::Base64 => KeepEncoding::Base64,
        types::KeepEncoding::Hex => KeepEncoding::Hex,
        types::KeepEncoding::Text => KeepEncoding::Text,
        types::KeepEncoding::ByteArray => KeepEncoding::ByteArray,
        types::KeepEncoding::Body => KeepEncoding::Body,
    };
    Keep { pointer: keep.pointer.clone(), encoding }
}

/// Both are the contract's record under the contract's names.
fn failure(failure: HostFailure) -> Failure {
    let json = serde_json::to_value(failure).expect("a failure is JSON");
    serde_json::from_value(json).expect("a failure is the contract's")
}
