//! A wire that writes down what passes over it, as the plugin sees it: requests before credentials are put in, answers after
//! they were scrubbed.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use crossdock_contract::description::HmacAlgorithm;

use super::call::{Answer, Exchange, Request};
use crate::model::exchange::{CourierRequest, CourierResponse};
use crate::model::failure::Failure;
use crate::plugin::Wire;

/// Bytes of bodies that one recording may hold: a rich answer has 100 kB. A call with more is not recorded.
const MAX_BYTES: usize = 1 << 20;

/// A wire with a tape that runs along.
pub struct Tape {
    wire: Arc<dyn Wire>,
    taped: Mutex<Taped>,
}

#[derive(Default)]
struct Taped {
    exchanges: Vec<Exchange>,
    verified: Vec<bool>,
    bytes: usize,
}

impl Tape {
    /// Puts a tape on a wire.
    pub fn on(wire: Arc<dyn Wire>) -> Arc<Self> {
        Arc::new(Self { wire, taped: Mutex::default() })
    }

    /// Takes what was written down; `None`: it was more than a recording may hold.
    pub fn take(&self) -> Option<(Vec<Exchange>, Vec<bool>)> {
        let taped = std::mem::take(&mut *self.taped());
        (taped.bytes <= MAX_BYTES).then_some((taped.exchanges, taped.verified))
    }

    fn taped(&self) -> std::sync::MutexGuard<'_, Taped> {
        self.taped.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a request down in its turn: several may be under way at once.
    fn begin(&self, request: &CourierRequest) -> Option<usize> {
        let mut taped = self.taped();
        taped.bytes = taped.bytes.saturating_add(request.body.as_ref().map_or(0, Vec::len));
        if taped.bytes > MAX_BYTES {
            return None;
        }
        taped.exchanges.push(Exchange { request: Request::of(request), answer: None, failure: None });
        Some(taped.exchanges.len() - 1)
    }

    fn end(&self, turn: usize, answer: &Result<CourierResponse, Failure>) {
        let mut taped = self.taped();
        taped.bytes = taped.bytes.saturating_add(answer.as_ref().map_or(0, |response| response.body.len()));
        if taped.bytes > MAX_BYTES {
            return;
        }
        let Some(exchange) = taped.exchanges.get_mut(turn) else { return };
        match answer {
            Ok(response) => exchange.answer = Some(Answer::of(response)),
            Err(failure) => exchange.failure = Some(failure.clone()),
        }
    }
}

#[async_trait]
impl Wire for Tape {
    async fn send(&self, request: CourierRequest) -> Result<CourierResponse, Failure> {
        let turn = self.begin(&request);
        let answer = self.wire.send(request).await;
        if let Some(turn) = turn {
            self.end(turn, &answer);
        }
        answer
    }

    fn verify(&self, algorithm: HmacAlgorithm, key: &str, message: &[u8], signature: &[u8]) -> bool {
        let is_right = self.wire.verify(algorithm, key, message, signature);
        self.taped().verified.push(is_right);
        is_right
    }

    fn scrub(&self, text: &str) -> String {
        self.wire.scrub(text)
    }

    fn take_kept(&self, number: u32) -> Option<Vec<u8>> {
        self.wire.take_kept(number)
    }
}
