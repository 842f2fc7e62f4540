//! The courier of a recorded call: answers from its exchanges and compares what the plugin asks.

use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use crate::case::Case;
use crate::diff;
use crate::exchange::{Answer, Exchange, FailureKind, HostFailure};
use crate::keep::Kept;
use crate::request::{Made, normalized};

/// Answers a call's requests from a case. Whoever runs the plugin hands requests in; requests that come out of order are
/// told as problems.
#[derive(Debug)]
pub struct Player {
    exchanges: Vec<Exchange>,
    verifies: bool,
    /// Whether other requests than the recorded ones are right, because answers are damaged.
    is_lenient: bool,
    heard: Mutex<Heard>,
}

#[derive(Debug, Default)]
struct Heard {
    made: Vec<Value>,
    problems: Vec<String>,
    kept: Kept,
    may_have_changed: bool,
}

impl Player {
    /// Plays a case as it was recorded.
    pub fn new(case: &Case) -> Self {
        Self {
            exchanges: case.exchanges.clone(),
            verifies: case.call.verifies,
            is_lenient: false,
            heard: Mutex::default(),
        }
    }

    /// Plays a case whose answer at `place` is another one; requests are not compared.
    pub fn with_answer(case: &Case, place: usize, answer: Result<Answer, HostFailure>) -> Self {
        let mut player = Self { is_lenient: true, ..Self::new(case) };
        if let Some(exchange) = player.exchanges.get_mut(place) {
            exchange.answer = answer;
        }
        player
    }

    /// Answers the next request.
    ///
    /// # Errors
    ///
    /// The host's failure, where one is recorded or where nothing is.
    pub fn answer(&self, request: &Made<'_>) -> Result<Answer, HostFailure> {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let made = request.to_json();
        let file = format!("exchange-{}.json", heard.made.len() + 1);
        let exchange = self.exchanges.get(heard.made.len());
        heard.made.push(made.clone());
        let Some(exchange) = exchange else {
            heard.problems.push(format!("{file} is missing; the plugin asked {made}"));
            return Err(HostFailure::new(FailureKind::Unavailable, "not-recorded", "no such exchange is recorded"));
        };
        if !self.is_lenient {
            heard.problems.extend(diff::differences(&file, &normalized(exchange.request.clone()), &made));
        }
        let has_left = exchange.answer.as_ref().map_or_else(|failure| failure.request_sent, |_| true);
        heard.may_have_changed |= has_left && !request.only_reads();
        let mut answer = exchange.answer.clone()?;
        answer.body = heard.kept.cut(request.keep, answer.status, answer.body);
        Ok(answer)
    }

    /// What a check of a signature answers.
    pub fn verifies(&self) -> bool {
        self.verifies
    }

    /// The requests that the plugin made, as a case's files tell them.
    pub fn made(&self) -> Vec<Value> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).made.clone()
    }

    /// Whether a request left that may have changed something.
    pub fn may_have_changed(&self) -> bool {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).may_have_changed
    }

    /// How many values were kept.
    pub fn kept(&self) -> u32 {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).kept.0
    }

    /// What was not as recorded; asked for when the call is over.
    pub fn problems(&self) -> Vec<String> {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let missing = heard.made.len()..self.exchanges.len();
        let missing = missing.map(|place| format!("exchange-{}.json: the plugin did not make this request", place + 1));
        heard.problems.iter().cloned().chain(missing).collect()
    }
}
