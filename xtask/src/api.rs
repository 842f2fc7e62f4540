//! A small HTTP client for the host and the sandbox on loopback.

use std::time::Duration;

use anyhow::Context as _;
use serde_json::Value;

/// Longer than the longest deadline that the host gives a courier call.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

/// Largest answer that is read: a label is some 100 kB.
const MAX_ANSWER_BYTES: u64 = 16 * 1024 * 1024;

/// A server and the key to use with it.
pub struct Api {
    agent: ureq::Agent,
    base_url: String,
    key: Option<String>,
}

/// What a server answered.
pub struct Answer {
    /// The request, for messages.
    request: String,
    /// The HTTP status.
    pub status: u16,
    /// Whether the answer was kept from an earlier request with the same `Idempotency-Key`.
    pub is_replayed: bool,
    /// The body as it came.
    pub body: Vec<u8>,
}

impl Api {
    /// Makes a client.
    pub fn new(base_url: &str, key: Option<&str>) -> Self {
        let config =
            ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(REQUEST_TIMEOUT)).build();
        Self { agent: config.into(), base_url: base_url.to_owned(), key: key.map(str::to_owned) }
    }

    /// Asks for a path.
    pub fn get(&self, path: &str) -> anyhow::Result<Answer> {
        self.send("GET", path, None, &[])
    }

    /// Posts a JSON body.
    pub fn post(&self, path: &str, body: &Value) -> anyhow::Result<Answer> {
        self.send("POST", path, Some(body), &[])
    }

    /// Posts a JSON body under an `Idempotency-Key`.
    pub fn post_once(&self, path: &str, body: &Value, idempotency_key: &str) -> anyhow::Result<Answer> {
        self.send("POST", path, Some(body), &[("idempotency-key", idempotency_key)])
    }

    fn send(&self, method: &str, path: &str, body: Option<&Value>, headers: &[(&str, &str)]) -> anyhow::Result<Answer> {
        let request = format!("{method} {path}");
        let mut builder = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.base_url));
        if let Some(key) = &self.key {
            builder = builder.header("authorization", format!("Bearer {key}"));
        }
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        let response = match body {
            Some(body) => {
                let builder = builder.header("content-type", "application/json");
                self.agent.run(builder.body(serde_json::to_vec(body)?)?)
            }
            None => self.agent.run(builder.body(())?),
        };
        let mut response = response.with_context(|| format!("{request} got no answer"))?;
        let body = response.body_mut().with_config().limit(MAX_ANSWER_BYTES).read_to_vec();
        Ok(Answer {
            status: response.status().as_u16(),
            is_replayed: response.headers().get("idempotent-replayed").is_some_and(|value| value == "true"),
            body: body.with_context(|| format!("the answer to {request} broke off"))?,
            request,
        })
    }
}

impl Answer {
    /// Returns the JSON body of an answer with one of these statuses.
    ///
    /// # Errors
    ///
    /// Any other status, with what the server said.
    pub fn json(&self, expected: &[u16]) -> anyhow::Result<Value> {
        self.expect(expected)?;
        serde_json::from_slice(&self.body).with_context(|| format!("{} did not answer with JSON", self.request))
    }

    /// Checks the status.
    pub fn expect(&self, expected: &[u16]) -> anyhow::Result<()> {
        let words = String::from_utf8_lossy(&self.body);
        let words: String = words.chars().take(600).collect();
        anyhow::ensure!(
            expected.contains(&self.status),
            "{} answered {} instead of {expected:?}: {words}",
            self.request,
            self.status
        );
        Ok(())
    }
}
