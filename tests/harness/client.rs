//! A small client of the REST API.

use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Longer than the host's own longest deadline, so that it is the host who gives up.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A caller with its key.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    base_url: String,
    key: Option<String>,
    merchant: Option<String>,
}

/// What the host answered.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Method and path, for messages.
    pub request: String,
    /// The HTTP status.
    pub status: u16,
    /// The header fields, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as it came.
    pub body: Vec<u8>,
}

/// The envelope of every error; fields that a test does not look at are left out.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "RFC 9457 and docs/problems say what each is")]
pub struct Problem {
    pub status: u16,
    pub code: String,
    pub source: String,
    pub retryable: bool,
    pub detail: Option<String>,
    #[serde(default)]
    pub errors: Vec<FieldError>,
    pub courier: Option<Value>,
}

/// One thing that is wrong in the request.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "the host's API documents each")]
pub struct FieldError {
    pub pointer: String,
    pub code: String,
    pub detail: String,
}

impl Client {
    /// Makes a client.
    ///
    /// # Panics
    ///
    /// When the HTTP client cannot be made.
    pub fn new(base_url: &str, key: Option<&str>) -> Self {
        let http = reqwest::Client::builder().timeout(TIMEOUT).no_proxy().build().expect("a client");
        Self { http, base_url: base_url.to_owned(), key: key.map(str::to_owned), merchant: None }
    }

    pub(crate) fn with_merchant(mut self, id: &str) -> Self {
        self.merchant = Some(id.to_owned());
        self
    }

    /// The same caller at another host, such as the one that was started again.
    pub fn at(&self, base_url: &str) -> Self {
        Self { base_url: base_url.to_owned(), ..self.clone() }
    }

    /// The merchant whose key it is.
    ///
    /// # Panics
    ///
    /// When it is no merchant's.
    pub fn merchant_id(&self) -> &str {
        self.merchant.as_deref().expect("this client is a merchant's")
    }

    /// The API key.
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// Asks for a path.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, |request| request).await
    }

    /// Asks for a path, or returns nothing when nobody answers.
    pub async fn try_get(&self, path: &str) -> Option<Reply> {
        self.try_send(Method::GET, path, |request| request).await.ok()
    }

    /// Posts a JSON body.
    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::POST, path, |request| request.json(body)).await
    }

    /// Posts a JSON body under an `Idempotency-Key`.
    pub async fn post_once(&self, path: &str, body: &Value, idempotency_key: &str) -> Reply {
        self.send(Method::POST, path, |request| request.json(body).header("idempotency-key", idempotency_key)).await
    }

    /// Patches with a JSON body.
    pub async fn patch(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::PATCH, path, |request| request.json(body)).await
    }

    /// Posts bytes of a media type.
    pub async fn upload(&self, path: &str, media_type: &'static str, bytes: &[u8]) -> Reply {
        let body = bytes.to_vec();
        self.send(Method::POST, path, |request| request.header("content-type", media_type).body(body)).await
    }

    /// Deletes.
    pub async fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, |request| request).await
    }

    /// Sends any request; `shape` adds headers and body.
    ///
    /// # Panics
    ///
    /// When nobody answers.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        shape: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Reply {
        let request = format!("{method} {path}");
        self.try_send(method, path, shape).await.unwrap_or_else(|error| panic!("{request}: {error:?}"))
    }

    /// Sends any request, which may get no answer, as when the host is killed meanwhile.
    ///
    /// # Errors
    ///
    /// When nobody answers, or the answer breaks off.
    pub async fn try_send(
        &self,
        method: Method,
        path: &str,
        shape: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> reqwest::Result<Reply> {
        let request = format!("{method} {path}");
        let mut builder = self.http.request(method, format!("{}{path}", self.base_url));
        if let Some(key) = &self.key {
            builder = builder.bearer_auth(key);
        }
        let response = shape(builder).send().await?;
        let field = |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
            (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let headers = response.headers().iter().map(field).collect();
        Ok(Reply { request, status: response.status().as_u16(), headers, body: response.bytes().await?.into() })
    }
}

impl Reply {
    /// Checks the status and returns the reply.
    ///
    /// # Panics
    ///
    /// With the body when the status is another.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.request, String::from_utf8_lossy(&self.body));
        self
    }

    /// Returns a header field's first value; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// Reads the body as JSON.
    ///
    /// # Panics
    ///
    /// When it is something else.
    #[track_caller]
    pub fn json(&self) -> Value {
        self.read()
    }

    /// Reads the body as a type.
    ///
    /// # Panics
    ///
    /// When it does not fit.
    #[track_caller]
    pub fn read<T: DeserializeOwned>(&self) -> T {
        let words = String::from_utf8_lossy(&self.body);
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{}: {error}: {words}", self.request))
    }

    /// Reads the body as a problem document, which must say so and agree with the status.
    ///
    /// # Panics
    ///
    /// When it is none.
    #[track_caller]
    pub fn problem(&self) -> Problem {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.request);
        let problem: Problem = self.read();
        assert_eq!(problem.status, self.status, "{}: the problem names another status", self.request);
        problem
    }
}
