//! What a guest can ask of the host: the call's facts, the wire, the log and checks of signatures.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossdock_contract::description::HmacAlgorithm;
use futures::future::join_all;
use wasmtime::component::Resource;

use super::bindings::{context, crypto, http, log, types};
use super::convert::v0_1::{exchange, failure_to_guest};
use super::limits;
use super::sandbox::{LentContext, Sandbox};
use super::wire::Wire;
use crate::model::credential::Environment;
use crate::model::exchange::{CourierRequest, CourierResponse, Method};
use crate::model::failure::{Failure, FailureKind};

impl types::Host for Sandbox {}

impl context::Host for Sandbox {}

impl context::HostContext for Sandbox {
    async fn field(&mut self, _: Resource<LentContext>, key: String) -> wasmtime::Result<Option<String>> {
        Ok(self.call()?.account.fields.get(&key).cloned())
    }

    async fn account_kind(&mut self, _: Resource<LentContext>) -> wasmtime::Result<String> {
        Ok(self.call()?.account.kind.clone())
    }

    async fn environment(&mut self, _: Resource<LentContext>) -> wasmtime::Result<context::Environment> {
        Ok(match self.call()?.account.environment {
            Environment::Production => context::Environment::Production,
            Environment::Test => context::Environment::Test,
        })
    }

    async fn locale(&mut self, _: Resource<LentContext>) -> wasmtime::Result<String> {
        Ok(self.call()?.locale.clone())
    }

    async fn now_ms(&mut self, _: Resource<LentContext>) -> wasmtime::Result<u64> {
        Ok(u64::try_from(self.call()?.now.as_millisecond()).unwrap_or(0))
    }

    async fn time_left_ms(&mut self, _: Resource<LentContext>) -> wasmtime::Result<u64> {
        self.call()?;
        Ok(u64::try_from(self.time_left().as_millis()).unwrap_or(u64::MAX))
    }

    async fn call_id(&mut self, _: Resource<LentContext>) -> wasmtime::Result<String> {
        Ok(self.call()?.call_id.clone())
    }

    async fn endpoint_url(&mut self, _: Resource<LentContext>, name: String) -> wasmtime::Result<Option<String>> {
        Ok(self.call()?.endpoint_urls.get(&name).cloned())
    }

    /// A guest only ever borrows the context, so there is nothing to drop.
    async fn drop(&mut self, _: Resource<LentContext>) -> wasmtime::Result<()> {
        Ok(())
    }
}

impl http::Host for Sandbox {
    async fn send(&mut self, request: http::Request) -> wasmtime::Result<Result<http::Response, types::Failure>> {
        self.call()?;
        let mut answers = self.exchange(vec![exchange::request(request)]).await?;
        Ok(answers.pop().expect("one request has one answer"))
    }

    async fn send_all(
        &mut self,
        requests: Vec<http::Request>,
    ) -> wasmtime::Result<Vec<Result<http::Response, types::Failure>>> {
        self.call()?;
        if requests.len() > limits::MAX_REQUESTS_AT_ONCE {
            let failure = refusal("too-many-requests", "send-all takes at most 20 requests");
            return Ok(requests.iter().map(|_| Err(failure_to_guest(failure.clone()))).collect());
        }
        self.exchange(requests.into_iter().map(exchange::request).collect()).await
    }
}

impl log::Host for Sandbox {
    async fn write(
        &mut self,
        level: log::Level,
        message: String,
        fields: Vec<(String, String)>,
    ) -> wasmtime::Result<()> {
        if let Some(call) = &self.call {
            self.log.write(call, level, &message, &fields);
        }
        Ok(())
    }
}

