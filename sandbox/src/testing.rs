//! Asking the whole sandbox without a socket.

use std::collections::BTreeMap;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, Response};
use serde_json::Value;
use tower::ServiceExt;

use crate::app;
use crate::common::world::World;

/// One sandbox under test, its clock frozen at noon.
pub struct Bench {
    pub world: World,
    headers: Vec<(String, String)>,
}

pub struct Got {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Bench {
    pub fn new() -> Self {
        let world = World::new(42);
        world.clock.set("2027-02-03T12:00:00Z".parse().unwrap(), true);
        Self { world, headers: Vec::new() }
    }

    /// Sends this header with every further request.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub async fn get(&self, path: &str) -> Got {
        self.send("GET", path, Body::empty()).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Got {
        self.send("POST", path, Body::from(body.to_string())).await
    }

    pub async fn send(&self, method: &str, path: &str, body: Body) -> Got {
        self.send_with(&[], method, path, body).await
    }

    /// Headers given here come instead of the bench's own of the same name.
    pub async fn send_with(&self, headers: &[(&str, String)], method: &str, path: &str, body: Body) -> Got {
        let own = self.headers.iter().map(|(name, value)| (name.as_str(), value.clone()));
        let mut all: BTreeMap<&str, String> = BTreeMap::from([("content-type", "application/json".to_owned())]);
        all.extend(own.chain(headers.iter().cloned()));
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in all {
            request = request.header(name, value);
        }
        let response: Response<Body> = app(self.world.clone()).oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.map(|bytes| bytes.to_vec()).unwrap_or_default();
        Got { status: parts.status.as_u16(), headers: parts.headers, bytes }
    }

    pub fn advance_hours(&self, hours: i64) {
        self.world.clock.advance(hours * 3_600);
    }
}

impl Got {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The answer's JSON at a pointer.
    pub fn at(&self, pointer: &str) -> Value {
        self.json().pointer(pointer).cloned().unwrap_or_else(|| panic!("nothing at {pointer}: {}", self.text()))
    }
}