impl crypto::Host for Sandbox {
    async fn verify(
        &mut self,
        algorithm: crypto::Algorithm,
        key: String,
        message: Vec<u8>,
        signature: Vec<u8>,
    ) -> wasmtime::Result<bool> {
        let algorithm = match algorithm {
            crypto::Algorithm::HmacSha1 => HmacAlgorithm::Sha1,
            crypto::Algorithm::HmacSha256 => HmacAlgorithm::Sha256,
            crypto::Algorithm::HmacSha512 => HmacAlgorithm::Sha512,
        };
        Ok(self.call()?.wire.verify(algorithm, &key, &message, &signature))
    }
}

impl Sandbox {
    /// Sends requests at once and waits for all of them, within the call's limits and time.
    async fn exchange(
        &mut self,
        requests: Vec<Result<CourierRequest, Failure>>,
    ) -> wasmtime::Result<Vec<Result<http::Response, types::Failure>>> {
        self.cpu.stop();
        self.turn.give_back();
        let asked = Instant::now();
        let admitted: Vec<_> = requests.into_iter().map(|request| self.admit(request?)).collect();
        let time_left = self.time_left();
        let wire = Arc::clone(&self.call()?.wire);
        let sent = admitted.into_iter().map(|request| {
            let wire = Arc::clone(&wire);
            async move { send_within(&*wire, request?, time_left).await }
        });
        let answers = join_all(sent).await;
        self.traffic.waited += asked.elapsed();
        let answers = answers.into_iter().map(|answer| self.receive(answer)).collect();
        self.cpu.start();
        Ok(answers)
    }

    /// Counts a request against the call's limits.
    fn admit(&mut self, request: CourierRequest) -> Result<CourierRequest, Failure> {
        if self.traffic.requests >= self.traffic_limits.requests {
            return Err(refusal("too-many-requests", "the call has made all the requests that it may"));
        }
        self.traffic.requests += 1;
        self.traffic.bytes_out = self.traffic.bytes_out.saturating_add(size_of_request(&request));
        if self.traffic.bytes_out > self.traffic_limits.bytes_out {
            return Err(refusal("too-many-bytes", "the call has sent all the bytes that it may"));
        }
        Ok(request)
    }

    fn receive(&mut self, answer: Result<CourierResponse, Failure>) -> Result<http::Response, types::Failure> {
        let response = answer.map_err(failure_to_guest)?;
        self.traffic.bytes_in = self.traffic.bytes_in.saturating_add(size_of_response(&response));
        if self.traffic.bytes_in > self.traffic_limits.bytes_in {
            let words = "the call has received all the bytes that it may";
            let failure = Failure::new(FailureKind::UnexpectedAnswer, "too-many-bytes", words);
            let failure = Failure { courier_status: Some(response.status), request_sent: true, ..failure };
            return Err(failure_to_guest(failure));
        }
        Ok(exchange::response(response))
    }
}

async fn send_within(
    wire: &dyn Wire,
    request: CourierRequest,
    time_left: Duration,
) -> Result<CourierResponse, Failure> {
    let changes_something = !matches!(request.method, Method::Get | Method::Head);
    let wish = request.timeout_ms.map_or(time_left, Duration::from_millis);
    match tokio::time::timeout(wish.min(time_left), wire.send(request)).await {
        Ok(answer) => answer,
        Err(_) => {
            let failure = Failure::new(FailureKind::Timeout, "no-answer", "the courier did not answer in time");
            // It may have left or not: only the wire knows, and it was cut off. So the cautious answer.
            Err(Failure { request_sent: changes_something, ..failure })
        }
    }
}

fn refusal(code: &str, words: &str) -> Failure {
    Failure::new(FailureKind::InvalidInput, code, words)
}

fn size_of_request(request: &CourierRequest) -> usize {
    let pairs = size_of_pairs(&request.query) + size_of_pairs(&request.headers);
    request.path.len() + pairs + request.body.as_ref().map_or(0, Vec::len)
}

fn size_of_response(response: &CourierResponse) -> usize {
    size_of_pairs(&response.headers) + response.body.len()
}

fn size_of_pairs(pairs: &[(String, String)]) -> usize {
    pairs.iter().map(|(name, value)| name.len() + value.len()).sum()
}
